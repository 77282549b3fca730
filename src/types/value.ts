/**
 * An integer of any width: a `number` when it is safe (|v| <= 2^53 - 1), otherwise a `bigint`. Always normalised so, hence equal
 * integers are `===` and `<` compares them rightly whatever their forms.
 */
export type Int = number | bigint

/** Calendar interval; the three parts are kept apart. */
export interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: Int
}

/** Place of a node or rel: table id and offset (row number) in that table. */
export interface InternalId {
  readonly table: number
  readonly offset: number
}

/** Numeric arrays that may stand for a LIST or ARRAY of that element type. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array

/**
 * One logical value at run time. Which form belongs to which type:
 * BOOL boolean; integers, DECIMAL (unscaled), TIMESTAMP* (in their unit) {@link Int}; DATE days since 1970 as number; FLOAT, DOUBLE number;
 * STRING, UUID, JSON string; BLOB Uint8Array; LIST, ARRAY array or typed array; STRUCT, NODE, REL, RECURSIVE_REL positional array;
 * MAP array of [key, value]; UNION [member index, value]; NULL null. A value is immutable once made: who needs another one makes it.
 */
export type Value = null | boolean | number | bigint | string | Interval | InternalId | NumericArray | readonly Value[]

import type { Interval, NumericArray } from '../types/value.ts'

/** Place of a node or rel. */
export type NodeId = { offset: number; table: number }

/** A node as results deliver it; properties that its table does not have are left out, NULL ones are null. */
export type NodeValue = {
  _label: string
  _id: NodeId
  [property: string]: JsValue
}

/** A rel as results deliver it. */
export type RelValue = {
  _src: NodeId
  _dst: NodeId
  _label: string
  _id: NodeId
  [property: string]: JsValue
}

/** A path or recursive rel. */
export type RecursiveRelValue = {
  _nodes: NodeValue[]
  _rels: RelValue[]
}

/**
 * A value as a program sees it, in results and in parameters.
 *
 * | type | JavaScript |
 * |---|---|
 * | BOOL | boolean |
 * | integers | number when safe, else bigint; always bigint for 64 bits and more with `integers: 'bigint'` |
 * | FLOAT, DOUBLE, DECIMAL | number |
 * | STRING, UUID, JSON | string |
 * | BLOB | Buffer |
 * | DATE, TIMESTAMP* | Date (milliseconds) |
 * | INTERVAL | {months, days, micros} |
 * | LIST, ARRAY | array; typed array for fixed lists of FLOAT, DOUBLE, INT8-32, UINT8-32 without NULLs |
 * | STRUCT | object; MAP: Map; UNION: object with the one member |
 * | NODE, REL, path | {@link NodeValue}, {@link RelValue}, {@link RecursiveRelValue} |
 *
 * Typed arrays are views of the result's memory, so that a column of vectors costs nothing: `slice()` one before changing it or sending
 * it to a thread.
 */
export type JsValue =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Date
  | Interval
  | Uint8Array
  | NumericArray
  | BigInt64Array
  | JsValue[]
  | Map<JsValue, JsValue>
  | { [key: string]: JsValue }

/** How integers of 64 bits and more come out. */
export type IntegerMode = 'number' | 'bigint'

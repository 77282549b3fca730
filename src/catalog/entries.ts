import type { Direction } from '../storage/read-view.ts'
import type { LogicalType } from '../types/logical-type.ts'

/** A property of a table. `columnId` is stable and never reused within the table. */
export interface PropertyEntry {
  readonly columnId: number
  readonly name: string
  readonly type: LogicalType
  readonly serial: boolean
  /** Text of the DEFAULT expression as written, or null. */
  readonly defaultText: string | null
}

interface TableEntryBase {
  /** Id of the entry. Node tables: also the storage table id. */
  readonly id: number
  readonly name: string
  readonly comment: string
  /** In the order of definition, which is the order of COPY. */
  readonly properties: readonly PropertyEntry[]
  readonly nextColumnId: number
}

/** A node table. */
export interface NodeTableEntry extends TableEntryBase {
  readonly kind: 'node'
  /** columnId of the primary key. */
  readonly primaryKey: number
}

/** One FROM-TO pair of a rel table; `id` is its storage table id. */
export interface RelPairEntry {
  readonly id: number
  readonly from: number
  readonly to: number
}

/** A rel table: one name, one or more FROM-TO pairs that share properties. */
export interface RelTableEntry extends TableEntryBase {
  readonly kind: 'rel'
  readonly pairs: readonly RelPairEntry[]
  readonly multiplicity: 'ONE_ONE' | 'ONE_MANY' | 'MANY_ONE' | 'MANY_MANY'
  readonly storageDirection: Direction | 'both'
}

/** Either kind of table. */
export type TableEntry = NodeTableEntry | RelTableEntry

/** CREATE SEQUENCE; also one per SERIAL column, named `<table>_<column>_serial`. */
export interface SequenceEntry {
  readonly name: string
  readonly start: bigint
  readonly increment: bigint
  readonly min: bigint
  readonly max: bigint
  readonly cycle: boolean
  /** Value that the next nextval gives; null before the first. */
  readonly last: bigint | null
}

/** CREATE TYPE. */
export interface TypeEntry {
  readonly name: string
  readonly type: LogicalType
}

/** CREATE MACRO; the text is parsed again when it is used. */
export interface MacroEntry {
  readonly name: string
  readonly text: string
}

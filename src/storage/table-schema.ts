import type { LogicalType } from '../types/logical-type.ts'

/** A column as storage sees it: ids are never reused within a table, names are the catalog's business. */
export interface ColumnSchema {
  readonly columnId: number
  readonly type: LogicalType
}

/** Storage side of a node table. */
export interface NodeTableSchema {
  readonly tableId: number
  readonly columns: readonly ColumnSchema[]
  /** columnId of the primary key. */
  readonly primaryKey: number
  /** Names for error messages only. */
  readonly name: string
}

/** Upper bound of rels per node on one side: 'one' refuses a second rel. */
export type Multiplicity = 'one' | 'many'

/** Storage side of one FROM-TO pair of a rel table. */
export interface RelTableSchema {
  /** Id of the pair; shares the number space of node table ids. */
  readonly relTableId: number
  readonly fromTableId: number
  readonly toTableId: number
  readonly columns: readonly ColumnSchema[]
  /** How many rels a source node may have ('one' for MANY_ONE and ONE_ONE), and a target node ('one' for ONE_MANY and ONE_ONE). */
  readonly perSource: Multiplicity
  readonly perTarget: Multiplicity
  /** Whether the list by target is stored ('fwd' only tables cannot be followed backwards). */
  readonly storesBackward: boolean
  readonly storesForward: boolean
  readonly name: string
}

import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { BoundExpression, Slot } from './bound-expression.ts'
import type { FileSource, Operator } from './operator.ts'

/** A column that a statement delivers. Names are as the dialect prints them: `a.name`, `COUNT_STAR()`, `+(1,1)`. */
export interface OutputColumn {
  readonly name: string
  readonly type: LogicalType
  readonly expression: BoundExpression
}

/** A plan that reads or changes data row by row. */
export interface QueryPlan {
  readonly kind: 'query'
  readonly root: Operator
  readonly slots: readonly Slot[]
  /** Empty for updating queries without RETURN. */
  readonly columns: readonly OutputColumn[]
  /** Contains create, set, delete or merge. */
  readonly writes: boolean
  /** Rough work in visited values; decides between this thread and a worker. */
  readonly cost: number
}

/** A property as DDL gives it. */
export interface PropertyDefinition {
  readonly name: string
  readonly type: LogicalType
  readonly serial: boolean
  /** null: no default. Bound constant expression, evaluated per inserted row. */
  readonly defaultValue: BoundExpression | null
  /** Text of the default as the user wrote it, for table_info and export. */
  readonly defaultText: string | null
}

/** What COPY T FROM loads. */
export interface CopyFromPlan {
  readonly kind: 'copyFrom'
  readonly tableName: string
  /** Node table: its id. Rel table: the FROM-TO pair. */
  readonly table: number
  readonly isRel: boolean
  /** For rels: tables whose primary keys the first two source columns hold. */
  readonly fromTable: number
  readonly toTable: number
  readonly source: FileSource | { readonly query: QueryPlan }
  /**
   * One entry per column of the table, in schema order: which source column feeds it, or the default. `castFrom` is the type of the
   * source column when it has to be cast. For rels, source columns 0 and 1 are the keys.
   */
  readonly columns: readonly {
    readonly source: number | null
    readonly type: LogicalType
    readonly defaultValue: BoundExpression | null
  }[]
  /** Which of `columns` is the primary key; -1 for rels. */
  readonly keyColumn: number
  readonly slots: readonly Slot[]
  readonly ignoreErrors: boolean
}

/** Every statement after planning: plain data. */
export type StatementPlan =
  | QueryPlan
  | CopyFromPlan
  | {
      readonly kind: 'copyTo'
      readonly query: QueryPlan
      readonly path: string
      readonly format: 'csv' | 'parquet' | 'json'
      readonly options: Readonly<Record<string, Value>>
    }
  | {
      readonly kind: 'explain'
      readonly mode: 'physical' | 'logical' | 'profile'
      readonly statement: StatementPlan
      readonly logicalText: string
      /** Names of node tables and FROM-TO pairs by id, for people to read. */
      readonly tableNames: Readonly<Record<number, string>>
    }
  | {
      readonly kind: 'createNodeTable'
      readonly name: string
      readonly ifNotExists: boolean
      readonly properties: readonly PropertyDefinition[]
      readonly primaryKey: string
      readonly query: QueryPlan | null
    }
  | {
      readonly kind: 'createRelTable'
      readonly name: string
      readonly ifNotExists: boolean
      readonly pairs: readonly { readonly from: string; readonly to: string }[]
      readonly properties: readonly PropertyDefinition[]
      readonly multiplicity: 'ONE_ONE' | 'ONE_MANY' | 'MANY_ONE' | 'MANY_MANY'
      readonly storageDirection: 'fwd' | 'bwd' | 'both'
      readonly query: QueryPlan | null
    }
  | { readonly kind: 'drop'; readonly what: 'table' | 'sequence'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'alterTable'; readonly name: string; readonly action: AlterAction }
  | { readonly kind: 'comment'; readonly table: string; readonly text: string }
  | {
      readonly kind: 'createSequence'
      readonly name: string
      readonly ifNotExists: boolean
      readonly start: bigint
      readonly increment: bigint
      readonly min: bigint
      readonly max: bigint
      readonly cycle: boolean
    }
  | { readonly kind: 'createType'; readonly name: string; readonly type: LogicalType }
  | { readonly kind: 'createMacro'; readonly name: string; readonly text: string }
  | { readonly kind: 'transaction'; readonly action: 'begin' | 'beginReadOnly' | 'commit' | 'rollback' | 'checkpoint' }
  | { readonly kind: 'setting'; readonly name: string; readonly value: Value }

/** ALTER TABLE actions. */
export type AlterAction =
  | { readonly action: 'addProperty'; readonly ifNotExists: boolean; readonly property: PropertyDefinition }
  | { readonly action: 'dropProperty'; readonly ifExists: boolean; readonly name: string }
  | { readonly action: 'renameProperty'; readonly name: string; readonly to: string }
  | { readonly action: 'renameTable'; readonly to: string }
  | { readonly action: 'addPair'; readonly ifNotExists: boolean; readonly from: string; readonly to: string }
  | { readonly action: 'dropPair'; readonly ifExists: boolean; readonly from: string; readonly to: string }

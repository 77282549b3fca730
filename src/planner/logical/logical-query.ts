import type { AggregateItem, BoundExpression } from '../../plan/bound-expression.ts'
import type { CreateNodeItem, CreateRelItem, FileSource, SetItem, SortKey } from '../../plan/operator.ts'
import type { OutputColumn } from '../../plan/statement.ts'
import type { Value } from '../../types/value.ts'
import type { QueryGraph } from './query-graph.ts'

/** An expression and the slot that it fills. */
export interface ProjectedItem {
  readonly slot: number
  readonly expression: BoundExpression
}

/** One step of a bound query, applied to the rows of the steps before it. */
export type LogicalStep =
  | { readonly step: 'match'; readonly optional: boolean; readonly graph: QueryGraph }
  | { readonly step: 'unwind'; readonly slot: number; readonly list: BoundExpression }
  | { readonly step: 'filter'; readonly predicates: readonly BoundExpression[] }
  | {
      readonly step: 'project'
      readonly items: readonly ProjectedItem[]
      readonly keep: readonly number[]
      readonly narrow: boolean
    }
  | {
      readonly step: 'aggregate'
      readonly keys: readonly ProjectedItem[]
      readonly aggregates: readonly AggregateItem[]
    }
  | {
      readonly step: 'sort'
      readonly keys: readonly SortKey[]
      readonly skip: BoundExpression | null
      readonly limit: BoundExpression | null
    }
  | { readonly step: 'limit'; readonly skip: BoundExpression | null; readonly limit: BoundExpression | null }
  | {
      readonly step: 'tableFunction'
      readonly name: string
      readonly args: readonly BoundExpression[]
      readonly options: Readonly<Record<string, Value>>
      readonly outputs: readonly { readonly slot: number; readonly column: string }[]
    }
  | {
      readonly step: 'scanFile'
      readonly source: FileSource
      readonly outputs: readonly { readonly slot: number; readonly column: number }[]
    }
  | { readonly step: 'create'; readonly nodes: readonly CreateNodeItem[]; readonly rels: readonly CreateRelItem[] }
  | { readonly step: 'set'; readonly items: readonly SetItem[] }
  | { readonly step: 'delete'; readonly slots: readonly number[]; readonly detach: boolean }
  | {
      readonly step: 'merge'
      readonly graph: QueryGraph
      readonly nodes: readonly CreateNodeItem[]
      readonly rels: readonly CreateRelItem[]
      readonly onCreate: readonly SetItem[]
      readonly onMatch: readonly SetItem[]
    }

/** One branch of a UNION, or the whole query. */
export interface LogicalBranch {
  readonly steps: readonly LogicalStep[]
  readonly columns: readonly OutputColumn[]
  readonly writes: boolean
}

/** A bound query: branches joined by UNION, all with the same column types. */
export interface LogicalQuery {
  readonly branches: readonly LogicalBranch[]
  readonly all: boolean
}

import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { AggregateItem, BoundExpression, PropertySource } from './bound-expression.ts'

/** One way to follow rels: which FROM-TO pair, which direction, and which node table is reached. */
export interface Hop {
  readonly relTable: number
  readonly direction: 'fwd' | 'bwd'
  /** Node table of the node that the hop starts at; a hop is skipped for nodes of other tables. */
  readonly fromTable: number
  readonly toTable: number
}

/** A range or membership test that a scan pushes down to encoded chunks. The bounds may be literals or parameters. */
export interface PushedPredicate {
  readonly columnId: number
  readonly type: LogicalType
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>='
  /** Constant during one execution: literal, parameter, or a call over such. A NULL bound keeps no row. */
  readonly bound: BoundExpression
}

/** Sort key. NULL is the largest value. */
export interface SortKey {
  readonly expression: BoundExpression
  readonly descending: boolean
}

/** What a recursive rel asks for; see section 1.7 of the dialect. */
export interface RecursiveSpec {
  readonly semantic: 'WALK' | 'TRAIL' | 'ACYCLIC' | 'SHORTEST' | 'ALL_SHORTEST' | 'WSHORTEST' | 'ALL_WSHORTEST'
  readonly lower: number
  readonly upper: number
  /** Weight property for the weighted kinds. */
  readonly weight: { readonly name: string; readonly sources: readonly PropertySource[] } | null
  /** Condition on each rel and on each intermediate node, over these two slots (declared in the plan's slots), or null. */
  readonly relSlot: number
  readonly nodeSlot: number
  readonly relPredicate: BoundExpression | null
  readonly nodePredicate: BoundExpression | null
  /** Value slots: the RECURSIVE_REL value {nodes, rels} (null when nobody asks), its length, its cost. -1: nobody asks. */
  readonly pathSlot: number
  readonly lengthSlot: number
  readonly costSlot: number
  readonly pathType: LogicalType | null
}

/** A node to create: one expression per column of its table, in schema order. */
export interface CreateNodeItem {
  readonly slot: number
  readonly table: number
  readonly values: readonly BoundExpression[]
}

/** A rel to create between two bound or just created nodes. */
export interface CreateRelItem {
  readonly slot: number
  /** FROM-TO pairs that may apply, chosen by the tables of the two nodes at run time. */
  readonly candidates: readonly { readonly relTable: number; readonly fromTable: number; readonly toTable: number }[]
  readonly source: number
  readonly target: number
  readonly values: readonly BoundExpression[]
  readonly tableName: string
}

/** `SET slot.name = value`. */
export interface SetItem {
  readonly slot: number
  readonly sources: readonly PropertySource[]
  readonly value: BoundExpression
}

interface Estimated {
  /** Rows that the planner expects to come out. The executor chooses strategies by it; a wrong one costs time, never correctness. */
  readonly estimate: number
}

/**
 * An operator of a physical plan: plain data, linked to its input by `child`. Slots defined below are visible above until an
 * aggregate, union or `project` with `narrow` ends their scope; which of them must be carried through a breaker the executor finds out.
 */
export type Operator = Estimated &
  (
    | { readonly op: 'singleRow' }
    /** Leaf of a correlated sub-plan: the outer row. */
    | { readonly op: 'argument' }
    /**
     * All live nodes of the tables, which are those that the slot declares (or none). `predicates` are per table, exact and already removed
     * from filters above.
     */
    | {
        readonly op: 'scanNodes'
        readonly slot: number
        readonly tables: readonly { readonly table: number; readonly predicates: readonly PushedPredicate[] }[]
        readonly child: Operator | null
      }
    /** Primary-key look-up, once per input row; no row when the key is NULL or absent. */
    | {
        readonly op: 'lookupNode'
        readonly slot: number
        readonly table: number
        readonly key: BoundExpression
        readonly child: Operator
      }
    /** Node from its INTERNAL_ID value. */
    | {
        readonly op: 'nodeById'
        readonly slot: number
        readonly tables: readonly number[]
        readonly id: BoundExpression
        readonly child: Operator
      }
    /** For each rel of a hop at `from`: binds `to`, and `rel`. Undirected patterns list the hops of both directions. */
    | {
        readonly op: 'extend'
        readonly from: number
        readonly to: number
        readonly rel: number
        readonly hops: readonly Hop[]
        readonly child: Operator
      }
    /** Both ends are bound already: one row per rel between them. */
    | {
        readonly op: 'extendInto'
        readonly from: number
        readonly to: number
        readonly rel: number
        readonly hops: readonly Hop[]
        readonly child: Operator
      }
    /** Recursive rel from a bound node; `to` may be bound already (`toIsBound`), otherwise only nodes of the tables of its slot are given. */
    | {
        readonly op: 'extendRecursive'
        readonly from: number
        readonly to: number
        readonly toIsBound: boolean
        /** The walk goes against the pattern: the path value must list nodes and rels from `to` to `from`. */
        readonly reversed: boolean
        readonly hops: readonly Hop[]
        readonly recursive: RecursiveSpec
        readonly child: Operator
      }
    | { readonly op: 'filter'; readonly predicate: BoundExpression; readonly child: Operator }
    /** Defines value slots. With `narrow`, only the slots of `items` and `keep` stay visible above. */
    | {
        readonly op: 'project'
        readonly items: readonly { readonly slot: number; readonly expression: BoundExpression }[]
        readonly keep: readonly number[]
        readonly narrow: boolean
        readonly child: Operator
      }
    | { readonly op: 'unwind'; readonly slot: number; readonly list: BoundExpression; readonly child: Operator }
    /** Equi-join; `left` keeps probe rows without partner (build slots NULL), `semi`/`anti` give probe rows only. */
    | {
        readonly op: 'hashJoin'
        readonly kind: 'inner' | 'left' | 'semi' | 'anti'
        readonly build: Operator
        readonly child: Operator
        readonly keys: readonly { readonly build: BoundExpression; readonly probe: BoundExpression }[]
      }
    | { readonly op: 'crossProduct'; readonly child: Operator; readonly right: Operator }
    /** Runs `inner` (leaf `argument`) per row. optional: inner rows, or one with inner slots NULL. semi/anti: the outer row if there is one / none. */
    | {
        readonly op: 'apply'
        readonly mode: 'inner' | 'optional' | 'semi' | 'anti'
        readonly inner: Operator
        readonly child: Operator
      }
    /** DISTINCT is an aggregate without aggregates. No keys: exactly one row. Key slots of nodes and rels keep being such slots. */
    | {
        readonly op: 'aggregate'
        readonly keys: readonly { readonly slot: number; readonly expression: BoundExpression }[]
        readonly aggregates: readonly AggregateItem[]
        readonly child: Operator
      }
    /** With `limit`, keeps only the first skip + limit rows in a heap. */
    | {
        readonly op: 'sort'
        readonly keys: readonly SortKey[]
        readonly skip: BoundExpression | null
        readonly limit: BoundExpression | null
        readonly child: Operator
      }
    | {
        readonly op: 'limit'
        readonly skip: BoundExpression | null
        readonly limit: BoundExpression | null
        readonly child: Operator
      }
    /** Branches give rows in the value slots `outputs[branch][i]`; above, they are the slots `slots[i]`. */
    | {
        readonly op: 'union'
        readonly all: boolean
        readonly branches: readonly Operator[]
        readonly outputs: readonly (readonly number[])[]
        readonly slots: readonly number[]
      }
    /** CALL f(args): rows of a table function in value slots. */
    | {
        readonly op: 'tableFunction'
        readonly name: string
        readonly args: readonly BoundExpression[]
        readonly options: Readonly<Record<string, Value>>
        readonly outputs: readonly { readonly slot: number; readonly column: string }[]
        readonly child: Operator | null
      }
    /** LOAD FROM: rows of files in value slots. */
    | {
        readonly op: 'scanFile'
        readonly source: FileSource
        readonly outputs: readonly { readonly slot: number; readonly column: number }[]
        readonly child: Operator | null
      }
    | {
        readonly op: 'create'
        readonly nodes: readonly CreateNodeItem[]
        readonly rels: readonly CreateRelItem[]
        readonly child: Operator
      }
    | { readonly op: 'set'; readonly items: readonly SetItem[]; readonly child: Operator }
    | { readonly op: 'delete'; readonly slots: readonly number[]; readonly detach: boolean; readonly child: Operator }
    /** `match` (leaf `argument`) is tried per row and sees what earlier rows created; without a match the items are created. */
    | {
        readonly op: 'merge'
        readonly match: Operator
        readonly nodes: readonly CreateNodeItem[]
        readonly rels: readonly CreateRelItem[]
        readonly onCreate: readonly SetItem[]
        readonly onMatch: readonly SetItem[]
        readonly child: Operator
      }
  )

/** Files to read, with everything known about them at bind time. */
export interface FileSource {
  readonly paths: readonly string[]
  readonly format: 'csv' | 'npy' | 'parquet' | 'json'
  /** Options as written, upper-case names; checked by the reader. */
  readonly options: Readonly<Record<string, Value>>
  readonly columns: readonly { readonly name: string; readonly type: LogicalType }[]
  /** One file per column (BY COLUMN). */
  readonly byColumn: boolean
}

import type { NodeTableEntry, RelTableEntry } from '../../catalog/entries.ts'
import type { BoundExpression, PropertySource } from '../../plan/bound-expression.ts'
import type { RecursiveSpec } from '../../plan/operator.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Bound } from './bound.ts'

/** A property that has been asked of a variable. `sources` grows when the variable gets further tables. */
export interface BoundProperty {
  readonly name: string
  readonly expression: Extract<BoundExpression, { kind: 'property' }>
  readonly sources: PropertySource[]
}

/** A node of a pattern. */
export interface NodeVariable {
  readonly kind: 'node'
  readonly name: string
  readonly slot: number
  /** In the order of their ids. Naming the variable again with other labels adds tables. */
  tables: readonly NodeTableEntry[]
  /** By lower-case name. */
  readonly properties: Map<string, BoundProperty>
}

interface RelEnds {
  readonly source: NodeVariable
  readonly target: NodeVariable
  /** Ends as written, left to right; the same two nodes. */
  readonly left: NodeVariable
  readonly right: NodeVariable
  /** `-[]-`: may be followed either way. */
  readonly undirected: boolean
}

/** A single relationship of a pattern. */
export interface RelVariable extends RelEnds {
  readonly kind: 'rel'
  readonly name: string
  readonly slot: number
  readonly tables: readonly RelTableEntry[]
  readonly properties: Map<string, BoundProperty>
}

/** A relationship of variable length. */
export interface RecursiveVariable extends RelEnds {
  readonly kind: 'recursive'
  readonly name: string
  readonly tables: readonly RelTableEntry[]
  readonly semantic: RecursiveSpec['semantic']
  readonly lower: number
  readonly upper: number
  readonly weight: RecursiveSpec['weight']
  /** A rel and an intermediate node of the path, for the inner conditions. */
  readonly innerRel: { readonly slot: number; readonly predicate: BoundExpression | null }
  readonly innerNode: { readonly slot: number; readonly predicate: BoundExpression | null }
  readonly innerNodeTables: readonly NodeTableEntry[]
  /** RECURSIVE_REL type of the path value. */
  readonly type: LogicalType
  readonly pathSlot: number
  readonly lengthSlot: number
  readonly costSlot: number
  /** Which of the three slots the query reads; the others are not computed. */
  readonly used: { path: boolean; length: boolean; cost: boolean }
}

/** `p = …`: all elements of one pattern from left to right. */
export interface PathVariable {
  readonly kind: 'path'
  readonly name: string
  readonly elements: readonly (NodeVariable | RelVariable | RecursiveVariable)[]
  readonly type: LogicalType
}

/** A value: UNWIND, WITH … AS, a column of a file or table function, a lambda's parameter. */
export interface ValueVariable {
  readonly kind: 'value'
  readonly name: string
  readonly slot: number
  readonly type: LogicalType
}

/** Another name for an expression: an argument of a macro, an alias that ORDER BY uses. */
export interface AliasVariable {
  readonly kind: 'alias'
  readonly name: string
  readonly bound: Bound
}

/** Whatever a name in a query may stand for. */
export type Variable = NodeVariable | RelVariable | RecursiveVariable | PathVariable | ValueVariable | AliasVariable

/** Variables that are matched by a pattern. */
export type PatternRel = RelVariable | RecursiveVariable

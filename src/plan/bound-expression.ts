import type { BoundAggregate } from '../functions/aggregate/aggregate-record.ts'
import type { BoundFunction } from '../functions/bound-function.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'

/**
 * A variable of a plan, known by number everywhere after binding. What a slot holds while a row is under way:
 * - `node`: table id and offset; offset -1 when an OPTIONAL MATCH found nothing
 * - `rel`: table id of the FROM-TO pair, rel id, offsets of its source and target; rel id -1 when null
 * - `value`: one Value of `type` (paths and recursive rels too)
 */
export interface Slot {
  readonly slot: number
  readonly kind: 'node' | 'rel' | 'value'
  /** Name as the user wrote it, or a made-up one starting with '_'. For people only. */
  readonly name: string
  /** NODE or REL type with all fields that the query could ask for; the value's type otherwise. */
  readonly type: LogicalType
  /** Node tables or FROM-TO pairs that it may come from; empty for values. */
  readonly tables: readonly number[]
  /** May be NULL (OPTIONAL MATCH, nullable value). */
  readonly nullable: boolean
}

/** Where a property lives in one of the tables that a slot may come from. */
export interface PropertySource {
  /** Node table or FROM-TO pair. */
  readonly table: number
  /** -1: this table has no such property (NULL there). */
  readonly columnId: number
  /** Type of the column; differs from the expression's type when tables disagree and a cast is needed. */
  readonly type: LogicalType
}

/** Comparison operators. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='

/**
 * An expression after binding: every name resolved, every implicit cast explicit, a type on every node. Plain data that can be sent to
 * another thread. Aggregates never appear inside: the planner has put them into an aggregate operator and left a slot.
 */
export type BoundExpression =
  | { readonly kind: 'literal'; readonly type: LogicalType; readonly value: Value }
  /** Given at execution; the statement was bound for exactly this type. */
  | { readonly kind: 'parameter'; readonly type: LogicalType; readonly name: string }
  /** Value of a slot; for a node or rel slot the whole entity with the fields of `type`. */
  | { readonly kind: 'slot'; readonly type: LogicalType; readonly slot: number }
  | {
      readonly kind: 'property'
      readonly type: LogicalType
      readonly slot: number
      readonly name: string
      readonly sources: readonly PropertySource[]
      /** The primary key of the only table of the slot: equal keys mean equal nodes. */
      readonly isPrimaryKey: boolean
    }
  /** INTERNAL_ID of a node or rel slot; `of` picks an end of a rel. */
  | {
      readonly kind: 'internalId'
      readonly type: LogicalType
      readonly slot: number
      readonly of: 'self' | 'source' | 'target'
    }
  /** Table name of a node or rel slot; `names` has one entry per possible table. */
  | {
      readonly kind: 'label'
      readonly type: LogicalType
      readonly slot: number
      readonly names: readonly { table: number; name: string }[]
    }
  | {
      readonly kind: 'call'
      readonly type: LogicalType
      readonly function: BoundFunction
      readonly args: readonly BoundExpression[]
    }
  /** A function that takes a lambda: `parameters` are value slots, free only inside `body`. Other slots in `body` are captured. */
  | {
      readonly kind: 'lambdaCall'
      readonly type: LogicalType
      readonly function: BoundFunction
      readonly args: readonly BoundExpression[]
      readonly parameters: readonly number[]
      readonly body: BoundExpression
    }
  | { readonly kind: 'and' | 'or' | 'xor'; readonly type: LogicalType; readonly args: readonly BoundExpression[] }
  | { readonly kind: 'not'; readonly type: LogicalType; readonly arg: BoundExpression }
  /** Both sides have the same type `operandType`. */
  | {
      readonly kind: 'compare'
      readonly type: LogicalType
      readonly operator: ComparisonOperator
      readonly operandType: LogicalType
      readonly left: BoundExpression
      readonly right: BoundExpression
    }
  | { readonly kind: 'isNull'; readonly type: LogicalType; readonly arg: BoundExpression; readonly negated: boolean }
  /** `item IN list`; item and the elements of list have the same type. A literal or parameter list becomes a set once per execution. */
  | { readonly kind: 'in'; readonly type: LogicalType; readonly item: BoundExpression; readonly list: BoundExpression }
  | { readonly kind: 'cast'; readonly type: LogicalType; readonly arg: BoundExpression }
  | {
      readonly kind: 'case'
      readonly type: LogicalType
      readonly branches: readonly { readonly when: BoundExpression; readonly result: BoundExpression }[]
      readonly otherwise: BoundExpression | null
    }
  | { readonly kind: 'list'; readonly type: LogicalType; readonly items: readonly BoundExpression[] }
  | { readonly kind: 'struct'; readonly type: LogicalType; readonly items: readonly BoundExpression[] }
  /** Positional part of a STRUCT, NODE, REL or RECURSIVE_REL *value*. */
  | { readonly kind: 'field'; readonly type: LogicalType; readonly arg: BoundExpression; readonly index: number }
  /** RECURSIVE_REL value of a named path: nodes, rels and the nodes and rels of RECURSIVE_REL values put in a row, converted to the fields of `type`. NULL when a part is. */
  | {
      readonly kind: 'path'
      readonly type: LogicalType
      readonly parts: readonly { readonly part: 'node' | 'rel' | 'recursive'; readonly expression: BoundExpression }[]
    }
  /** A correlated sub-plan whose leaf is `argument`: whether it gives a row, or how many. Slots of the outer row are visible inside. */
  | {
      readonly kind: 'subquery'
      readonly type: LogicalType
      readonly mode: 'exists' | 'count'
      readonly plan: Operator
      /** Slots of the outer row that the plan reads. */
      readonly outer: readonly number[]
      /** Slots that the plan defines itself. */
      readonly inner: readonly number[]
    }

/** One aggregate of an aggregate operator. */
export interface AggregateItem {
  /** Value slot that the result goes to. */
  readonly slot: number
  readonly aggregate: BoundAggregate
  /** null for count(*). */
  readonly argument: BoundExpression | null
  readonly distinct: boolean
}

import type { Operator } from './operator.ts'

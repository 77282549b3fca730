import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { AggregateItem, Slot } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import type { PlannerContext } from '../planner-context.ts'
import { Scope } from './scope.ts'

/** Aggregates of the projection that is being bound. The same aggregate twice is computed once. */
export interface AggregateCollector {
  readonly items: AggregateItem[]
  /** Slot of each aggregate by its printed form. */
  readonly slots: Map<string, number>
  /** Set whenever an aggregate is bound; who wants to know whether an expression has one resets it before. */
  seen: boolean
}

/** Plans the pattern of a subquery as a correlated plan with the leaf `argument`; given by the planner so that binding stays below it. */
export type SubqueryPlanner = (graph: QueryGraph, outer: ReadonlySet<number>) => Operator

/** What is known half-way through binding one statement. */
export interface BindState {
  readonly context: PlannerContext
  /** Every slot of the plan by its number; shared by all parts of the statement. */
  readonly slots: MutableSlot[]
  scope: Scope
  /** null where no aggregate may stand. */
  aggregates: AggregateCollector | null
  readonly planSubquery: SubqueryPlanner
  /** The text that spans refer to: the query's, or a macro's while its body is bound. */
  text: string
  /** Nesting of macro bodies, to refuse those that never end. */
  macroDepth: number
}

/** A slot while the statement is being bound: labels of a node may still be added. */
export type MutableSlot = { -readonly [K in keyof Slot]: Slot[K] }

/** @returns the state at the start of a statement. */
export function newBindState(context: PlannerContext, planSubquery: SubqueryPlanner): BindState {
  return { context, slots: [], scope: new Scope(), aggregates: null, planSubquery, text: context.text, macroDepth: 0 }
}

/** Declares a slot and returns its number. Unnamed ones get `_<number>`. */
export function addSlot(state: BindState, slot: Omit<Slot, 'slot' | 'nullable'> & { nullable?: boolean }): number {
  const number = state.slots.length
  state.slots.push({
    slot: number,
    kind: slot.kind,
    name: slot.name === '' ? `_${number}` : slot.name,
    type: slot.type,
    tables: slot.tables,
    nullable: slot.nullable ?? slot.kind === 'value',
  })
  return number
}

/** Declares a slot for one value. */
export function addValueSlot(state: BindState, name: string, type: LogicalType): number {
  return addSlot(state, { kind: 'value', name, type, tables: [] })
}

/** Runs `work` with another scope in place and puts the old one back. */
export function withScope<T>(state: BindState, scope: Scope, work: () => T): T {
  const before = state.scope
  state.scope = scope
  try {
    return work()
  } finally {
    state.scope = before
  }
}

/** Runs `work` where no aggregate may stand (or where they go to `collector`). */
export function withAggregates<T>(state: BindState, collector: AggregateCollector | null, work: () => T): T {
  const before = state.aggregates
  state.aggregates = collector
  try {
    return work()
  } finally {
    state.aggregates = before
  }
}

/** Brings a value into scope under a name that must be new. @throws {DatabaseError} DUPLICATE_NAME */
export function addNewValue(state: BindState, name: string, type: LogicalType, span: Span): number {
  if (state.scope.find(name) !== undefined) {
    throw new DatabaseError('DUPLICATE_NAME', `Variable ${name} already exists.`, { span, facts: { variable: name } })
  }
  const slot = addValueSlot(state, name, type)
  state.scope.add(name, { kind: 'value', name, slot, type })
  return slot
}

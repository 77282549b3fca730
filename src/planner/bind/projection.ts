import { DatabaseError } from '../../errors/database-error.ts'
import type { Expression, Projection, ProjectionItem } from '../../parser/ast.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { isConstant, isVolatile, mapChildren, sameExpression, slotsOf } from '../../plan/expression-parts.ts'
import type { SortKey } from '../../plan/operator.ts'
import { printType } from '../../types/print-type.ts'
import type { LogicalStep, ProjectedItem } from '../logical/logical-query.ts'
import { type AggregateCollector, addValueSlot, type BindState, withAggregates, withScope } from './bind-state.ts'
import { type Bound, typeOf } from './bound.ts'
import { bindExpression } from './expression.ts'
import { bindProperty, propertyNames } from './property.ts'
import { Scope } from './scope.ts'
import type { Variable } from './variable.ts'
import { variableValue } from './variable-value.ts'

/** One item of a projection on its way: what it evaluates now, and the variable it is when it is nothing but a name. */
export interface BoundItem {
  readonly bound: Bound
  readonly alias: string | undefined
  /** The whole item is this variable, which keeps its slots and what is known about it. */
  readonly variable: Variable | undefined
  readonly hasAggregate: boolean
  readonly item: ProjectionItem
}

/** A projection after binding. `items` are evaluated over the rows that the steps leave. */
export interface BoundProjection {
  readonly items: readonly BoundItem[]
  readonly steps: readonly LogicalStep[]
}

/**
 * Binds the items, grouping, DISTINCT, ORDER BY, SKIP and LIMIT of a RETURN or WITH.
 * @throws {DatabaseError} what {@link bindExpression} throws; BINDER, RUNTIME for SKIP and LIMIT
 */
export function bindProjection(state: BindState, projection: Projection): BoundProjection {
  const collector: AggregateCollector = { items: [], slots: new Map(), seen: false }
  const bound = withAggregates(state, collector, () => expandItems(state, projection))
  // an aggregate in ORDER BY must not turn a plain projection into a grouping one
  const orderCollector = collector.items.length > 0 ? collector : null
  const order = withAggregates(state, orderCollector, () => bindOrder(state, projection, bound))
  const skip = projection.skip === undefined ? null : bindCount(state, projection.skip)
  const limit = projection.limit === undefined ? null : bindCount(state, projection.limit)
  const steps: LogicalStep[] = []
  let items = bound
  let keys = order
  if (collector.items.length > 0) {
    const grouping = groupingOf(state, items)
    steps.push({ step: 'aggregate', keys: grouping.keys, aggregates: collector.items })
    items = items.map((i) => replaceItem(i, grouping, state, aggregateSlots(collector)))
    keys = keys.map((k) => replaceKey(k, grouping, state, aggregateSlots(collector)))
  }
  if (projection.distinct) {
    const grouping = groupingOf(
      state,
      items.map((i) => ({ ...i, hasAggregate: false })),
    )
    steps.push({ step: 'aggregate', keys: grouping.keys, aggregates: [] })
    items = items.map((i) => replaceItem(i, grouping, state, []))
    keys = keys.map((k) => replaceKey(k, grouping, state, []))
  }
  if (keys.length > 0) {
    const shared = shareWithOrder(state, items, keys)
    if (shared.project.length > 0) {
      steps.push({ step: 'project', items: shared.project, keep: [], narrow: false })
    }
    items = shared.items
    steps.push({ step: 'sort', keys: shared.keys, skip, limit })
  } else if (skip !== null || limit !== null) {
    steps.push({ step: 'limit', skip, limit })
  }
  return { items, steps }
}

function aggregateSlots(collector: AggregateCollector): number[] {
  return collector.items.map((i) => i.slot)
}

// ---------------------------------------------------------------------------------------------------------------------
// Items
// ---------------------------------------------------------------------------------------------------------------------

function expandItems(state: BindState, projection: Projection): BoundItem[] {
  return projection.items.flatMap((item) =>
    item.expression.kind === 'star' ? expandStar(state, item, item.expression.object) : [bindItem(state, item)],
  )
}

function bindItem(state: BindState, item: ProjectionItem): BoundItem {
  const { expression } = item
  const collector = state.aggregates!
  collector.seen = false
  const bound = bindExpression(state, expression)
  const variable = expression.kind === 'variable' ? state.scope.find(expression.name) : undefined
  return { bound, alias: item.alias?.text, variable, hasAggregate: collector.seen, item }
}

function expandStar(state: BindState, item: ProjectionItem, object: Expression | undefined): BoundItem[] {
  if (object === undefined) {
    if (state.scope.isEmpty) {
      const text = 'RETURN or WITH * is not allowed when there are no variables in scope.'
      throw new DatabaseError('BINDER', text, { span: item.span })
    }
    return state.scope.entries.map(({ name, variable }) => ({
      bound: variableValue(variable),
      alias: name,
      variable,
      hasAggregate: false,
      item,
    }))
  }
  const variable = object.kind === 'variable' ? state.scope.find(object.name) : undefined
  if (variable?.kind === 'node' || variable?.kind === 'rel') {
    return propertyNames(variable).map((name) => starItem(bindProperty(variable, name, item.span), item))
  }
  return expandStruct(bindExpression(state, object), item)
}

function starItem(bound: Bound, item: ProjectionItem): BoundItem {
  return { bound, alias: undefined, variable: undefined, hasAggregate: false, item }
}

function expandStruct(object: Bound, item: ProjectionItem): BoundItem[] {
  const type = typeOf(object)
  if (type.id !== 'STRUCT' && type.id !== 'NODE' && type.id !== 'REL') {
    const text = `Cannot expand ${object.name}.*: it has no fields.`
    throw new DatabaseError('BINDER', text, { span: item.span })
  }
  return type.fields.flatMap((field, index) => {
    const expression: BoundExpression = { kind: 'field', type: field.type, arg: object.expression, index }
    return [starItem({ expression, name: `STRUCT_EXTRACT(${object.name},${field.name})` }, item)]
  })
}

// ---------------------------------------------------------------------------------------------------------------------
// Grouping
// ---------------------------------------------------------------------------------------------------------------------

interface Grouping {
  readonly keys: readonly ProjectedItem[]
}

/** Whether two expressions over the same row have the same value: two random numbers have not. */
function sameValue(a: BoundExpression, b: BoundExpression): boolean {
  return a === b || (sameExpression(a, b) && !isVolatile(a))
}

/** Every item without an aggregate is a key. Keys that are slots keep their slot, others get a value slot. */
function groupingOf(state: BindState, items: readonly BoundItem[]): Grouping {
  const keys: ProjectedItem[] = []
  for (const item of items) {
    if (item.hasAggregate) continue
    const { expression, name } = item.bound
    if (keys.some((key) => sameValue(key.expression, expression))) continue
    const slot = expression.kind === 'slot' ? expression.slot : addValueSlot(state, item.alias ?? name, expression.type)
    keys.push({ slot, expression })
  }
  return { keys }
}

function replaceItem(item: BoundItem, grouping: Grouping, state: BindState, extra: readonly number[]): BoundItem {
  const expression = overKeys(item.bound.expression, grouping, state, extra, item.item.expression)
  // a recursive rel is more than its value: only the value is a key
  const keepsVariable =
    item.variable?.kind === 'node' || item.variable?.kind === 'rel' || item.variable?.kind === 'value'
  return { ...item, bound: { ...item.bound, expression }, variable: keepsVariable ? item.variable : undefined }
}

function replaceKey(key: OrderKey, grouping: Grouping, state: BindState, extra: readonly number[]): OrderKey {
  return { ...key, expression: overKeys(key.expression, grouping, state, extra, key.source) }
}

/**
 * Rewrites an expression over the rows before grouping into one over the rows after it.
 * @throws {DatabaseError} UNKNOWN_VARIABLE for what is neither a key nor an aggregate.
 */
function overKeys(
  expression: BoundExpression,
  grouping: Grouping,
  state: BindState,
  extra: readonly number[],
  source: Expression,
): BoundExpression {
  const replaced = replaceKeys(expression, grouping)
  const visible = new Set([...grouping.keys.map((k) => k.slot), ...extra])
  for (const slot of slotsOf(replaced)) {
    if (visible.has(slot)) continue
    const { name } = state.slots[slot]!
    throw new DatabaseError('UNKNOWN_VARIABLE', `Variable ${name} is not in scope.`, {
      span: source.span,
      facts: { variable: name },
    })
  }
  return replaced
}

function replaceKeys(expression: BoundExpression, grouping: Grouping): BoundExpression {
  const key = grouping.keys.find((k) => sameValue(k.expression, expression))
  if (key !== undefined) return { kind: 'slot', type: expression.type, slot: key.slot }
  return mapChildren(expression, (part) => replaceKeys(part, grouping))
}

// ---------------------------------------------------------------------------------------------------------------------
// Order
// ---------------------------------------------------------------------------------------------------------------------

interface OrderKey extends SortKey {
  readonly source: Expression
}

const UNORDERED = ['LIST', 'ARRAY', 'STRUCT', 'MAP', 'UNION', 'NODE', 'REL', 'RECURSIVE_REL', 'INTERNAL_ID']

/** ORDER BY sees the projected names first and then what was in scope before. */
function bindOrder(state: BindState, projection: Projection, items: readonly BoundItem[]): OrderKey[] {
  if (projection.orderBy.length === 0) return []
  const scope = state.scope.copy()
  for (const item of items) {
    if (item.alias === undefined) continue
    scope.add(item.alias, item.variable ?? { kind: 'alias', name: item.alias, bound: item.bound })
  }
  return projection.orderBy.map((key) => {
    const bound = withScope(state, orderScope(state, scope, key.expression), () =>
      bindExpression(state, key.expression),
    )
    const type = typeOf(bound)
    if (UNORDERED.includes(type.id)) {
      const text = `Cannot order by ${bound.name}. Order by ${printType(type)} is not supported.`
      throw new DatabaseError('BINDER', text, { span: key.span })
    }
    return { expression: bound.expression, descending: key.descending, source: key.expression }
  })
}

/** `RETURN a.age AS a ORDER BY a.name`: a property is asked of the node that the alias hides. */
function orderScope(state: BindState, scope: Scope, expression: Expression): Scope {
  if (expression.kind !== 'property' || expression.object.kind !== 'variable') return scope
  const { name } = expression.object
  const hidden = state.scope.find(name)
  if (scope.find(name)?.kind !== 'alias' || (hidden?.kind !== 'node' && hidden?.kind !== 'rel')) return scope
  const without = scope.copy()
  without.add(name, hidden)
  return without
}

interface Shared {
  readonly project: readonly ProjectedItem[]
  readonly items: BoundItem[]
  readonly keys: readonly SortKey[]
}

/** Computes what is both projected and ordered by once, before sorting. Slots and properties are cheap to read again. */
function shareWithOrder(state: BindState, items: readonly BoundItem[], keys: readonly OrderKey[]): Shared {
  const project: ProjectedItem[] = []
  const shared = items.map((item) => {
    const { expression } = item.bound
    if (expression.kind === 'slot' || isConstant(expression)) return item
    if (!keys.some((k) => sameExpression(k.expression, expression))) return item
    const slot = addValueSlot(state, item.alias ?? item.bound.name, expression.type)
    project.push({ slot, expression })
    const reference: BoundExpression = { kind: 'slot', type: expression.type, slot }
    return { ...item, bound: { ...item.bound, expression: reference } }
  })
  const sortKeys = keys.map(({ expression, descending }) => {
    const found = project.find((p) => sameExpression(p.expression, expression))
    const key: BoundExpression =
      found === undefined ? expression : { kind: 'slot', type: expression.type, slot: found.slot }
    return { expression: key, descending }
  })
  return { project, items: shared, keys: sortKeys }
}

// ---------------------------------------------------------------------------------------------------------------------
// SKIP and LIMIT
// ---------------------------------------------------------------------------------------------------------------------

/** SKIP or LIMIT: constant during one execution. @throws {DatabaseError} BINDER, RUNTIME */
function bindCount(state: BindState, expression: Expression): BoundExpression {
  const bound = withAggregates(state, null, () => withScope(state, new Scope(), () => boundConstant(state, expression)))
  if (!isConstant(bound.expression)) throw notConstant(expression)
  const { expression: value } = bound
  if (
    value.kind === 'literal' &&
    !(typeof value.value === 'number' && Number.isInteger(value.value) && value.value >= 0)
  ) {
    const text = 'The number of rows to skip/limit must be a non-negative integer.'
    throw new DatabaseError('RUNTIME', text, { span: expression.span })
  }
  return value
}

function boundConstant(state: BindState, expression: Expression): Bound {
  try {
    return bindExpression(state, expression)
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'UNKNOWN_VARIABLE') throw notConstant(expression)
    throw error
  }
}

function notConstant(expression: Expression): DatabaseError {
  const text = 'The number of rows to skip/limit must be a parameter/literal expression.'
  return new DatabaseError('BINDER', text, { span: expression.span })
}

/** Names that a WITH leaves in scope, as variables; `project` is what must be computed for them. */
export function projectedScope(
  state: BindState,
  items: readonly BoundItem[],
): { readonly scope: Scope; readonly project: readonly ProjectedItem[]; readonly keep: readonly number[] } {
  const scope = new Scope()
  const project: ProjectedItem[] = []
  const keep: number[] = []
  for (const item of items) {
    const { expression } = item.bound
    const name = item.alias ?? item.bound.name
    if (item.variable !== undefined && item.variable.kind !== 'path' && item.variable.kind !== 'alias') {
      scope.add(name, renamed(item.variable, name))
      keep.push(...slotsKept(item.variable))
      continue
    }
    let slot: number
    if (expression.kind === 'slot') {
      slot = expression.slot
      keep.push(slot)
    } else {
      slot = addValueSlot(state, name, expression.type)
      project.push({ slot, expression })
    }
    scope.add(name, { kind: 'value', name, slot, type: expression.type })
  }
  return { scope, project, keep }
}

/** Values take the new name; nodes and rels go on showing their first one, as in the dialect. */
function renamed(variable: Variable, name: string): Variable {
  return variable.kind === 'value' ? { ...variable, name } : variable
}

function slotsKept(variable: Variable): readonly number[] {
  if (variable.kind === 'recursive') return [variable.pathSlot, variable.lengthSlot, variable.costSlot]
  return 'slot' in variable ? [variable.slot] : []
}

import { DatabaseError } from '../../errors/database-error.ts'
import { bindAggregate, isAggregate as isAggregateName } from '../../functions/aggregate/aggregate-record.ts'
import type { CallExpression } from '../../parser/ast.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { type AggregateCollector, addValueSlot, type BindState } from './bind-state.ts'
import { type Bound, typeOf } from './bound.ts'
import { bindExpression } from './expression.ts'
import { atSpan } from './function-call.ts'
import { nodeAsId } from './operator-expression.ts'

/** @returns whether a lower-case name is that of an aggregate. */
export function isAggregate(name: string): boolean {
  return isAggregateName(name)
}

/**
 * Binds an aggregate: it goes to the collector of the projection, and what stays is a slot for its result.
 * @throws {DatabaseError} BINDER where no aggregate may stand, inside another one, or for arguments that it does not take.
 */
export function bindAggregateCall(state: BindState, call: CallExpression): Bound {
  const collector = state.aggregates
  if (collector === null) {
    const text = `Aggregate ${call.name.text.toUpperCase()} is only allowed in RETURN and WITH.`
    throw new DatabaseError('BINDER', text, { span: call.span })
  }
  const seen = collector.seen
  collector.seen = false
  const args = call.args.map((a) => bindExpression(state, a.value))
  const nested = collector.seen
  collector.seen = seen
  const counted = call.name.text.toLowerCase() === 'count' ? args.map(nodeAsId) : args
  const recordName = call.star ? 'COUNT_STAR' : call.name.text.toUpperCase()
  const name = `${recordName}(${call.distinct ? 'DISTINCT ' : ''}${counted.map((a) => a.name).join(',')})`
  if (nested) {
    const text = `Expression ${name} contains nested aggregation.`
    throw new DatabaseError('BINDER', text, { span: call.span })
  }
  const aggregate = atSpan(call.span, () => bindAggregate(recordName, counted.map(typeOf), call.distinct))
  const slot = slotFor(state, collector, name, aggregate.returnType, (target) => ({
    slot: target,
    aggregate,
    argument: counted[0]?.expression ?? null,
    distinct: call.distinct,
  }))
  collector.seen = true
  return { expression: { kind: 'slot', type: aggregate.returnType, slot }, name, ofValue: true }
}

function slotFor(
  state: BindState,
  collector: AggregateCollector,
  name: string,
  type: LogicalType,
  make: (slot: number) => AggregateCollector['items'][number],
): number {
  const known = collector.slots.get(name)
  if (known !== undefined) return known
  const slot = addValueSlot(state, name, type)
  collector.items.push(make(slot))
  collector.slots.set(name, slot)
  return slot
}

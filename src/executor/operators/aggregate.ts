import type { AggregateItem } from '../../plan/bound-expression.ts'
import { type AccumulatorPlaces, Accumulators } from '../codegen/accumulators.ts'
import { emitNewBit } from '../codegen/bits.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { type Aggregate, type DenseKey, denseKeyOf, type KeyRange, keyRange, rangeKeyOf } from '../codegen/grouping.ts'
import type { PropertyExpression } from '../codegen/properties.ts'
import { emitRows } from '../codegen/row-source.ts'
import { columnOf } from '../codegen/traits.ts'
import { GroupState } from '../runtime/group-state.ts'
import { emitHashAggregate, emitHashDistinct } from './hash-aggregate.ts'
import { emitDefinition } from './row-operators.ts'

/**
 * Emits grouping. The way is chosen by the keys: none: registers; a node or what identifies it: arrays over the offsets of its table; whole
 * numbers of a small range: arrays over the range; otherwise a hash table.
 */
export function emitAggregate(op: Aggregate, emitter: Emitter, consume: () => void): void {
  const { live } = emitter.demand(op)
  const items = op.aggregates.filter((a) => live.has(a.slot))
  if (op.keys.length === 0) {
    emitSingle(op, items, emitter, consume)
    return
  }
  const isDistinct = op.aggregates.length === 0
  const dense = emitter.isNested ? null : denseKeyOf(op, emitter)
  if (dense !== null) {
    isDistinct ? emitDenseDistinct(op, dense, emitter, consume) : emitDense(op, dense, items, emitter, consume)
    return
  }
  const range = emitter.isNested || isDistinct ? null : rangeKeyOf(op, emitter)
  if (range !== null) {
    emitRange(op, range, items, emitter, consume)
    return
  }
  if (isDistinct) {
    emitHashDistinct(op, emitter, consume)
    return
  }
  emitHashAggregate(op, items, emitter, consume)
}

/** No keys: one group, in registers. */
function emitSingle(op: Aggregate, items: readonly AggregateItem[], emitter: Emitter, consume: () => void): void {
  emitter.note(op, 'registers')
  const { isNested } = emitter
  const accumulators = new Accumulators(items, emitter, op)
  const registers = Array.from({ length: accumulators.columnCount }, () => emitter.newRegister())
  const state = emitter.object((run) => new GroupState(run, accumulators.columnCount, accumulators.general))
  const places: AccumulatorPlaces = {
    column: (c) => (isNested ? emitter.cell(registers[c]!) : emitter.fn.register(registers[c]!)),
    state: () => emitter.use(state),
    group: '0',
  }
  if (isNested) {
    for (const register of registers) emitter.line(`${emitter.cell(register)} = 0`)
    accumulators.emitClear()
    if (accumulators.usesState) emitter.line(`${emitter.use(state)}.clear()`)
  }
  emitter.operator(op.child, () => {
    for (const item of accumulators.items) item.update(places)
  })
  const deliver = (): void => {
    items.forEach((item, i) => {
      emitter.bindValue(item.slot, accumulators.items[i]!.result(places))
    })
    consume()
  }
  if (isNested) emitter.within('', deliver)
  else emitter.pipeline({ kind: 'once' }, 'aggregate', deliver)
}

/** Groups by offset of a node table. */
function emitDense(
  op: Aggregate,
  key: DenseKey,
  items: readonly AggregateItem[],
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.note(op, 'dense')
  const rows = emitter.object((run) => ({ length: run.context.view.nodeTable(key.table).rowCount }))
  const groupOf = (): string => emitter.nodeVariables(key.slot).offset
  emitArrays(op, items, rows, groupOf, emitter, (group) => {
    emitter.bindNode(key.slot, group, null)
    const { live } = emitter.demand(op)
    for (const { slot, expression } of op.keys) if (live.has(slot)) emitDefinition(slot, expression, emitter)
    consume()
  })
}

/** Groups by whole numbers of a small range. */
function emitRange(
  op: Aggregate,
  key: PropertyExpression,
  items: readonly AggregateItem[],
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.note(op, 'range')
  const isRel = emitter.slotOf(key.slot).kind === 'rel'
  const { table, columnId } = key.sources.find((s) => s.table === emitter.slotOf(key.slot).tables[0])!
  const range = emitter.object((run): KeyRange => {
    return keyRange(columnOf(run.context.view, table, columnId, isRel).statistics)!
  })
  const bounds = (): { min: string; last: string } => {
    const name = emitter.use(range)
    return { min: `${name}.min`, last: `${name}.length - 1` }
  }
  const groupOf = (): string => {
    const x = emitter.holdCode(emitter.expression(key))
    const { min, last } = bounds()
    return emitter.hold(x.nul === null ? `${x.value} - ${min}` : `${x.nul} ? ${last} : ${x.value} - ${min}`, 'g')
  }
  emitArrays(op, items, range, groupOf, emitter, (group) => {
    const { min, last } = bounds()
    emitter.bindValue(op.keys[0]!.slot, {
      value: `${group} + ${min}`,
      nul: `${group} === ${last}`,
      boxed: false,
      rep: 'number',
    })
    consume()
  })
}

/** Groups are the numbers below `length` of an object; accumulators are arrays that never grow. */
function emitArrays(
  op: Aggregate,
  items: readonly AggregateItem[],
  groups: number,
  groupOf: () => string,
  emitter: Emitter,
  deliver: (group: string) => void,
): void {
  const accumulators = new Accumulators(items, emitter, op)
  const presence = accumulators.presenceColumn >= 0 ? accumulators.presenceColumn : accumulators.columnCount++
  const state = emitter.object((run) => {
    const made = new GroupState(run, accumulators.columnCount, accumulators.general)
    made.reserve(run.get<{ length: number }>(groups).length)
    return made
  })
  const columns = Array.from({ length: accumulators.columnCount }, (_, c) => {
    return emitter.object((run) => run.get<GroupState>(state).columns[c])
  })
  const placesAt = (group: string): AccumulatorPlaces => ({
    column: (c) => `${emitter.use(columns[c]!)}[${group}]`,
    state: () => emitter.use(state),
    group,
  })
  emitter.operator(op.child, () => {
    const places = placesAt(groupOf())
    if (accumulators.presenceColumn < 0) emitter.line(`${places.column(presence)} = 1`)
    for (const item of accumulators.items) item.update(places)
  })
  emitRows(groups, 'aggregate', emitter, (group) => {
    const places = placesAt(group)
    emitter.within(`if (${places.column(presence)} !== 0)`, () => {
      items.forEach((item, i) => {
        emitter.bindValue(item.slot, accumulators.items[i]!.result(places))
      })
      deliver(group)
    })
  })
}

/** DISTINCT nodes: a bit per node; new ones go on at once. */
function emitDenseDistinct(op: Aggregate, key: DenseKey, emitter: Emitter, consume: () => void): void {
  emitter.note(op, 'bitset')
  const bits = emitter.object((run) => {
    const words = (run.context.view.nodeTable(key.table).rowCount >>> 5) + 1
    run.reserve(words * 4)
    return new Int32Array(words)
  })
  const { live } = emitter.demand(op)
  emitter.operator(op.child, () => {
    const { offset } = emitter.nodeVariables(key.slot)
    emitNewBit(emitter.use(bits), offset, emitter, () => {
      for (const { slot, expression } of op.keys) if (live.has(slot)) emitDefinition(slot, expression, emitter)
      emitter.weight = null
      consume()
    })
  })
}

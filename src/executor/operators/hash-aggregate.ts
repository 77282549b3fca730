import type { AggregateItem } from '../../plan/bound-expression.ts'
import { type AccumulatorPlaces, Accumulators } from '../codegen/accumulators.ts'
import { boxedValue } from '../codegen/code.ts'
import type { Emitter } from '../codegen/emitter.ts'
import type { Aggregate } from '../codegen/grouping.ts'
import { emitKeyCodes } from '../codegen/key-codes.ts'
import { emitLoad, emitStore, layoutOf, type RowLayout } from '../codegen/row-layout.ts'
import { emitRows } from '../codegen/row-source.ts'
import type { SlotVariables } from '../codegen/slot-variables.ts'
import { GroupState } from '../runtime/group-state.ts'
import { KeyTable } from '../runtime/key-table.ts'
import { NumberTable } from '../runtime/number-table.ts'
import { RowBuffer } from '../runtime/row-buffer.ts'
import { emitDefinition } from './row-operators.ts'

/** The hash table of an aggregate; its width is known once the keys have been emitted. */
class GroupTable {
  readonly object: number
  #width = 0

  constructor(emitter: Emitter, expected: number) {
    this.object = emitter.object((run) => {
      return this.#width === 0 ? new KeyTable(run) : new NumberTable(run, this.#width, expected)
    })
  }

  /** Emits the probe for the keys bound as these slots. @returns code of the group's number. */
  emitFind(keys: readonly SlotVariables[], emitter: Emitter): string {
    const table = emitter.use(this.object)
    const [only] = keys
    if (keys.length === 1 && only!.kind === 'value' && only!.code.rep === 'string') {
      return `${table}.find(${boxedValue(only!.code)})`
    }
    const codes = keys.flatMap((key) => emitKeyCodes(key, emitter))
    this.#width = codes.length
    if (codes.length === 1) return `${table}.find(${codes[0]})`
    const probe = emitter.use(emitter.object((run) => run.get<NumberTable>(this.object).probe))
    codes.forEach((code, i) => {
      emitter.line(`${probe}[${i}] = ${code}`)
    })
    return `${table}.findAll()`
  }
}

/** Groups by hash table, whatever the keys are. Keys of new groups are kept in a row buffer, row = group. */
export function emitHashAggregate(
  op: Aggregate,
  items: readonly AggregateItem[],
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.note(op, 'hash')
  const accumulators = new Accumulators(items, emitter, op)
  const table = new GroupTable(emitter, op.estimate)
  let layout: RowLayout = { shapes: [], kinds: [] }
  const buffer = emitter.object((run) => new RowBuffer(run, layout.kinds))
  const state = emitter.object((run) => {
    const made = new GroupState(run, accumulators.columnCount, accumulators.general)
    growTogether(run.get(table.object), made)
    return made
  })
  const columns = emitter.object((run) => run.get<GroupState>(state).columns)
  const placesAt = (group: string): AccumulatorPlaces => ({
    column: (c) => `${emitter.use(columns)}[${c}][${group}]`,
    state: () => emitter.use(state),
    group,
  })
  const { isNested } = emitter
  if (isNested) for (const o of [table.object, buffer, state]) emitter.line(`${emitter.use(o)}.clear()`)
  if (isNested) accumulators.emitClear()
  emitter.operator(op.child, () => {
    const keys = bindKeys(op, emitter)
    emitter.use(state)
    const group = emitter.hold(table.emitFind(keys, emitter), 'g')
    layout = layoutOf(keys)
    emitter.within(`if (${group} === ${emitter.use(buffer)}.length)`, () => {
      emitter.line(`${emitter.use(buffer)}.add()`)
      emitStore(layout, keys, `${emitter.use(buffer)}.columns`, group, emitter)
    })
    const places = placesAt(group)
    for (const item of accumulators.items) item.update(places)
  })
  emitRows(buffer, 'aggregate', emitter, (group) => {
    emitLoad(layout, `${emitter.use(buffer)}.columns`, group, emitter)
    const places = placesAt(group)
    items.forEach((item, i) => {
      emitter.bindValue(item.slot, accumulators.items[i]!.result(places))
    })
    consume()
  })
}

function growTogether(table: NumberTable | KeyTable, state: GroupState): void {
  table.onGrow = (capacity) => state.reserve(capacity)
  if (table instanceof NumberTable) state.reserve(table.capacity)
}

/** DISTINCT: a row goes on at once when its keys are new. */
export function emitHashDistinct(op: Aggregate, emitter: Emitter, consume: () => void): void {
  emitter.note(op, 'hash-distinct')
  const table = new GroupTable(emitter, op.estimate)
  if (emitter.isNested) emitter.line(`${emitter.use(table.object)}.clear()`)
  emitter.operator(op.child, () => {
    const keys = bindKeys(op, emitter)
    const before = emitter.fresh('g')
    const find = table.emitFind(keys, emitter)
    emitter.line(`const ${before} = ${emitter.use(table.object)}.length`)
    emitter.within(`if (${find} === ${before})`, () => {
      emitter.weight = null
      consume()
    })
  })
}

/** Binds the key slots in the current row. */
function bindKeys(op: Aggregate, emitter: Emitter): SlotVariables[] {
  for (const { slot, expression } of op.keys) emitDefinition(slot, expression, emitter)
  return op.keys.map((k) => emitter.variables(k.slot))
}

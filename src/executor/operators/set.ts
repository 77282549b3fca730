import type { PropertySource } from '../../plan/bound-expression.ts'
import type { Operator, SetItem } from '../../plan/operator.ts'
import { emitCast } from '../codegen/casts.ts'
import { boxedValue } from '../codegen/code.ts'
import type { Emitter } from '../codegen/emitter.ts'
import type { NodeVariables, RelVariables } from '../codegen/slot-variables.ts'
import { emitWrite, useTransaction } from './write.ts'

/** Emits SET: each item sees what the ones before it have set. */
export function emitSet(op: Extract<Operator, { readonly op: 'set' }>, emitter: Emitter, consume: () => void): void {
  emitWrite(op, emitter, consume, (next) => {
    emitAssignments(op.items, emitter)
    next()
  })
}

/** Emits the assignments for the current row. Nothing is assigned to a slot that is NULL. */
export function emitAssignments(items: readonly SetItem[], emitter: Emitter): void {
  if (items.length === 0) return
  emitter.scope.forget()
  for (const item of items) {
    const v = emitter.variables(item.slot)
    if (v.kind === 'value') throw new TypeError(`SET on the value slot ${item.slot}`)
    const row = v.kind === 'node' ? v.offset : v.id!
    emitter.within(v.nullable ? `if (${row} >= 0)` : '', () => emitAssignment(item, v, row, emitter))
  }
}

function emitAssignment(item: SetItem, v: NodeVariables | RelVariables, row: string, emitter: Emitter): void {
  const value = emitter.holdCode(emitter.expression(item.value))
  const sources = item.sources.filter((s) => s.columnId >= 0 && v.slot.tables.includes(s.table))
  const method = v.kind === 'node' ? 'updateNode' : 'updateRel'
  const table = v.kind === 'node' ? v.table : v.pair
  const update = (source: PropertySource): void => {
    const stored = boxedValue(emitCast(value, item.value.type, source.type, emitter))
    const column = emitter.use(emitter.object(() => source.columnId))
    emitter.line(`${useTransaction(emitter)}.${method}(${emitter.tableId(source.table)}, ${row}, ${column}, ${stored})`)
  }
  for (const source of sources) {
    if (table === null) update(source)
    else emitter.within(`if (${table} === ${emitter.tableId(source.table)})`, () => update(source))
  }
}

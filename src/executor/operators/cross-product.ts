import type { Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitLoad, emitStore, layoutOf, type RowLayout } from '../codegen/row-layout.ts'
import { emitRepeated, emitWeighted } from '../codegen/weights.ts'
import { hasWrite } from '../codegen/write-order.ts'
import { RowBuffer } from '../runtime/row-buffer.ts'
import { BufferedRows } from './buffered-rows.ts'

/** Emits all pairs of rows: the right side is kept in a buffer, or only counted when nobody looks at it. */
export function emitCrossProduct(
  op: Extract<Operator, { readonly op: 'crossProduct' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  let layout: RowLayout = { shapes: [], kinds: [] }
  const rows = emitter.object((run) => new RowBuffer(run, layout.kinds))
  const { live, duplicates } = emitter.demand(op)
  // what the child changes must be there before the right side is read
  const changed = hasWrite(op.child) ? BufferedRows.of(op.child, emitter) : null
  if (emitter.isNested) emitter.line(`${emitter.use(rows)}.clear()`)
  emitter.operator(op.right, () => {
    const slots = emitter.carried(live.keys())
    layout = layoutOf(slots)
    const row = emitter.hold(`${emitter.use(rows)}.add()`, 'i')
    emitStore(layout, slots, `${emitter.use(rows)}.columns`, row, emitter)
  })
  const pair = (): void => {
    const count = `${emitter.use(rows)}.length`
    if (layout.shapes.length === 0) {
      if (duplicates === 'rows') emitRepeated(count, emitter, consume)
      else emitWeighted(count, emitter, consume)
      return
    }
    const i = emitter.fresh('i')
    emitter.loop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
      emitter.countWork('1')
      emitter.visit(op, '1')
      emitLoad(layout, `${emitter.use(rows)}.columns`, i, emitter)
      consume()
    })
  }
  if (changed === null) emitter.operator(op.child, pair)
  else changed.emitRows(pair)
}

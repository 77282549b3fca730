import type { Operator } from '../../plan/operator.ts'
import { emitWhenNotNull } from '../codegen/conditions.ts'
import type { Emitter } from '../codegen/emitter.ts'

/** Emits a primary-key look-up per row. */
export function emitLookupNode(
  op: Extract<Operator, { readonly op: 'lookupNode' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.operator(op.child, () => {
    const key = emitter.holdCode(emitter.expression(op.key))
    const reader = emitter.bind(`nodes:${op.table}`, (run) => run.context.view.nodeTable(op.table))
    emitWhenNotNull(key.nul, emitter, () => {
      emitter.visit(op, '1')
      emitter.countWork('1')
      const offset = emitter.hold(`${reader}.lookup(${key.value})`, 'n')
      emitter.within(`if (${offset} >= 0)`, () => {
        emitter.bindNode(op.slot, offset, null)
        consume()
      })
    })
  })
}

/** Emits the node that an INTERNAL_ID value names, if it is a live node of one of the tables. */
export function emitNodeById(
  op: Extract<Operator, { readonly op: 'nodeById' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.operator(op.child, () => {
    const id = emitter.holdCode(emitter.expression(op.id))
    const readers = emitter.use(
      emitter.object((run) => new Map(op.tables.map((t) => [t, run.context.view.nodeTable(t)]))),
    )
    const isLive = emitter.bind('isLiveNode', () => isLiveNode)
    emitter.visit(op, '1')
    const found = `${isLive}(${readers}.get(${id.value}.table), ${id.value}.offset)`
    emitter.within(`if (${id.nul === null ? '' : `!(${id.nul}) && `}${found})`, () => {
      const offset = emitter.hold(`${id.value}.offset`, 'n')
      emitter.bindNode(op.slot, offset, op.tables.length > 1 ? emitter.hold(`${id.value}.table`, 't') : null)
      consume()
    })
  })
}

function isLiveNode(
  reader: { readonly rowCount: number; readonly deleted: Uint32Array | null } | undefined,
  offset: number,
): boolean {
  if (reader === undefined || offset < 0 || offset >= reader.rowCount) return false
  return reader.deleted === null || ((reader.deleted[offset >>> 5] ?? 0) & (1 << offset)) === 0
}

import type { Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { needsAllWrites } from '../codegen/write-order.ts'
import { NodeDeleter } from '../runtime/write-delete.ts'
import { BufferedRows } from './buffered-rows.ts'
import { useTransaction } from './write.ts'

type Delete = Extract<Operator, { readonly op: 'delete' }>

/**
 * Emits DELETE over all rows of the input: first the rels of every row, then the nodes, so that a node may go together with the rels that other rows
 * name. What is deleted can still be read.
 */
export function emitDelete(op: Delete, emitter: Emitter, consume: () => void): void {
  const rows = BufferedRows.of(op.child, emitter)
  const kindOf = (slot: number): string => emitter.slotOf(slot).kind
  const rels = op.slots.filter((slot) => kindOf(slot) === 'rel')
  const nodes = op.slots.filter((slot) => kindOf(slot) === 'node')
  const isSplit = rels.length > 0 && nodes.length > 0
  if (isSplit) rows.emitRows(() => emitRels(op, rels, emitter))
  const last = (next: () => void): void => {
    rows.emitRows(() => {
      emitter.countWork('1')
      if (!isSplit) emitRels(op, rels, emitter)
      emitNodes(op, nodes, emitter)
      next()
    })
  }
  if (needsAllWrites(emitter.plan, op)) {
    last(() => undefined)
    rows.emitRows(consume)
  } else last(consume)
}

function emitRels(op: Delete, slots: readonly number[], emitter: Emitter): void {
  for (const slot of slots) {
    const v = emitter.relVariables(slot)
    const pair = v.pair ?? emitter.tableId(v.slot.tables[0]!)
    emitter.within(v.nullable ? `if (${v.id} >= 0)` : '', () => {
      emitter.visit(op, '1')
      emitter.line(`${useTransaction(emitter)}.deleteRel(${pair}, ${v.source}, ${v.target}, ${v.id})`)
    })
  }
}

function emitNodes(op: Delete, slots: readonly number[], emitter: Emitter): void {
  for (const slot of slots) {
    const v = emitter.nodeVariables(slot)
    const deleter = emitter.bind(`deleter:${op.detach}`, (run) => new NodeDeleter(run, op.detach))
    emitter.within(v.nullable ? `if (${v.offset} >= 0)` : '', () => {
      emitter.visit(op, '1')
      emitter.line(`${deleter}.delete(${emitter.tableOf(v)}, ${v.offset})`)
    })
  }
}

import type { Operator } from '../../plan/operator.ts'
import type { Emitter, SlotShape } from '../codegen/emitter.ts'
import { shapeOf } from '../codegen/emitter.ts'
import { emitCreation } from './create.ts'
import { emitAssignments } from './set.ts'
import { emitWrite } from './write.ts'

type Merge = Extract<Operator, { readonly op: 'merge' }>

/**
 * Emits MERGE: per row the pattern is looked for in the transaction's own view, which shows what earlier rows created; without a match it is created.
 * The code above runs from both places, so it goes into a function.
 */
export function emitMerge(op: Merge, emitter: Emitter, consume: () => void): void {
  emitWrite(op, emitter, consume, (next) => {
    const found = emitter.newRegister()
    const outer = emitter.carried(emitter.demand(op).live.keys())
    const created = createdShapes(op, emitter)
    const shapes = [...outer.map((v) => shapeOf(v)), ...created]
    const helper = emitter.helper(outer, next, shapes)
    const emitNext = (): void =>
      emitter.call(
        helper,
        shapes.map((s) => emitter.variables(s.slot.slot)),
      )
    emitter.line(`${emitter.cell(found)} = 0`)
    emitter.nested(() => {
      emitter.operator(op.match, () => {
        emitter.line(`${emitter.cell(found)} = 1`)
        emitAssignments(op.onMatch, emitter)
        emitNext()
      })
    })
    emitter.within(`if (${emitter.cell(found)} === 0)`, () => {
      emitCreation(op.nodes, op.rels, emitter)
      emitAssignments(op.onCreate, emitter)
      emitNext()
    })
  })
}

/** Shapes of the slots that either the match or the creation binds, as far as they are read above. */
function createdShapes(op: Merge, emitter: Emitter): SlotShape[] {
  const { live } = emitter.demand(op)
  return [...op.nodes, ...op.rels].flatMap(({ slot: number }): SlotShape[] => {
    if (!live.has(number)) return []
    const slot = emitter.slotOf(number)
    const isMixed = slot.tables.length > 1
    if (slot.kind === 'node') return [{ kind: 'node', slot, hasTable: isMixed, nullable: false }]
    // a rel at a NULL node is NULL
    return [{ kind: 'rel', slot, id: true, pair: isMixed, source: true, target: true, nullable: true }]
  })
}

import type { Operator } from '../../plan/operator.ts'
import { assert } from '../../util/assert.ts'
import type { Emitter, SlotShape } from '../codegen/emitter.ts'
import { shapeOf } from '../codegen/emitter.ts'
import type { SlotVariables } from '../codegen/slot-variables.ts'

type Apply = Extract<Operator, { readonly op: 'apply' }>

/** Emits a correlated sub-plan as nested loops in place. */
export function emitApply(op: Apply, emitter: Emitter, consume: () => void): void {
  emitter.note(op, op.mode)
  emitter.operator(op.child, () => {
    switch (op.mode) {
      case 'inner':
        emitter.nested(() => emitter.operator(op.inner, consume))
        break
      case 'optional':
        emitOptional(op, emitter, consume)
        break
      case 'semi':
      case 'anti':
        emitTest(op, emitter, consume)
    }
  })
}

/** Whether there is an inner row; the loops are left at the first one. */
function emitTest(op: Apply, emitter: Emitter, consume: () => void): void {
  const found = emitter.newRegister()
  const { weight } = emitter
  emitter.line(`${emitter.cell(found)} = 0`)
  emitter.region((region) => {
    emitter.weight = null
    emitter.operator(op.inner, () => {
      emitter.line(`${emitter.cell(found)} = 1`)
      emitter.leave(region)
    })
  })
  emitter.weight = weight
  emitter.within(`if (${emitter.cell(found)} === ${op.mode === 'semi' ? 1 : 0})`, consume)
}

/**
 * Inner rows, or one row with the inner slots NULL. The code above runs from two places, so it goes into a function; its parameters are known
 * only where the inner slots are bound, so that is where it is written.
 */
function emitOptional(op: Apply, emitter: Emitter, consume: () => void): void {
  const found = emitter.newRegister()
  const outer = emitter.scope.visible()
  const continuation = new Continuation(op, emitter)
  emitter.line(`${emitter.cell(found)} = 0`)
  emitter.nested(() => {
    emitter.operator(op.inner, () => {
      emitter.line(`${emitter.cell(found)} = 1`)
      continuation.emit((slot) => !outer.has(slot), consume)
    })
  })
  emitter.within(`if (${emitter.cell(found)} === 0)`, () => continuation.emitWithoutPartner((slot) => outer.has(slot)))
}

/**
 * The code above an operator that may give a row with or without a partner: one helper function that is called from both places.
 */
export class Continuation {
  readonly #op: Operator
  readonly #emitter: Emitter
  #helper: ReturnType<Emitter['helper']> | null = null

  constructor(op: Operator, emitter: Emitter) {
    this.#op = op
    this.#emitter = emitter
  }

  /** Emits the row with its partner. @param isPartner which slots become NULL without one. */
  emit(isPartner: (slot: number) => boolean, consume: () => void): void {
    const emitter = this.#emitter
    const slots = emitter.carried(emitter.demand(this.#op).live.keys())
    const shapes = slots.map((s) => shapeOf(s, isPartner(s.slot.slot)))
    this.#helper ??= emitter.helper(slots, consume, shapes)
    emitter.call(this.#helper, slots)
  }

  /** Emits the row without a partner. @param isOwn which slots keep their values. */
  emitWithoutPartner(isOwn: (slot: number) => boolean): void {
    const emitter = this.#emitter
    assert(this.#helper !== null, 'the partner side was never emitted')
    const find = (shape: SlotShape): SlotVariables | null => {
      return isOwn(shape.slot.slot) ? (emitter.scope.find(shape.slot.slot) ?? null) : null
    }
    emitter.call(this.#helper, this.#helper.slots.map(find))
  }
}

import type { BoundExpression } from '../../plan/bound-expression.ts'
import { type Code, known } from './code.ts'
import type { Emitter } from './emitter.ts'

/** Emits EXISTS and COUNT: the sub-plan as nested loops in place; EXISTS leaves them at the first row. */
export function emitSubquery(e: Extract<BoundExpression, { readonly kind: 'subquery' }>, emitter: Emitter): Code {
  const register = emitter.newRegister()
  const isExists = e.mode === 'exists'
  emitter.line(`${emitter.cell(register)} = 0`)
  const weight = emitter.weight
  emitter.region((region) => {
    emitter.weight = null
    emitter.operator(e.plan, () => {
      emitter.line(`${emitter.cell(register)} += ${isExists ? '1' : (emitter.weight ?? '1')}`)
      if (isExists) emitter.leave(region)
    })
  })
  emitter.weight = weight
  const count = emitter.hold(emitter.cell(register))
  return isExists ? known(`(${count} !== 0)`, 'boolean') : known(count, 'number')
}

import type { BoundExpression } from '../../plan/bound-expression.ts'
import { PathBuilder } from '../runtime/path-builder.ts'
import { anyNull, type Code, NULL_CODE } from './code.ts'
import type { Emitter } from './emitter.ts'

/** Emits the value of a named path: its parts one after the other, brought to the fields of the path's type. */
export function emitPath(e: Extract<BoundExpression, { readonly kind: 'path' }>, emitter: Emitter): Code {
  const parts = e.parts.map((p) => emitter.holdCode(emitter.expression(p.expression)))
  const nul = anyNull(parts)
  if (nul === 'true') return NULL_CODE
  const kinds = e.parts.map((p) => ({ part: p.part, type: p.expression.type }))
  const builder = emitter.use(emitter.object(() => new PathBuilder(kinds, e.type)))
  const value = `${builder}.build([${parts.map((p) => p.value).join(', ')}])`
  return { value, nul, boxed: nul === null, rep: 'any' }
}

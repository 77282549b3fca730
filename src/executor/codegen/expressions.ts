import type { BoundExpression } from '../../plan/bound-expression.ts'
import { emitCall, emitLambdaCall } from './calls.ts'
import { emitCast } from './casts.ts'
import { boxedCode, boxedValue, type Code, known } from './code.ts'
import { emitComparison } from './comparisons.ts'
import { emitLiteral, emitParameter } from './constants.ts'
import type { Emitter } from './emitter.ts'
import { emitEntity, emitInternalId, emitLabel } from './entities.ts'
import { emitCase, emitJunctionValue, emitNot } from './logic.ts'
import { emitIn } from './membership.ts'
import { emitPath } from './paths.ts'
import { emitProperty } from './properties.ts'
import { repOf } from './rep.ts'
import { emitSubquery } from './subqueries.ts'

type Emit<K extends BoundExpression['kind']> = (
  e: Extract<BoundExpression, { readonly kind: K }>,
  emitter: Emitter,
) => Code

/** How each kind of expression is emitted; one entry per kind, checked by the compiler. */
const EMIT: { readonly [K in BoundExpression['kind']]: Emit<K> } = {
  literal: emitLiteral,
  parameter: emitParameter,
  slot: (e, emitter) => {
    const v = emitter.variables(e.slot)
    return v.kind === 'value' ? v.code : emitEntity(e, v, emitter)
  },
  property: emitProperty,
  internalId: emitInternalId,
  label: emitLabel,
  call: emitCall,
  lambdaCall: emitLambdaCall,
  and: emitJunctionValue,
  or: emitJunctionValue,
  xor: emitJunctionValue,
  not: (e, emitter) => emitNot(e.arg, emitter),
  compare: emitComparison,
  isNull: emitIsNull,
  in: emitIn,
  cast: (e, emitter) => emitCast(emitter.expression(e.arg), e.arg.type, e.type, emitter),
  case: emitCase,
  list: (e, emitter) => known(`[${itemValues(e.items, emitter)}]`, 'any'),
  struct: (e, emitter) => known(`[${itemValues(e.items, emitter)}]`, 'any'),
  field: emitField,
  path: emitPath,
  subquery: emitSubquery,
}

/** Emits the statements that an expression needs and gives the code of its value. */
export function emitExpression(e: BoundExpression, emitter: Emitter): Code {
  const emit = EMIT[e.kind] as (e: BoundExpression, emitter: Emitter) => Code
  return emit(e, emitter)
}

function itemValues(items: readonly BoundExpression[], emitter: Emitter): string {
  return items.map((item) => boxedValue(emitter.holdCode(emitter.expression(item)))).join(', ')
}

function emitIsNull(e: Extract<BoundExpression, { readonly kind: 'isNull' }>, emitter: Emitter): Code {
  const nul = nullTestOf(e.arg, emitter)
  if (nul === null) return known(e.negated ? 'true' : 'false', 'boolean')
  return known(e.negated ? `!(${nul})` : `(${nul})`, 'boolean')
}

/** @returns the condition that an expression is NULL; entities are not built for it. */
export function nullTestOf(e: BoundExpression, emitter: Emitter): string | null {
  if (e.kind === 'slot') {
    const v = emitter.variables(e.slot)
    if (v.kind === 'node') return v.nullable ? `${v.offset} < 0` : null
    if (v.kind === 'rel') return v.nullable ? `${v.id ?? v.source ?? v.target} < 0` : null
  }
  return emitter.holdCode(emitter.expression(e)).nul
}

function emitField(e: Extract<BoundExpression, { readonly kind: 'field' }>, emitter: Emitter): Code {
  const arg = emitter.holdCode(emitter.expression(e.arg))
  const part = `${arg.value}[${e.index}]`
  return boxedCode(emitter.hold(arg.nul === null ? part : `${arg.nul} ? null : ${part}`), repOf(e.type))
}

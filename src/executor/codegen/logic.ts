import type { BoundExpression } from '../../plan/bound-expression.ts'
import { anyNull, boxedCode, boxedValue, type Code, isSimple, known, NULL_CODE } from './code.ts'
import { emitCondition } from './conditions.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'

type Junction = Extract<BoundExpression, { readonly kind: 'and' | 'or' | 'xor' }>

/** Emits AND, OR and XOR with three-valued logic; AND and OR stop at the first argument that decides. */
export function emitJunctionValue(e: Junction, emitter: Emitter): Code {
  if (e.kind === 'xor') return emitXor(e.args, emitter)
  const decides = e.kind === 'and' ? 'false' : 'true'
  const neutral = e.kind === 'and' ? 'true' : 'false'
  const result = emitter.fresh('b')
  const first = emitter.expression(e.args[0]!)
  emitter.line(`let ${result} = ${boxedValue(first)}`)
  let mayBeNull = first.nul !== null
  for (const arg of e.args.slice(1)) {
    emitter.within(`if (${result} !== ${decides})`, () => {
      const code = emitter.expression(arg)
      if (code.nul !== null) mayBeNull = true
      const value = emitter.hold(boxedValue(code), 'b')
      emitter.line(`if (${value} !== ${neutral}) ${result} = ${value}`)
    })
  }
  return mayBeNull ? boxedCode(result, 'boolean') : known(result, 'boolean')
}

function emitXor(args: readonly BoundExpression[], emitter: Emitter): Code {
  const codes = args.map((a) => emitter.holdCode(emitter.expression(a)))
  const nul = anyNull(codes)
  if (nul === 'true') return NULL_CODE
  const value = codes.map((c) => c.value).join(' !== ')
  return { value: `(${value})`, nul, boxed: nul === null, rep: 'boolean' }
}

/** Emits NOT. */
export function emitNot(arg: BoundExpression, emitter: Emitter): Code {
  const code = emitter.expression(arg)
  if (code.nul === 'true') return NULL_CODE
  const value = isSimple(code.value) ? `!${code.value}` : `!(${code.value})`
  return { value, nul: code.nul, boxed: code.nul === null, rep: 'boolean' }
}

/** Emits CASE: the first branch whose condition is TRUE; later conditions are not evaluated. */
export function emitCase(e: Extract<BoundExpression, { readonly kind: 'case' }>, emitter: Emitter): Code {
  const result = emitter.fresh('x')
  const label = emitter.fresh('C')
  emitter.line(`let ${result} = null`)
  let mayBeNull = e.otherwise === null
  const store = (value: BoundExpression): void => {
    const code = emitter.expression(value)
    if (code.nul !== null) mayBeNull = true
    emitter.line(`${result} = ${boxedValue(code)}`)
  }
  emitter.within(`${label}:`, () => {
    for (const branch of e.branches) {
      const condition = emitCondition(branch.when, emitter)
      emitter.within(`if (${condition})`, () => {
        store(branch.result)
        emitter.line(`break ${label}`)
      })
    }
    if (e.otherwise !== null) store(e.otherwise)
  })
  const rep = repOf(e.type)
  return mayBeNull ? boxedCode(result, rep) : known(result, rep)
}

import { implementation, inlineCode } from '../../functions/bind-function.ts'
import type { FunctionContext } from '../../functions/bound-function.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Int, Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { anyNull, boxedCode, boxedValue, type Code, known, NULL_CODE } from './code.ts'
import { isConstant } from './constants.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'

type Call = Extract<BoundExpression, { readonly kind: 'call' | 'lambdaCall' }>

/** Emits a function call: in line where the function has code for that, else a call of its implementation. */
export function emitCall(e: Extract<BoundExpression, { readonly kind: 'call' }>, emitter: Emitter): Code {
  return isWorthKeeping(e, emitter) ? emitOnce(e, emitter) : emitEach(e, emitter)
}

/** What has code in line is cheaper made again. */
function isWorthKeeping(e: Extract<BoundExpression, { readonly kind: 'call' }>, emitter: Emitter): boolean {
  if (emitter.insideConstant || !isConstant(e)) return false
  const names = e.args.map(() => 'x')
  return inlineCode(e.function, names) === null
}

/** A call that planning left to the run (it fails, takes long, or has parameters) is made by the first row that asks for it. */
function emitOnce(e: Extract<BoundExpression, { readonly kind: 'call' }>, emitter: Emitter): Code {
  const holder = emitter.use(emitter.object((): { value: Value | undefined } => ({ value: undefined })))
  emitter.insideConstant = true
  emitter.within(`if (${holder}.value === undefined)`, () => {
    emitter.line(`${holder}.value = ${boxedValue(emitEach(e, emitter))}`)
  })
  emitter.insideConstant = false
  return boxedCode(emitter.hold(`${holder}.value`), repOf(e.type))
}

function emitEach(e: Extract<BoundExpression, { readonly kind: 'call' }>, emitter: Emitter): Code {
  const args = e.args.map((arg) => emitter.holdCode(emitter.expression(arg)))
  const fn = e.function
  if (fn.nulls === 'propagate') {
    const nul = anyNull(args)
    if (nul === 'true') return NULL_CODE
    const inline = inlineCode(
      fn,
      args.map((a) => a.value),
    )
    if (inline !== null && !fn.mayBeNull) {
      return { value: `(${inline})`, nul, boxed: nul === null, rep: repOf(e.type) }
    }
    const call = inline ?? `${bindImplementation(e, emitter)}(${args.map((a) => a.value).join(', ')})`
    return stored(e, call, nul, emitter)
  }
  const call = `${bindImplementation(e, emitter)}(${args.map(boxedValue).join(', ')})`
  return stored(e, call, null, emitter)
}

/** A call is stored at once: it may be dear, and a volatile one must run exactly once. */
function stored(e: Call, call: string, nul: string | null, emitter: Emitter): Code {
  const value = emitter.hold(nul === null ? call : `${nul} ? null : ${call}`)
  const rep = repOf(e.type)
  return nul === null && !e.function.mayBeNull ? known(value, rep) : boxedCode(value, rep)
}

function bindImplementation(e: Call, emitter: Emitter): string {
  return emitter.use(emitter.object((run) => implementation(e.function, functionContext(run))))
}

/** What volatile functions see of a run. */
export function functionContext(run: Run): FunctionContext {
  const { services } = run.context
  return {
    nowMicros: services.nowMicros,
    nextval: (name) => services.nextSequenceValue(name) as Int,
    currval: (name) => services.currentSequenceValue(name) as Int,
  }
}

/** Emits a call with a lambda: a JavaScript closure over the row's variables. */
export function emitLambdaCall(e: Extract<BoundExpression, { readonly kind: 'lambdaCall' }>, emitter: Emitter): Code {
  const args = e.args.map((arg) => emitter.holdCode(emitter.expression(arg)))
  const lambda = emitter.fresh('l')
  const parameters = e.parameters.map(() => emitter.fresh('v'))
  emitter.line(`const ${lambda} = (${parameters.join(', ')}) => {`)
  emitter.inBlock(
    emitter.scope.block.block(),
    () => {
      e.parameters.forEach((slot, i) => {
        emitter.bindValue(slot, boxedCode(parameters[i]!, repOf(emitter.slotOf(slot).type)))
      })
      emitter.line(`return ${boxedValue(emitter.expression(e.body))}`)
    },
    true,
  )
  emitter.line('}')
  const nul = e.function.nulls === 'propagate' ? anyNull(args) : null
  if (nul === 'true') return NULL_CODE
  const values = e.function.nulls === 'propagate' ? args.map((a) => a.value) : args.map(boxedValue)
  const call = `${bindImplementation(e, emitter)}(${[...values, lambda].join(', ')})`
  return stored(e, call, nul, emitter)
}

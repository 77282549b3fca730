import { DatabaseError } from '../../errors/database-error.ts'
import { bindFunction, lambdaParameterTypes } from '../../functions/bind-function.ts'
import type { CallExpression, Expression, Name, QuantifierExpression } from '../../parser/ast.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { addValueSlot, type BindState, withAggregates, withScope } from './bind-state.ts'
import { type Bound, implicitCast, isUntyped, NULL_LITERAL, typeOf } from './bound.ts'
import { bindExpression } from './expression.ts'
import { atSpan, coerceArguments, literalValue } from './function-call.ts'

/** @returns the source text of an expression, which is how lambdas and subqueries show in names. */
export function sourceText(state: BindState, expression: { readonly span: { start: number; end: number } }): string {
  return state.text.slice(expression.span.start, expression.span.end)
}

interface Lambda {
  readonly parameters: readonly Name[]
  readonly body: Expression
  readonly text: string
}

/** `list_transform(list, x -> e)` and its kin. @throws {DatabaseError} BINDER, TYPE_MISMATCH, UNKNOWN_FUNCTION */
export function bindLambdaCall(state: BindState, call: CallExpression): Bound {
  const last = call.args.at(-1)!.value
  if (last.kind !== 'lambda' || call.args.filter((a) => a.value.kind === 'lambda').length > 1) {
    throw new DatabaseError('BINDER', 'A lambda can only be the last argument of a function.', { span: call.span })
  }
  const args = call.args.slice(0, -1).map((a) => bindExpression(state, a.value))
  const lambda = { parameters: last.parameters, body: last.body, text: sourceText(state, last) }
  return bindWithLambda(state, call.name.text, args, lambda, call)
}

const QUANTIFIER_NAMES = { all: 'ALL', any: 'ANY', none: 'None', single: 'Single' } as const

/** `all(x IN list WHERE condition)` and its kin. */
export function bindQuantifier(state: BindState, expression: QuantifierExpression): Bound {
  const { quantifier, variable, list, where } = expression
  const text = `${variable.text}->${sourceText(state, where)}`
  const args = [bindExpression(state, list)]
  const bound = bindWithLambda(state, quantifier, args, { parameters: [variable], body: where, text }, expression)
  return { ...bound, name: `${QUANTIFIER_NAMES[quantifier]}(${args[0]!.name},${text})` }
}

function bindWithLambda(
  state: BindState,
  name: string,
  args: readonly Bound[],
  lambda: Lambda,
  { span }: { readonly span: CallExpression['span'] },
): Bound {
  const listType = args[0] === undefined ? undefined : typeOf(args[0])
  if (listType === undefined || isUntyped(listType)) return NULL_LITERAL
  const types = atSpan(span, () => lambdaParameterTypes(name, listType))
  if (types === null) {
    throw new DatabaseError('BINDER', `${name.toUpperCase()} does not support lambda input.`, { span })
  }
  if (types.length !== lambda.parameters.length) {
    const text = `Function ${name.toUpperCase()} expects a lambda with ${types.length} parameters but got ${lambda.parameters.length}.`
    throw new DatabaseError('BINDER', text, { span })
  }
  const slots = lambda.parameters.map((parameter, i) => addValueSlot(state, parameter.text, types[i]!))
  const body = bindBody(state, lambda, slots, types)
  const all = [...args, body]
  const fn = atSpan(span, () => bindFunction(name, all.map(typeOf), args.map(literalValue)))
  const coerced = coerceArguments(args, { ...fn, parameterTypes: fn.parameterTypes.slice(0, args.length) }, span)
  const result = implicitCast(body, fn.parameterTypes[args.length] ?? typeOf(body), lambda.body.span)
  return {
    expression: {
      kind: 'lambdaCall',
      type: fn.returnType,
      function: fn,
      args: coerced.map((a) => a.expression),
      parameters: slots,
      body: result.expression,
    },
    name: `${fn.name}(${[...coerced.map((a) => a.name), lambda.text].join(',')})`,
  }
}

function bindBody(state: BindState, lambda: Lambda, slots: readonly number[], types: readonly LogicalType[]): Bound {
  const scope = state.scope.copy()
  for (const [i, { text }] of lambda.parameters.entries()) {
    scope.add(text, { kind: 'value', name: text, slot: slots[i]!, type: types[i]! })
  }
  return withAggregates(state, null, () => withScope(state, scope, () => bindExpression(state, lambda.body)))
}

import { DatabaseError } from '../../errors/database-error.ts'
import type { FunctionData } from '../../functions/bound-function.ts'
import { findFunction, SCALAR_FUNCTIONS } from '../../functions/registry.ts'
import { tableFunction } from '../../functions/table-functions.ts'
import type { CallExpression, Expression } from '../../parser/ast.ts'
import { parseType } from '../../types/parse-type.ts'
import { bindAggregateCall, isAggregate } from './aggregate-call.ts'
import type { BindState } from './bind-state.ts'
import { type Bound, kindOf, wrongType } from './bound.ts'
import { didYouMean } from './did-you-mean.ts'
import { bindEntityFunction } from './entity-function.ts'
import { bindExpression, explicitCast, structOf } from './expression.ts'
import { atSpan, bindCall, literalValue } from './function-call.ts'
import { bindLambdaCall } from './lambda.ts'
import { bindMacro } from './macro.ts'
import { bindComparison } from './operator-expression.ts'

/**
 * Binds `name(args)`: an aggregate, a macro, a function of nodes, rels and paths, or a scalar function.
 * @throws {DatabaseError} UNKNOWN_FUNCTION, BINDER, TYPE_MISMATCH
 */
export function bindCallExpression(state: BindState, call: CallExpression): Bound {
  const name = call.name.text.toLowerCase()
  if (isAggregate(name)) return bindAggregateCall(state, call)
  const macro = state.context.catalog.macro(name)
  if (macro !== undefined) return bindMacro(state, macro, call)
  if (call.args.some((a) => a.value.kind === 'lambda')) return bindLambdaCall(state, call)
  const entity = bindEntityFunction(state, call)
  if (entity !== null) return entity
  const fn = findFunction(name)
  if (!SPECIAL.includes(name) && fn === undefined) throw unknownFunction(call)
  if (fn?.overloads[0]?.lambda !== undefined) throw needsLambda(state, call)
  const args = call.args.map((a) => bindExpression(state, a.value))
  const names = call.args.map((a) => a.name?.text)
  return bindSpecial(state, name, args, call, names) ?? bindCall(call.name.text, args, call.span, names)
}

/** Names that {@link bindSpecial} knows, whether or not there is such a function too. */
const SPECIAL = ['cast', 'nullif', 'struct_pack']

function unknownFunction(call: CallExpression): DatabaseError {
  const { text, span } = call.name
  const shown = text.toUpperCase()
  const facts = { name: text }
  if (tableFunction(text) !== undefined) {
    const message = `${shown} is a TABLE_FUNCTION_ENTRY. Scalar function, aggregate function or macro was expected.`
    return new DatabaseError('BINDER', message, { span, facts })
  }
  const hint = didYouMean(
    text,
    SCALAR_FUNCTIONS.flatMap((f) => [f.name, ...f.aliases]),
  )
  return new DatabaseError('UNKNOWN_FUNCTION', `function ${shown} does not exist.${hint}`, { span, facts })
}

function needsLambda(state: BindState, call: CallExpression): DatabaseError {
  const given = call.args.at(-1)
  const what = given === undefined ? 'nothing' : kindOf(bindExpression(state, given.value))
  const text = `The second argument of ${call.name.text.toUpperCase()} should be a lambda expression but got ${what}.`
  return new DatabaseError('BINDER', text, { span: given?.span ?? call.span })
}

/** Functions that stand for an expression of another kind. */
function bindSpecial(
  state: BindState,
  name: string,
  args: readonly Bound[],
  call: CallExpression,
  names: readonly (string | undefined)[],
): Bound | null {
  const [first, second] = args
  if (name === 'cast' && first !== undefined && second !== undefined) return castCall(state, first, second, call)
  if (name === 'nullif' && first !== undefined && second !== undefined && args.length === 2) {
    return nullIf(first, second, call)
  }
  if (name === 'map' && state.context.settings.checkMapKeys)
    return withData(bindCall('map', args, call.span), { checkKeys: true })
  if (name === 'struct_pack' && args.length > 0) {
    return structOf(
      names.map((n, i) => n ?? variableName(call.args[i]!.value) ?? cannotName(args[i]!, call)),
      args,
    )
  }
  return null
}

function cannotName({ name }: Bound, { span }: CallExpression): never {
  throw new DatabaseError('BINDER', `Cannot infer field name for ${name}.`, { span })
}

function withData(bound: Bound, data: FunctionData): Bound {
  const { expression } = bound
  if (expression.kind !== 'call') return bound
  return { ...bound, expression: { ...expression, function: { ...expression.function, data } } }
}

function variableName(expression: Expression): string | undefined {
  return expression.kind === 'variable' ? expression.name : undefined
}

/** `cast(x, 'TYPE')`. */
function castCall(state: BindState, operand: Bound, type: Bound, call: CallExpression): Bound {
  const text = literalValue(type)
  if (typeof text !== 'string') throw wrongType(type, 'STRING', call.args[1]!.span)
  const span = call.args[1]!.span
  return explicitCast(
    operand,
    atSpan(span, () => parseType(text, (name) => state.context.catalog.type(name)?.type)),
    call.span,
  )
}

/** `nullif(a, b)` is `CASE WHEN a = b THEN NULL ELSE a END`. */
function nullIf(first: Bound, second: Bound, call: CallExpression): Bound {
  const test = bindComparison('=', first, second, call.span)
  const { type } = first.expression
  const none = { kind: 'literal', type, value: null } as const
  return {
    expression: {
      kind: 'case',
      type,
      branches: [{ when: test.expression, result: none }],
      otherwise: first.expression,
    },
    name: `CASE WHEN ${test.name} THEN  ELSE ${first.name}`,
  }
}

/** @throws {DatabaseError} BINDER when a call has another number of arguments. */
export function requireArguments(call: CallExpression, count: number): void {
  if (call.args.length === count) return
  const name = call.name.text.toUpperCase()
  throw new DatabaseError('BINDER', `Function ${name} expects ${count} arguments but got ${call.args.length}.`, {
    span: call.span,
  })
}

import type { MacroEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { CallExpression, CreateMacroStatement } from '../../parser/ast.ts'
import { parse } from '../../parser/parse.ts'
import { type BindState, withScope } from './bind-state.ts'
import type { Bound } from './bound.ts'
import { bindExpression } from './expression.ts'
import { Scope } from './scope.ts'
import type { Variable } from './variable.ts'

const MAX_DEPTH = 64

/**
 * Binds a call of a macro: its body with the arguments in the place of the parameters.
 * @throws {DatabaseError} BINDER for wrong arguments or macros that call each other without end.
 */
export function bindMacro(state: BindState, macro: MacroEntry, call: CallExpression): Bound {
  const definition = parseMacro(macro)
  const scope = new Scope()
  const { text } = state
  for (const [name, variable] of bindArguments(state, definition, call)) scope.add(name, variable)
  if (state.macroDepth >= MAX_DEPTH) {
    throw new DatabaseError('BINDER', `Macro ${definition.name.text} never ends.`, { span: call.span })
  }
  try {
    state.macroDepth++
    state.text = macro.text
    return withScope(state, scope, () => bindExpression(state, definition.body))
  } finally {
    state.macroDepth--
    state.text = text
  }
}

function parseMacro(macro: MacroEntry): CreateMacroStatement {
  const [statement] = parse(macro.text)
  if (statement?.kind === 'create-macro') return statement
  throw new DatabaseError('INTERNAL', `macro ${macro.name} has no definition`)
}

function bindArguments(state: BindState, macro: CreateMacroStatement, call: CallExpression): Map<string, Variable> {
  const variables = new Map<string, Variable>()
  const positional = call.args.filter((a) => a.name === undefined)
  if (positional.length > macro.parameters.length) throw wrongCount(macro, call)
  for (const [i, parameter] of macro.parameters.entries()) {
    const { text } = parameter.name
    const named = call.args.find((a) => a.name?.text.toLowerCase() === text.toLowerCase())
    const given = named?.value ?? positional[i]?.value
    const value = given ?? parameter.default
    if (value === undefined) throw wrongCount(macro, call)
    const variable = value.kind === 'variable' ? state.scope.find(value.name) : undefined
    variables.set(text, variable ?? { kind: 'alias', name: text, bound: bindExpression(state, value) })
  }
  return variables
}

function wrongCount(macro: CreateMacroStatement, call: CallExpression): DatabaseError {
  return new DatabaseError('BINDER', `Invalid number of arguments for macro ${macro.name.text.toUpperCase()}.`, {
    span: call.span,
  })
}

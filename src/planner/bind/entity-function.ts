import { DatabaseError } from '../../errors/database-error.ts'
import type { CallExpression } from '../../parser/ast.ts'
import { INT64, INTERNAL_ID, listOf, STRING } from '../../types/logical-type.ts'
import type { BindState } from './bind-state.ts'
import { type Bound, isUntyped, literal, NULL_LITERAL, typeOf, wrongType } from './bound.ts'
import { requireArguments } from './call-expression.ts'
import { bindExpression } from './expression.ts'
import { bindCall } from './function-call.ts'
import { idOf, propertyNames } from './property.ts'
import type { NodeVariable, PathVariable, RelVariable, Variable } from './variable.ts'
import { variableValue } from './variable-value.ts'

type EntityFunction = (state: BindState, argument: Argument, call: CallExpression) => Bound

/** The argument of such a function: a variable of a pattern, or any other value. */
type Argument =
  | { readonly variable: Variable; readonly bound: null }
  | { readonly variable: null; readonly bound: Bound }

const FUNCTIONS: Readonly<Record<string, EntityFunction>> = {
  id: bindId,
  label: bindLabel,
  labels: bindLabel,
  start_node: (_state, argument, call) => bindEnd(argument, call, 'source'),
  end_node: (_state, argument, call) => bindEnd(argument, call, 'target'),
  nodes: (_state, argument, call) => bindPart(argument, call, 0),
  rels: (_state, argument, call) => bindPart(argument, call, 1),
  relationships: (_state, argument, call) => bindPart(argument, call, 1),
  length: bindLength,
  cost: bindCost,
  keys: bindKeys,
}

/**
 * Binds a function whose argument is a node, rel or path; null when the call is of another function.
 * @throws {DatabaseError} TYPE_MISMATCH, BINDER
 */
export function bindEntityFunction(state: BindState, call: CallExpression): Bound | null {
  const bind = FUNCTIONS[call.name.text.toLowerCase()]
  if (bind === undefined) return null
  requireArguments(call, 1)
  const argument = call.args[0]!.value
  const variable = argument.kind === 'variable' ? state.scope.find(argument.name) : undefined
  if (variable !== undefined && variable.kind !== 'value' && variable.kind !== 'alias') {
    return bind(state, { variable, bound: null }, call)
  }
  const bound = bindExpression(state, argument)
  if (isUntyped(typeOf(bound))) return NULL_LITERAL
  return bind(state, { variable: null, bound }, call)
}

function argumentValue(argument: Argument): Bound {
  return argument.variable === null ? argument.bound : variableValue(argument.variable)
}

function isEntity(variable: Variable | null): variable is NodeVariable | RelVariable {
  return variable?.kind === 'node' || variable?.kind === 'rel'
}

/** A leading field of a NODE or REL value by its name. */
function bindValueField(bound: Bound, field: '_ID' | '_LABEL', call: CallExpression): Bound {
  const type = typeOf(bound)
  if (type.id !== 'NODE' && type.id !== 'REL') throw wrongType(bound, '(NODE,REL)', call.args[0]!.span)
  const index = type.fields.findIndex((f) => f.name === field)
  return {
    expression: { kind: 'field', type: field === '_ID' ? INTERNAL_ID : STRING, arg: bound.expression, index },
    name: `STRUCT_EXTRACT(${bound.name},${field})`,
  }
}

function bindId(_state: BindState, argument: Argument, call: CallExpression): Bound {
  if (isEntity(argument.variable)) return idOf(argument.variable)
  return bindValueField(argumentValue(argument), '_ID', call)
}

function bindLabel(_state: BindState, argument: Argument, call: CallExpression): Bound {
  const { variable } = argument
  if (!isEntity(variable)) return bindValueField(argumentValue(argument), '_LABEL', call)
  const names =
    variable.kind === 'node'
      ? variable.tables.map((t) => ({ table: t.id, name: t.name }))
      : variable.tables.flatMap((t) => t.pairs.map((p) => ({ table: p.id, name: t.name })))
  const places: string[] = []
  for (const table of variable.tables) places[table.id] = table.name
  const name =
    variable.tables.length === 1 ? variable.tables[0]!.name : `LABEL(${variable.name}._ID,[${[...places].join(',')}])`
  return { expression: { kind: 'label', type: STRING, slot: variable.slot, names }, name }
}

function bindEnd(argument: Argument, call: CallExpression, end: 'source' | 'target'): Bound {
  const { variable } = argument
  if (variable?.kind === 'rel') return variableValue(variable[end])
  throw wrongType(argumentValue(argument), 'REL', call.args[0]!.span)
}

/** The nodes (0) or rels (1) of a path or recursive rel. */
function bindPart(argument: Argument, call: CallExpression, index: 0 | 1): Bound {
  const path = argumentValue(argument)
  const type = typeOf(path)
  if (type.id !== 'RECURSIVE_REL') throw wrongType(path, 'RECURSIVE_REL', call.args[0]!.span)
  const element = index === 0 ? type.node : type.rel
  return {
    expression: { kind: 'field', type: listOf(element), arg: path.expression, index },
    name: `${index === 0 ? 'NODES' : 'RELS'}(${path.name})`,
  }
}

function bindLength(_state: BindState, argument: Argument, call: CallExpression): Bound {
  const { variable } = argument
  if (variable?.kind === 'recursive') {
    variable.used.length = true
    return {
      expression: { kind: 'slot', type: INT64, slot: variable.lengthSlot },
      name: `${variable.name}._LENGTH`,
    }
  }
  if (variable?.kind === 'path') return pathLength(variable, call)
  const path = argumentValue(argument)
  if (typeOf(path).id !== 'RECURSIVE_REL') throw wrongType(path, 'RECURSIVE_REL', call.args[0]!.span)
  const size = bindCall('size', [bindPart(argument, call, 1)], call.span)
  return { expression: size.expression, name: `LENGTH(${path.name})` }
}

/** Rels of a path: those written singly are a constant. */
function pathLength(path: PathVariable, call: CallExpression): Bound {
  const single = path.elements.filter((e) => e.kind === 'rel').length
  let sum = literal(INT64, single, String(single))
  for (const element of path.elements) {
    if (element.kind !== 'recursive') continue
    element.used.length = true
    const length = { kind: 'slot', type: INT64, slot: element.lengthSlot } as const
    sum = bindCall('+', [sum, { expression: length, name: `${element.name}._LENGTH` }], call.span)
  }
  return sum
}

function bindCost(_state: BindState, argument: Argument, call: CallExpression): Bound {
  const { variable } = argument
  const name = argumentValue(argument).name
  if (variable?.kind !== 'recursive' || variable.weight === null) {
    throw new DatabaseError('BINDER', `Cost function is not defined for ${name}`, { span: call.span })
  }
  variable.used.cost = true
  const type = { id: 'DOUBLE' } as const
  return { expression: { kind: 'slot', type, slot: variable.costSlot }, name: `${variable.name}_cost` }
}

function bindKeys(_state: BindState, argument: Argument, call: CallExpression): Bound {
  const names = isEntity(argument.variable)
    ? propertyNames(argument.variable)
    : valueKeys(argumentValue(argument), call)
  return literal(listOf(STRING), names, `[${names.join(',')}]`)
}

function valueKeys(bound: Bound, call: CallExpression): readonly string[] {
  const type = typeOf(bound)
  if (type.id !== 'NODE' && type.id !== 'REL') throw wrongType(bound, '(NODE,REL)', call.args[0]!.span)
  return type.fields.slice(type.id === 'NODE' ? 2 : 4).map((f) => f.name)
}

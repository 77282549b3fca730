import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type {
  CaseExpression,
  CastExpression,
  Expression,
  ListExpression,
  ParameterExpression,
  PropertyExpression,
  StarExpression,
  StructExpression,
} from '../../parser/ast.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { unsupportedCast } from '../../types/cast/unsupported-cast.ts'
import { castFunction } from '../../types/cast.ts'
import { commonTypeOf } from '../../types/common-type.ts'
import { fitsInt, isIntType } from '../../types/int.ts'
import { ANY, BOOL, type LogicalType, sameType } from '../../types/logical-type.ts'
import { parseType } from '../../types/parse-type.ts'
import { printType } from '../../types/print-type.ts'
import { sameFieldNames } from '../../types/struct-fields.ts'
import type { BindState } from './bind-state.ts'
import {
  type Bound,
  castTo,
  clientType,
  implicitCast,
  isHollowType,
  isUntyped,
  literal,
  NULL_LITERAL,
  requireBool,
  typeOf,
  wrongType,
} from './bound.ts'
import { bindCallExpression } from './call-expression.ts'
import { didYouMean } from './did-you-mean.ts'
import { atSpan, bindCall, literalValue } from './function-call.ts'
import { bindQuantifier } from './lambda.ts'
import { bindLiteral } from './literal.ts'
import { bindComparison, bindIsNull, bindOperator, listOfBound } from './operator-expression.ts'
import { bindProperty } from './property.ts'
import { bindPatternPredicate, bindSubquery } from './subquery.ts'
import { variableValue } from './variable-value.ts'

/**
 * Binds an expression: names become slots, implicit casts become explicit, every node gets a type.
 * @throws {DatabaseError} UNKNOWN_VARIABLE, UNKNOWN_PROPERTY, UNKNOWN_FUNCTION, UNKNOWN_TYPE, TYPE_MISMATCH, BINDER
 */
export function bindExpression(state: BindState, expression: Expression): Bound {
  switch (expression.kind) {
    case 'literal':
      return bindLiteral(expression)
    case 'parameter':
      return bindParameter(state, expression)
    case 'variable':
      return bindVariable(state, expression.name, expression.span)
    case 'property':
      return bindPropertyAccess(state, expression)
    case 'operator':
      return bindOperator(state, expression)
    case 'call':
      return bindCallExpression(state, expression)
    case 'cast':
      return bindCast(state, expression)
    case 'case':
      return bindCase(state, expression)
    case 'list':
      return bindList(state, expression)
    case 'struct':
      return bindStruct(state, expression)
    case 'index':
      return bindIndex(state, expression)
    case 'slice':
      return bindSlice(state, expression)
    case 'quantifier':
      return bindQuantifier(state, expression)
    case 'subquery':
      return bindSubquery(state, expression)
    case 'pattern':
      return bindPatternPredicate(state, expression)
    case 'lambda':
      throw new DatabaseError('BINDER', 'A lambda can only be an argument of a function.', { span: expression.span })
    case 'star':
      throw misplacedStar(state, expression)
  }
}

function misplacedStar(state: BindState, { object, span }: StarExpression): DatabaseError {
  const name = object === undefined ? '*' : `${bindExpression(state, object).name}.*`
  return new DatabaseError('BINDER', `Cannot bind ${name} as a single property expression.`, { span })
}

/** A name in scope. @throws {DatabaseError} UNKNOWN_VARIABLE */
function bindVariable(state: BindState, name: string, span: Span): Bound {
  const entry = state.scope.entry(name)
  if (entry === undefined) throw unknownVariable(state, name, span)
  const value = variableValue(entry.variable)
  return entry.variable.kind === 'alias' ? value : { ...value, name: entry.name }
}

/** @throws {DatabaseError} UNKNOWN_VARIABLE with the closest name in scope. */
function unknownVariable(state: BindState, name: string, span: Span): DatabaseError {
  const hint = didYouMean(
    name,
    state.scope.entries.map((e) => e.name),
  )
  return new DatabaseError('UNKNOWN_VARIABLE', `Variable ${name} is not in scope.${hint}`, {
    span,
    facts: { variable: name },
  })
}

function bindParameter(state: BindState, { name }: ParameterExpression): Bound {
  const type = state.context.parameters.get(name)?.type ?? ANY
  return { expression: { kind: 'parameter', type, name }, name: `$${name}` }
}

function bindPropertyAccess(state: BindState, expression: PropertyExpression): Bound {
  const { object, property, span } = expression
  if (object.kind === 'variable') {
    const variable = state.scope.find(object.name)
    if (variable === undefined) throw unknownVariable(state, object.name, object.span)
    if (variable.kind === 'node' || variable.kind === 'rel') return bindProperty(variable, property.text, property.span)
  }
  return bindField(bindExpression(state, object), property.text, span, property.span)
}

/** A field of a struct, or a property of a NODE or REL value. */
function bindField(object: Bound, field: string, span: Span, fieldSpan: Span): Bound {
  const type = typeOf(object)
  if (isUntyped(type)) return NULL_LITERAL
  if (type.id === 'UNION') return bindCall('union_extract', [object, stringLiteral(field)], span)
  if (type.id !== 'STRUCT' && type.id !== 'NODE' && type.id !== 'REL') {
    throw wrongType(object, '(NODE,REL,STRUCT,ANY)', span)
  }
  const index = type.fields.findIndex((f) => f.name.toLowerCase() === field.toLowerCase())
  if (index < 0) {
    const hint = didYouMean(
      field,
      type.fields.map((f) => f.name),
    )
    throw new DatabaseError('UNKNOWN_PROPERTY', `Invalid struct field name: ${field}.${hint}`, { span: fieldSpan })
  }
  const { expression } = object
  // a field of a struct literal is that item
  if (expression.kind === 'struct' && object.items !== undefined) return object.items[index]!
  const access: BoundExpression = { kind: 'field', type: type.fields[index]!.type, arg: expression, index }
  return { expression: access, name: `STRUCT_EXTRACT(${object.name},${field})` }
}

function stringLiteral(text: string): Bound {
  return literal({ id: 'STRING' }, text, text)
}

function bindCast(state: BindState, expression: CastExpression): Bound {
  const type = resolveType(state, expression.type.text, expression.type.span)
  return explicitCast(bindExpression(state, expression.operand), type, expression.span)
}

/** CAST. @throws {DatabaseError} CONVERSION when there is no such cast at all; a value that does not fit shows when it runs */
export function explicitCast(operand: Bound, type: LogicalType, span: Span): Bound {
  atSpan(span, () => {
    const from = typeOf(operand)
    if (castFunction(from, type) === null || !sameFieldNames(from, type)) throw unsupportedCast(from, type)
  })
  // a NULL without a type and what is of the type already leave no trace
  if (isUntyped(typeOf(operand)) || sameType(typeOf(operand), type)) return castTo(operand, type)
  return {
    expression: { kind: 'cast', type, arg: operand.expression },
    name: `CAST(${operand.name}, ${printType(type)})`,
  }
}

/** Reads a type, user-defined ones included. @throws {DatabaseError} UNKNOWN_TYPE, BINDER */
export function resolveType(state: BindState, text: string, span: Span): LogicalType {
  return atSpan(span, () => parseType(text, (name) => state.context.catalog.type(name)?.type))
}

/** CASE takes the type of its first THEN; the others are forced to it. */
function bindCase(state: BindState, expression: CaseExpression): Bound {
  const subject = expression.subject === undefined ? undefined : bindExpression(state, expression.subject)
  const branches = expression.branches.map(({ when, result }) => {
    const test = bindExpression(state, when)
    const condition = subject === undefined ? requireBool(test, when.span) : bindWhen(subject, test, when.span)
    return { when: condition, result: bindExpression(state, result), span: result.span }
  })
  const otherwise =
    expression.otherwise === undefined
      ? undefined
      : { bound: bindExpression(state, expression.otherwise), span: expression.otherwise.span }
  const results = [...branches.map((b) => b.result), ...(otherwise === undefined ? [] : [otherwise.bound])]
  const types = results.map(typeOf).filter((t) => !isUntyped(t))
  const [first = ANY] = types
  // an empty list is a list of whatever the others hold
  const settled = isHollowType(first) ? types.find((t) => t.id === 'LIST' && !isHollowType(t)) : undefined
  const type = settled ?? first
  const cast = branches.map((b) => ({ when: b.when, result: implicitCast(b.result, type, b.span) }))
  const last = otherwise === undefined ? NULL_LITERAL : implicitCast(otherwise.bound, type, otherwise.span)
  return {
    expression: {
      kind: 'case',
      type,
      branches: cast.map((b) => ({ when: b.when.expression, result: b.result.expression })),
      otherwise: otherwise === undefined ? null : last.expression,
    },
    name: `CASE ${cast.map((b) => `WHEN ${b.when.name} THEN ${b.result.name}`).join('')} ELSE ${last.name}`,
  }
}

/** `CASE subject WHEN test`: a whole number takes the subject's width where it fits. */
function bindWhen(subject: Bound, test: Bound, span: Span): Bound {
  // what NULL stands for here is a missing value, not a comparison that is never true
  if (isUntyped(typeOf(test)) && literalValue(test) === null) return bindIsNull(subject, false)
  const type = typeOf(subject)
  const value = literalValue(test)
  const fits = (typeof value === 'number' || typeof value === 'bigint') && isIntType(type.id) && fitsInt(value, type.id)
  return bindComparison('=', subject, fits && isIntType(typeOf(test).id) ? castTo(test, type) : test, span)
}

function bindList(state: BindState, expression: ListExpression): Bound {
  const items = expression.elements.map((element) => bindExpression(state, element))
  const types = items.map(typeOf)
  // text and numbers have no common element type, though they can be compared
  const mixesText = types.some((t) => t.id === 'STRING') && types.some((t) => t.id !== 'STRING' && !isUntyped(t))
  const child = mixesText ? types.find((t) => !isUntyped(t) && t.id !== 'STRING')! : (commonTypeOf(types) ?? types[0]!)
  return listOfBound(
    items.map((item, i) => implicitCast(item, child, expression.elements[i]!.span)),
    child,
  )
}

function bindStruct(state: BindState, expression: StructExpression): Bound {
  const names = new Set<string>()
  for (const { name } of expression.fields) {
    if (names.has(name.text)) {
      throw new DatabaseError('DUPLICATE_NAME', `Found duplicate field ${name.text} in STRUCT.`, { span: name.span })
    }
    names.add(name.text)
  }
  const items = expression.fields.map((f) => bindExpression(state, f.value))
  return structOf(
    expression.fields.map((f) => f.name.text),
    items.map((item) => castTo(item, clientType(typeOf(item)))),
  )
}

/** A struct literal. */
export function structOf(names: readonly string[], items: readonly Bound[]): Bound {
  const fields = names.map((name, i) => ({ name, type: typeOf(items[i]!) }))
  return {
    expression: { kind: 'struct', type: { id: 'STRUCT', fields }, items: items.map((i) => i.expression) },
    name: `STRUCT_PACK(${items.map((i) => i.name).join(',')})`,
    items,
  }
}

function bindIndex(state: BindState, { object, index, span }: Extract<Expression, { kind: 'index' }>): Bound {
  const list = bindExpression(state, object)
  const place = bindExpression(state, index)
  if (isUntyped(typeOf(list))) return { ...NULL_LITERAL, name: `LIST_EXTRACT(${list.name},${place.name})` }
  return bindCall('list_extract', [list, place], span)
}

function bindSlice(state: BindState, expression: Extract<Expression, { kind: 'slice' }>): Bound {
  const { object, from, to, span } = expression
  const list = bindExpression(state, object)
  if (isUntyped(typeOf(list))) return NULL_LITERAL
  const first = from === undefined ? openEnd(1) : bindExpression(state, from)
  const last = to === undefined ? openEnd(-1) : bindExpression(state, to)
  return bindCall('list_slice', [list, first, last], span)
}

/** A missing end of a slice, named as the dialect names it. */
function openEnd(value: number): Bound {
  return literal({ id: 'INT64' }, value, `CAST(${value}, INT64)`)
}

/** A condition of WHERE: aggregates are not allowed in it. @throws {DatabaseError} TYPE_MISMATCH */
export function bindCondition(state: BindState, expression: Expression): BoundExpression {
  const bound = requireBool(bindExpression(state, expression), expression.span)
  return typeOf(bound).id === 'BOOL' ? bound.expression : { kind: 'literal', type: BOOL, value: null }
}

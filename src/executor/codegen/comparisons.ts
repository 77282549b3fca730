import type { BoundExpression, ComparisonOperator } from '../../plan/bound-expression.ts'
import { comparatorFor, equalValues } from '../../types/compare.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { anyNull, type Code, NULL_CODE } from './code.ts'
import type { Emitter } from './emitter.ts'
import { emitIdParts } from './ids.ts'
import { isNumeric } from './rep.ts'

type Comparison = Extract<BoundExpression, { readonly kind: 'compare' }>

const JS_OPERATORS: Readonly<Record<ComparisonOperator, string>> = {
  '=': '===',
  '<>': '!==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

/** Emits a comparison; NULL when a side is NULL. */
export function emitComparison(e: Comparison, emitter: Emitter): Code {
  const identity = emitIdentity(e, emitter)
  if (identity !== null) return identity
  const left = emitter.holdCode(emitter.expression(e.left))
  const right = emitter.holdCode(emitter.expression(e.right))
  const nul = anyNull([left, right])
  if (nul === 'true' || e.operandType.id === 'ANY') return NULL_CODE
  return { value: comparisonOf(e, left, right, emitter), nul, boxed: nul === null, rep: 'boolean' }
}

function comparisonOf(e: Comparison, left: Code, right: Code, emitter: Emitter): string {
  const operator = JS_OPERATORS[e.operator]
  const isEquality = e.operator === '=' || e.operator === '<>'
  if ((isNumeric(left.rep) && isNumeric(right.rep)) || left.rep === 'boolean') {
    return `(${left.value} ${operator} ${right.value})`
  }
  if (left.rep === 'string') {
    if (isEquality || e.operandType.id === 'UUID') return `(${left.value} ${operator} ${right.value})`
    return `(compareStrings(${left.value}, ${right.value}) ${operator} 0)`
  }
  const key = JSON.stringify(e.operandType)
  if (isEquality) {
    const equal = emitter.bind(`equal:${key}`, () => equalityOf(e.operandType))
    return `${e.operator === '=' ? '' : '!'}${equal}(${left.value}, ${right.value})`
  }
  const compare = emitter.bind(`compare:${key}`, () => comparatorFor(e.operandType))
  return `(${compare}(${left.value}, ${right.value}) ${operator} 0)`
}

function equalityOf(type: LogicalType): (a: Value, b: Value) => boolean {
  if (type.id === 'DOUBLE' || type.id === 'FLOAT') return (a, b) => equalValues(type, a, b)
  const compare = comparatorFor(type)
  return (a, b) => compare(a, b) === 0
}

/** fast path: `=` and `<>` of nodes, rels or their ids compare numbers instead of making id objects. */
function emitIdentity(e: Comparison, emitter: Emitter): Code | null {
  if (e.operator !== '=' && e.operator !== '<>') return null
  const left = emitIdParts(e.left, emitter)
  const right = left === null ? null : emitIdParts(e.right, emitter)
  if (left === null || right === null) return null
  const nul = anyNull([
    { ...NULL_CODE, nul: left.nul },
    { ...NULL_CODE, nul: right.nul },
  ])
  const same = [`${left.offset} === ${right.offset}`]
  if (left.table !== right.table) same.push(`${left.table} === ${right.table}`)
  const equal = `(${same.join(' && ')})`
  return { value: e.operator === '=' ? equal : `!${equal}`, nul, boxed: nul === null, rep: 'boolean' }
}

import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { BOOL, type LogicalType, scalar } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'
import type { Implementation } from '../bound-function.ts'
import { combineTypes } from '../combine-types.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'

/** A comparison operator of JavaScript that means the same over numbers. */
type Operator = '===' | '!==' | '<' | '<=' | '>' | '>='

/** Kinds of values that need different code. */
type Family = 'identity' | 'number' | 'text' | 'other'

function family(type: LogicalType): Family {
  switch (type.id) {
    case 'BOOL':
    case 'UUID':
      return 'identity'
    case 'STRING':
    case 'JSON':
      return 'text'
    case 'BLOB':
    case 'INTERVAL':
    case 'INTERNAL_ID':
    case 'LIST':
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
    case 'UNION':
    case 'NODE':
    case 'REL':
    case 'RECURSIVE_REL':
    case 'ANY':
      return 'other'
    default:
      return 'number'
  }
}

function bindComparison(call: Call): Binding {
  const [a, b] = call.argTypes
  if (call.argTypes.length !== 2) {
    throw new DatabaseError('BINDER', `Function ${call.name} needs 2 arguments, not ${call.argTypes.length}.`)
  }
  const common = combineTypes(call)
  if (common === null) {
    throw new DatabaseError(
      'TYPE_MISMATCH',
      `Type Mismatch: Cannot compare types ${printType(a!)} and ${printType(b!)}`,
    )
  }
  const type = common.id === 'ANY' ? scalar('INT8') : common
  return { parameterTypes: [type, type], returnType: BOOL }
}

type Ordered = boolean | number | bigint | string

function primitiveCode(operator: Operator): Implementation {
  switch (operator) {
    case '===':
      return code((a: Ordered, b: Ordered) => a === b)
    case '!==':
      return code((a: Ordered, b: Ordered) => a !== b)
    case '<':
      return code((a: Ordered, b: Ordered) => a < b)
    case '<=':
      return code((a: Ordered, b: Ordered) => a <= b)
    case '>':
      return code((a: Ordered, b: Ordered) => a > b)
    case '>=':
      return code((a: Ordered, b: Ordered) => a >= b)
  }
}

function orderCode(operator: Operator, type: LogicalType): Implementation {
  const compare = comparatorFor(type)
  switch (operator) {
    case '===':
      return code((a: Value, b: Value) => compare(a, b) === 0)
    case '!==':
      return code((a: Value, b: Value) => compare(a, b) !== 0)
    case '<':
      return code((a: Value, b: Value) => compare(a, b) < 0)
    case '<=':
      return code((a: Value, b: Value) => compare(a, b) <= 0)
    case '>':
      return code((a: Value, b: Value) => compare(a, b) > 0)
    case '>=':
      return code((a: Value, b: Value) => compare(a, b) >= 0)
  }
}

function comparison(operator: Operator): Overload {
  const tests = operator === '===' || operator === '!=='
  return {
    parameters: ['ANY', 'ANY'],
    returns: 'BOOL',
    coercion: 'explicit',
    bind: bindComparison,
    make: (fn) => {
      const type = fn.parameterTypes[0]!
      const kind = family(type)
      const primitive = kind === 'identity' || kind === 'number' || (kind === 'text' && tests)
      return primitive ? primitiveCode(operator) : orderCode(operator, type)
    },
    inline: ([a, b], fn) => {
      const kind = family(fn.parameterTypes[0]!)
      if (kind === 'other') return null
      if (kind === 'text' && !tests) return `(compareStrings(${a}, ${b}) ${operator} 0)`
      return `(${a} ${operator} ${b})`
    },
  }
}

const first = (): number => 0

function comparisonRecord(names: string, docs: string, operator: Operator): FunctionRecord {
  return record(names, docs, [comparison(operator)], first)
}

/** The six comparisons, named as functions and as operators. */
export const COMPARISON_FUNCTIONS: readonly FunctionRecord[] = [
  comparisonRecord(
    'EQUALS =',
    'Whether two values are equal; NULL elements of lists and structs equal each other.',
    '===',
  ),
  comparisonRecord('NOT_EQUALS <>', 'Whether two values differ.', '!=='),
  comparisonRecord('GREATER_THAN >', 'Whether the first value is larger.', '>'),
  comparisonRecord('GREATER_THAN_EQUALS >=', 'Whether the first value is not smaller.', '>='),
  comparisonRecord('LESS_THAN <', 'Whether the first value is smaller.', '<'),
  comparisonRecord('LESS_THAN_EQUALS <=', 'Whether the first value is not larger.', '<='),
]

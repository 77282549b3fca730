import { DatabaseError } from '../../errors/database-error.ts'
import {
  addInt,
  divInt,
  INT_RANGES,
  type IntTypeId,
  isIntType,
  modInt,
  mulInt,
  normaliseInt,
  subInt,
  toBigInt,
} from '../../types/int.ts'
import type { LogicalType, TypeId } from '../../types/logical-type.ts'
import type { Int } from '../../types/value.ts'
import { code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { decimalBinary, decimalUnary } from './decimal.ts'
import { listConcatOverload } from './list-concat.ts'
import { NUMBER_TYPES } from './number-types.ts'
import { addTemporalOverloads, divideIntervalOverload, subTemporalOverloads } from './temporal-arithmetic.ts'

type IntOperation = (a: Int, b: Int, type: IntTypeId) => Int

/** An arithmetic operator over every integer and floating-point type. */
function numberOverloads(operator: string, ints: IntOperation, floats: (a: number, b: number) => number): Overload[] {
  return NUMBER_TYPES.map((id) => {
    if (isIntType(id)) return intOverload(operator, id, ints)
    const round = id === 'FLOAT'
    return {
      parameters: [id, id],
      returns: id,
      make: () => code(round ? (a: number, b: number) => Math.fround(floats(a, b)) : floats),
      inline: ([a, b]) => (round ? `Math.fround(${a} ${operator} ${b})` : `(${a} ${operator} ${b})`),
    }
  })
}

const HELPER_VERBS: Readonly<Record<string, string>> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div', '%': 'mod' }

function intOverload(operator: string, id: IntTypeId, operation: IntOperation): Overload {
  const verb = HELPER_VERBS[operator]!
  const width = id === 'SERIAL' ? 'INT64' : id
  const hasHelper = width === 'INT64' || (width === 'INT32' && operator !== '/' && operator !== '%')
  const suffix = width === 'INT64' ? 'Int64' : 'Int32'
  return {
    parameters: [id, id],
    returns: id,
    make: () => code((a: Int, b: Int) => operation(a, b, id)),
    inline: ([a, b]) => (hasHelper ? `${verb}${suffix}(${a}, ${b})` : null),
  }
}

const modulo: IntOperation = (a, b, type) => {
  if (b === -1 && a === INT_RANGES[type].min && type !== 'INT128') {
    const width = type === 'SERIAL' ? 'INT64' : type
    throw new DatabaseError('OVERFLOW', `Value ${a} % ${b} is not within ${width} range.`)
  }
  return modInt(a, b)
}

const addText: Overload = {
  parameters: ['STRING', 'STRING'],
  returns: 'STRING',
  make: () => code((a: string, b: string) => a + b),
  inline: ([a, b]) => `(${a} + ${b})`,
}

/** One overload per numeric type for functions of one number whose result has its type. */
export function unaryOverloads(
  ints: (type: IntTypeId) => (v: Int) => Int,
  floats: (v: number) => number,
  decimals: (v: Int, type: LogicalType) => Int,
  inline?: (v: string, id: TypeId) => string | null,
  decimalResult: 'same' | 'whole' = 'same',
): Overload[] {
  const overloads = NUMBER_TYPES.map((id): Overload => {
    const f = isIntType(id) ? code(ints(id)) : code(floats)
    const shared = { parameters: [id], returns: id, make: () => f }
    return inline === undefined ? shared : { ...shared, inline: ([v]) => inline(v!, id) }
  })
  return [...overloads, decimalUnary(decimals, decimalResult)]
}

function absOf(type: IntTypeId): (v: Int) => Int {
  return (v) => {
    if (v >= 0) return v
    if (v === INT_RANGES[type].min) {
      const text =
        type === 'INT128'
          ? 'INT128 is out of range: cannot negate INT128_MIN'
          : `Cannot take the absolute value of ${v} within ${type === 'SERIAL' ? 'INT64' : type} range.`
      throw new DatabaseError('OVERFLOW', text)
    }
    return normaliseInt(-toBigInt(v))
  }
}

function negateOf(type: IntTypeId): (v: Int) => Int {
  return (v) => {
    if (v === 0) return 0
    const r = normaliseInt(-toBigInt(v))
    const { min, max } = INT_RANGES[type]
    if (r >= min && r <= max) return r
    const text =
      type === 'INT128'
        ? 'INT128 is out of range: cannot negate INT128_MIN'
        : `Value ${v} cannot be negated within ${type === 'SERIAL' ? 'INT64' : type} range.`
    throw new DatabaseError('OVERFLOW', text)
  }
}

const same = (v: Int): Int => v

/** Operators and functions of arithmetic whose result has the type of its arguments. */
export const ARITHMETIC_FUNCTIONS: readonly FunctionRecord[] = [
  record('+', 'Sum of two numbers; a date or timestamp moved by an interval; two texts or lists joined.', [
    ...numberOverloads('+', addInt, (a, b) => a + b),
    decimalBinary('+'),
    listConcatOverload,
    addText,
    ...addTemporalOverloads,
  ]),
  record('-', 'Difference of two numbers, dates, timestamps or intervals.', [
    ...numberOverloads('-', subInt, (a, b) => a - b),
    decimalBinary('-'),
    ...subTemporalOverloads,
  ]),
  record('*', 'Product of two numbers.', [...numberOverloads('*', mulInt, (a, b) => a * b), decimalBinary('*')]),
  record('/', 'Quotient of two numbers; of integers it is cut towards zero.', [
    ...numberOverloads('/', divInt, (a, b) => a / b),
    divideIntervalOverload,
  ]),
  record('%', 'Remainder of a division, with the sign of the dividend.', [
    ...numberOverloads('%', modulo, (a, b) => a % b),
    decimalBinary('%'),
  ]),
  record(
    'NEGATE',
    'The number with its sign turned.',
    unaryOverloads(
      negateOf,
      (v) => -v,
      (v) => normaliseInt(-toBigInt(v)),
      (v, id) => (id === 'DOUBLE' || id === 'FLOAT' ? `(-${v})` : null),
    ),
  ),
  record(
    'ABS',
    'Absolute value.',
    unaryOverloads(
      absOf,
      Math.abs,
      (v) => (v < 0 ? normaliseInt(-toBigInt(v)) : v),
      (v, id) => (id === 'DOUBLE' || id === 'FLOAT' ? `Math.abs(${v})` : null),
    ),
  ),
  record(
    'FLOOR',
    'Largest whole number that is not larger.',
    unaryOverloads(
      () => same,
      Math.floor,
      (v, type) => scaleDown(v, type, 'floor'),
      floatCall('Math.floor'),
      'whole',
    ),
  ),
  record(
    'CEIL CEILING',
    'Smallest whole number that is not smaller.',
    unaryOverloads(
      () => same,
      Math.ceil,
      (v, type) => scaleDown(v, type, 'ceil'),
      floatCall('Math.ceil'),
      'whole',
    ),
  ),
]

function floatCall(name: string): (v: string, id: TypeId) => string | null {
  return (v, id) => (id === 'DOUBLE' || id === 'FLOAT' ? `${name}(${v})` : v)
}

function scaleDown(v: Int, type: LogicalType, direction: 'floor' | 'ceil'): Int {
  const unit = 10n ** BigInt((type as { scale: number }).scale)
  const wide = toBigInt(v)
  const whole = wide / unit
  if (wide % unit === 0n) return normaliseInt(whole)
  if (direction === 'floor') return normaliseInt(wide < 0n ? whole - 1n : whole)
  return normaliseInt(wide < 0n ? whole : whole + 1n)
}

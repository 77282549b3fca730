import { DatabaseError } from '../../errors/database-error.ts'
import { isIntType, normaliseInt, toBigInt } from '../../types/int.ts'
import { scalar } from '../../types/logical-type.ts'
import type { Int } from '../../types/value.ts'
import { code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { gamma, logGamma } from './gamma.ts'
import { NUMBER_TYPES } from './number-types.ts'
import { fixed } from './simple-overload.ts'

function ofDouble(names: string, docs: string, f: (v: number) => number, inline?: string): FunctionRecord {
  return record(names, docs, [fixed('DOUBLE', 'DOUBLE', f, inline)])
}

type MathFunction = 'sqrt' | 'cbrt' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'log' | 'log10' | 'log2'

/** `$0` through one function of Math. */
function math(names: string, docs: string, name: MathFunction): FunctionRecord {
  return ofDouble(names, docs, Math[name], `Math.${name}($0)`)
}

function ofInts(names: string, docs: string, f: (a: bigint, b: bigint) => bigint): FunctionRecord {
  const operation = (a: Int, b: Int): Int => normaliseInt(BigInt.asIntN(64, f(toBigInt(a), toBigInt(b))))
  return record(names, docs, [fixed('INT64,INT64', 'INT64', operation)])
}

/** @returns the number rounded half away from zero to `digits` decimals, to tens and hundreds where they are negative. */
function round(v: number, digits: Int): number {
  const scale = 10 ** Math.abs(Number(digits))
  if (!Number.isFinite(scale)) return digits > 0 ? v : 0
  const scaled = digits >= 0 ? Math.abs(v) * scale : Math.abs(v) / scale
  // what is too large to have decimals is left alone, and so is what is not finite
  if (!(scaled < 2 ** 52)) return v
  const whole = Math.round(scaled)
  return Math.sign(v) * (digits >= 0 ? whole / scale : whole * scale)
}

function even(v: number): number {
  const away = v >= 0 ? Math.ceil(v) : Math.floor(v)
  if (away % 2 === 0) return away
  return v >= 0 ? away + 1 : away - 1
}

function factorial(v: Int): Int {
  let product = 1n
  for (let i = 2n; i <= v; i++) {
    product *= i
    if (product >= 2n ** 63n) throw new DatabaseError('OVERFLOW', `Value ${v}! is not within INT64 range.`)
  }
  return normaliseInt(product)
}

const sign = (v: Int): number => (v > 0 ? 1 : v === 0 ? 0 : -1)

const countIf: readonly Overload[] = [...NUMBER_TYPES, 'BOOL' as const].map((id) => ({
  parameters: [id],
  returns: 'UINT8' as const,
  bind: () => ({ parameterTypes: [scalar(id as 'BOOL')], returnType: scalar('UINT8') }),
  make: () => code((v: Int | boolean) => (v === 0 || v === false ? 0 : 1)),
  inline: ([v]) => (isIntType(id) || id === 'BOOL' ? `(${v} ? 1 : 0)` : null),
}))

/** Functions of numbers whose result type is fixed. */
export const NUMERIC_FUNCTIONS: readonly FunctionRecord[] = [
  record('^ POW POWER', 'The first number to the power of the second, as DOUBLE.', [
    fixed('DOUBLE,DOUBLE', 'DOUBLE', (a: number, b: number) => a ** b, '($0 ** $1)'),
  ]),
  math('SQRT', 'Square root.', 'sqrt'),
  math('CBRT', 'Cube root.', 'cbrt'),
  math('SIN', 'Sine of an angle in radians.', 'sin'),
  math('COS', 'Cosine of an angle in radians.', 'cos'),
  math('TAN', 'Tangent of an angle in radians.', 'tan'),
  ofDouble('COT', 'Cotangent of an angle in radians.', (v) => 1 / Math.tan(v)),
  math('ASIN', 'Arc sine in radians.', 'asin'),
  math('ACOS', 'Arc cosine in radians.', 'acos'),
  math('ATAN', 'Arc tangent in radians.', 'atan'),
  record('ATAN2', 'Angle of the point (second, first) in radians.', [
    fixed('DOUBLE,DOUBLE', 'DOUBLE', (a: number, b: number) => Math.atan2(a, b)),
  ]),
  ofDouble('DEGREES', 'Radians turned into degrees.', (v) => (v * 180) / Math.PI),
  ofDouble('RADIANS', 'Degrees turned into radians.', (v) => (v * Math.PI) / 180),
  record('PI', 'The number pi.', [fixed('', 'DOUBLE', () => Math.PI)]),
  math('LN', 'Natural logarithm.', 'log'),
  math('LOG LOG10', 'Logarithm to the base 10.', 'log10'),
  math('LOG2', 'Logarithm to the base 2.', 'log2'),
  ofDouble('GAMMA', 'Gamma function.', gamma),
  ofDouble('LGAMMA', 'Logarithm of the absolute value of the gamma function.', logGamma),
  ofDouble('EVEN', 'The nearest even number away from zero.', even),
  record('ROUND', 'The number rounded half away from zero to so many decimals.', [
    fixed('DOUBLE,INT64', 'DOUBLE', round),
  ]),
  record('SIGN', '-1, 0 or 1 by the sign of the number.', [
    fixed('INT64', 'INT64', sign),
    fixed('DOUBLE', 'INT64', sign),
    fixed('FLOAT', 'INT64', sign),
  ]),
  record('FACTORIAL', 'Product of the whole numbers from 1 to the argument.', [fixed('INT64', 'INT64', factorial)]),
  ofInts('BITWISE_AND &', 'Bits set in both numbers.', (a, b) => a & b),
  ofInts('BITWISE_OR |', 'Bits set in one of the numbers.', (a, b) => a | b),
  ofInts('BITWISE_XOR', 'Bits set in exactly one of the numbers.', (a, b) => a ^ b),
  ofInts('BITSHIFT_LEFT <<', 'Bits moved up by so many places (modulo 64).', (a, b) => a << (b & 63n)),
  ofInts(
    'BITSHIFT_RIGHT >>',
    'Bits moved down by so many places (modulo 64), the sign kept.',
    (a, b) => a >> (b & 63n),
  ),
  record('COUNT_IF', '1 if the argument is true or not zero, otherwise 0.', countIf),
]

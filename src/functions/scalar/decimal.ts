import { DatabaseError } from '../../errors/database-error.ts'
import { normaliseInt, toBigInt } from '../../types/int.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Int } from '../../types/value.ts'
import { type Binding, type Call, code, type Overload } from '../function-record.ts'

type DecimalType = Extract<LogicalType, { id: 'DECIMAL' }>

const MAX_PRECISION = 38

/** Two decimal operands; where one is no DECIMAL it takes the type of the other. */
function operands(call: Call): readonly [DecimalType, DecimalType] {
  const [a, b] = call.argTypes
  if (a?.id === 'DECIMAL') return [a, b?.id === 'DECIMAL' ? b : a]
  if (b?.id === 'DECIMAL') return [b, b]
  const standard: DecimalType = { id: 'DECIMAL', precision: 18, scale: 3 }
  return [standard, standard]
}

function sumType(a: DecimalType, b: DecimalType): DecimalType {
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
  const precision = Math.min(MAX_PRECISION, Math.max(a.scale, b.scale) + whole + 1)
  // the extra digit goes to the scale, not, as in SQL, to the whole part
  const scale = Math.max(Math.min(precision, Math.max(a.scale, b.scale)), precision - whole)
  return { id: 'DECIMAL', precision, scale }
}

function productType(a: DecimalType, b: DecimalType): DecimalType {
  const precision = a.precision + b.precision + 1
  if (precision > MAX_PRECISION) {
    throw new DatabaseError('OVERFLOW', 'Resulting precision of decimal multiplication greater than 38')
  }
  return { id: 'DECIMAL', precision, scale: a.scale + b.scale }
}

function remainderType(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale)
  const precision = Math.min(MAX_PRECISION, Math.min(a.precision - a.scale, b.precision - b.scale) + scale)
  return { id: 'DECIMAL', precision, scale: Math.min(precision, scale) }
}

function bindDecimals(call: Call, operator: string): Binding {
  const [a, b] = operands(call)
  if (operator === '*') return { parameterTypes: [a, b], returnType: productType(a, b) }
  if (operator === '%') {
    // operands keep their own digits before the point: the dividend may be larger than what is left of it
    const scale = Math.max(a.scale, b.scale)
    const parameter = (t: DecimalType): DecimalType => ({
      id: 'DECIMAL',
      precision: Math.min(MAX_PRECISION, t.precision - t.scale + scale),
      scale,
    })
    return { parameterTypes: [parameter(a), parameter(b)], returnType: remainderType(a, b) }
  }
  const result = sumType(a, b)
  return { parameterTypes: [result, result], returnType: result }
}

/** @throws {DatabaseError} OVERFLOW if the unscaled value has more digits than the type. */
export function checkDecimal(v: bigint, precision: number, what: string): Int {
  const limit = 10n ** BigInt(precision)
  if (v >= limit || v <= -limit) throw new DatabaseError('OVERFLOW', `Decimal ${what} result is out of range`)
  return normaliseInt(v)
}

/** An operator over two DECIMAL arguments, which binding brings to fitting types. */
export function decimalBinary(operator: '+' | '-' | '*' | '%'): Overload {
  return {
    parameters: ['DECIMAL', 'DECIMAL'],
    returns: 'DECIMAL',
    bind: (call) => bindDecimals(call, operator),
    make: (fn) => {
      const { precision } = fn.returnType as DecimalType
      switch (operator) {
        case '+':
          return code((a: Int, b: Int) => checkDecimal(toBigInt(a) + toBigInt(b), precision, 'Addition'))
        case '-':
          return code((a: Int, b: Int) => checkDecimal(toBigInt(a) - toBigInt(b), precision, 'Subtraction'))
        case '*':
          return code((a: Int, b: Int) => checkDecimal(toBigInt(a) * toBigInt(b), precision, 'Multiplication'))
        default:
          return code((a: Int, b: Int) => {
            if (b === 0) throw new DatabaseError('DIVIDE_BY_ZERO', 'Modulo by zero.')
            return normaliseInt(toBigInt(a) % toBigInt(b))
          })
      }
    },
  }
}

/** A function of one DECIMAL whose result has its type, or its digits before the point only. */
export function decimalUnary(f: (v: Int, type: LogicalType) => Int, result: 'same' | 'whole'): Overload {
  return {
    parameters: ['DECIMAL'],
    returns: 'DECIMAL',
    bind: (call) => {
      const [type] = operands({ ...call, argTypes: [call.argTypes[0]!, call.argTypes[0]!] })
      const returnType: LogicalType = result === 'same' ? type : { id: 'DECIMAL', precision: type.precision, scale: 0 }
      return { parameterTypes: [type], returnType }
    },
    make: (fn) => {
      const type = fn.parameterTypes[0]!
      return code((v: Int) => f(v, type))
    },
  }
}

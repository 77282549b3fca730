import { DatabaseError } from '../../errors/database-error.ts'
import { commonTypeOf } from '../../types/common-type.ts'
import { isIntType, mulInt, subInt } from '../../types/int.ts'
import { INT64, type LogicalType, STRING, sameType } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'

type Vector = ArrayLike<number>
type ArrayType = Extract<LogicalType, { id: 'ARRAY' }>

/** Both arguments become one FLOAT[n] or DOUBLE[n]: the element type of the first, the length of whichever is an ARRAY. */
function bindVectors(call: Call): Binding {
  const [a, b] = call.argTypes
  const lengths = [a!, b!].map((type, i) => (type.id === 'ARRAY' ? type.length : lengthOf(call.literals[i])))
  const child = elementType(a!) ?? elementType(b!)
  if (child === undefined || (child.id !== 'FLOAT' && child.id !== 'DOUBLE')) {
    throw new DatabaseError('BINDER', `${call.name} requires argument type to be FLOAT[] or DOUBLE[].`)
  }
  const length = lengths[0] ?? lengths[1]
  if (lengths[1] !== undefined && lengths[1] !== length) {
    throw new DatabaseError('BINDER', `${call.name} requires arrays of one length, not ${length} and ${lengths[1]}.`)
  }
  const type: LogicalType = length === undefined ? { id: 'LIST', child } : { id: 'ARRAY', child, length }
  return { parameterTypes: [type, type], returnType: child }
}

function elementType(type: LogicalType): LogicalType | undefined {
  return type.id === 'ARRAY' || type.id === 'LIST' ? type.child : undefined
}

function lengthOf(literal: Value | undefined): number | undefined {
  return literal === undefined || literal === null ? undefined : (literal as ArrayLike<Value>).length
}

/** Two lists reach this point only where neither length was known when binding. */
function checkLengths(a: Vector, b: Vector): void {
  if (a.length !== b.length) {
    throw new DatabaseError('RUNTIME', `arrays of one length are needed, not ${a.length} and ${b.length}`)
  }
}

function squaredDistance(a: Vector, b: Vector): number {
  checkLengths(a, b)
  countWork(a.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const d = a[i]! - b[i]!
    sum += d * d
  }
  return sum
}

function innerProduct(a: Vector, b: Vector): number {
  checkLengths(a, b)
  countWork(a.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** 0 when one of the vectors has no direction. */
function cosineSimilarity(a: Vector, b: Vector): number {
  checkLengths(a, b)
  countWork(a.length)
  let product = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!
    const y = b[i]!
    product += x * y
    aa += x * x
    bb += y * y
  }
  return aa === 0 || bb === 0 ? 0 : product / Math.sqrt(aa * bb)
}

function similarity(names: string, docs: string, f: (a: Vector, b: Vector) => number): FunctionRecord {
  return record(names, docs, [
    {
      parameters: ['ARRAY', 'ARRAY'],
      returns: 'ANY',
      coercion: 'explicit',
      bind: bindVectors,
      make: (fn) => code(fn.returnType.id === 'FLOAT' ? (a: Vector, b: Vector) => Math.fround(f(a, b)) : f),
    },
  ])
}

const arrayValue: Overload = {
  parameters: ['ANY'],
  variadic: true,
  returns: 'ARRAY',
  nulls: 'handles',
  mayBeNull: false,
  bind: (call) => {
    if (call.argTypes.length === 0) return { parameterTypes: [], returnType: { id: 'ARRAY', child: STRING, length: 0 } }
    const combined = commonTypeOf(call.argTypes) ?? call.argTypes[0]!
    const child = combined.id === 'ANY' ? INT64 : combined
    const returnType: LogicalType = { id: 'ARRAY', child, length: call.argTypes.length }
    return { parameterTypes: call.argTypes.map(() => child), returnType }
  },
  make: () => code((...elements: Value[]) => elements),
}

function bindCross(call: Call): Binding {
  const [a, b] = call.argTypes
  const threeLong = [a, b].every((type, i) => isThreeLong(type!, call.literals[i]))
  const child = elementType(a!) ?? INT64
  const fits = threeLong && sameType(child, elementType(b!) ?? INT64)
  const { id } = child
  if (!isIntType(id) && id !== 'FLOAT' && id !== 'DOUBLE') {
    const text = 'ARRAY_CROSS_PRODUCT can only be applied on array of floating points or integers'
    throw new DatabaseError('BINDER', text)
  }
  if (!fits) {
    throw new DatabaseError(
      'BINDER',
      'ARRAY_CROSS_PRODUCT requires both arrays to have the same element type and size of 3',
    )
  }
  const type: LogicalType = { id: 'ARRAY', child, length: 3 }
  return { parameterTypes: [type, type], returnType: type }
}

/** An ARRAY of three, a list of three constants, or a list whose length shows when it is cast. */
function isThreeLong(type: LogicalType, literal: Value | undefined): boolean {
  if (type.id === 'ARRAY') return type.length === 3
  const length = lengthOf(literal)
  return type.id === 'LIST' && (length === undefined || length === 3)
}

function crossProduct(type: ArrayType): (a: ArrayLike<Int>, b: ArrayLike<Int>) => Value {
  const { id } = type.child
  const round = id === 'FLOAT' ? Math.fround : (v: number) => v
  const part = isIntType(id)
    ? (a: Int, b: Int, c: Int, d: Int): Int => subInt(mulInt(a, b, id), mulInt(c, d, id), id)
    : (a: Int, b: Int, c: Int, d: Int): Int => round(Number(a) * Number(b) - Number(c) * Number(d))
  return (a, b) => [
    part(a[1]!, b[2]!, a[2]!, b[1]!),
    part(a[2]!, b[0]!, a[0]!, b[2]!),
    part(a[0]!, b[1]!, a[1]!, b[0]!),
  ]
}

/** Functions of fixed-length arrays. NULL elements count as 0. */
export const ARRAY_FUNCTIONS: readonly FunctionRecord[] = [
  record('ARRAY_VALUE', 'ARRAY of the arguments.', [arrayValue]),
  record('ARRAY_CROSS_PRODUCT', 'Cross product of two arrays of three numbers.', [
    {
      parameters: ['ARRAY', 'ARRAY'],
      returns: 'ARRAY',
      bind: bindCross,
      make: (fn) => code(crossProduct(fn.returnType as ArrayType)),
    },
  ]),
  similarity('ARRAY_COSINE_SIMILARITY', 'Cosine of the angle between two vectors.', cosineSimilarity),
  similarity('ARRAY_DISTANCE', 'Euclidean distance of two vectors.', (a, b) => Math.sqrt(squaredDistance(a, b))),
  similarity('ARRAY_SQUARED_DISTANCE', 'Square of the Euclidean distance of two vectors.', squaredDistance),
  similarity('ARRAY_INNER_PRODUCT', 'Inner product of two vectors.', innerProduct),
  similarity('ARRAY_DOT_PRODUCT', 'Inner product of two vectors.', innerProduct),
]

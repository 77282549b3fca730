import { DatabaseError } from '../../errors/database-error.ts'
import { unsupportedCast } from '../../types/cast/unsupported-cast.ts'
import { castFunction } from '../../types/cast.ts'
import { type LogicalType, type ScalarTypeId, STRING, scalar, type TypeId } from '../../types/logical-type.ts'
import { parseType } from '../../types/parse-type.ts'
import type { BoundFunction, Implementation } from '../bound-function.ts'
import { type FunctionRecord, type Overload, record } from '../function-record.ts'
import { NUMBER_TYPES } from './number-types.ts'

/** The cast from the bound parameter type to the bound result type. */
function makeCast(fn: BoundFunction): Implementation {
  const cast = castFunction(fn.parameterTypes[0]!, fn.returnType)
  if (cast === null) throw unsupportedCast(fn.parameterTypes[0]!, fn.returnType)
  return cast as Implementation
}

/**
 * @returns a call of CAST from one type to another, as a bound function: for implicit casts of arguments, for `CAST(x AS T)` and for writes. One argument.
 * @throws {DatabaseError} CONVERSION if there is no such cast.
 */
export function castCall(from: LogicalType, to: LogicalType): BoundFunction {
  if (castFunction(from, to) === null) throw unsupportedCast(from, to)
  return {
    name: 'CAST',
    overload: 0,
    parameterTypes: [from],
    coercion: 'explicit',
    returnType: to,
    nulls: 'propagate',
    mayBeNull: false,
    volatile: false,
  }
}

const cast: Overload = {
  parameters: ['ANY', 'STRING'],
  returns: 'ANY',
  bind: (call) => {
    const target = call.literals[1]
    if (typeof target !== 'string') {
      throw new DatabaseError('BINDER', 'Second parameter of CAST function must be an literal.')
    }
    const [from] = call.argTypes
    const to = parseType(target)
    if (castFunction(from!, to) === null) throw unsupportedCast(from!, to)
    return { parameterTypes: [from!, STRING], returnType: to }
  },
  make: makeCast,
}

function conversionOverload(from: TypeId, to: ScalarTypeId): Overload {
  return {
    parameters: [from],
    returns: to,
    bind: (call) => {
      const argument = call.argTypes[0]!
      const parameter = argument.id === from || !isSimple(from) ? argument : scalar(from as ScalarTypeId)
      return { parameterTypes: [parameter], returnType: scalar(to) }
    },
    make: makeCast,
  }
}

function isSimple(id: TypeId): boolean {
  return !['LIST', 'ARRAY', 'MAP', 'STRUCT', 'UNION', 'NODE', 'REL'].includes(id)
}

function fromNumbers(names: string, to: ScalarTypeId): FunctionRecord {
  const overloads = [...NUMBER_TYPES, 'STRING' as const].map((from) => conversionOverload(from, to))
  return record(names, `The number or text as ${to}.`, overloads)
}

function fromText(names: string, to: ScalarTypeId): FunctionRecord {
  return record(names, `The text as ${to}.`, [conversionOverload('STRING', to)])
}

const TEXT_SOURCES: readonly TypeId[] = [
  'INTERNAL_ID',
  'BOOL',
  'INT32',
  'INT64',
  'INT16',
  'INT8',
  'UINT64',
  'UINT32',
  'UINT16',
  'UINT8',
  'INT128',
  'DOUBLE',
  'STRING',
  'BLOB',
  'UUID',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'INTERVAL',
  'LIST',
  'ARRAY',
  'MAP',
  'FLOAT',
  'SERIAL',
  'NODE',
  'REL',
  'STRUCT',
  'UNION',
]

/** Text of a DECIMAL; the general overloads would take it through DOUBLE and lose digits. */
const decimalToText: Overload = {
  parameters: ['DECIMAL'],
  returns: 'STRING',
  bind: (call) => ({ parameterTypes: [call.argTypes[0]!], returnType: STRING }),
  make: makeCast,
}

/** CAST and the conversion functions. */
export const CONVERSION_FUNCTIONS: readonly FunctionRecord[] = [
  record('CAST', 'The value as another type, which is named by a constant text.', [cast]),
  record('TO_STRING STRING', 'Printed form of a value.', [
    ...TEXT_SOURCES.map((from) => conversionOverload(from, 'STRING')),
    decimalToText,
  ]),
  fromText('TO_DATE DATE', 'DATE'),
  fromText('TIMESTAMP', 'TIMESTAMP'),
  fromText('TO_INTERVAL INTERVAL DURATION', 'INTERVAL'),
  fromText('TO_BLOB BLOB', 'BLOB'),
  fromText('TO_UUID UUID', 'UUID'),
  fromText('TO_BOOL', 'BOOL'),
  fromNumbers('TO_INT8', 'INT8'),
  fromNumbers('TO_INT16', 'INT16'),
  fromNumbers('TO_INT32', 'INT32'),
  fromNumbers('TO_INT64', 'INT64'),
  fromNumbers('TO_INT128', 'INT128'),
  fromNumbers('TO_UINT8', 'UINT8'),
  fromNumbers('TO_UINT16', 'UINT16'),
  fromNumbers('TO_UINT32', 'UINT32'),
  fromNumbers('TO_UINT64', 'UINT64'),
  fromNumbers('TO_SERIAL', 'SERIAL'),
  fromNumbers('TO_FLOAT', 'FLOAT'),
  fromNumbers('TO_DOUBLE', 'DOUBLE'),
]

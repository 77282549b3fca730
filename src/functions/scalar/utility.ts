import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { type LogicalType, STRING } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'
import { combineTypes } from '../combine-types.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'

/** All arguments brought to their common type. */
function bindCommon(call: Call): Binding {
  if (call.argTypes.length === 0) throw new DatabaseError('BINDER', `${call.name} requires at least one argument`)
  const common = combineTypes(call) ?? call.argTypes.find((type) => type.id !== 'ANY')!
  const type = common.id === 'ANY' ? STRING : common
  return { parameterTypes: call.argTypes.map(() => type), returnType: type }
}

function firstPresent(...values: Value[]): Value {
  for (const v of values) if (v !== null) return v
  return null
}

function coalesceOverload(variadic: boolean): Overload {
  return {
    parameters: variadic ? ['ANY'] : ['ANY', 'ANY'],
    variadic,
    returns: 'ANY',
    nulls: 'handles',
    bind: bindCommon,
    make: () => code(firstPresent),
  }
}

const nullIf: Overload = {
  parameters: ['ANY', 'ANY'],
  returns: 'ANY',
  nulls: 'handles',
  coercion: 'explicit',
  bind: (call) => {
    const [a, b] = call.argTypes
    const common = combineTypes(call)
    if (common === null) {
      const text = `Type Mismatch: Cannot compare types ${printType(a!)} and ${printType(b!)}`
      throw new DatabaseError('TYPE_MISMATCH', text)
    }
    // where the common type is wider than the first argument, numbers compare the same in it and the first keeps its own
    const type = common.id === 'ANY' ? STRING : common
    const result: LogicalType = a!.id === 'ANY' ? type : a!
    return {
      parameterTypes: [a!.id === 'STRING' ? type : result, type],
      returnType: a!.id === 'STRING' ? type : result,
    }
  },
  make: (fn) => {
    const compare = comparatorFor(fn.parameterTypes[1]!)
    return code((a: Value, b: Value) => (a !== null && b !== null && compare(a, b) === 0 ? null : a))
  },
}

const constantOrNull: Overload = {
  parameters: ['ANY', 'ANY'],
  returns: 'ANY',
  nulls: 'handles',
  bind: (call) => {
    const types = call.argTypes.map((type) => (type.id === 'ANY' ? STRING : type))
    return { parameterTypes: types, returnType: types[0]! }
  },
  make: () => code((constant: Value, test: Value) => (test === null ? null : constant)),
}

const typeName: Overload = {
  parameters: ['ANY'],
  returns: 'STRING',
  nulls: 'handles',
  mayBeNull: false,
  make: (fn) => {
    const type = fn.parameterTypes[0]!
    const name = type.id === 'ANY' ? 'NULL' : printType(type)
    return code(() => name)
  },
}

const fail: Overload = {
  parameters: ['STRING'],
  returns: 'INT32',
  volatile: true,
  make: () =>
    code((message: string): Value => {
      throw new DatabaseError('RUNTIME', message)
    }),
}

/** Functions about NULL and types. */
export const UTILITY_FUNCTIONS: readonly FunctionRecord[] = [
  record('COALESCE', 'The first argument that is not NULL.', [coalesceOverload(true)]),
  record('IFNULL', 'The first argument, or if it is NULL the second.', [coalesceOverload(false)]),
  record('NULLIF', 'The first argument, or NULL if the second equals it.', [nullIf]),
  record('CONSTANT_OR_NULL', 'The first argument, or NULL if the second is NULL.', [constantOrNull]),
  record('TYPEOF', 'Name of the type of a value.', [typeName]),
  record('ERROR', 'Stops the statement with a message.', [fail]),
]

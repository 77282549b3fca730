import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { formatterFor } from '../../types/format.ts'
import { canCastImplicitly } from '../../types/implicit-cast.ts'
import { type Field, INT64, type LogicalType, listOf, STRING } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { asList } from './list-concat.ts'
import { makeList } from './long-list.ts'

type MapType = Extract<LogicalType, { id: 'MAP' }>
type Pairs = readonly (readonly [Value, Value])[]

function elementOf(type: LogicalType): LogicalType {
  return type.id === 'LIST' || type.id === 'ARRAY' ? type.child : INT64
}

const createMap: Overload = {
  parameters: ['LIST', 'LIST'],
  returns: 'MAP',
  bind: (call) => {
    const [keys, values] = call.argTypes.map((type) => (type.id === 'ANY' ? listOf(INT64) : asList(type)))
    return {
      parameterTypes: [keys!, values!],
      returnType: { id: 'MAP', key: elementOf(keys!), value: elementOf(values!) },
    }
  },
  make: (fn) => {
    const check = fn.data?.['checkKeys'] === true ? keyCheck(elementOf(fn.parameterTypes[0]!)) : null
    return code((keys: ArrayLike<Value>, values: ArrayLike<Value>) => {
      check?.(keys)
      if (keys.length !== values.length) throw new DatabaseError('RUNTIME', 'Unaligned key list and value list.')
      return makeList(keys.length, (i) => [keys[i]!, values[i]!])
    })
  },
}

/** @returns a check that throws {DatabaseError} RUNTIME for a NULL key and for the first key that comes twice. */
function keyCheck(type: LogicalType): (keys: ArrayLike<Value>) => void {
  const compare = comparatorFor(type)
  const format = formatterFor(type)
  return (keys) => {
    const seen = Array.from(keys, (key) => {
      if (key === null) throw new DatabaseError('RUNTIME', 'Null value key is not allowed in map.')
      return key
    }).sort((a, b) => {
      countWork(1)
      return compare(a, b)
    })
    for (let i = 1; i < seen.length; i++) {
      if (compare(seen[i - 1]!, seen[i]!) !== 0) continue
      throw new DatabaseError('RUNTIME', `Found duplicate key: ${format(seen[i]!)} in map.`)
    }
  }
}

const extractValues: Overload = {
  parameters: ['MAP', 'ANY'],
  returns: 'LIST',
  bind: (call) => {
    const map = call.argTypes[0] as MapType
    if (map.id !== 'MAP') return { parameterTypes: call.argTypes, returnType: listOf(INT64) }
    const key = call.argTypes[1]!
    const fits =
      key.id === 'ANY' || (canCastImplicitly(key, map.key) && (key.id === 'STRING') === (map.key.id === 'STRING'))
    if (!fits) throw new DatabaseError('RUNTIME', 'Unmatched map key type and extract key type')
    return { parameterTypes: [map, map.key], returnType: listOf(map.value) }
  },
  make: (fn) => {
    const compare = comparatorFor(fn.parameterTypes[1]!)
    const isKey = (pair: Pairs[number], key: Value): boolean => {
      countWork(1)
      return pair[0] !== null && compare(pair[0], key) === 0
    }
    return code((pairs: Pairs, key: Value) => pairs.filter((pair) => isKey(pair, key)).map((pair) => pair[1]))
  },
}

function column(part: 'key' | 'value'): Overload {
  const index = part === 'key' ? 0 : 1
  return {
    parameters: ['MAP'],
    returns: 'LIST',
    bind: (call) => {
      const map = call.argTypes[0]!
      return { parameterTypes: [map], returnType: listOf(map.id === 'MAP' ? map[part] : INT64) }
    },
    make: () => code((pairs: Pairs) => makeList(pairs.length, (i) => pairs[i]![index])),
  }
}

/** Fields of a call whose arguments are named. @throws {DatabaseError} BINDER for one without a name. */
function namedFields(call: Call): Field[] {
  return call.argTypes.map((type, i) => {
    const name = call.names[i]
    if (name === undefined) throw new DatabaseError('BINDER', `Cannot infer field name for argument ${i + 1}.`)
    return { name, type: type.id === 'ANY' ? STRING : type }
  })
}

const packStruct: Overload = {
  parameters: ['ANY'],
  variadic: true,
  returns: 'STRUCT',
  nulls: 'handles',
  mayBeNull: false,
  bind: (call) => {
    const fields = namedFields(call)
    return { parameterTypes: fields.map((f) => f.type), returnType: { id: 'STRUCT', fields } }
  },
  make: () => code((...values: Value[]) => values),
}

/** The field that the constant second argument names. @throws {DatabaseError} BINDER if there is none. */
function namedField(call: Call): { readonly index: number; readonly field: Field } {
  const type = call.argTypes[0]!
  const name = call.literals[1]
  const fields = 'fields' in type ? type.fields : []
  if (typeof name !== 'string') throw new DatabaseError('BINDER', `${call.name} requires a constant field name.`)
  const exact = fields.findIndex((f) => f.name === name)
  const index = exact >= 0 ? exact : fields.findIndex((f) => f.name.toLowerCase() === name.toLowerCase())
  if (index < 0) throw new DatabaseError('BINDER', `Invalid struct field name: ${name}.`)
  return { index, field: fields[index]! }
}

function bindExtract(call: Call): Binding {
  const { index, field } = namedField(call)
  return { parameterTypes: [call.argTypes[0]!, STRING], returnType: field.type, data: { index } }
}

function extractField(id: 'STRUCT' | 'NODE' | 'REL'): Overload {
  return {
    parameters: [id, 'STRING'],
    returns: 'ANY',
    mayBeNull: true,
    bind: bindExtract,
    make: (fn) => {
      const index = fn.data!.index as number
      return code((values: readonly Value[]) => values[index]!)
    },
    inline: ([values], fn) => `${values}[${Number(fn.data!.index)}]`,
  }
}

const unionValue: Overload = {
  parameters: ['ANY'],
  returns: 'UNION',
  nulls: 'handles',
  mayBeNull: false,
  bind: (call) => {
    const fields = namedFields(call)
    return { parameterTypes: [fields[0]!.type], returnType: { id: 'UNION', fields } }
  },
  make: () => code((v: Value) => [0, v]),
}

const unionTag: Overload = {
  parameters: ['UNION'],
  returns: 'STRING',
  make: (fn) => {
    const type = fn.parameterTypes[0]!
    const names = 'fields' in type ? type.fields.map((f) => f.name) : []
    return code((v: readonly [number, Value]) => names[v[0]]!)
  },
}

const unionExtract: Overload = {
  parameters: ['UNION', 'STRING'],
  returns: 'ANY',
  mayBeNull: true,
  bind: bindExtract,
  make: (fn) => {
    const index = fn.data!.index as number
    return code((v: readonly [number, Value]) => (v[0] === index ? v[1] : null))
  },
}

/** Functions of maps, structs and unions. */
export const MAP_STRUCT_FUNCTIONS: readonly FunctionRecord[] = [
  record('MAP', 'Map of a list of keys to a list of values.', [createMap]),
  record('MAP_EXTRACT ELEMENT_AT', 'List of the values of a key.', [extractValues]),
  record('MAP_KEYS', 'List of the keys of a map.', [column('key')]),
  record('MAP_VALUES', 'List of the values of a map.', [column('value')]),
  record('STRUCT_PACK', 'Struct of named arguments.', [packStruct]),
  record('STRUCT_EXTRACT', 'Field of a struct, node or relationship.', [
    extractField('STRUCT'),
    extractField('NODE'),
    extractField('REL'),
  ]),
  record('UNION_VALUE', 'Union that holds its named argument.', [unionValue]),
  record('UNION_TAG', 'Name of the member that a union holds.', [unionTag]),
  record('UNION_EXTRACT', 'Value of a member of a union, NULL if it holds another.', [unionExtract]),
]

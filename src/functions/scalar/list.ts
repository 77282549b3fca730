import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { formatValue } from '../../types/format.ts'
import { keyString } from '../../types/hash.ts'
import { addInt, type IntTypeId, isIntType, mulInt } from '../../types/int.ts'
import { INT64, type LogicalType, listOf, STRING, sameType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { combineTypes, isHollow } from '../combine-types.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { LIST_ACCESS_FUNCTIONS } from './list-access.ts'
import { asList, bindSameLists, listConcatOverload, toArray } from './list-concat.ts'
import { LIST_SORT_FUNCTIONS } from './list-sort.ts'
import { filterList, joinLists, reversedList } from './long-list.ts'
import { rangeOverloads } from './range.ts'

type List = ArrayLike<Value>
type ListType = Extract<LogicalType, { child: LogicalType }>

function childOf(type: LogicalType): LogicalType {
  return type.id === 'LIST' || type.id === 'ARRAY' ? type.child : INT64
}

/** Overload of one list whose result type follows from it. */
function ofList(
  returns: 'ANY' | 'LIST' | 'INT64',
  result: (list: ListType) => LogicalType,
  make: (child: LogicalType) => (list: List) => Value,
  mayBeNull = false,
): Overload {
  return {
    parameters: ['LIST'],
    returns,
    mayBeNull,
    bind: (call) => {
      const type = call.argTypes[0]!
      const list = (type.id === 'ARRAY' || type.id === 'LIST' ? type : listOf(INT64)) as ListType
      return { parameterTypes: [list], returnType: result(list) }
    },
    make: (fn) => code(make(childOf(fn.parameterTypes[0]!))),
  }
}

function bindCreation(call: Call): Binding {
  const combined = combineTypes(call) ?? call.argTypes[0]!
  const child = combined.id === 'ANY' ? INT64 : combined
  return { parameterTypes: call.argTypes.map(() => child), returnType: listOf(child) }
}

/** List and element of one type; a constant NULL or empty list takes the type of the other. */
function bindAppend(call: Call): Binding {
  const [list, element] = call.argTypes
  const free = list!.id === 'ANY' || isHollow(list!, call.literals[0])
  let child = childOf(list!)
  if (free) child = element!.id === 'ANY' ? child : element!
  else if (element!.id !== 'ANY' && !isHollow(element!, call.literals[1]) && !sameType(child, element!)) {
    throw new DatabaseError(
      'BINDER',
      `Cannot bind ${call.name} with parameter type ${printType(list!)} and ${printType(element!)}.`,
    )
  }
  return { parameterTypes: [listOf(child), child], returnType: listOf(child) }
}

/** List and element brought to a common type, for searches. */
function bindSearch(call: Call, returnType: LogicalType): Binding {
  const [list, element] = call.argTypes
  const elements = { argTypes: [childOf(list!), element!], literals: [undefined, call.literals[1]] }
  const hollow = list!.id === 'ANY' || isHollow(list!, call.literals[0])
  const child = hollow ? element! : (combineTypes(elements) ?? childOf(list!))
  const known = child.id === 'ANY' ? INT64 : child
  return { parameterTypes: [listOf(known), known], returnType }
}

/** @returns the 0-based place of the first element equal to a value, -1 if there is none. */
function search(type: LogicalType): (list: List, v: Value) => number {
  const compare = comparatorFor(type)
  return (list, v) => {
    for (let i = 0; i < list.length; i++) {
      countWork(1)
      if (list[i] !== null && compare(list[i]!, v) === 0) return i
    }
    return -1
  }
}

const contains: Overload = {
  parameters: ['LIST', 'ANY'],
  returns: 'BOOL',
  bind: (call) => bindSearch(call, { id: 'BOOL' }),
  make: (fn) => {
    const find = search(fn.parameterTypes[1]!)
    return code((list: List, v: Value) => find(list, v) >= 0)
  },
}

const position: Overload = {
  parameters: ['LIST', 'ANY'],
  returns: 'INT64',
  bind: (call) => bindSearch(call, INT64),
  make: (fn) => {
    const find = search(fn.parameterTypes[1]!)
    return code((list: List, v: Value) => find(list, v) + 1)
  },
}

const hasAll: Overload = {
  parameters: ['LIST', 'LIST'],
  returns: 'BOOL',
  coercion: 'explicit',
  bind: (call) => {
    const type = bindSameLists(call)
    return { parameterTypes: [type, type], returnType: { id: 'BOOL' } }
  },
  make: (fn) => {
    const child = childOf(fn.parameterTypes[0]!)
    return code((list: List, wanted: List) => {
      const present = new Set<string>()
      for (let i = 0; i < list.length; i++) present.add(countedKey(child, list[i]!))
      return toArray(wanted).every((v) => v === null || present.has(countedKey(child, v)))
    })
  },
}

function countedKey(child: LogicalType, v: Value): string {
  countWork(1)
  return keyString(child, v)
}

function append(f: (list: readonly Value[], v: Value) => Value[]): Overload {
  return {
    parameters: ['LIST', 'ANY'],
    returns: 'LIST',
    coercion: 'explicit',
    bind: bindAppend,
    make: () => code((list: List, v: Value) => f(toArray(list), v)),
  }
}

function prepend(): Overload {
  return append((list, v) => joinLists([v], list))
}

/** Values that are not NULL, each once, in order of first appearance. */
function distinct(child: LogicalType, list: List): Value[] {
  const seen = new Set<string>()
  return filterList(list, (v) => {
    if (v === null) return false
    const key = keyString(child, v)
    return !seen.has(key) && seen.add(key) !== undefined
  })
}

function foldNumbers(
  name: string,
  start: number,
  ints: typeof addInt,
  floats: (a: number, b: number) => number,
): Overload {
  return {
    parameters: ['LIST'],
    returns: 'INT64',
    bind: (call) => {
      const list = asList(call.argTypes[0]!.id === 'ANY' ? listOf(INT64) : call.argTypes[0]!)
      const child = childOf(list)
      if (!isIntType(child.id) && child.id !== 'DOUBLE' && child.id !== 'FLOAT') {
        throw new DatabaseError('BINDER', `Unsupported inner data type for ${name}: ${child.id}`)
      }
      return { parameterTypes: [list], returnType: child }
    },
    make: (fn) => {
      const { id } = childOf(fn.parameterTypes[0]!)
      const round = id === 'FLOAT' ? Math.fround : (v: number) => v
      const step = isIntType(id)
        ? (sum: Int, v: Value) => ints(sum, v as Int, id as IntTypeId)
        : (sum: Int, v: Value) => round(floats(sum as number, v as number))
      return code((list: List) => {
        let sum: Int = start
        for (let i = 0; i < list.length; i++) {
          countWork(1)
          if (list[i] !== null) sum = step(sum, list[i]!)
        }
        return sum
      })
    },
  }
}

const toText: Overload = {
  parameters: ['STRING', 'LIST'],
  returns: 'STRING',
  bind: (call) => ({ parameterTypes: [STRING, asList(call.argTypes[1]!)], returnType: STRING }),
  make: (fn) => {
    const child = childOf(fn.parameterTypes[1]!)
    return code((separator: string, list: List) => {
      let text: string | null = null
      for (let i = 0; i < list.length; i++) {
        countWork(1)
        const v = list[i]!
        if (v === null) continue
        text = text === null ? formatValue(child, v) : `${text}${separator}${formatValue(child, v)}`
      }
      return text ?? ''
    })
  },
}

/** Functions of lists. ARRAY arguments are taken as lists; positions are 1-based. */
export const LIST_FUNCTIONS: readonly FunctionRecord[] = [
  record('LIST_CREATION', 'List of the arguments.', [
    {
      parameters: ['ANY'],
      variadic: true,
      returns: 'LIST',
      nulls: 'handles',
      mayBeNull: false,
      bind: bindCreation,
      make: () => code((...elements: Value[]) => elements),
    },
  ]),
  record(
    'RANGE',
    'List of the whole numbers from the first to the second argument, both inside, by a step.',
    rangeOverloads,
  ),
  ...LIST_ACCESS_FUNCTIONS,
  record('LIST_CONCAT LIST_CAT ARRAY_CONCAT ARRAY_CAT', 'The elements of two lists in one.', [listConcatOverload]),
  record('LIST_APPEND ARRAY_APPEND ARRAY_PUSH_BACK', 'The list with a value behind it.', [
    append((list, v) => joinLists(list, [v])),
  ]),
  record('LIST_PREPEND ARRAY_PREPEND ARRAY_PUSH_FRONT', 'The list with a value before it.', [prepend()]),
  record(
    'LIST_POSITION LIST_INDEXOF ARRAY_POSITION ARRAY_INDEXOF',
    'Place of a value in a list, 0 if it is not there.',
    [position],
  ),
  record('LIST_CONTAINS LIST_HAS ARRAY_CONTAINS ARRAY_HAS IN', 'Whether a value is in a list.', [contains]),
  record('LIST_HAS_ALL', 'Whether all values of the second list are in the first.', [hasAll]),
  ...LIST_SORT_FUNCTIONS,
  record('LIST_SUM', 'Sum of the numbers in a list.', [foldNumbers('LIST_SUM', 0, addInt, (a, b) => a + b)]),
  record('LIST_PRODUCT', 'Product of the numbers in a list.', [
    foldNumbers('LIST_PRODUCT', 1, mulInt, (a, b) => a * b),
  ]),
  record('LIST_DISTINCT', 'The values of a list that are not NULL, each once.', [
    ofList(
      'LIST',
      (type) => asList(type),
      (child) => (list) => distinct(child, list),
    ),
  ]),
  record('LIST_UNIQUE', 'Number of different values in a list.', [
    ofList(
      'INT64',
      () => INT64,
      (child) => (list) => distinct(child, list).length,
    ),
  ]),
  record('LIST_ANY_VALUE', 'First value of a list that is not NULL.', [
    ofList(
      'ANY',
      (type) => type.child,
      () => (list) => toArray(list).find((v) => v !== null) ?? null,
      true,
    ),
  ]),
  record('LIST_REVERSE', 'The elements of a list in opposite order.', [
    ofList(
      'ANY',
      (type) => type,
      () => reversedList,
    ),
  ]),
  record('LIST_TO_STRING', 'The elements of a list as one text with a separator; NULL is skipped.', [toText]),
]

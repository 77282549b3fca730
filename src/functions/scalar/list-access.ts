import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { INT64, type LogicalType, STRING } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { asList } from './list-concat.ts'
import { fixed } from './simple-overload.ts'
import { textSizeOverload } from './string.ts'
import { sliceText, textLength } from './text-units.ts'

type List = ArrayLike<Value>

/** @throws {DatabaseError} RUNTIME for position 0 or one outside the list. */
function extract(list: List, position: Int): Value {
  if (position === 0) throw new DatabaseError('RUNTIME', 'List extract takes 1-based position.')
  const at = Number(position) > 0 ? Number(position) - 1 : list.length + Number(position)
  if (at < 0 || at >= list.length) {
    throw new DatabaseError('RUNTIME', `list_extract(list, index): index=${position} is out of range.`, {
      facts: { index: String(position), length: list.length },
    })
  }
  return list[at]!
}

/** Character of a text by 1-based position, from the end where negative (before the first character: the first); the empty text at 0 and past the end. */
function extractCharacter(text: string, position: Int): string {
  const n = Number(position)
  const at = n > 0 ? n - 1 : n === 0 ? -1 : Math.max(textLength(text) + n, 0)
  return at < 0 ? '' : sliceText(text, at, at + 1)
}

/** Half-open, 0-based range of a 1-based slice with both ends inside; negative ends count from the end. */
function sliceRange(start: Int, end: Int, length: number): readonly [number, number] {
  const place = (v: Int): number => (v < 0 ? length + Number(v) + 1 : Number(v))
  const from = Math.max(place(start), 1) - 1
  return [from, Math.min(Math.max(place(end), from), length)]
}

function childType(type: LogicalType): LogicalType {
  return type.id === 'LIST' || type.id === 'ARRAY' ? type.child : INT64
}

function extractFrom(id: 'LIST' | 'ARRAY'): Overload {
  return {
    parameters: [id, 'INT64'],
    returns: 'ANY',
    mayBeNull: true,
    bind: (call) => ({ parameterTypes: [call.argTypes[0]!, INT64], returnType: childType(call.argTypes[0]!) }),
    make: () => code(extract),
  }
}

/** `map[key]`: the value of the first such key, NULL if there is none. */
const extractFromMap: Overload = {
  parameters: ['MAP', 'ANY'],
  returns: 'ANY',
  mayBeNull: true,
  bind: (call) => {
    const map = call.argTypes[0]!
    if (map.id !== 'MAP') return { parameterTypes: call.argTypes, returnType: STRING }
    return { parameterTypes: [map, map.key], returnType: map.value }
  },
  make: (fn) => {
    const compare = comparatorFor(fn.parameterTypes[1]!)
    return code((pairs: readonly (readonly Value[])[], key: Value) => {
      const found = pairs.find((pair) => pair[0] !== null && compare(pair[0]!, key) === 0)
      return found?.[1] ?? null
    })
  },
}

const sliceList: Overload = {
  parameters: ['LIST', 'INT64', 'INT64'],
  returns: 'LIST',
  bind: (call) => {
    const list = asList(call.argTypes[0]!)
    return { parameterTypes: [list, INT64, INT64], returnType: list }
  },
  make: () =>
    code((list: List, start: Int, end: Int) =>
      Array.prototype.slice.apply(list, [...sliceRange(start, end, list.length)]),
    ),
}

const sliceString: Overload = {
  parameters: ['STRING', 'INT64', 'INT64'],
  returns: 'STRING',
  bind: () => ({ parameterTypes: [STRING, INT64, INT64], returnType: STRING }),
  make: () =>
    code((text: string, start: Int, end: Int) => sliceText(text, ...sliceRange(start, end, textLength(text)))),
}

function sizeOf(id: 'LIST' | 'ARRAY' | 'MAP'): Overload {
  return fixed(id, 'INT64', (list: List) => list.length, '$0.length')
}

/** Functions that read elements, slices and sizes of lists and texts. */
export const LIST_ACCESS_FUNCTIONS: readonly FunctionRecord[] = [
  record(
    'LIST_EXTRACT LIST_ELEMENT',
    'Element of a list, character of a text or value of a map key; negative positions count from the end.',
    [extractFrom('LIST'), fixed('STRING,INT64', 'STRING', extractCharacter), extractFrom('ARRAY'), extractFromMap],
  ),
  record('LIST_SLICE ARRAY_SLICE', 'Part of a list or text between two positions, both inside.', [
    sliceList,
    sliceString,
  ]),
  record('SIZE CARDINALITY', 'Number of elements of a list or map, or of characters of a text.', [
    sizeOf('LIST'),
    sizeOf('ARRAY'),
    sizeOf('MAP'),
    textSizeOverload,
  ]),
]

import { DatabaseError } from '../../errors/database-error.ts'
import { comparatorFor } from '../../types/compare.ts'
import { INT64, type LogicalType, listOf, STRING } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { filterList, joinLists, makeList } from './long-list.ts'

function sorted(child: LogicalType, list: ArrayLike<Value>, descending: boolean, nullsFirst: boolean): Value[] {
  const compare = comparatorFor(child)
  const values = filterList(list, (v) => v !== null)
  const sign = descending ? -1 : 1
  values.sort((a, b) => {
    countWork(1)
    return sign * compare(a, b)
  })
  if (values.length === list.length) return values
  const nulls = makeList(list.length - values.length, () => null)
  return nullsFirst ? joinLists(nulls, values) : joinLists(values, nulls)
}

/** @throws {DatabaseError} RUNTIME for another word. */
function isDescending(word: string): boolean {
  const upper = word.toUpperCase()
  if (upper !== 'ASC' && upper !== 'DESC') throw new DatabaseError('RUNTIME', 'Invalid sortOrder')
  return upper === 'DESC'
}

/** @throws {DatabaseError} RUNTIME for other words. */
function areNullsFirst(words: string): boolean {
  const upper = words.toUpperCase()
  if (upper !== 'NULLS FIRST' && upper !== 'NULLS LAST') throw new DatabaseError('RUNTIME', 'Invalid nullOrder')
  return upper === 'NULLS FIRST'
}

type Sort = (child: LogicalType) => (list: ArrayLike<Value>, ...options: string[]) => Value

function overload(options: number, sort: Sort): Overload {
  const texts = new Array<'STRING'>(options).fill('STRING')
  return {
    parameters: ['LIST', ...texts],
    returns: 'LIST',
    bind: (call) => {
      const [type] = call.argTypes
      const list = type!.id === 'LIST' || type!.id === 'ARRAY' ? listOf(type!.child) : listOf(INT64)
      return { parameterTypes: [list, ...texts.map(() => STRING)], returnType: list }
    },
    make: (fn) => code(sort((fn.parameterTypes[0] as { child: LogicalType }).child)),
  }
}

/** Functions that sort lists. NULL comes first unless asked otherwise. */
export const LIST_SORT_FUNCTIONS: readonly FunctionRecord[] = [
  record('LIST_SORT', "The list in order; 'ASC' or 'DESC', 'NULLS FIRST' or 'NULLS LAST'.", [
    overload(0, (child) => (list) => sorted(child, list, false, true)),
    overload(1, (child) => (list, order) => sorted(child, list, isDescending(order!), true)),
    overload(2, (child) => (list, order, nulls) => sorted(child, list, isDescending(order!), areNullsFirst(nulls!))),
  ]),
  record('LIST_REVERSE_SORT', "The list in descending order; 'NULLS FIRST' or 'NULLS LAST'.", [
    overload(0, (child) => (list) => sorted(child, list, true, true)),
    overload(1, (child) => (list, nulls) => sorted(child, list, true, areNullsFirst(nulls!))),
  ]),
]

import { DatabaseError } from '../../errors/database-error.ts'
import { isSpace } from '../../types/date.ts'
import { type LogicalType, listOf, STRING } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { initCap, lowerCase, upperCase } from './letter-case.ts'
import { reversedList } from './long-list.ts'
import { fixed } from './simple-overload.ts'
import { reverseText, sliceText, textLength } from './text-units.ts'

/** Longest text that a function makes; beyond it V8 cannot either. */
const MAX_TEXT_LENGTH = 2 ** 29 - 24

const STRING_LIST: LogicalType = listOf(STRING)

function clamp(v: Int): number {
  return Math.max(Math.min(Number(v), 2 ** 31), -(2 ** 31))
}

function repeat(text: string, times: Int): string {
  const count = Math.max(clamp(times), 0)
  if (text.length * count > MAX_TEXT_LENGTH) {
    throw new DatabaseError('OVERFLOW', `repeat would make a text of more than ${MAX_TEXT_LENGTH} characters`)
  }
  return text.repeat(count)
}

/** First characters; of a negative count all but so many. */
function left(text: string, count: Int): string {
  const n = clamp(count)
  return sliceText(text, 0, n >= 0 ? n : textLength(text) + n)
}

/** Last characters; of a negative count all but so many. */
function right(text: string, count: Int): string {
  const n = clamp(count)
  const length = textLength(text)
  return sliceText(text, n >= 0 ? length - n : -n, length)
}

function substring(text: string, start: Int, length: Int): string {
  const from = clamp(start)
  return from < 1 ? '' : sliceText(text, from - 1, from - 1 + clamp(length))
}

function padding(count: number, pad: string): string {
  if (count > MAX_TEXT_LENGTH) throw new DatabaseError('OVERFLOW', `padding to ${count} characters is too long`)
  const characters = Array.from(pad)
  if (characters.length === 0) return ''
  const whole = Math.floor(count / characters.length)
  return repeat(pad, whole) + characters.slice(0, count - whole * characters.length).join('')
}

/** Counts code points, up to `most`. @returns how many there are, and the place behind them. */
function measure(text: string, most: number): readonly [number, number] {
  let points = 0
  let end = 0
  for (; points < most && end < text.length; points++) {
    countWork(1)
    end += text.codePointAt(end)! > 0xffff ? 2 : 1
  }
  return [points, end]
}

/** Widths count code points, not characters as a reader sees them. */
function pad(text: string, width: Int, filler: string, before: boolean): string {
  const wanted = Math.max(clamp(width), 0)
  const [points, end] = measure(text, wanted)
  const missing = wanted - points
  if (missing <= 0) return text.slice(0, end)
  return before ? padding(missing, filler) + text : text + padding(missing, filler)
}

function trimStart(text: string): string {
  let i = 0
  while (i < text.length && isSpace(text.charCodeAt(i))) i++
  return text.slice(i)
}

function trimEnd(text: string): string {
  let i = text.length
  while (i > 0 && isSpace(text.charCodeAt(i - 1))) i--
  return text.slice(0, i)
}

/** Pieces between separators; empty ones are left out, except a last one. An empty separator stands between all characters. */
function split(text: string, separator: string): string[] {
  if (separator === '') return text === '' ? [''] : Array.from(text)
  const pieces: string[] = []
  let start = 0
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
    countWork(1)
    if (at > start) pieces.push(text.slice(start, at))
    start = at + separator.length
  }
  pieces.push(text.slice(start))
  return pieces
}

function splitPart(text: string, separator: string, index: Int): string {
  return (index >= 1 && split(text, separator)[Number(index) - 1]) || ''
}

/** Least number of inserted, deleted and changed bytes of UTF-8 that turns one text into the other. Cost: product of the lengths. */
function levenshtein(a: string, b: string): number {
  const from = Buffer.from(a)
  const to = Buffer.from(b)
  const row = Uint32Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    countWork(to.length)
    let diagonal = row[0]!
    row[0] = i
    for (let j = 1; j <= to.length; j++) {
      const changed = diagonal + (from[i - 1] === to[j - 1] ? 0 : 1)
      diagonal = row[j]!
      row[j] = Math.min(changed, diagonal + 1, row[j - 1]! + 1)
    }
  }
  return row[to.length]!
}

/** Character by 1-based position, from the end where negative; past the end the nearest, the empty text at 0. */
function arrayExtract(text: string, position: Int): string {
  const n = clamp(position)
  if (n === 0 || text === '') return ''
  const length = textLength(text)
  const at = n > 0 ? Math.min(n, length) - 1 : Math.max(length + n, 0)
  return sliceText(text, at, at + 1)
}

const concat: Overload = {
  parameters: ['STRING'],
  variadic: true,
  returns: 'STRING',
  nulls: 'handles',
  mayBeNull: false,
  make: () => code((...parts: (string | null)[]) => parts.join('')),
}

const concatWs: Overload = {
  parameters: ['STRING'],
  variadic: true,
  returns: 'STRING',
  nulls: 'handles',
  bind: (call) => {
    const { length } = call.argTypes
    if (length < 2) throw new DatabaseError('BINDER', `concat_ws expects at least two parameters. Got: ${length}.`)
    return { returnType: STRING }
  },
  make: () =>
    code((separator: string | null, ...parts: (string | null)[]) =>
      separator === null ? null : parts.filter((part) => part !== null).join(separator),
    ),
}

function splitOverload(): Overload {
  return {
    ...fixed('STRING,STRING', 'LIST', split as (text: string, separator: string) => Value),
    bind: () => ({ parameterTypes: [STRING, STRING], returnType: STRING_LIST }),
  }
}

/** Overload of `reverse` and `size` for text. */
export const textSizeOverload: Overload = fixed('STRING', 'INT64', textLength)

/** Functions of text. Positions and lengths count characters as a reader sees them. */
export const STRING_FUNCTIONS: readonly FunctionRecord[] = [
  record('CONCAT', 'All arguments as one text; NULL is skipped.', [concat]),
  record('CONCAT_WS', 'All further arguments joined by the first; NULL is skipped.', [concatWs]),
  record('CONTAINS', 'Whether the second text stands in the first.', [
    fixed('STRING,STRING', 'BOOL', (a: string, b: string) => a.includes(b), '$0.includes($1)'),
  ]),
  record('STARTS_WITH PREFIX', 'Whether the first text begins with the second.', [
    fixed('STRING,STRING', 'BOOL', (a: string, b: string) => a.startsWith(b), '$0.startsWith($1)'),
  ]),
  record('ENDS_WITH SUFFIX', 'Whether the first text ends with the second.', [
    fixed('STRING,STRING', 'BOOL', (a: string, b: string) => a.endsWith(b), '$0.endsWith($1)'),
  ]),
  record('LOWER TOLOWER LCASE', 'The text in small letters.', [fixed('STRING', 'STRING', lowerCase)]),
  record('UPPER TOUPPER UCASE', 'The text in capital letters.', [fixed('STRING', 'STRING', upperCase)]),
  record('INITCAP', 'The text in small letters with a capital first one.', [fixed('STRING', 'STRING', initCap)]),
  record('LEFT', 'The first characters; of a negative count all but the last so many.', [
    fixed('STRING,INT64', 'STRING', left),
  ]),
  record('RIGHT', 'The last characters; of a negative count all but the first so many.', [
    fixed('STRING,INT64', 'STRING', right),
  ]),
  record('SUBSTR SUBSTRING', 'So many characters from a 1-based position.', [
    fixed('STRING,INT64,INT64', 'STRING', substring),
  ]),
  record('LPAD', 'The text filled up or cut to a length, filled at its start.', [
    fixed('STRING,INT64,STRING', 'STRING', (t: string, n: Int, p: string) => pad(t, n, p, true)),
  ]),
  record('RPAD', 'The text filled up or cut to a length, filled at its end.', [
    fixed('STRING,INT64,STRING', 'STRING', (t: string, n: Int, p: string) => pad(t, n, p, false)),
  ]),
  record('LTRIM', 'The text without white space at its start.', [fixed('STRING', 'STRING', trimStart)]),
  record('RTRIM', 'The text without white space at its end.', [fixed('STRING', 'STRING', trimEnd)]),
  record('TRIM', 'The text without white space at its ends.', [
    fixed('STRING', 'STRING', (t: string) => trimEnd(trimStart(t))),
  ]),
  record('REPEAT', 'The text so many times.', [fixed('STRING,INT64', 'STRING', repeat)]),
  record('REVERSE', 'The characters of a text, or the elements of a list, in opposite order.', [
    fixed('STRING', 'STRING', reverseText),
    {
      parameters: ['LIST'],
      returns: 'LIST',
      bind: (call) => ({ parameterTypes: [call.argTypes[0]!], returnType: call.argTypes[0]! }),
      make: () => code(reversedList),
    },
  ]),
  record('LEVENSHTEIN', 'Number of changed bytes between two texts.', [fixed('STRING,STRING', 'INT64', levenshtein)]),
  record('STRING_SPLIT STR_SPLIT STRING_TO_ARRAY', 'The pieces of a text between separators.', [splitOverload()]),
  record(
    'SPLIT_PART',
    'One of the pieces of a text between separators, by 1-based position; the empty text if there is none.',
    [fixed('STRING,STRING,INT64', 'STRING', splitPart)],
  ),
  record('ARRAY_EXTRACT', 'Character by 1-based position, from the end where negative.', [
    fixed('STRING,INT64', 'STRING', arrayExtract),
  ]),
]

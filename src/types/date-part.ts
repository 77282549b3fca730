import { DatabaseError } from '../errors/database-error.ts'

/** Parts of a date, timestamp or interval that functions can name. */
export type DatePart =
  | 'year'
  | 'month'
  | 'day'
  | 'decade'
  | 'century'
  | 'millennium'
  | 'quarter'
  | 'week'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'

const SPELLINGS: Readonly<Record<DatePart, string>> = {
  year: 'year yr y years yrs',
  month: 'month mon months mons',
  day: 'day days d dayofmonth',
  decade: 'decade dec decades decs',
  century: 'century cent centuries c',
  millennium: 'millennium mil millenniums millennia mils millenium milleniums',
  quarter: 'quarter quarters',
  week: 'week weeks w weekofyear',
  hour: 'hour hr hours hrs h',
  minute: 'minute min minutes mins m',
  second: 'second sec seconds secs s',
  millisecond: 'millisecond milliseconds ms msec msecs msecond mseconds',
  microsecond: 'microsecond microseconds us usec usecs usecond useconds',
}

const PARTS = new Map<string, DatePart>(
  Object.entries(SPELLINGS).flatMap(([part, words]) =>
    words.split(' ').map((word): [string, DatePart] => [word, part as DatePart]),
  ),
)

/**
 * @returns the part that a word means, in any case: `years`, `MON`, `usec`.
 * @throws {DatabaseError} CONVERSION for a word that means none.
 */
export function parseDatePart(word: string): DatePart {
  const part = PARTS.get(word.toLowerCase())
  if (part === undefined) {
    throw new DatabaseError('CONVERSION', `Unrecognized interval specifier string: ${word.toLowerCase()}.`)
  }
  return part
}

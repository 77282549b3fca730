import { DatabaseError } from '../../errors/database-error.ts'
import { daysFromCivil, formatDate, MAX_YEAR, MIN_YEAR } from '../../types/date.ts'
import { addIntervals, divideInterval, negateInterval, subIntervals } from '../../types/interval.ts'
import { addToDate, addToTimestamp, subFromTimestamp, timestampDifference } from '../../types/timestamp.ts'
import type { Int, Interval } from '../../types/value.ts'
import { code, type Overload } from '../function-record.ts'

const MIN_DATE = daysFromCivil(MIN_YEAR, 1, 1)
const MAX_DATE = daysFromCivil(MAX_YEAR, 12, 31)

function shiftDays(days: number, by: Int, sign: 1 | -1): number {
  const moved = days + sign * Number(by)
  if (moved < MIN_DATE || moved > MAX_DATE) {
    throw new DatabaseError('OVERFLOW', `${formatDate(days)} moved by ${by} days is not within DATE range.`)
  }
  return moved
}

/** `+` over dates, timestamps and intervals, in either order. */
export const addTemporalOverloads: readonly Overload[] = [
  {
    parameters: ['INTERVAL', 'INTERVAL'],
    returns: 'INTERVAL',
    make: () => code((a: Interval, b: Interval) => addIntervals(a, b)),
  },
  {
    parameters: ['DATE', 'INT64'],
    returns: 'DATE',
    make: () => code((a: number, b: Int) => shiftDays(a, b, 1)),
  },
  {
    parameters: ['INT64', 'DATE'],
    returns: 'DATE',
    make: () => code((a: Int, b: number) => shiftDays(b, a, 1)),
  },
  {
    parameters: ['DATE', 'INTERVAL'],
    returns: 'DATE',
    make: () => code((a: number, b: Interval) => addToDate(a, b)),
  },
  {
    parameters: ['INTERVAL', 'DATE'],
    returns: 'DATE',
    make: () => code((a: Interval, b: number) => addToDate(b, a)),
  },
  {
    parameters: ['TIMESTAMP', 'INTERVAL'],
    returns: 'TIMESTAMP',
    make: () => code((a: Int, b: Interval) => addToTimestamp(a, b)),
  },
  {
    parameters: ['INTERVAL', 'TIMESTAMP'],
    returns: 'TIMESTAMP',
    make: () => code((a: Interval, b: Int) => addToTimestamp(b, a)),
  },
]

/** `-` over dates, timestamps and intervals. */
export const subTemporalOverloads: readonly Overload[] = [
  { parameters: ['DATE', 'DATE'], returns: 'INT64', make: () => code((a: number, b: number) => a - b) },
  {
    parameters: ['DATE', 'INT64'],
    returns: 'DATE',
    make: () => code((a: number, b: Int) => shiftDays(a, b, -1)),
  },
  {
    parameters: ['DATE', 'INTERVAL'],
    returns: 'DATE',
    make: () => code((a: number, b: Interval) => addToDate(a, negateInterval(b))),
  },
  {
    parameters: ['TIMESTAMP', 'TIMESTAMP'],
    returns: 'INTERVAL',
    make: () => code((a: Int, b: Int) => timestampDifference(a, b)),
  },
  {
    parameters: ['TIMESTAMP', 'INTERVAL'],
    returns: 'TIMESTAMP',
    make: () => code((a: Int, b: Interval) => subFromTimestamp(a, b)),
  },
  {
    parameters: ['INTERVAL', 'INTERVAL'],
    returns: 'INTERVAL',
    make: () => code((a: Interval, b: Interval) => subIntervals(a, b)),
  },
]

/** `/` of an interval by a whole number. */
export const divideIntervalOverload: Overload = {
  parameters: ['INTERVAL', 'INT64'],
  returns: 'INTERVAL',
  make: () => code((a: Interval, b: Int) => divideInterval(a, b)),
}

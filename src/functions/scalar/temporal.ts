import { DatabaseError } from '../../errors/database-error.ts'
import { roundHalfEven } from '../../types/cast/cast-number.ts'
import { dayName, lastDayOfMonth, makeDate, monthName } from '../../types/date.ts'
import { parseDatePart } from '../../types/date-part.ts'
import { divInt, mulInt, normaliseInt } from '../../types/int.ts'
import { makeInterval } from '../../types/interval.ts'
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from '../../types/time.ts'
import { splitTimestamp } from '../../types/timestamp.ts'
import type { Int, Interval } from '../../types/value.ts'
import { code, type FunctionRecord, record } from '../function-record.ts'
import { partOfDate, partOfInterval, partOfTimestamp, truncateDate, truncateTimestamp } from './date-parts.ts'
import { fixed } from './simple-overload.ts'

function dayOf(timestamp: Int): number {
  return splitTimestamp(timestamp).days
}

function pick(names: string, docs: string, takeFirst: (a: Int, b: Int) => boolean): FunctionRecord {
  const choose = (a: Int, b: Int): Int => (takeFirst(a, b) ? a : b)
  return record(names, docs, [fixed('DATE,DATE', 'DATE', choose), fixed('TIMESTAMP,TIMESTAMP', 'TIMESTAMP', choose)])
}

function toTimestamp(seconds: number): Int {
  const micros = roundHalfEven(seconds * MICROS_PER_SECOND)
  if (!(micros >= -(2 ** 63) && micros < 2 ** 63)) {
    throw new DatabaseError('CONVERSION', 'Could not convert epoch seconds to TIMESTAMP')
  }
  return Number.isSafeInteger(micros) ? micros : normaliseInt(BigInt(micros))
}

function interval(name: string, unit: string, make: (count: Int) => Interval): FunctionRecord {
  return record(name, `Interval of so many ${unit}.`, [fixed('INT64', 'INTERVAL', make)])
}

function ofTime(count: Int, unit: number): Interval {
  return makeInterval(0, 0, mulInt(count, unit, 'INT64'))
}

/** Functions of dates, timestamps and intervals. Everything is UTC. */
export const TEMPORAL_FUNCTIONS: readonly FunctionRecord[] = [
  record('DATE_PART DATEPART', "A part of a date, timestamp or interval: 'year', 'month', 'hour' …", [
    fixed('STRING,DATE', 'INT64', (part: string, v: number) => partOfDate(parseDatePart(part), v)),
    fixed('STRING,TIMESTAMP', 'INT64', (part: string, v: Int) => partOfTimestamp(parseDatePart(part), v)),
    fixed('STRING,INTERVAL', 'INT64', (part: string, v: Interval) => partOfInterval(parseDatePart(part), v)),
  ]),
  record('DATE_TRUNC DATETRUNC', 'Start of the year, month, hour … that a date or timestamp lies in.', [
    fixed('STRING,DATE', 'DATE', (part: string, v: number) => truncateDate(parseDatePart(part), v)),
    fixed('STRING,TIMESTAMP', 'TIMESTAMP', (part: string, v: Int) => truncateTimestamp(parseDatePart(part), v)),
  ]),
  record('DAYNAME', 'English name of the weekday.', [
    fixed('DATE', 'STRING', dayName),
    fixed('TIMESTAMP', 'STRING', (v: Int) => dayName(dayOf(v))),
  ]),
  record('MONTHNAME', 'English name of the month.', [
    fixed('DATE', 'STRING', monthName),
    fixed('TIMESTAMP', 'STRING', (v: Int) => monthName(dayOf(v))),
  ]),
  record('LAST_DAY', 'Last day of the month.', [
    fixed('DATE', 'DATE', lastDayOfMonth),
    fixed('TIMESTAMP', 'DATE', (v: Int) => lastDayOfMonth(dayOf(v))),
  ]),
  record('MAKE_DATE', 'Date of year, month and day.', [
    fixed('INT64,INT64,INT64', 'DATE', (y: Int, m: Int, d: Int) => makeDate(Number(y), Number(m), Number(d))),
  ]),
  pick('GREATEST', 'The later of two dates or timestamps.', (a, b) => a > b),
  pick('LEAST', 'The earlier of two dates or timestamps.', (a, b) => a < b),
  record('CURRENT_DATE', 'Day on which the statement started.', [
    {
      parameters: [],
      returns: 'DATE',
      volatile: true,
      make: (_, context) => code(() => dayOf(context.nowMicros)),
    },
  ]),
  record('CURRENT_TIMESTAMP', 'Time at which the statement started.', [
    { parameters: [], returns: 'TIMESTAMP', volatile: true, make: (_, context) => code(() => context.nowMicros) },
  ]),
  record('CENTURY', 'Century of a timestamp.', [
    fixed('TIMESTAMP', 'INT64', (v: Int) => partOfTimestamp('century', v)),
  ]),
  record('EPOCH_MS', 'Timestamp of milliseconds since 1970.', [
    fixed('INT64', 'TIMESTAMP', (v: Int) => mulInt(v, 1000, 'INT64')),
  ]),
  record('TO_TIMESTAMP', 'Timestamp of seconds since 1970.', [fixed('DOUBLE', 'TIMESTAMP', toTimestamp)]),
  record('TO_EPOCH_MS', 'Milliseconds since 1970 of a timestamp.', [
    fixed('TIMESTAMP', 'INT64', (v: Int) => divInt(v, 1000, 'INT64')),
  ]),
  interval('TO_YEARS', 'years', (n) => makeInterval(Number(n) * 12, 0, 0)),
  interval('TO_MONTHS', 'months', (n) => makeInterval(Number(n), 0, 0)),
  interval('TO_DAYS', 'days', (n) => makeInterval(0, Number(n), 0)),
  interval('TO_HOURS', 'hours', (n) => ofTime(n, MICROS_PER_HOUR)),
  interval('TO_MINUTES', 'minutes', (n) => ofTime(n, MICROS_PER_MINUTE)),
  interval('TO_SECONDS', 'seconds', (n) => ofTime(n, MICROS_PER_SECOND)),
  interval('TO_MILLISECONDS', 'milliseconds', (n) => ofTime(n, 1000)),
  interval('TO_MICROSECONDS', 'microseconds', (n) => ofTime(n, 1)),
]

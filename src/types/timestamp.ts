import { DatabaseError } from '../errors/database-error.ts'
import { addMonths, digitAt, formatDate, isSpace, scanDate } from './date.ts'
import { addInt, divInt, mulInt, normaliseInt, subInt, toBigInt } from './int.ts'
import { negateInterval } from './interval.ts'
import type { TypeId } from './logical-type.ts'
import { formatTime, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, scanTime } from './time.ts'
import type { Int, Interval } from './value.ts'

/** The timestamp types; each value is an {@link Int} of units since 1970 in UTC. */
export type TimestampTypeId = 'TIMESTAMP' | 'TIMESTAMP_NS' | 'TIMESTAMP_MS' | 'TIMESTAMP_SEC' | 'TIMESTAMP_TZ'

const UNITS_PER_SECOND: Readonly<Record<TimestampTypeId, number>> = {
  TIMESTAMP: 1000000,
  TIMESTAMP_TZ: 1000000,
  TIMESTAMP_NS: 1000000000,
  TIMESTAMP_MS: 1000,
  TIMESTAMP_SEC: 1,
}

/** @returns whether a type is one of the timestamp types. */
export function isTimestampType(id: TypeId): id is TimestampTypeId {
  return id in UNITS_PER_SECOND
}

/** A timestamp cut at midnight: days since 1970-01-01 and microseconds 0..86,399,999,999 of that day. */
export interface DayAndTime {
  readonly days: number
  readonly micros: number
}

/** @returns the day and the time of a timestamp in microseconds. */
export function splitTimestamp(micros: Int): DayAndTime {
  if (typeof micros === 'number') {
    const days = Math.floor(micros / MICROS_PER_DAY)
    return { days, micros: micros - days * MICROS_PER_DAY }
  }
  const perDay = BigInt(MICROS_PER_DAY)
  const time = ((micros % perDay) + perDay) % perDay
  return { days: Number((micros - time) / perDay), micros: Number(time) }
}

/**
 * @returns microseconds since 1970 of a day and a time in it.
 * @throws {DatabaseError} OVERFLOW past the range of 64 bits.
 */
export function timestampFromDay(days: number, micros: Int): Int {
  return addInt(mulInt(days, MICROS_PER_DAY, 'INT64'), micros, 'INT64')
}

/**
 * Changes the unit of a timestamp; towards a larger unit the rest is cut off (towards zero).
 * @throws {DatabaseError} OVERFLOW past the range of 64 bits.
 */
export function convertTimestamp(v: Int, from: TimestampTypeId, to: TimestampTypeId): Int {
  const ratio = UNITS_PER_SECOND[to] / UNITS_PER_SECOND[from]
  if (ratio === 1) return v
  return ratio > 1 ? mulInt(v, ratio, 'INT64') : divInt(v, UNITS_PER_SECOND[from] / UNITS_PER_SECOND[to], 'INT64')
}

/** @returns text like `2020-01-05 01:02:03.4`, with `+00` behind it for TIMESTAMP_TZ. */
export function formatTimestamp(v: Int, type: TimestampTypeId = 'TIMESTAMP'): string {
  const { days, micros } = splitTimestamp(
    type === 'TIMESTAMP_SEC' || type === 'TIMESTAMP_MS' ? wideMicros(v, type) : convertTimestamp(v, type, 'TIMESTAMP'),
  )
  const text = `${formatDate(days)} ${formatTime(micros)}`
  return type === 'TIMESTAMP_TZ' ? `${text}+00` : text
}

/** Seconds and milliseconds reach further than microseconds in 64 bits; splitting does not mind. */
function wideMicros(v: Int, type: 'TIMESTAMP_SEC' | 'TIMESTAMP_MS'): Int {
  return normaliseInt(toBigInt(v) * BigInt(1000000 / UNITS_PER_SECOND[type]))
}

/**
 * Reads `YYYY-MM-DD[ T]hh:mm:ss[.ffffff][Z][+hh[:mm]]`; the time may be missing as a whole.
 * @returns microseconds since 1970 in UTC, or null if the text is no timestamp.
 */
export function scanTimestamp(text: string): Int | null {
  const date = scanDate(text)
  if (date === null) return null
  const { days } = date
  let at = date.end
  if (at === text.length) return timestampFromDay(days, 0)
  if (text[at] === 'T') at++
  const time = scanTime(text, at)
  if (time === null || time.micros >= MICROS_PER_DAY) return null
  at = time.end
  if (text[at] === 'Z') at++
  const zone = scanZone(text, at)
  at = zone.end
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  if (at < text.length) return null
  return subInt(timestampFromDay(days, time.micros), zone.micros, 'INT64')
}

function scanZone(text: string, start: number): { micros: number; end: number } {
  const sign = text[start] === '+' ? 1 : text[start] === '-' ? -1 : 0
  const hours = twoDigits(text, start + 1)
  if (sign === 0 || hours < 0) return { micros: 0, end: start }
  let end = start + 3
  const colon = text[end] === ':' ? 1 : 0
  const minutes = twoDigits(text, end + colon)
  end += minutes < 0 ? colon : colon + 2
  return { micros: sign * (hours * MICROS_PER_HOUR + Math.max(minutes, 0) * MICROS_PER_MINUTE), end }
}

function twoDigits(text: string, at: number): number {
  const high = digitAt(text, at)
  const low = digitAt(text, at + 1)
  return high < 0 || low < 0 ? -1 : high * 10 + low
}

/**
 * @returns the value of a timestamp text in the unit of `type`. Of TIMESTAMP_NS only microseconds are read.
 * @throws {DatabaseError} CONVERSION if it is no timestamp; OVERFLOW if it is out of range.
 */
export function parseTimestamp(text: string, type: TimestampTypeId = 'TIMESTAMP'): Int {
  const micros = scanTimestamp(text)
  if (micros === null) {
    throw new DatabaseError(
      'CONVERSION',
      `Error occurred during parsing ${type}. Given: "${text}". Expected format: (YYYY-MM-DD hh:mm:ss[.zzzzzz][+-TT[:tt]])`,
    )
  }
  return convertTimestamp(micros, 'TIMESTAMP', type)
}

/**
 * @returns a timestamp in microseconds plus an interval: months by the calendar, then days, then microseconds.
 * @throws {DatabaseError} CONVERSION or OVERFLOW if the result is out of range.
 */
export function addToTimestamp(micros: Int, interval: Interval): Int {
  const { days, micros: time } = splitTimestamp(micros)
  const start = timestampFromDay(addMonths(days, interval.months) + interval.days, time)
  return addInt(start, interval.micros, 'INT64')
}

/** @returns a timestamp in microseconds less an interval. @throws {DatabaseError} CONVERSION or OVERFLOW if the result is out of range. */
export function subFromTimestamp(micros: Int, interval: Interval): Int {
  return addToTimestamp(micros, negateInterval(interval))
}

/** @returns the time between two timestamps in microseconds, as days and microseconds of one sign. */
export function timestampDifference(a: Int, b: Int): Interval {
  const difference = subInt(a, b, 'INT64')
  const days = Number(divInt(difference, MICROS_PER_DAY, 'INT64'))
  return { months: 0, days, micros: subInt(difference, mulInt(days, MICROS_PER_DAY, 'INT64'), 'INT64') }
}

/** @returns a date plus an interval as a date: months by the calendar, days, and the whole days of its time, cut towards zero. */
export function addToDate(days: number, interval: Interval): number {
  const wholeDays = Number(divInt(interval.micros, MICROS_PER_DAY, 'INT64')) + 0
  return addMonths(days, interval.months) + interval.days + wholeDays
}

import { civilFromDays, daysFromCivil, makeDate } from '../../types/date.ts'
import type { DatePart } from '../../types/date-part.ts'
import { divInt, modInt } from '../../types/int.ts'
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from '../../types/time.ts'
import { splitTimestamp, timestampFromDay } from '../../types/timestamp.ts'
import type { Int, Interval } from '../../types/value.ts'

/** Monday is 0. */
function weekday(days: number): number {
  return (((days + 3) % 7) + 7) % 7
}

/** @returns the ISO 8601 week (1..53): the one of its Thursday's year. */
function isoWeek(days: number): number {
  const thursday = days - weekday(days) + 3
  return Math.floor((thursday - daysFromCivil(civilFromDays(thursday).year, 1, 1)) / 7) + 1
}

/** Centuries and millennia start at year 1; there is none of number 0. */
function era(year: number, length: number): number {
  return year > 0 ? Math.trunc((year - 1) / length) + 1 : Math.trunc(year / length) - 1
}

/** @returns a part of a date; parts of the time are 0. */
export function partOfDate(part: DatePart, days: number): number {
  const { year, month, day } = civilFromDays(days)
  switch (part) {
    case 'year':
      return year
    case 'month':
      return month
    case 'day':
      return day
    case 'decade':
      return Math.trunc(year / 10) + 0
    case 'century':
      return era(year, 100)
    case 'millennium':
      return era(year, 1000)
    case 'quarter':
      return Math.floor((month - 1) / 3) + 1
    case 'week':
      return isoWeek(days)
    default:
      return 0
  }
}

/** @returns a part of a timestamp; milliseconds and microseconds count from the start of the minute. */
export function partOfTimestamp(part: DatePart, timestamp: Int): number {
  const { days, micros } = splitTimestamp(timestamp)
  switch (part) {
    case 'hour':
      return Math.floor(micros / MICROS_PER_HOUR)
    case 'minute':
      return Math.floor((micros % MICROS_PER_HOUR) / MICROS_PER_MINUTE)
    case 'second':
      return Math.floor((micros % MICROS_PER_MINUTE) / MICROS_PER_SECOND)
    case 'millisecond':
      return Math.floor((micros % MICROS_PER_MINUTE) / 1000)
    case 'microsecond':
      return micros % MICROS_PER_MINUTE
    default:
      return partOfDate(part, days)
  }
}

function whole(a: Int, b: number): number {
  return Number(divInt(a, b, 'INT64'))
}

/** @returns a part of an interval: years and months of its months, days and weeks of its days, the rest of its time. */
export function partOfInterval(part: DatePart, v: Interval): number {
  const inMinute = modInt(v.micros, MICROS_PER_MINUTE)
  switch (part) {
    case 'year':
      return whole(v.months, 12)
    case 'month':
      return (v.months % 12) + 0
    case 'day':
      return v.days
    case 'decade':
      return whole(v.months, 120)
    case 'century':
      return whole(v.months, 1200)
    case 'millennium':
      return whole(v.months, 12000)
    case 'quarter':
      return whole(v.months % 12, 3) + 1
    case 'week':
      return whole(v.days, 7)
    case 'hour':
      return whole(v.micros, MICROS_PER_HOUR)
    case 'minute':
      return whole(modInt(v.micros, MICROS_PER_HOUR), MICROS_PER_MINUTE)
    case 'second':
      return whole(inMinute, MICROS_PER_SECOND)
    case 'millisecond':
      return whole(inMinute, 1000)
    case 'microsecond':
      return Number(inMinute)
  }
}

/** @returns the first day of the year, month, week … of a date. @throws {DatabaseError} CONVERSION if it is out of range. */
export function truncateDate(part: DatePart, days: number): number {
  const { year, month } = civilFromDays(days)
  switch (part) {
    case 'year':
      return makeDate(year, 1, 1)
    case 'month':
      return makeDate(year, month, 1)
    case 'decade':
      return makeDate(Math.trunc(year / 10) * 10, 1, 1)
    case 'century':
      return makeDate(Math.trunc(year / 100) * 100, 1, 1)
    case 'millennium':
      return makeDate(Math.trunc(year / 1000) * 1000, 1, 1)
    case 'quarter':
      return makeDate(year, month - ((month - 1) % 3), 1)
    case 'week':
      return days - weekday(days)
    default:
      return days
  }
}

const TIME_UNITS: Partial<Record<DatePart, number>> = {
  hour: MICROS_PER_HOUR,
  minute: MICROS_PER_MINUTE,
  second: MICROS_PER_SECOND,
  millisecond: 1000,
  microsecond: 1,
}

/** @returns the start of the year, hour … of a timestamp. @throws {DatabaseError} CONVERSION or OVERFLOW if it is out of range. */
export function truncateTimestamp(part: DatePart, timestamp: Int): Int {
  const { days, micros } = splitTimestamp(timestamp)
  const unit = TIME_UNITS[part] ?? MICROS_PER_DAY
  return timestampFromDay(truncateDate(part, days), micros - (micros % unit))
}

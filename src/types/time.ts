import { digitAt, isSpace, two } from './date.ts'
import { normaliseInt } from './int.ts'
import type { Int } from './value.ts'

/** Lengths in microseconds; a day has 24 hours. */
export const MICROS_PER_SECOND = 1000000
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR

/** A time of day or length found in a text: microseconds and the position after it. */
export interface TimeScan {
  micros: Int
  end: number
}

/**
 * Reads `h:mm:ss[.ffffff]` at a position; spaces before it are skipped, digits past the sixth of the fraction are dropped, hours may have up to nine digits.
 * @returns null where no time stands.
 */
export function scanTime(text: string, start: number): TimeScan | null {
  let at = start
  while (at < text.length && isSpace(text.charCodeAt(at))) at++
  const hourStart = at
  let hours = 0
  for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) hours = hours * 10 + digit
  if (at === hourStart || at - hourStart > 9 || text[at++] !== ':') return null
  let minutes = digitAt(text, at++)
  if (minutes < 0) return null
  if (digitAt(text, at) >= 0) minutes = minutes * 10 + digitAt(text, at++)
  if (minutes >= 60 || text[at++] !== ':') return null
  let seconds = digitAt(text, at++)
  if (seconds < 0) return null
  if (digitAt(text, at) >= 0) seconds = seconds * 10 + digitAt(text, at++)
  if (seconds >= 60) return null
  let fraction = 0
  if (text[at] === '.') {
    let scale = 100000
    for (at++; digitAt(text, at) >= 0; at++) {
      fraction += digitAt(text, at) * scale
      scale = Math.trunc(scale / 10)
    }
  }
  const rest = minutes * MICROS_PER_MINUTE + seconds * MICROS_PER_SECOND + fraction
  const micros = hours * MICROS_PER_HOUR + rest
  if (micros <= Number.MAX_SAFE_INTEGER) return { micros, end: at }
  return { micros: normaliseInt(BigInt(hours) * BigInt(MICROS_PER_HOUR) + BigInt(rest)), end: at }
}

/** @returns `hh:mm:ss[.ffffff]` of a length that is not negative, without the zeroes at the end of the fraction. */
export function formatTime(micros: Int): string {
  const perSecond = BigInt(MICROS_PER_SECOND)
  const whole = typeof micros === 'number' ? Math.floor(micros / MICROS_PER_SECOND) : Number(micros / perSecond)
  const fraction = typeof micros === 'number' ? micros % MICROS_PER_SECOND : Number(micros % perSecond)
  const text = `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
}

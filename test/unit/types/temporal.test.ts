import assert from 'node:assert/strict'
import {
  addMonths,
  civilFromDays,
  daysFromCivil,
  formatDate,
  MAX_YEAR,
  MIN_YEAR,
  parseDate,
} from '../../../src/types/date.ts'
import { compareIntervals, divideInterval, formatInterval, parseInterval } from '../../../src/types/interval.ts'
import {
  addToDate,
  addToTimestamp,
  convertTimestamp,
  formatTimestamp,
  parseTimestamp,
  timestampDifference,
} from '../../../src/types/timestamp.ts'
import { randomNumbers, SEED } from './support/random-values.ts'

const MICROS_PER_DAY = 86400e6

describe('dates', () => {
  it(`agree with the platform's calendar (seed ${SEED})`, () => {
    const random = randomNumbers(SEED)
    for (let i = 0; i < 3000; i++) {
      const days = Math.floor((random() - 0.5) * 2e8)
      const date = new Date(days * 86400000)
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      if (Number.isNaN(date.getTime())) continue
      assert.deepEqual(civilFromDays(days), expected, String(days))
      assert.equal(daysFromCivil(expected.year, expected.month, expected.day), days)
    }
  })

  it('reach the whole range', () => {
    for (const [year, month, day] of [
      [MIN_YEAR, 1, 1],
      [MAX_YEAR, 12, 31],
    ] as const) {
      const days = daysFromCivil(year, month, day)
      assert.deepEqual(civilFromDays(days), { year, month, day })
      assert.equal(parseDate(formatDate(days)), days)
    }
    assert.equal(formatDate(daysFromCivil(0, 12, 31)), '0001-12-31 (BC)')
  })

  it('move by months to the end of short ones', () => {
    assert.equal(formatDate(addMonths(parseDate('2020-01-31'), 1)), '2020-02-29')
    assert.equal(formatDate(addMonths(parseDate('2020-03-31'), -13)), '2019-02-28')
    assert.throws(() => addMonths(parseDate('2020-01-01'), 1e8), { code: 'CONVERSION' })
  })

  it('are read with one separator and one or two digits', () => {
    for (const text of ['2020-01-05', '2020/1/5', ' 2020-1-05 ', '2020\\01\\5', '2020 1 5']) {
      assert.equal(formatDate(parseDate(text)), '2020-01-05', text)
    }
    for (const text of ['', '2020', '2020-13-01', '2020-02-30', '2020-01/05', '2020-01-05x', 'x', '2020-1']) {
      const message = `Conversion exception: Error occurred during parsing date. Given: "${text}". Expected format: (YYYY-MM-DD)`
      assert.throws(() => parseDate(text), { code: 'CONVERSION', message })
    }
  })
})

describe('timestamps', () => {
  it('print and read with fractions and zones', () => {
    const pairs = [
      ['2020-01-05T10:00:00Z', '2020-01-05 10:00:00'],
      ['2020-01-05 10:00:00.1234567', '2020-01-05 10:00:00.123456'],
      ['2020-01-05 10:00:00+02:30', '2020-01-05 07:30:00'],
      ['2020-01-05', '2020-01-05 00:00:00'],
      ['1960-05-06 1:2:3.5', '1960-05-06 01:02:03.5'],
      ['9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
    ] as const
    for (const [text, printed] of pairs) assert.equal(formatTimestamp(parseTimestamp(text)), printed)
    for (const text of ['2020-01-05 10:00', '2020-01-05 25:00:00', 'x', '2020-01-05 10:00:00 x']) {
      assert.throws(() => parseTimestamp(text), { code: 'CONVERSION' })
    }
  })

  it('become bigint past the safe range and stay exact', () => {
    const far = parseTimestamp('9999-12-31 23:59:59.999999')
    assert.equal(typeof far, 'bigint')
    assert.equal(far, 253402300799999999n)
  })

  it('change their unit towards zero', () => {
    assert.equal(convertTimestamp(-1001, 'TIMESTAMP', 'TIMESTAMP_MS'), -1)
    assert.equal(convertTimestamp(5, 'TIMESTAMP_SEC', 'TIMESTAMP_NS'), 5e9)
    assert.throws(() => convertTimestamp(2n ** 62n, 'TIMESTAMP_SEC', 'TIMESTAMP'), { code: 'OVERFLOW' })
    assert.equal(formatTimestamp(1500, 'TIMESTAMP_MS'), '1970-01-01 00:00:01.5')
    assert.equal(formatTimestamp(0, 'TIMESTAMP_TZ'), '1970-01-01 00:00:00+00')
  })

  it('move by intervals and differ by days and time', () => {
    const start = parseTimestamp('2020-01-31 10:00:00')
    assert.equal(formatTimestamp(addToTimestamp(start, parseInterval('1 month 1 day'))), '2020-03-01 10:00:00')
    const difference = timestampDifference(start, parseTimestamp('2020-02-02 11:00:00'))
    assert.equal(formatInterval(difference), '-2 days -01:00:00')
    assert.equal(formatDate(addToDate(parseDate('2020-01-01'), parseInterval('36 hours'))), '2020-01-02')
  })
})

describe('intervals', () => {
  const pairs = [
    ['1 year 2 months 3 days 04:05:06.7', '1 year 2 months 3 days 04:05:06.7'],
    ['13 months', '1 year 1 month'],
    ['100 hours', '100:00:00'],
    ['1.5 days', '1 day 12:00:00'],
    ['1.5 months', '1 month 15 days'],
    ['1 us', '00:00:00.000001'],
    ['0 days', '00:00:00'],
    ['-1 days -2:00:00', '-1 days -02:00:00'],
    ['2 weeks', '14 days'],
  ] as const
  for (const [text, printed] of pairs) {
    it(`reads ${text}`, () => {
      assert.equal(formatInterval(parseInterval(text)), printed)
      assert.equal(compareIntervals(parseInterval(printed), parseInterval(text)), 0)
    })
  }

  it('refuse other texts', () => {
    for (const text of ['', 'abc', '1', '1 foo', '1 day 2:3', 'day 1']) {
      assert.throws(() => parseInterval(text), { code: 'CONVERSION' }, text)
    }
    assert.throws(() => parseInterval('9999999999 years'), { code: 'OVERFLOW' })
  })

  it('hand remainders of a division down', () => {
    assert.equal(formatInterval(divideInterval(parseInterval('1 year 1 day'), 2)), '6 months 12:00:00')
    assert.deepEqual(divideInterval({ months: 0, days: 1, micros: 0 }, 2), {
      months: 0,
      days: 0,
      micros: MICROS_PER_DAY / 2,
    })
    assert.throws(() => divideInterval(parseInterval('1 day'), 0), { code: 'DIVIDE_BY_ZERO' })
  })
})

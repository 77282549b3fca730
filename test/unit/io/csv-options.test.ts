import assert from 'node:assert/strict'
import { DEFAULT_CSV_OPTIONS, type OptionValue, parseCsvOptions } from '../../../src/io/csv-options.ts'
import { assertFails } from './support.ts'

describe('csv options', () => {
  it('have defaults', () => assert.deepEqual(parseCsvOptions({}), DEFAULT_CSV_OPTIONS))

  it('take names in any case and several forms of true', () => {
    const options = parseCsvOptions({
      HEADER: true,
      Delim: '|',
      quote: "'",
      Escape: '\\\\',
      skip: 2,
      PARALLEL: 0,
      autodetect: 1,
    })
    assert.deepEqual([options.header, options.delimiter, options.quote, options.escape], [true, '|', "'", '\\'])
    assert.deepEqual([options.skip, options.parallel, options.autoDetect], [2, false, true])
    assert.equal(parseCsvOptions({ delimiter: '\\t' }).delimiter, '\t')
    assert.equal(parseCsvOptions({ delim: '\\|' }).delimiter, '|')
    const more = parseCsvOptions({ list_unbraced: true, ignore_errors: true, sample_size: 9, null_strings: ['a', ''] })
    assert.deepEqual(
      [more.listUnbraced, more.ignoreErrors, more.sampleSize, more.nullStrings],
      [true, true, 9, ['a', '']],
    )
  })

  it('refuse what they do not know', () => {
    const fails = (given: Record<string, OptionValue>, text: string, code: 'BINDER' | 'UNKNOWN_OPTION' = 'BINDER') =>
      assertFails(() => parseCsvOptions(given), code, text)
    fails({ foo: 1 }, 'Binder exception: Unrecognized csv parsing option: FOO.', 'UNKNOWN_OPTION')
    for (const value of ['x', 3, null])
      fails({ header: value }, 'The type of csv parsing option HEADER must be a boolean.')
    fails({ delim: 1 }, 'The type of csv parsing option DELIM must be a string.')
    for (const value of ['ab', '', '\\ab']) {
      fails({ delim: value }, 'Copy csv option value must be a single character with an optional escape character.')
    }
    fails({ skip: 'a' }, 'The type of csv parsing option SKIP must be a INT64.')
    fails({ sample_size: 1.5 }, 'The type of csv parsing option SAMPLE_SIZE must be a INT64.')
    fails({ skip: -1 }, 'must not be negative')
    fails({ null_strings: 'a' }, 'The type of csv parsing option NULL_STRINGS must be a STRING[].')
    fails({ null_strings: [1] }, 'The type of csv parsing option NULL_STRINGS must be a STRING[].')
    fails({ delim: '"', quote: '"' }, 'must differ')
    fails({ quote: 'é' }, 'ASCII')
  })
})

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chooseFormat, fileExtension } from '../../../src/io/file-format.ts'
import { expandPath, expandPaths } from '../../../src/io/glob.ts'
import { parsePlainDouble, roundToFloat } from '../../../src/io/parse-number.ts'
import { assertFails, temporaryFolder } from './support.ts'

describe('file patterns', () => {
  const folder = temporaryFolder()
  before(() => {
    mkdirSync(folder.place('sub'))
    for (const name of ['a1.csv', 'a2.csv', 'b1.csv', 'b12.csv', '.hidden.csv', 'sub/a1.csv', '[x].csv', 'a+.csv'])
      folder.write(name, '')
  })
  const names = (pattern: string) =>
    expandPath(folder.place(pattern)).map((found) => path.relative(folder.place('.'), found))

  it('match files in order of their names', () => {
    assert.deepEqual(names('a1.csv'), ['a1.csv'])
    assert.deepEqual(names('a?.csv'), ['a+.csv', 'a1.csv', 'a2.csv'])
    assert.deepEqual(names('*1.csv'), ['a1.csv', 'b1.csv'])
    assert.deepEqual(names('[ab]1*.csv'), ['a1.csv', 'b1.csv', 'b12.csv'])
    assert.deepEqual(names('[a-c]1.csv'), ['a1.csv', 'b1.csv'])
    assert.deepEqual(names('[!a]1.csv'), ['b1.csv'])
    assert.deepEqual(names('s*/*.csv'), ['sub/a1.csv'])
    assert.deepEqual(names('[x].csv'), ['[x].csv'], 'a file of that very name')
    assert.deepEqual(expandPaths([folder.place('b1.csv'), folder.place('a[12].csv')]).length, 3)
  })

  it('say what they do not find', () => {
    for (const pattern of ['c*.csv', 'none.csv', 'none/*.csv', 'a1.csv/x', 'a1.csv/*']) {
      const there = folder.place(pattern)
      assertFails(() => expandPath(there), 'BINDER', `No file found that matches the pattern: ${there}.`)
    }
    assertFails(() => expandPath(folder.place('sub')), 'BINDER', 'Provided path is not a file')
  })
})

describe('file formats', () => {
  it('follow the extension', () => {
    assert.equal(chooseFormat(['x/a.csv', 'b.CSV'].slice(0, 1), {}).format, 'csv')
    assert.equal(chooseFormat(['a.csv.gz'], {}).format, 'csv')
    assert.equal(chooseFormat(['a.npy', 'b.npy'], {}).format, 'npy')
    assert.equal(fileExtension('/x.d/name'), '')
  })

  it('follow the option first, and take it out', () => {
    const { format, options } = chooseFormat(['a.tsv'], { FILE_FORMAT: 'csv', delim: '\t' })
    assert.deepEqual([format, options], ['csv', { delim: '\t' }])
  })

  it('are refused when unknown or mixed', () => {
    assertFails(() => chooseFormat(['a'], {}), 'BINDER', 'Cannot infer the format of the given file.')
    assertFails(() => chooseFormat(['a.tsv'], {}), 'BINDER', 'Cannot load from file type tsv.')
    assertFails(() => chooseFormat(['a.csv'], { file_format: 'foo' }), 'BINDER', 'Cannot load from file type foo.')
    assertFails(() => chooseFormat(['a.csv', 'b.npy'], {}), 'COPY', 'Loading files with different types')
  })
})

describe('plain numbers', () => {
  it('are recognised', () => {
    assert.deepEqual(
      ['1', '-1.5', '.5', '5.', '1e3', '-2.5E-3', '0'].map(parsePlainDouble),
      [1, -1.5, 0.5, 5, 1000, -0.0025, 0],
    )
    for (const text of ['', '-', '.', '+1', '007', '1e', 'inf', '1 ', '0x1', '1.2.3', 'e5']) {
      assert.equal(parsePlainDouble(text), undefined, text)
    }
  })

  it('are rounded to FLOAT once', () => {
    const round = (text: string) => roundToFloat(Number(text), () => text)
    assert.equal(round('0.1'), Math.fround(0.1))
    // 1 + 2^-24 lies half-way between two floats; as doubles the next two texts are that very number.
    assert.equal(round('1.000000059604644775390625'), 1)
    assert.equal(round('1.0000000596046447753906250000001'), 1 + 2 ** -23)
    assert.equal(round('-1.0000000596046447753906250000001'), -1 - 2 ** -23)
    assert.equal(round('1.0000000596046447753906249999999'), 1)
    assert.equal(round('1e39'), Number.POSITIVE_INFINITY)
    assert.equal(round('1e-45'), 2 ** -149)
    assert.equal(round('7e-46'), 0)
    assert.equal(round('0'), 0)
  })
})

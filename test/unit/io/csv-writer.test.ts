import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { type OptionValue, parseCsvOptions } from '../../../src/io/csv-options.ts'
import { CsvWriter } from '../../../src/io/csv-writer.ts'
import type { Value } from '../../../src/types/value.ts'
import { assertFails, columnsOf, temporaryFolder } from './support.ts'

describe('csv writing', () => {
  const folder = temporaryFolder()
  const write = (types: string[], rows: Value[][], options: Record<string, OptionValue> = {}): string => {
    const columns = columnsOf(...types.map((type, i) => `c${i} ${type}`))
    const writer = new CsvWriter(folder.place('w.csv'), columns, parseCsvOptions(options))
    for (const row of rows) writer.writeRow(row)
    const { rows: count, bytes } = writer.finish()
    const text = readFileSync(folder.place('w.csv'), 'utf8')
    assert.deepEqual([count, bytes], [rows.length, Buffer.byteLength(text)])
    return text
  }

  it('writes what native Kùzu writes', () => {
    const types = [
      'DOUBLE',
      'STRING',
      'INT64[]',
      'STRING',
      'STRING',
      'BOOL',
      'STRING',
      'STRUCT(z INT64)',
      'STRING',
      'STRING',
      'DATE',
    ]
    const row = [1.5, 'x,y', [1, 2], '', 'q"r', true, 'l1\nl2', [1], null, "it's", 18262]
    const expected = '1.500000,"x,y","[1,2]","","q""r",True,"l1\nl2",{z: 1},,it\'s,2020-01-01\n'
    assert.equal(write(types, [row]), expected)
  })

  it('uses delimiter, quote, escape and header of the options', () => {
    const options = { header: true, delim: '|', quote: "'", escape: '\\\\' }
    const row = ['x,y', [1, 2], '', 'a|b', "it's \\", 'a\\b']
    const expected = "c0|c1|c2|c3|c4|c5\nx,y|'[1,2]'|''|'a|b'|'it\\'s \\\\'|a\\b\n"
    assert.equal(write(['STRING', 'INT64[]', 'STRING', 'STRING', 'STRING', 'STRING'], [row], options), expected)
  })

  it('writes nothing but a header, or nothing at all', () => {
    assert.equal(write(['INT64'], []), '')
    assert.equal(write(['INT64'], [], { header: true }), 'c0\n')
  })

  it('shows the file only once it is complete, and leaves the one before untouched until then', () => {
    const place = folder.write('old.csv', 'old')
    const files = () => readdirSync(path.dirname(place)).filter((name) => name.startsWith('old'))
    const writer = new CsvWriter(place, columnsOf('a INT64'), parseCsvOptions({}))
    for (let i = 0; i < 300_000; i++) writer.writeRow([i])
    assert.equal(readFileSync(place, 'utf8'), 'old')
    writer.abort()
    writer.abort()
    assert.deepEqual(files(), ['old.csv'])
    const second = new CsvWriter(place, columnsOf('a INT64'), parseCsvOptions({}))
    second.writeRow([1])
    second.finish()
    second.abort()
    assert.equal(readFileSync(place, 'utf8'), '1\n')
    assert.deepEqual(files(), ['old.csv'])
  })

  it('says that the disk is full', function () {
    if (!existsSync('/dev/full')) this.skip()
    symlinkSync('/dev/full', folder.place('full.csv'))
    const writer = new CsvWriter(folder.place('full.csv'), columnsOf('a INT64'), parseCsvOptions({}))
    writer.writeRow([1])
    assertFails(() => writer.finish(), 'DISK_FULL', 'Cannot write file', 'full.csv', 'No space left on device')
  })

  it('refuses names it cannot write', () => {
    const open = (name: string) => new CsvWriter(folder.place(name), columnsOf('a INT64'), parseCsvOptions({}))
    assertFails(() => open('a.foo'), 'RUNTIME', "Exporting query result to the 'foo' file is currently not supported.")
    assertFails(() => open('a'), 'RUNTIME', "the '' file")
    assertFails(() => open('a.csv.gz'), 'IO', 'Writing to compressed files is not supported yet.')
    assertFails(() => open('no/a.csv'), 'IO', 'Cannot open file', 'No such file or directory')
  })
})

import assert from 'node:assert/strict'
import type { OptionValue } from '../../../src/io/csv-options.ts'
import { inferCellType, widenCellType, withoutAny } from '../../../src/io/infer-type.ts'
import { splitNested } from '../../../src/io/split-nested.ts'
import { printType } from '../../../src/types/print-type.ts'
import { columnsOf, openFiles, readFiles, temporaryFolder } from './support.ts'

describe('csv sniffing', () => {
  const folder = temporaryFolder()

  /** Columns as `name TYPE`. */
  const columns = (text: string, options: Record<string, OptionValue> = {}): string[] => {
    const scan = openFiles(folder.write('s.csv', text), { options })
    scan.close()
    return scan.columns.map(({ name, type }) => `${name} ${printType(type)}`)
  }
  const types = (text: string, options: Record<string, OptionValue> = {}) =>
    columns(text, options).map((column) => column.slice(column.indexOf(' ') + 1))
  const rows = (text: string, options: Record<string, OptionValue> = {}) =>
    readFiles(folder.write('r.csv', text), { options })

  it('finds a header by words above other types', () => {
    assert.deepEqual(columns('a,b\n1,2\n3,4\n'), ['a INT64', 'b INT64'])
    assert.deepEqual(columns('\uFEFFa,b\r\n1,2\r\n'), ['a INT64', 'b INT64'])
    assert.deepEqual(columns('a,b\nx,y\nz,w\n'), ['column0 STRING', 'column1 STRING'])
    assert.deepEqual(columns('x\n12\n34\n'), ['x INT64'])
    assert.deepEqual(columns('1,2\n3,4\n'), ['column0 INT64', 'column1 INT64'])
    assert.deepEqual(columns('a,\n1,2\n'), ['a INT64', ' INT64'])
    assert.deepEqual(columns('name,age\nAnn,5\n'), ['name STRING', 'age INT64'])
  })

  it('does not take a row with one bad cell for a header', () => {
    assert.deepEqual(columns('1x,5\n2,6\n'), ['column0 STRING', 'column1 INT64'])
    assert.deepEqual(rows('x,5\n2,6\n'), [
      ['x', 5],
      ['2', 6],
    ])
  })

  it('does as it is told about the header', () => {
    assert.deepEqual(columns('a,b\n1,2\n', { header: false }), ['column0 STRING', 'column1 STRING'])
    assert.deepEqual(columns('1,2\n3,4\n', { header: true }), ['1 INT64', '2 INT64'])
    assert.deepEqual(columns('id:INT32,name:STRING,a:b\n1,2,3\n', { header: true }), [
      'id INT32',
      'name STRING',
      'a:b INT64',
    ])
    assert.deepEqual(columns('a,a,a_1\n1,2,3\n', { header: true }), ['a INT64', 'a_1 INT64', 'a_1_1 INT64'])
    assert.deepEqual(columns('a,b\n', { header: true }), ['a STRING', 'b STRING'])
    assert.deepEqual(columns('skipped\n1,2\n3,4\n', { skip: 1 }), ['column0 INT64', 'column1 INT64'])
  })

  it('finds the types that native Kùzu finds', () => {
    assert.deepEqual(types('1.5,1e5\n2.25,2e5\n'), ['DECIMAL(3, 2)', 'STRING'])
    assert.deepEqual(types('2\n1.5\n3\n'), ['DECIMAL(20, 1)'])
    assert.deepEqual(types('true,T\nfalse,f\n'), ['BOOL', 'BOOL'])
    assert.deepEqual(types('inf,nan\n-inf,1\n'), ['DOUBLE', 'INT64'])
    assert.deepEqual(types('12345678901234567890\n1\n'), ['INT128'])
    assert.deepEqual(types(`${'9'.repeat(44)}\n1\n`), ['DOUBLE'])
    assert.deepEqual(
      types('2020-01-01,2020-01-01 10:00:00,2020-01-01\n2020-1-2,2020-01-02 10:00:00,2020-01-01 10:00:00\n'),
      ['DATE', 'TIMESTAMP', 'TIMESTAMP'],
    )
    assert.deepEqual(
      types('1 day,00112233-4455-6677-8899-aabbccddeeff\n2 days 3 hours,00112233-4455-6677-8899-aabbccddeeff\n'),
      ['INTERVAL', 'UUID'],
    )
    assert.deepEqual(types('"[1,2]","{a: 1}","{k=1}"\n"[]","{b: 5}","{z=1}"\n'), [
      'INT64[]',
      'STRUCT(a INT64, b INT64)',
      'MAP(STRING, INT64)',
    ])
    assert.deepEqual(types('007,+2,0x10,1_000\n007,4,0x10,1_000\n'), ['STRING', 'STRING', 'STRING', 'STRING'])
    assert.deepEqual(types('null,,1 \nNULL,2, 3\n'), ['STRING', 'INT64', 'INT64'])
    assert.deepEqual(types('1,x\nfoo,y\n'), ['STRING', 'STRING'])
  })

  it('looks at as many rows as it is told, the first one included', () => {
    assert.deepEqual(types('1\n2\nx\n', { sample_size: 2 }), ['STRING'])
    assert.deepEqual(types('1\n2\n3\nx\n', { sample_size: 2 }), ['INT64'])
    assert.deepEqual(types('1\n2\n', { sample_size: 0 }), ['STRING'])
    assert.deepEqual(types('1.5\n2\n3\n'), ['DECIMAL(20, 1)'])
    assert.deepEqual(types('5\n'), ['INT64'])
  })

  it('finds the delimiter', () => {
    assert.deepEqual(columns('a;b\n1;2\n'), ['a INT64', 'b INT64'])
    assert.deepEqual(columns('a\tb\n1\t2\n'), ['a INT64', 'b INT64'])
    assert.deepEqual(types('[1,2]|3\n[1,2]|3\n'), ['INT64[]', 'INT64'])
    assert.deepEqual(types('a|b;c\na|b;c\n', { delim: ';' }), ['STRING', 'STRING'])
    assert.deepEqual(types('1;2\n3;4\n', { auto_detect: false }), ['STRING'])
    assert.deepEqual(rows('1,x|y\n2,z\n'), [
      [1, 'x|y'],
      [2, 'z'],
    ])
  })

  it('prefers the delimiter that gives the columns of the table', () => {
    const given = columnsOf('a INT64', 'b STRING')
    assert.deepEqual(readFiles(folder.write('d.csv', '1;x,y,z\n2;a,b,c\n'), { columns: given }), [
      [1, 'x,y,z'],
      [2, 'a,b,c'],
    ])
    assert.deepEqual(readFiles(folder.write('d.csv', '1,x;y|z\n2,a;b|c\n'), { columns: given }), [
      [1, 'x;y|z'],
      [2, 'a;b|c'],
    ])
  })

  it('keeps one column where another delimiter does not fit every row', () => {
    assert.deepEqual(types('a\nb;c\nd;e\n'), ['STRING'])
    assert.deepEqual(types('a;b;c\n', { list_unbraced: true }), ['STRING'])
  })

  it('takes brackets that do not match for text', () => {
    assert.deepEqual(types('"[[]",{a,"[1],[2]"\n"[[]",{a,"[1],[2]"\n'), ['STRING', 'STRING', 'STRING'])
  })

  it('finds quote and escape', () => {
    assert.deepEqual(rows("'a,b';1\n'x';2\n"), [
      ['a,b', 1],
      ['x', 2],
    ])
    assert.deepEqual(rows('"a\\"b",1\n"x",2\n'), [
      ['a"b', 1],
      ['x', 2],
    ])
    assert.deepEqual(rows('"a""b",1\n"x",2\n'), [
      ['a"b', 1],
      ['x', 2],
    ])
    assert.deepEqual(rows("'tis,1\nx,2\n"), [
      ["'tis", 1],
      ['x', 2],
    ])
  })

  it('still knows the usual quote where the sample has none', () => {
    const text = `${'1,x\n'.repeat(300)}2,"y,z"\n`
    assert.deepEqual(rows(text).at(-1), [2, 'y,z'])
  })

  it('finds no columns in an empty file', () => {
    assert.deepEqual(columns(''), [])
    assert.deepEqual(columns('\n\n'), [])
    assert.deepEqual(rows(''), [])
  })

  it('splits nested texts outside of brackets and quotes', () => {
    assert.deepEqual(splitNested('1,[2,3],{a: (4,5)}', ','), ['1', '[2,3]', '{a: (4,5)}'])
    assert.deepEqual(splitNested("\"a,b\",'c,d',it's", ','), ['"a,b"', "'c,d'", "it's"])
    assert.deepEqual(splitNested('a: b: c', ':', 2), ['a', ' b: c'])
    assert.deepEqual(splitNested('', ','), [])
    assert.deepEqual(splitNested(',', ','), ['', ''])
  })

  it('widens types', () => {
    const widen = (a: string, b: string) => printType(withoutAny(widenCellType(inferCellType(a), inferCellType(b))))
    assert.equal(widen('', '1'), 'INT64')
    assert.equal(widen('[]', '[[1]]'), 'INT64[][]')
    assert.equal(widen('[1]', '[x]'), 'STRING[]')
    assert.equal(widen('1', '2020-01-01'), 'STRING')
    assert.equal(widen('{a=1}', '{b=x}'), 'MAP(STRING, STRING)')
    assert.equal(widen('{a: 1}', '[1]'), 'STRING')
  })
})

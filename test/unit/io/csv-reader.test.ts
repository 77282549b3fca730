import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { FileSource } from '../../../src/io/byte-source.ts'
import { CsvReader, type CsvWarning } from '../../../src/io/csv-reader.ts'
import { textParser } from '../../../src/types/cast/text-parser.ts'
import { assertFails, columnsOf, openFiles, type ReadOptions, readFiles, rowsOf, temporaryFolder } from './support.ts'

describe('csv files', () => {
  const folder = temporaryFolder()
  const read = (text: string | Uint8Array, options: ReadOptions = {}) => readFiles(folder.write('a.csv', text), options)
  const ab = columnsOf('a INT64', 'b STRING')

  it('reads plain rows into typed columns', () => {
    const columns = columnsOf('a INT64', 'b DOUBLE', 'c STRING', 'd DATE', 'e BOOL', 'f UINT8', 'g FLOAT', 'h INT64[]')
    const scan = openFiles(folder.write('p.csv', '-5,1.25,héllo,2020-02-29,true,255,0.1,"[1,2]"\n,,,,,,,\n'), {
      columns,
    })
    const batch = scan.next(10)!
    assert.ok(batch.columns[0]!.data instanceof BigInt64Array)
    assert.ok(batch.columns[6]!.data instanceof Float32Array)
    assert.deepEqual(
      batch.columns.map((column) => column.nullCount),
      columns.map(() => 1),
    )
    scan.close()
    assert.deepEqual(readFiles(folder.place('p.csv'), { columns }), [
      [-5, 1.25, 'héllo', 18321, true, 255, Math.fround(0.1), [1, 2]],
      columns.map(() => null),
    ])
  })

  it('takes any mix of line ends, a byte order mark, and a last line without an end', () => {
    assert.deepEqual(read('\uFEFF1,x\r\n2,y\n3,z\r4,w', { columns: ab }), [
      [1, 'x'],
      [2, 'y'],
      [3, 'z'],
      [4, 'w'],
    ])
  })

  it('takes quotes, doubled quotes, escapes and line ends inside quotes', () => {
    const text = '1,"a,b"\n2,"say ""hi"""\n3,"two\r\nlines\nor three"\n4,"x"\n'
    const expected = [
      [1, 'a,b'],
      [2, 'say "hi"'],
      [3, 'two\r\nlines\nor three'],
      [4, 'x'],
    ]
    assert.deepEqual(read(text, { columns: ab }), expected)
    assert.deepEqual(read(text, { columns: ab, options: { parallel: false } }), expected)
    const escaped = '1,"a\\"b\\\\c"\n'
    assert.deepEqual(read(escaped, { columns: ab, options: { escape: '\\' } }), [[1, 'a"b\\c']])
    assert.deepEqual(read("1;'it''s'\n", { columns: ab, options: { delim: ';', quote: "'", escape: "'" } }), [
      [1, "it's"],
    ])
  })

  it('leaves a quote in the middle of a field alone', () => {
    assert.deepEqual(read('1,5" disk\n2,x"y"z\n', { columns: ab }), [
      [1, '5" disk'],
      [2, 'x"y"z'],
    ])
  })

  it('passes over blank lines and one delimiter at the end of a row', () => {
    assert.deepEqual(read('1,x,\n\n2,y,\n\r\n', { columns: ab }), [
      [1, 'x'],
      [2, 'y'],
    ])
    assert.deepEqual(read('1\n\n3\n', { columns: columnsOf('a INT64') }), [[1], [null], [3]])
  })

  it('reads integers of every length exactly', () => {
    const values = ['0', '-0', '7', '999999999', '1000000000', '-2147483648', '4294967296', '-4294967296']
    values.push(
      '999999999999999',
      '9007199254740993',
      '-123456789012345678',
      '999999999999999999',
      '-999999999999999999',
    )
    values.push('9223372036854775807', '-9223372036854775808')
    const rows = read(`${values.join('\n')}\n`, { columns: columnsOf('a INT64') })
    assert.deepEqual(
      rows.map(([value]) => String(value)),
      values.map((text) => String(BigInt(text))),
    )
    assert.deepEqual(read('18446744073709551615\n5\n', { columns: columnsOf('a UINT64') }), [
      [18446744073709551615n],
      [5],
    ])
  })

  it('rounds numbers once, to the nearest', () => {
    const values = [
      '0.1',
      '1e22',
      '123456789012345.6',
      '9007199254740993',
      '2.2250738585072014e-308',
      '5e-324',
      '1e400',
      '-0.0',
    ]
    values.push('.5', '5.', '179769313486231570000000000000000000000', '0.30000000000000004', '1e-7')
    const doubles = read(`${values.join('\n')}\n`, { columns: columnsOf('a DOUBLE') }).flat()
    assert.deepEqual(doubles, values.map(Number))
    // Half-way between two floats once it is a double, but above it as a decimal.
    const floats = read('1.00000005960464477540\n1.00000005960464477539\n3.5\n', {
      columns: columnsOf('a FLOAT'),
    }).flat()
    assert.deepEqual(floats, [1 + 2 ** -23, 1, 3.5])
  })

  it('reads spaces around numbers and the word null', () => {
    assert.deepEqual(read('1, x\n 2 ,null\nNULL,y\n', { columns: ab }), [
      [1, ' x'],
      [2, 'null'],
      [null, 'y'],
    ])
  })

  it('reads NULL for empty cells, quoted ones too, or for the texts given', () => {
    assert.deepEqual(read('1,\n2,""\n,x\n', { columns: ab }), [
      [1, null],
      [2, null],
      [null, 'x'],
    ])
    assert.deepEqual(read('1,NA\nNA,-\n3,\n', { columns: ab, options: { null_strings: ['NA', '-'] } }), [
      [1, null],
      [null, null],
      [3, ''],
    ])
  })

  it('reads lists with and without brackets', () => {
    const columns = columnsOf('a INT64[]')
    assert.deepEqual(read('"[1,2]"\n[]\n', { columns }), [[[1, 2]], [[]]])
    const options = { list_unbraced: true, header: false }
    assert.deepEqual(read('1;2\n3\n[4;5]\n"[6,7]"\n;\n', { columns, options }), [
      [[1, 2]],
      [[3]],
      [[4, 5]],
      [[6, 7]],
      [[null, null]],
    ])
    const nested = columnsOf('a STRING[][]', 'b INT64[2]', 'c INT64')
    assert.deepEqual(read('"[a,b];x;;[k]",1;2,5\n', { columns: nested, options }), [
      [[['a', 'b'], ['x'], null, ['k']], [1, 2], 5],
    ])
    assertFails(
      () => read('a,1;2;3,5\n', { columns: nested, options }),
      'BAD_FILE',
      'on line 1',
      '1;2;3 is not in INT64[2] range',
    )
  })

  it('skips lines and the header', () => {
    assert.deepEqual(read('# made by hand\n\na,b\n1,x\n', { columns: ab, options: { skip: 2, header: true } }), [
      [1, 'x'],
    ])
    assert.deepEqual(read('a,b\n1,x\n', { columns: ab }), [[1, 'x']], 'header found')
    assert.deepEqual(read('', { columns: ab }), [])
    assert.deepEqual(read('a,b\n', { columns: ab, options: { header: true } }), [])
  })

  it('passes over columns that are not wanted, whatever is in them', () => {
    assert.deepEqual(
      read('1,x,9\n2,"q\n",z\n', {
        columns: columnsOf('a INT64', 'b INT64', 'c STRING'),
        wanted: [true, false, false],
      }),
      [[1], [2]],
    )
    const scan = openFiles(folder.write('a.csv', '1,x\n2,y\n'), { columns: ab, wanted: [false, false] })
    assert.equal(scan.next(10)!.length, 2)
    scan.close()
  })

  it('gives batches of the size asked for, and the line of each row', () => {
    const scan = openFiles(folder.write('a.csv', 'a,b\n1,x\n\n2,"y\nz"\n3,w\n'), { columns: ab })
    const first = scan.next(2)!
    assert.deepEqual(first.placeOf(0), { file: folder.place('a.csv'), line: 2 })
    assert.equal(first.placeOf(1).line, 4)
    const second = scan.next(2)!
    assert.deepEqual([second.length, second.placeOf(0).line], [1, 6])
    assert.equal(scan.next(2), null)
    assert.equal(scan.bytesRead, scan.bytesTotal)
    scan.close()
  })

  it('carries records over the end of a block', () => {
    const wide = 'é'.repeat(700_000)
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i},"text, ${i}"`)
    lines.splice(20_000, 0, `-1,"${wide}"`, `-2,${wide}`)
    const rows = read(`${lines.join('\r\n')}\r\n`, { columns: ab, batchRows: 7000 })
    assert.equal(rows.length, 40_002)
    assert.deepEqual(rows[19_999], [19_999, 'text, 19999'])
    assert.ok(rows[20_000]![1] === wide && rows[20_001]![1] === wide)
    assert.deepEqual(rows[40_001], [39_999, 'text, 39999'])
  })

  it('reads several files, with and without a header', () => {
    const paths = [folder.write('1.csv', 'a,b\n1,x\n'), folder.write('2.csv', '2;y\n'), folder.write('3.csv', '')]
    assert.deepEqual(readFiles(paths, { columns: ab }), [
      [1, 'x'],
      [2, 'y'],
    ])
  })

  describe('gzip', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [i, `name ${(i * 7919) % 1000}`])
    const text = rows.map((row) => `${row.join(',')}\n`).join('')

    it('reads every kind of block, and several members', () => {
      const noise = Buffer.from(
        Array.from({ length: 200_000 }, (_, i) => 97 + (((i * 48271) % 2147483647) % 26)),
      ).toString()
      const cut = text.indexOf('\n', 100_000) + 1
      const variants = [
        gzipSync(text),
        gzipSync(text, { level: 0 }),
        gzipSync(text, { level: 1 }),
        gzipSync(text, { strategy: 4 }),
        Buffer.concat([gzipSync(text.slice(0, cut)), gzipSync(text.slice(cut))]),
      ]
      for (const data of variants) {
        assert.deepEqual(readFiles(folder.write('a.csv.gz', data), { columns: ab }), rows)
      }
      assert.deepEqual(readFiles(folder.write('n.csv.gz', gzipSync(`1,${noise}\n`)), { columns: ab }), [[1, noise]])
      assert.deepEqual(readFiles(folder.write('e.csv.gz', gzipSync('')), { columns: ab }), [])
    })

    it('says what is wrong with a damaged file', () => {
      const data = gzipSync(text)
      const fails = (bytes: Uint8Array, reason: string) =>
        assertFails(() => readFiles(folder.write('bad.csv.gz', bytes), { columns: ab }), 'IO', 'bad.csv.gz', reason)
      fails(Buffer.from('1,2\n'), 'Input is not a GZIP stream.')
      fails(data.subarray(0, data.length - 3000), 'unexpected end of file')
      const flipped = Buffer.from(data)
      flipped[data.length - 6]! ^= 1
      fails(flipped, 'wrong checksum')
      const other = Buffer.from(data)
      other[2] = 7
      fails(other, 'Unsupported GZIP compression method.')
    })
  })

  describe('bad rows', () => {
    const fails = (
      text: string | Uint8Array,
      line: number,
      reason: string,
      record: string,
      options: ReadOptions = {},
    ) => {
      const path = folder.write('bad.csv', text)
      const message = `Copy exception: Error in file ${path} on line ${line}: ${reason} Line/record containing the error: '${record}'`
      assertFails(() => readFiles(path, { columns: ab, ...options }), 'BAD_FILE', message)
    }

    it('too many fields', () => fails('1,x\n2,y,z\n', 2, 'expected 2 values per row, but got more.', '2,y,z'))
    it('too many fields, cut after the first one too many', () =>
      fails('1,x\n2,y,z,w\n', 2, 'expected 2 values per row, but got more.', '2,y,z...'))
    it('too few fields', () => fails('1,x\n2\n', 2, 'expected 2 values per row, but got 1.', '2'))
    it('a bad number', () => {
      const reason = 'Conversion exception: Cast failed. Could not convert "2x" to INT64.'
      fails('1,x\n2x,y\n', 2, reason, '2x...')
      fails('2x,y\n', 1, reason, '2x...')
    })
    it('a number out of range', () =>
      fails(
        '1,x\n9223372036854775808,y\n',
        2,
        'Conversion exception: Cast failed. Could not convert "9223372036854775808" to INT64.',
        '9223372036854775808...',
      ))
    it('a quote that is not closed', () => fails('1,x\n2,"y\n3,z\n', 2, 'unterminated quotes.', '2,"y'))
    it('text behind a quote', () => {
      const reason = 'quote should be followed by end of file, end of value, end of row or another quote.'
      fails('1,x\n2,"y"z\n', 2, reason, '2,"y"...')
    })
    it('an escape before another character', () => {
      const options = { options: { escape: '\\' } }
      fails('1,x\n2,"a\\b"\n', 2, 'neither QUOTE nor ESCAPE is proceeded by ESCAPE.', '2,"a\\b...', options)
      fails('1,x\n2,"a\\', 2, 'escape at end of file.', '2,"a\\', options)
    })
    it('text that is not UTF-8', () => {
      const bytes = Buffer.from('1,x\n2,?\n3,z\n')
      bytes[6] = 0xff
      fails(bytes, 2, 'Invalid UTF8-encoded string.', '2,\ufffd')
    })
    it('counts lines behind quoted line ends and blank lines', () =>
      fails(
        '1,"x\ny"\n\n2,"x\r\nz"\nbad,y\n',
        6,
        'Conversion exception: Cast failed. Could not convert "bad" to INT64.',
        'bad...',
      ))
    it('a record that never ends, without reading all of a large file', () => {
      const path = folder.write('long.csv', `1,"x\n${'a,b\n'.repeat(1 << 20)}`)
      const source = new FileSource(path)
      const config = { dialect: { delimiter: 44, quote: 34, escape: 34 }, skip: 0, header: false, nullStrings: [''] }
      const specs = ab.map(({ type }) => ({ type, wanted: true, parse: textParser(type) }))
      const reader = new CsvReader(source, { ...config, ignoreErrors: false, maxRecordBytes: 1 << 20 }, specs)
      assertFails(() => reader.next(1), 'BAD_FILE', 'on line 1', 'longer than 1048576 bytes')
      assert.ok(source.bytesRead < 3 << 20)
      reader.close()
    })
    it('all rows with more fields than columns', () => {
      const path = folder.write('bad.csv', '1,x,2\n1,x,2\n')
      assertFails(() => readFiles(path, { columns: ab }), 'BINDER', 'Number of columns mismatch. Expected 2 but got 3.')
    })
    it('a missing file', () => {
      assertFails(() => openFiles(folder.place('no.csv')), 'IO', 'Cannot open file', 'no.csv', 'No such file')
    })
  })

  it('skips bad rows when told to, and remembers them', () => {
    const text = '1,x\n2,y,z\n3x,y\n\n4,"y"z\n5,"a\nb"\n6\n7,"open\n8,w\n'
    const scan = openFiles(folder.write('i.csv', text), { columns: ab, options: { ignore_errors: true } })
    const warnings: readonly CsvWarning[] = scan.warnings
    const rows = rowsOf(scan)
    assert.deepEqual(rows, [
      [1, 'x'],
      [5, 'a\nb'],
      [8, 'w'],
    ])
    assert.equal(scan.warningCount, 5)
    assert.deepEqual(
      warnings.map(({ lineNumber, skippedLine }) => [lineNumber, skippedLine]),
      [
        [2, '2,y,z'],
        [3, '3x...'],
        [5, '4,"y"...'],
        [8, '6'],
        [9, '7,"open'],
      ],
    )
    assert.deepEqual(warnings[1], {
      message: 'Conversion exception: Cast failed. Could not convert "3x" to INT64.',
      filePath: folder.place('i.csv'),
      lineNumber: 3,
      skippedLine: '3x...',
    })
  })

  it('does not keep a NULL of a row that was skipped', () => {
    const columns = columnsOf('a INT64', 'b INT64')
    assert.deepEqual(read(',x\n5,6\n,7\n', { columns, options: { ignore_errors: true, header: false } }), [
      [5, 6],
      [null, 7],
    ])
  })
})

import assert from 'node:assert/strict'
import { FileSource } from '../../../src/io/byte-source.ts'
import { parseCsvOptions } from '../../../src/io/csv-options.ts'
import { CsvReader, type CsvReaderConfig } from '../../../src/io/csv-reader.ts'
import { CsvWriter } from '../../../src/io/csv-writer.ts'
import { textParser } from '../../../src/types/cast/text-parser.ts'
import type { Value } from '../../../src/types/value.ts'
import { vectorBuilder } from '../../../src/types/vector-builder.ts'
import { vectorReader } from '../../../src/types/vector-reader.ts'
import { columnsOf, readFiles, temporaryFolder } from './support.ts'

const seed = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)

/** Small generator of random numbers, so that a failure can be repeated. */
function randomFrom(start: number): (limit: number) => number {
  let state = start | 0
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.floor(((state >>> 8) / 16777216) * limit)
  }
}

const COLUMNS = columnsOf('i INT64', 's STRING', 'd DOUBLE', 'n INT16', 't DATE', 'f FLOAT', 'l STRING[]', 'u UINT64')

describe(`random csv files (NISABA_TEST_SEED=${seed})`, () => {
  const folder = temporaryFolder()

  it('are read back as they were written', () => {
    const random = randomFrom(seed)
    for (let round = 0; round < 25; round++) {
      const [delim, quote, escaper] = [
        [',', '"', '"'],
        ['|', "'", '\\'],
        ['\t', '"', '\\'],
        [';', '"', '"'],
      ][random(4)]!
      const options = parseCsvOptions({ delim: delim!, quote: quote!, escape: escaper!, header: random(2) === 1 })
      const rows = Array.from({ length: random(200) }, () => randomRow(random))
      const path = folder.place('r.csv')
      const writer = new CsvWriter(path, COLUMNS, options)
      if (random(2) === 0) for (const row of rows) writer.writeRow(row)
      else
        writer.writeVectors(
          COLUMNS.map(({ type }, c) => vectorOf(type, rows, c)),
          rows.length,
        )
      assert.deepEqual(writer.finish().rows, rows.length)
      const given = { delim: delim!, quote: quote!, escape: escaper!, header: options.header! }
      const found = readFiles(path, { columns: COLUMNS, options: given, batchRows: 1 + random(100) })
      assert.deepEqual(found, rows, `round ${round}`)
    }
  })

  it('mean the same to the fast and to the general parser, errors included', () => {
    const random = randomFrom(seed + 1)
    const pieces = [
      '1',
      '-27',
      '007',
      '1.5',
      '.5',
      '1e5',
      '',
      ',',
      ',',
      ',',
      ',',
      '\n',
      '\n',
      '\r\n',
      '"',
      '""',
      '"a"',
      "'",
      'x',
      ' 2',
    ]
    pieces.push(
      '2020-01-31',
      '2020-02-31',
      '99999',
      '12345678901',
      '123456789012345678',
      '1234567890123456789',
      '\\',
      'é',
      'null',
      '-',
      '--1',
    )
    for (let round = 0; round < 600; round++) {
      const text = Array.from({ length: 1 + random(24) }, () => pieces[random(pieces.length)]!).join('')
      const path = folder.write('f.csv', text)
      const types = ['INT64', 'STRING', 'DOUBLE', 'INT16', 'DATE', 'BOOL', 'FLOAT', 'UINT64', 'INT64[]']
      const columns = columnsOf(
        ...Array.from({ length: 1 + random(3) }, (_, i) => `c${i} ${types[random(types.length)]}`),
      )
      const ignoreErrors = random(2) === 0
      const results = [true, false].map((fast) => readAll(path, columns, { ignoreErrors, fast }))
      assert.deepEqual(results[0], results[1], `round ${round}: ${JSON.stringify(text)}`)
    }
  })
})

function readAll(path: string, columns: ReturnType<typeof columnsOf>, how: { ignoreErrors: boolean; fast: boolean }) {
  const warnings: unknown[] = []
  const config: CsvReaderConfig = {
    dialect: { delimiter: 44, quote: 34, escape: 34 },
    skip: 0,
    header: false,
    nullStrings: [''],
    onWarning: (warning) => warnings.push(warning),
    ...how,
  }
  const specs = columns.map(({ type }) => ({ type, wanted: true, parse: textParser(type) }))
  const reader = new CsvReader(new FileSource(path), config, specs)
  const rows: Value[][] = []
  try {
    for (let batch = reader.next(5); batch !== null; batch = reader.next(5)) {
      const readers = batch.columns.map(vectorReader)
      for (let row = 0; row < batch.length; row++) rows.push([batch.lines[row]!, ...readers.map((read) => read(row))])
    }
    return { rows, warnings }
  } catch (error) {
    return { rows, warnings, error: (error as Error).message }
  } finally {
    reader.close()
  }
}

function randomRow(random: (limit: number) => number): Value[] {
  const maybe = (make: () => Value): Value => (random(8) === 0 ? null : make())
  const text = (): string => {
    const pieces = [
      'a',
      'B',
      ' ',
      '"',
      "'",
      ',',
      ';',
      '|',
      '\t',
      '\n',
      '\r',
      '\\',
      'é',
      '日',
      '',
      '{',
      '0',
      '""',
      '\r\n',
    ]
    return Array.from({ length: 1 + random(6) }, () => pieces[random(pieces.length)]!).join('') || 'x'
  }
  return [
    maybe(() => [random(10), -random(1_000_000), random(2 ** 31) * 4096, -(2n ** 63n)][random(4)]!),
    maybe(text),
    maybe(() => [random(100), -random(1e6) / 64, random(1000) / 8, 1e15][random(4)]!),
    maybe(() => random(65536) - 32768),
    maybe(() => random(40000) - 20000),
    maybe(() => Math.fround(random(1000) / 4)),
    maybe(() => Array.from({ length: 1 + random(3) }, () => `k${random(50)}`)),
    maybe(() => [random(1000), 2n ** 64n - 1n][random(2)]!),
  ]
}

function vectorOf(type: (typeof COLUMNS)[number]['type'], rows: readonly Value[][], column: number) {
  const builder = vectorBuilder(type)
  for (const row of rows) builder.append(row[column]!)
  return builder.finish()
}

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import type { ErrorCode } from '../../../src/errors/error-code.ts'
import type { OptionValue } from '../../../src/io/csv-options.ts'
import type { NamedColumn } from '../../../src/io/csv-sniffer.ts'
import type { FileScan } from '../../../src/io/file-scan.ts'
import { openScan } from '../../../src/io/open-scan.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { vectorReader } from '../../../src/types/vector-reader.ts'

/** A folder for the files of one test file, removed after it. */
export function temporaryFolder(): {
  place(name: string): string
  write(name: string, data: string | Uint8Array): string
} {
  let folder = ''
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-io-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  const place = (name: string) => path.join(folder, name)
  const write = (name: string, data: string | Uint8Array): string => {
    writeFileSync(place(name), data)
    return place(name)
  }
  return { place, write }
}

/** `['id INT64', 'name STRING']` as columns. */
export function columnsOf(...declarations: string[]): NamedColumn[] {
  return declarations.map((text) => {
    const at = text.indexOf(' ')
    return { name: text.slice(0, at), type: parseType(text.slice(at + 1)) }
  })
}

export interface ReadOptions {
  readonly options?: Record<string, OptionValue>
  readonly columns?: NamedColumn[]
  readonly wanted?: boolean[]
  readonly batchRows?: number
}

export function openFiles(paths: string | string[], { options = {}, columns, wanted }: ReadOptions = {}): FileScan {
  return openScan({ paths: typeof paths === 'string' ? [paths] : paths, options, columns, wanted })
}

/** All rows of a scan as values. Closes it. */
export function rowsOf(scan: FileScan, batchRows = 1000): Value[][] {
  const rows: Value[][] = []
  try {
    for (let batch = scan.next(batchRows); batch !== null; batch = scan.next(batchRows)) {
      const readers = batch.columns.map(vectorReader)
      for (let row = 0; row < batch.length; row++) rows.push(readers.map((read) => plain(read(row))))
    }
  } finally {
    scan.close()
  }
  return rows
}

export function readFiles(paths: string | string[], read: ReadOptions = {}): Value[][] {
  return rowsOf(openFiles(paths, read), read.batchRows)
}

/** Typed arrays as plain ones, so that deepEqual compares numbers only. */
function plain(value: Value): Value {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  return Array.isArray(value) ? value.map(plain) : value
}

/** Asserts that something fails with a code and a message that contains all the given texts. */
export function assertFails(action: () => unknown, code: ErrorCode, ...texts: string[]): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof DatabaseError, String(error))
    assert.equal(error.code, code, error.message)
    for (const text of texts) assert.ok(error.message.includes(text), `${error.message} does not contain ${text}`)
    return true
  })
}

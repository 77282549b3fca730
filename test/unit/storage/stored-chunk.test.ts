import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ColumnAppender } from '../../../src/storage/column-appender.ts'
import { encodeColumnChunk } from '../../../src/storage/column-writer.ts'
import { emptyColumn } from '../../../src/storage/merge-column.ts'
import { fitsPages, writeStoredChunk } from '../../../src/storage/stored-chunk.ts'
import { scalar } from '../../../src/types/logical-type.ts'
import { type StoredRows, vectorOf } from '../../../src/types/stored-rows.ts'
import { PageHeap } from './support/tiny-pool.ts'

/** Rows whose bytes tell where they are from. */
function storedRows(
  element: Parameters<typeof scalar>[0],
  length: number,
  rows: number,
  elementBytes: number,
): StoredRows {
  const rowBytes = length * elementBytes
  return {
    type: { id: 'ARRAY', child: scalar(element), length },
    length: rows,
    rowBytes,
    read: (start, count, target) => {
      for (let i = 0; i < count * rowBytes; i++) target[i] = (start * rowBytes + i) * 13
    },
  }
}

/** One hash for all pages in the order in which they were put. */
const pagesOf = (heap: PageHeap): string => {
  const hash = createHash('sha1')
  for (const page of heap.pages.values()) hash.update(page)
  return hash.digest('hex')
}

describe('writeStoredChunk', () => {
  for (const [element, length, bytes] of [
    ['FLOAT', 128, 4],
    ['DOUBLE', 3, 8],
    ['INT16', 60, 2],
    ['FLOAT', 1433, 4],
    ['UINT8', 65_520, 1],
  ] as const) {
    it(`writes ${element}[${length}] as the encoder does`, () => {
      const rows = storedRows(element, length, 360, bytes)
      assert.ok(fitsPages(rows))
      const direct = new PageHeap()
      const chunk = writeStoredChunk(rows, 100, 356, direct)
      const encoded = new PageHeap()
      const expected = encodeColumnChunk(vectorOf(rows, 100, 356), encoded)
      assert.deepEqual(chunk, expected)
      assert.deepEqual(pagesOf(direct), pagesOf(encoded))
    })
  }

  it('leaves rows that are wider than a page to the encoder', () => {
    assert.ok(!fitsPages(storedRows('DOUBLE', 10_000, 1, 8)))
    assert.ok(!fitsPages(storedRows('FLOAT', 0, 1, 4)))
  })
})

describe('ColumnAppender with stored rows', () => {
  it('gives the same column whatever the batches are', () => {
    const rows = storedRows('FLOAT', 1433, 3000, 4)
    const build = (cuts: readonly number[]): { chunks: number; bytes: string } => {
      const heap = new PageHeap()
      const appender = new ColumnAppender(emptyColumn(0, rows.type), () => null, heap)
      let from = 0
      for (const to of [...cuts, rows.length]) {
        const start = from
        appender.append({ ...rows, length: to - start, read: (at, n, target) => rows.read(start + at, n, target) })
        from = to
      }
      const { column } = appender.finish()
      assert.equal(column.rowCount, rows.length)
      return { chunks: column.chunks.length, bytes: pagesOf(heap) }
    }
    const whole = build([])
    assert.equal(whole.chunks, 3)
    assert.deepEqual(build([1024, 2048]), whole)
    assert.deepEqual(build([1, 1500, 2999]), whole)
  })
})

import assert from 'node:assert/strict'
import { openColumn } from '../../../src/storage/column-reader.ts'
import type { ColumnReader } from '../../../src/storage/read-view.ts'
import { ReaderContext } from '../../../src/storage/reader-context.ts'
import { type LogicalType, listOf, SCALAR_TYPES, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { writeColumn } from './support/column.ts'
import { Random, randomValue, testSeed } from './support/random.ts'
import { PageHeap, TestMemory, TinyPool } from './support/tiny-pool.ts'

const OWNER = { table: 'T', column: 'c' }

/** Typed arrays and arrays of the same elements are the same value. */
function plain(value: Value): unknown {
  if (value instanceof Uint8Array) return { bytes: Array.from(value) }
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array)
  return Array.isArray(value) ? value.map(plain) : value
}

function asBlobless(type: LogicalType, value: Value): unknown {
  // a BLOB is a Uint8Array, but so may be an ARRAY of UINT8
  return type.id === 'BLOB' || !(value instanceof Uint8Array) ? plain(value) : Array.from(value)
}

function assertColumn(
  reader: ColumnReader,
  type: LogicalType,
  values: readonly Value[],
  rows: readonly number[],
): void {
  for (const row of rows) {
    const wanted = values[row]!
    assert.equal(reader.isNull(row), wanted === null, `isNull of row ${row}`)
    assert.deepEqual(asBlobless(type, reader.value(row)), asBlobless(type, wanted), `value of row ${row}`)
  }
}

const FIELDS = [
  { name: 'a', type: scalar('INT32') },
  { name: 'b', type: scalar('STRING') },
  { name: 'c', type: listOf(scalar('DOUBLE')) },
]

const TYPES: LogicalType[] = [
  ...SCALAR_TYPES.map(scalar),
  { id: 'DECIMAL', precision: 18, scale: 3 },
  listOf(scalar('INT64')),
  listOf(listOf(scalar('STRING'))),
  { id: 'ARRAY', child: scalar('FLOAT'), length: 3 },
  { id: 'ARRAY', child: scalar('FLOAT'), length: 130 },
  { id: 'ARRAY', child: scalar('INT64'), length: 2 },
  { id: 'ARRAY', child: scalar('INT8'), length: 7 },
  { id: 'ARRAY', child: scalar('UINT8'), length: 5 },
  { id: 'ARRAY', child: scalar('INT16'), length: 5 },
  { id: 'ARRAY', child: scalar('BOOL'), length: 3 },
  { id: 'ARRAY', child: scalar('STRING'), length: 2 },
  { id: 'ARRAY', child: { id: 'ARRAY', child: scalar('FLOAT'), length: 2 }, length: 2 },
  { id: 'STRUCT', fields: FIELDS },
  { id: 'MAP', key: scalar('STRING'), value: listOf(scalar('INT32')) },
  { id: 'UNION', fields: FIELDS },
  listOf({ id: 'STRUCT', fields: [{ name: 'm', type: { id: 'MAP', key: scalar('INT8'), value: scalar('DATE') } }] }),
]

describe('column chunks', () => {
  const seed = testSeed()
  for (const type of TYPES) {
    for (const nullChance of [0, 0.2]) {
      it(`give back values of ${JSON.stringify(type)} with ${nullChance} NULLs (seed ${seed})`, () => {
        const random = new Random(seed)
        const heap = new PageHeap()
        const values = Array.from({ length: 3000 }, () => randomValue(random, type, nullChance))
        const base = writeColumn(type, values, 17, heap)
        const pool = new TinyPool(heap, 6)
        const memory = new TestMemory(0)
        const context = new ReaderContext(pool, memory, 4)
        const reader = openColumn(base, null, context, OWNER)
        assertColumn(
          reader,
          type,
          values,
          values.map((_, row) => row),
        )
        assertColumn(
          reader,
          type,
          values,
          Array.from({ length: 200 }, () => random.int(0, values.length - 1)),
        )
        const nulls = values.filter((v) => v === null).length
        assert.equal(reader.statistics.nullCount, nulls)
        assert.equal(reader.neverNull, nulls === 0)
        context.close()
        assert.equal(pool.pinned, 0)
      })
    }
  }

  for (const length of [128, 1433, 16380, 20000, 33000]) {
    it(`give back rows of FLOAT[${length}] through few frames (seed ${seed})`, () => {
      const random = new Random(seed)
      const type: LogicalType = { id: 'ARRAY', child: scalar('FLOAT'), length }
      const rows = 40
      const values = Array.from({ length: rows }, (_, row) =>
        row % 7 === 3 ? null : Float32Array.from({ length }, () => random.next()),
      )
      const heap = new PageHeap()
      const base = writeColumn(type, values, 3, heap)
      const pool = new TinyPool(heap, 5)
      const context = new ReaderContext(pool, new TestMemory(0), 4)
      const reader = openColumn(base, null, context, OWNER)
      const target = new Float32Array(length + 2)
      for (let k = 0; k < 100; k++) {
        const row = random.int(0, rows - 1)
        target.fill(9)
        reader.copyElements(row, target, 1)
        const wanted = new Float32Array(length + 2).fill(9)
        wanted.set(values[row] ?? new Float32Array(length), 1)
        assert.deepEqual(target, wanted)
      }
      assert.ok(pool.evictions > 0 || heap.pages.size <= 5)
      context.close()
    })
  }

  it('needs no page for constant and arithmetic columns', () => {
    const heap = new PageHeap()
    const int = scalar('INT64')
    writeColumn(
      int,
      Array.from({ length: 1000 }, () => 7),
      17,
      heap,
    )
    writeColumn(
      int,
      Array.from({ length: 1000 }, (_, i) => 5 - 3 * i),
      17,
      heap,
    )
    writeColumn(
      int,
      Array.from({ length: 1000 }, () => 2n ** 62n),
      17,
      heap,
    )
    writeColumn(
      scalar('STRING'),
      Array.from({ length: 1000 }, () => null),
      17,
      heap,
    )
    writeColumn(
      scalar('DOUBLE'),
      Array.from({ length: 1000 }, () => 0.5),
      17,
      heap,
    )
    assert.equal(heap.pages.size, 0)
  })

  it('chooses the narrowest code', () => {
    const heap = new PageHeap()
    const random = new Random(seed)
    for (const [range, width] of [
      [1, 1],
      [3, 2],
      [4, 4],
      [255, 8],
      [256, 16],
      [65536, 32],
      [2 ** 32 - 1, 32],
    ]) {
      const values = [1000, 1000 + range!, ...Array.from({ length: 500 }, () => 1000 + random.int(0, range!))]
      const { encoding } = writeColumn(scalar('INT64'), values, 17, heap).chunks[0]!.run
      assert.ok(encoding.kind === 'int' && encoding.ints.kind === 'packed')
      assert.equal(encoding.ints.width, width)
    }
  })

  it('packs class labels that are FLOAT as whole numbers', () => {
    const random = new Random(seed)
    const values = Array.from({ length: 5000 }, () => random.int(0, 15))
    const { run, min, max, distinct } = writeColumn(scalar('FLOAT'), values, 17, new PageHeap()).chunks[0]!
    assert.ok(run.encoding.kind === 'int' && run.encoding.ints.kind === 'packed')
    assert.equal(run.encoding.ints.width, 4)
    assert.deepEqual([min, max, distinct], [0, 15, 16])
  })

  it('uses a dictionary for repeated text only', () => {
    const random = new Random(seed)
    const type = scalar('STRING')
    const repeated = Array.from({ length: 10000 }, () => `venue ${random.int(0, 99)}`)
    const unique = Array.from({ length: 10000 }, (_, i) => `title ${i}`)
    assert.equal(writeColumn(type, repeated, 17, new PageHeap()).chunks[0]!.run.encoding.kind, 'dictionary')
    const chunk = writeColumn(type, unique, 17, new PageHeap()).chunks[0]!
    assert.equal(chunk.run.encoding.kind, 'bytes')
    assert.deepEqual([chunk.min, chunk.max], ['title 0', 'title 9999'])
    assert.ok(Math.abs(chunk.distinct - 10000) < 1500, `estimate ${chunk.distinct}`)
  })

  it('names table, column and page of a damaged page', () => {
    const random = new Random(seed)
    const heap = new PageHeap()
    const base = writeColumn(
      scalar('DOUBLE'),
      Array.from({ length: 20000 }, () => random.next()),
      17,
      heap,
    )
    heap.damaged.add(base.chunks[0]!.firstPage + 1)
    const reader = openColumn(base, null, new ReaderContext(new TinyPool(heap, 8), new TestMemory(0), 4), {
      table: 'paper',
      column: 'score',
    })
    reader.value(0)
    assert.throws(() => reader.value(9000), {
      code: 'CORRUPT_PAGE',
      message: /paper.*score.*page 2/,
      facts: { table: 'paper', column: 'score', page: 2 },
    })
  })
})

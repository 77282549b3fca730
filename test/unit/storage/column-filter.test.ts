import assert from 'node:assert/strict'
import type { ColumnBase } from '../../../src/storage/column-base.ts'
import { openColumn } from '../../../src/storage/column-reader.ts'
import { constantColumn } from '../../../src/storage/column-writer.ts'
import { CHUNK_ROWS, type RangePredicate } from '../../../src/storage/read-view.ts'
import { ReaderContext } from '../../../src/storage/reader-context.ts'
import { compareValues } from '../../../src/types/compare.ts'
import { type LogicalType, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { writeColumn } from './support/column.ts'
import { Random, testSeed } from './support/random.ts'
import { TestOverlay } from './support/test-overlay.ts'
import { PageHeap, TestMemory, TinyPool } from './support/tiny-pool.ts'

const OWNER = { table: 'T', column: 'c' }

/** What the rows of a column look like; each makes another encoding. */
const SHAPES: { name: string; type: LogicalType; make: (random: Random, row: number) => Value }[] = [
  { name: '1-bit', type: scalar('BOOL'), make: (random) => random.next() < 0.3 },
  { name: '2-bit', type: scalar('INT64'), make: (random) => random.int(-1, 2) },
  { name: '4-bit', type: scalar('INT32'), make: (random) => random.int(0, 15) },
  { name: '8-bit', type: scalar('INT64'), make: (random) => random.int(1950, 2020) },
  { name: '16-bit', type: scalar('INT16'), make: (random) => random.int(-32768, 32767) },
  { name: '32-bit', type: scalar('INT64'), make: (random) => random.int(-(2 ** 31), 2 ** 31 - 1) },
  { name: '64-bit', type: scalar('TIMESTAMP'), make: (random) => random.int(-(2 ** 50), 2 ** 50) },
  {
    name: '64-bit unsafe',
    type: scalar('INT64'),
    make: (random) => 2n ** 60n + BigInt(random.int(-5, 5)) * 2n ** BigInt(random.int(0, 50)),
  },
  { name: 'packed on an unsafe base', type: scalar('UINT64'), make: (random) => 2n ** 63n + BigInt(random.int(0, 99)) },
  { name: 'INT128', type: scalar('INT128'), make: (random) => BigInt(random.int(-9, 9)) * 2n ** 90n || 0 },
  { name: 'arithmetic', type: scalar('INT64'), make: (_, row) => 10 - 3 * row },
  {
    name: 'float',
    type: scalar('FLOAT'),
    make: (random) => (random.next() < 0.1 ? Number.NaN : Math.fround(random.next())),
  },
  { name: 'double', type: scalar('DOUBLE'), make: (random) => random.next() - 0.5 },
  { name: 'whole double', type: scalar('DOUBLE'), make: (random) => random.int(0, 100) },
  { name: 'dictionary', type: scalar('STRING'), make: (random) => `v${random.int(0, 50)}` },
  {
    name: 'text',
    type: scalar('STRING'),
    make: (random) => `${random.pick(['😀', '\uffee', 'z', 'é'])}${random.next()}`,
  },
  { name: 'uuid', type: scalar('UUID'), make: (random) => `0000000${random.int(0, 9)}-0000-0000-0000-000000000000` },
]

function naive(type: LogicalType, value: Value, p: RangePredicate): boolean {
  if (value === null) return false
  const unordered = Number.isNaN(value)
  const low = p.min === null ? 1 : compareValues(type, value, p.min)
  const high = p.max === null ? -1 : compareValues(type, value, p.max)
  const inside =
    !(unordered && (p.min !== null || p.max !== null)) &&
    (low > 0 || (low === 0 && p.minInclusive)) &&
    (high < 0 || (high === 0 && p.maxInclusive))
  return inside !== p.negate
}

function randomPredicate(random: Random, values: readonly Value[], make: () => Value): RangePredicate {
  const bound = (): Value => (random.next() < 0.25 ? null : random.next() < 0.7 ? random.pick(values) : make())
  const usable = (v: Value): Value => (Number.isNaN(v) ? null : v)
  const min = usable(bound())
  const max = random.next() < 0.3 ? min : usable(bound())
  const flag = (): boolean => random.next() < 0.5
  return { min, max, minInclusive: flag(), maxInclusive: flag(), negate: flag() }
}

function context(heap: PageHeap, frames = 6, memory = 0): { pool: TinyPool; readers: ReaderContext } {
  const pool = new TinyPool(heap, frames)
  return { pool, readers: new ReaderContext(pool, new TestMemory(memory), 4) }
}

/** Small chunks need a text column; number columns have chunks of CHUNK_ROWS always. */
function shiftFor(type: LogicalType): number {
  return type.id === 'STRING' || type.id === 'UUID' ? 10 : 17
}

describe('column filters', () => {
  const seed = testSeed()
  for (const shape of SHAPES) {
    for (const nullChance of [0, 0.2]) {
      it(`keep the rows that a naive test keeps: ${shape.name}, ${nullChance} NULLs (seed ${seed})`, () => {
        const random = new Random(seed)
        const make = (row: number): Value => (random.next() < nullChance ? null : shape.make(random, row))
        const baseRows = 3000
        const values = Array.from({ length: baseRows }, (_, row) => make(row))
        const heap = new PageHeap()
        const base = writeColumn(shape.type, values, shiftFor(shape.type), heap)
        const overlay = new TestOverlay(baseRows)
        const { pool, readers } = context(heap, 6, 1 << 20)
        const plain = openColumn(base, null, readers, OWNER)
        const changed = openColumn(base, overlay, readers, OWNER)
        const current = values.slice()
        for (let round = 0; round < 40; round++) {
          if (round % 4 === 3) {
            const row = random.int(0, current.length)
            current[row] = make(row)
            overlay.set(row, current[row]!)
          }
          const predicate = randomPredicate(random, current, () => shape.make(random, random.int(0, 9999)))
          for (const [reader, rows] of [
            [plain, values],
            [changed, current],
          ] as const) {
            const start = random.int(0, rows.length)
            const end = random.int(start, rows.length)
            const wanted: number[] = []
            for (let row = start; row < end; row++) if (naive(shape.type, rows[row]!, predicate)) wanted.push(row)
            const selection = new Uint32Array(end - start)
            const kept = reader.filterDense(predicate, start, end, selection)
            assert.deepEqual(Array.from(selection.subarray(0, kept)), wanted, JSON.stringify(predicate, text))
            assert.equal(reader.countDense(predicate, start, end), kept, JSON.stringify(predicate, text))
            const sparse = Uint32Array.from({ length: end - start }, (_, k) => start + k).filter(
              () => random.next() < 0.5,
            )
            const keptSparse = reader.filterRange(predicate, sparse.slice(), sparse.length)
            const target = sparse.slice()
            assert.equal(reader.filterRange(predicate, target, target.length), keptSparse)
            const wantedSparse = Array.from(sparse).filter((row) => naive(shape.type, rows[row]!, predicate))
            assert.deepEqual(Array.from(target.subarray(0, keptSparse)), wantedSparse, JSON.stringify(predicate, text))
          }
        }
        readers.close()
        assert.equal(pool.pinned, 0)
      })
    }
  }

  it('skips chunks by their bounds without touching a page', () => {
    const random = new Random(seed)
    const heap = new PageHeap()
    const rows = 3 * CHUNK_ROWS
    const year = (row: number): number => 1000 * Math.floor(row / CHUNK_ROWS) + random.int(0, 99)
    const base = writeColumn(
      scalar('INT64'),
      Array.from({ length: rows }, (_, row) => year(row)),
      17,
      heap,
    )
    const { pool, readers } = context(heap, 20)
    const reader = openColumn(base, null, readers, OWNER)
    const selection = new Uint32Array(CHUNK_ROWS)
    const count = (min: number, negate = false): number[] =>
      [0, 1, 2].map((chunk) =>
        reader.filterDense(
          { min, minInclusive: true, max: null, maxInclusive: true, negate },
          chunk * CHUNK_ROWS,
          (chunk + 1) * CHUNK_ROWS,
          selection,
        ),
      )
    assert.deepEqual(count(1000), [0, CHUNK_ROWS, CHUNK_ROWS])
    assert.deepEqual(count(1000, true), [CHUNK_ROWS, 0, 0])
    assert.deepEqual(count(5000), [0, 0, 0])
    assert.equal(pool.pins, 0)
    const middle = count(1050)
    assert.ok(middle[1]! > 0 && middle[1]! < CHUNK_ROWS && middle[0] === 0)
    assert.equal(pool.pins, base.chunks[1]!.pageCount)
    readers.close()
  })

  it('compares text without decoding it and dictionaries entry by entry', () => {
    const random = new Random(seed)
    const heap = new PageHeap()
    const values = Array.from({ length: 20000 }, () => `name ${random.int(0, 20)}`)
    const base = writeColumn(scalar('STRING'), values, 17, heap)
    const { readers } = context(heap, 6)
    const reader = openColumn(base, null, readers, OWNER)
    const selection = new Uint32Array(20000)
    const equal = { min: 'name 7', max: 'name 7', minInclusive: true, maxInclusive: true, negate: false }
    const wanted = values.filter((v) => v === 'name 7').length
    assert.equal(reader.filterDense(equal, 0, 20000, selection), wanted)
    assert.equal(reader.filterDense({ ...equal, negate: true }, 0, 20000, selection), 20000 - wanted)
    readers.close()
  })
})

describe('column readers of numbers', () => {
  const seed = testSeed()
  for (const memory of [0, 1 << 24]) {
    it(`see updates and inserted rows, ${memory} bytes of query memory (seed ${seed})`, () => {
      const random = new Random(seed)
      const baseRows = CHUNK_ROWS + 500
      const values: Value[] = Array.from({ length: baseRows }, () => (random.next() < 0.1 ? null : random.int(0, 200)))
      const heap = new PageHeap()
      const base = writeColumn(scalar('INT64'), values, 17, heap)
      const overlay = new TestOverlay(baseRows)
      const { readers, pool } = context(heap, 6, memory)
      const reader = openColumn(base, overlay, readers, OWNER)
      const undone = new Map<number, Value>()
      for (let round = 0; round < 30; round++) {
        const at = random.int(0, 2) === 0 ? values.length : random.int(0, values.length - 1)
        if (at < baseRows && !overlay.changes.has(at)) undone.set(at, values[at]!)
        values[at] = random.next() < 0.2 ? null : random.int(-5, 5)
        overlay.set(at, values[at]!)
        if (round % 5 === 4) {
          const [row, value] = undone.entries().next().value ?? [-1, null]
          if (row >= 0) {
            undone.delete(row)
            values[row] = value
            overlay.undo(row)
          }
        }
        for (let k = 0; k < 600; k++) {
          const row = k < 2 ? at : random.int(0, values.length - 1)
          assert.equal(reader.isNull(row), values[row] === null)
          if (values[row] !== null) assert.equal(reader.number(row), values[row], `row ${row}`)
          assert.equal(reader.value(row), values[row])
        }
        const start = random.int(CHUNK_ROWS - 1000, CHUNK_ROWS - 1)
        for (const [from, to] of [
          [start, CHUNK_ROWS],
          [CHUNK_ROWS, values.length],
        ] as const) {
          const range = reader.numbers(from, to)
          for (let row = from; row < to; row++) assert.equal(range.values[row - range.base], values[row] ?? 0)
        }
      }
      assert.equal(reader.neverNull, false)
      assert.equal(reader.safeNumber, true)
      readers.close()
      assert.equal(pool.pinned, 0)
    })
  }

  it('decode a chunk as a whole once it is touched often, and give the memory back', () => {
    const random = new Random(seed)
    const heap = new PageHeap()
    const values = Array.from({ length: CHUNK_ROWS }, () => random.int(0, 60000))
    const base = writeColumn(scalar('INT64'), values, 17, heap)
    const pool = new TinyPool(heap, 5)
    const memory = new TestMemory(1 << 21)
    const readers = new ReaderContext(pool, memory, 1)
    const reader = openColumn(base, null, readers, OWNER)
    for (let k = 0; k < 3000; k++) reader.number(random.int(0, CHUNK_ROWS - 1))
    assert.equal(memory.used, 8 * CHUNK_ROWS)
    const before = pool.pins
    for (let k = 0; k < 3000; k++) {
      const row = random.int(0, CHUNK_ROWS - 1)
      assert.equal(reader.number(row), values[row])
    }
    assert.equal(pool.pins, before)
    readers.close()
    assert.equal(memory.used, 0)
  })

  it('compute a sequence over all chunks from two numbers', () => {
    const heap = new PageHeap()
    const rows = 2 * CHUNK_ROWS + 1
    const base = writeColumn(
      scalar('INT64'),
      Array.from({ length: rows }, (_, row) => 100 + 2 * row),
      17,
      heap,
    )
    assert.equal(heap.pages.size, 0)
    const overlay = new TestOverlay(rows)
    const { readers } = context(heap)
    const reader = openColumn(base, overlay, readers, OWNER)
    for (const row of [0, 1, CHUNK_ROWS, rows - 1]) assert.equal(reader.number(row), 100 + 2 * row)
    assert.deepEqual(reader.statistics, { min: 100, max: 100 + 2 * (rows - 1), nullCount: 0, distinct: rows })
    overlay.set(5, -1)
    assert.equal(reader.number(5), -1)
    assert.equal(reader.number(6), 112)
    readers.close()
  })

  it('read a column added with a default', () => {
    const { readers } = context(new PageHeap())
    const rows = CHUNK_ROWS + 3
    const int: ColumnBase = constantColumn(3, scalar('INT64'), rows, 42)
    const reader = openColumn(int, null, readers, OWNER)
    assert.equal(reader.number(rows - 1), 42)
    assert.equal(reader.numbers(0, 10).values[9], 42)
    assert.deepEqual(reader.statistics, { min: 42, max: 42, nullCount: 0, distinct: 1 })
    const text = openColumn(constantColumn(3, scalar('STRING'), rows, 'x'), null, readers, OWNER)
    assert.equal(text.string(CHUNK_ROWS), 'x')
    const selection = new Uint32Array(10)
    const from = { min: 'w', minInclusive: true, max: null, maxInclusive: true, negate: false }
    assert.equal(text.filterDense(from, 0, 10, selection), 10)
    const nulls = openColumn(constantColumn(3, scalar('STRING'), rows, null), null, readers, OWNER)
    assert.equal(nulls.value(3), null)
    assert.equal(nulls.filterDense(from, 0, 10, selection), 0)
    readers.close()
  })
})

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

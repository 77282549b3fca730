import assert from 'node:assert/strict'
import { openColumn } from '../../../src/storage/column-reader.ts'
import type { PlainTarget } from '../../../src/storage/encoding/plain-run.ts'
import { ReaderContext } from '../../../src/storage/reader-context.ts'
import { type LogicalType, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { writeColumn } from './support/column.ts'
import { Random, testSeed } from './support/random.ts'
import { TestOverlay } from './support/test-overlay.ts'
import { PageHeap, TestMemory, TinyPool } from './support/tiny-pool.ts'

const ROWS = 700

type Make = (random: Random) => number

/** Widths that are whole doubles and others; rows that divide a page, fill several, straddle two. */
const SHAPES: { child: LogicalType; length: number; target: new (length: number) => PlainTarget; make: Make }[] = [
  { child: scalar('FLOAT'), length: 128, target: Float32Array, make: (random) => Math.fround(random.next()) },
  { child: scalar('FLOAT'), length: 3, target: Float32Array, make: (random) => Math.fround(random.next()) },
  { child: scalar('FLOAT'), length: 9000, target: Float32Array, make: (random) => Math.fround(random.next()) },
  { child: scalar('FLOAT'), length: 16, target: Float64Array, make: (random) => Math.fround(random.next()) },
  { child: scalar('DOUBLE'), length: 65, target: Float64Array, make: (random) => random.next() },
  { child: scalar('INT8'), length: 24, target: Int8Array, make: (random) => random.int(-128, 127) },
  { child: scalar('UINT8'), length: 7, target: Uint8Array, make: (random) => random.int(0, 255) },
  { child: scalar('INT16'), length: 20, target: Int16Array, make: (random) => random.int(-9, 9) },
  { child: scalar('UINT32'), length: 4, target: Uint32Array, make: (random) => random.int(0, 2 ** 31) },
  { child: scalar('INT64'), length: 2, target: BigInt64Array, make: (random) => random.int(-(2 ** 31), 2 ** 31) },
]

function elementsOf(value: Value, shape: (typeof SHAPES)[number]): (number | bigint)[] {
  const elements = Array.from(value as ArrayLike<number>)
  return shape.target === BigInt64Array ? elements.map(BigInt) : elements
}

describe('rows of fixed lists', () => {
  const seed = testSeed()
  for (const shape of SHAPES) {
    for (const changed of [false, true]) {
      const what = `${shape.child.id}[${shape.length}] to ${shape.target.name}${changed ? ', some changed' : ''}`
      it(`are copied in any order through few frames: ${what} (seed ${seed})`, () => {
        const random = new Random(seed)
        const { length } = shape
        const rows = length > 1000 ? 40 : ROWS
        const fresh = (): Value => Array.from({ length }, () => shape.make(random))
        const values = Array.from({ length: rows }, fresh)
        const heap = new PageHeap()
        const base = writeColumn({ id: 'ARRAY', child: shape.child, length }, values, 8, heap)
        const overlay = changed ? new TestOverlay(rows) : null
        for (let k = 0; k < 50 && overlay !== null; k++) {
          const row = random.int(0, rows + 9)
          values[row] = fresh()
          overlay.set(row, values[row]!)
        }
        const pool = new TinyPool(heap, 6)
        const context = new ReaderContext(pool, new TestMemory(0), 4)
        const reader = openColumn(base, overlay, context, { table: 'T', column: 'c' })
        const present = [...values.keys()].filter((row) => values[row] !== undefined)
        const wanted = Array.from({ length: 100 }, () => present[random.int(0, present.length - 1)]!)
        for (const at of [0, 1, length]) {
          const target = new shape.target(at + 97 * length + 1)
          target.fill((shape.target === BigInt64Array ? 9n : 9) as never)
          assert.equal(reader.copyRows(wanted, 2, 99, target, at), 97)
          const expected = wanted.slice(2, 99).flatMap((row) => elementsOf(values[row]!, shape))
          assert.deepEqual(
            Array.from<number | bigint>(target.subarray(at, at + 97 * length) as Iterable<number | bigint>),
            expected,
          )
          assert.equal(Number(target[at + 97 * length]), 9)
          if (at > 0) assert.equal(Number(target[at - 1]), 9)
        }
        context.close()
        assert.equal(pool.pinned, 0)
      })
    }
  }

  it('are copied up to one that has a NULL element', () => {
    const heap = new PageHeap()
    const type: LogicalType = { id: 'ARRAY', child: scalar('FLOAT'), length: 2 }
    const base = writeColumn(
      type,
      [
        [1, 2],
        [3, 4],
        [5, null],
        [7, 8],
      ],
      17,
      heap,
    )
    const context = new ReaderContext(new TinyPool(heap, 4), new TestMemory(0), 4)
    const reader = openColumn(base, null, context, { table: 'T', column: 'c' })
    const target = new Float32Array(8)
    assert.equal(reader.copyRows([3, 0, 2, 1], 0, 4, target, 0), 2)
    assert.deepEqual(Array.from(target.subarray(0, 4)), [7, 8, 1, 2])
    context.close()
  })
})

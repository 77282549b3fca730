import assert from 'node:assert/strict'
import type { RangePredicate } from '../../../src/storage/read-view.ts'
import { columnStatistics } from '../../../src/storage/statistics.ts'
import { orderOf } from '../../../src/storage/value-order.ts'
import { judgeChunk } from '../../../src/storage/zone-map.ts'
import { scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { writeColumn } from './support/column.ts'
import { Random, testSeed } from './support/random.ts'
import { PageHeap } from './support/tiny-pool.ts'

const INT = scalar('INT64')

function judge(predicate: Partial<RangePredicate>, values: readonly Value[] = [10, 15, 20]): string {
  const full = { min: null, minInclusive: true, max: null, maxInclusive: true, negate: false, ...predicate }
  return judgeChunk(writeColumn(INT, values, 17, new PageHeap()).chunks[0]!, full, orderOf(INT))
}

describe('zone map', () => {
  it('judges by the bounds, ends included or not', () => {
    assert.equal(judge({ min: 20 }), 'some')
    assert.equal(judge({ min: 20, minInclusive: false }), 'none')
    assert.equal(judge({ max: 10 }), 'some')
    assert.equal(judge({ max: 10, maxInclusive: false }), 'none')
    assert.equal(judge({ min: 10 }), 'all')
    assert.equal(judge({ min: 10, minInclusive: false }), 'some')
    assert.equal(judge({ min: 10, max: 20 }), 'all')
    assert.equal(judge({ min: 10, max: 20, maxInclusive: false }), 'some')
    assert.equal(judge({ min: 21, max: 30 }), 'none')
    assert.equal(judge({ min: 21, max: 30, negate: true }), 'all')
    assert.equal(judge({ min: 10, max: 20, negate: true }), 'none')
    assert.equal(judge({}), 'all')
    assert.equal(judge({}, [null, null]), 'none')
  })
})

describe('column statistics', () => {
  const seed = testSeed()
  const distinctOf = (values: readonly Value[]): number => {
    const type = typeof values[0] === 'string' ? scalar('STRING') : INT
    // chunks of 4,096 rows stand for the real ones
    return columnStatistics(writeColumn(type, values, 12, new PageHeap()), null).distinct
  }
  const near = (estimate: number, truth: number): void => {
    assert.ok(estimate > truth * 0.5 && estimate < truth * 2, `${estimate} for ${truth}`)
  }

  it(`estimate distinct values over chunks (seed ${seed})`, () => {
    const random = new Random(seed)
    const rows = Array.from({ length: 40000 }, (_, row) => row)
    near(distinctOf(rows), 40000)
    near(distinctOf(rows.map(() => random.int(0, 70))), 71)
    near(distinctOf(rows.map((row) => Math.floor(row / 10))), 4000)
    near(distinctOf(rows.map(() => 'same')), 1)
    near(distinctOf(rows.map(() => random.int(0, 9999) * 1e6)), 9800)
    near(distinctOf(rows.map((row) => `name ${(row * 7919) % 40009}`)), 40000)
    near(distinctOf(rows.map(() => `name ${random.int(0, 300)}`)), 301)
  })

  it('give bounds and NULLs over all chunks', () => {
    const values = Array.from({ length: 9000 }, (_, row) => (row % 10 === 0 ? null : row - 100))
    const base = writeColumn(INT, values, 12, new PageHeap())
    const { min, max, nullCount } = columnStatistics(base, null)
    assert.deepEqual([min, max, nullCount], [-99, 8899, 900])
    const floats = writeColumn(scalar('DOUBLE'), [0.5, Number.NaN], 12, new PageHeap())
    assert.equal(columnStatistics(floats, null).max, null)
  })
})

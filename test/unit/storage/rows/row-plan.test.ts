import assert from 'node:assert/strict'
import { NEVER, NextUses, REPEATED } from '../../../../src/storage/rows/next-uses.ts'
import { RowCache } from '../../../../src/storage/rows/row-cache.ts'
import { RowPlan } from '../../../../src/storage/rows/row-plan.ts'
import { sortRows } from '../../../../src/storage/rows/sort-rows.ts'
import { seededRandom } from '../../../property/storage-trace.ts'
import { beladyReads, lruReads, skewedBatches } from './support/traces.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)

/** Wanted rows that a cache of `capacity` slots reads over a trace, per batch, when `ahead` batches are announced at a time. */
function plannedReads(
  batches: readonly Uint32Array[],
  rowCount: number,
  capacity: number,
  ahead: number,
  cache = new RowCache(rowCount, 1 << 24, rowCount),
): number[] {
  const plan = new RowPlan()
  let announced = 0
  return batches.map((rows, b) => {
    for (; announced < Math.min(batches.length, b + ahead); announced++) cache.announce(announced, batches[announced]!)
    plan.make(
      b,
      rows,
      ahead > 0,
      cache,
      () => true,
      (wanted) => Math.min(wanted, capacity),
    )
    if (ahead > 0) cache.window.remove(rows.length)
    assert.ok(cache.size <= capacity)
    return plan.wanted
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

describe(`which rows are kept (seed ${SEED})`, () => {
  const rowCount = 20_000
  const batches = skewedBatches(seededRandom(SEED), { rowCount, batches: 90, rows: 300 })
  const later = 30 // where the second epoch begins

  for (const share of [0.38, 0.19]) {
    const capacity = Math.floor(rowCount * share * 0.4)
    const best = sum(beladyReads(batches, capacity).slice(later))

    it(`reads what Belady reads when all is announced (${capacity} slots)`, () => {
      const reads = sum(plannedReads(batches, rowCount, capacity, batches.length).slice(later))
      assert.ok(reads <= best * 1.02, `${reads} rows, Belady ${best}`)
      assert.ok(reads < sum(lruReads(batches, capacity).slice(later)))
    })

    it(`reads fewer than LRU with a short window and with none (${capacity} slots)`, () => {
      const lru = sum(lruReads(batches, capacity).slice(later))
      const none = sum(plannedReads(batches, rowCount, capacity, 0).slice(later))
      const short = sum(plannedReads(batches, rowCount, capacity, 8).slice(later))
      assert.ok(none < lru, `${none} without a window, LRU ${lru}`)
      assert.ok(short <= none, `${short} with a window of 8, ${none} without`)
    })
  }

  it('reads each row once when all fit, most of them before they are wanted', () => {
    const distinct = new Set(batches.flatMap((rows) => [...rows])).size
    for (const ahead of [0, 10]) {
      const cache = new RowCache(rowCount, 1 << 24, rowCount)
      const wanted = sum(plannedReads(batches, rowCount, rowCount, ahead, cache))
      assert.ok(wanted < distinct / 4, `${wanted} rows waited for, ${distinct} wanted`)
      assert.equal(cache.size, rowCount)
    }
  })

  it('fills the cache in proportion to what is missing, and no more once a row was dropped', () => {
    const capacity = 1_000
    const cache = new RowCache(rowCount, 1 << 16, rowCount)
    const plan = new RowPlan()
    const counts = [0, 1, 2, 3].map((b) => {
      const rows = Uint32Array.from({ length: 30 }, (_, k) => 5_000 + b * 1_000 + k)
      plan.make(
        b,
        rows,
        false,
        cache,
        () => true,
        (slots) => Math.min(slots, capacity),
      )
      assert.equal(plan.wanted, 30)
      return plan.count
    })
    assert.deepEqual(counts, [30 * 17, 1_000 - 30 * 17, 30, 30])
    assert.equal(cache.size, capacity - Math.floor(capacity / 64), 'a part is freed at once')
  })

  it('reads a row of a batch once, however often it is in it', () => {
    const cache = new RowCache(10, 1 << 16, 10)
    const plan = new RowPlan()
    const rows = Uint32Array.of(3, 7, 3, 3, 7)
    cache.announce(1, rows)
    plan.make(
      1,
      rows,
      true,
      cache,
      () => true,
      () => 1,
    )
    assert.deepEqual([...plan.missed.subarray(0, plan.count)], [3, 7])
    assert.deepEqual([...plan.where.subarray(0, 5)], [-2, -3, -2, -2, -3])
  })
})

describe(`next uses (seed ${SEED})`, () => {
  it('are those of the batches in the window', () => {
    const random = seededRandom(SEED)
    const rowCount = 40
    const uses = new NextUses(rowCount, 1 << 20)
    const window: { batch: number; rows: Uint32Array }[] = []
    let batch = 1
    for (let step = 0; step < 3_000; step++) {
      if (random() < 0.02) {
        uses.clear()
        window.length = 0
      } else if (window.length === 0 || random() < 0.5) {
        const rows = Uint32Array.from({ length: Math.floor(random() * 12) }, () => Math.floor(random() * rowCount))
        const unseen = new Set<number>()
        uses.add(batch, rows, (row) => unseen.add(row))
        const known = new Set(window.flatMap((other) => [...other.rows]))
        assert.deepEqual([...unseen].sort(), [...new Set([...rows].filter((row) => !known.has(row)))].sort())
        window.push({ batch: batch++, rows })
      } else {
        const [oldest, ...rest] = window
        for (let k = 0; k < oldest!.rows.length; k++) {
          const row = oldest!.rows[k]!
          const expected = rest.find((other) => other.rows.includes(row))?.batch ?? NEVER
          assert.equal(uses.after(k), oldest!.rows.indexOf(row) < k ? REPEATED : expected)
        }
        uses.remove(oldest!.rows.length)
        window.shift()
      }
    }
  })
})

describe(`sortRows (seed ${SEED})`, () => {
  for (const count of [0, 1, 255, 256, 5_000]) {
    it(`sorts ${count} rows of 32 bits`, () => {
      const random = seededRandom(SEED)
      const rows = Uint32Array.from({ length: count + 3 }, () => random() * 2 ** 32)
      const expected = [...rows.slice(0, count).sort(), ...rows.slice(count)]
      sortRows(rows, count, new Uint32Array(count))
      assert.deepEqual([...rows], expected)
    })
  }
})

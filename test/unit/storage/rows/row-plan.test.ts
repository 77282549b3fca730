import assert from 'node:assert/strict'
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
  cache = new RowCache(rowCount),
): number[] {
  const plan = new RowPlan()
  return batches.map((rows, b) => {
    plan.make(
      rows,
      batches.slice(b + 1, b + ahead),
      cache,
      () => true,
      (wanted) => Math.min(wanted, capacity),
    )
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
      const cache = new RowCache(rowCount)
      const wanted = sum(plannedReads(batches, rowCount, rowCount, ahead, cache))
      assert.ok(wanted < distinct / 4, `${wanted} rows waited for, ${distinct} wanted`)
      assert.equal(cache.size, rowCount)
    }
  })

  it('fills the cache in proportion to what is missing, and no more once a row was dropped', () => {
    const capacity = 1_000
    const cache = new RowCache(rowCount)
    const plan = new RowPlan()
    const counts = [0, 1, 2, 3].map((b) => {
      const rows = Uint32Array.from({ length: 30 }, (_, k) => 5_000 + b * 1_000 + k)
      plan.make(
        rows,
        [],
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
    const cache = new RowCache(10)
    const plan = new RowPlan()
    const rows = Uint32Array.of(3, 7, 3, 3, 7)
    plan.make(
      rows,
      [],
      cache,
      () => true,
      () => 1,
    )
    assert.deepEqual([...plan.missed.subarray(0, plan.count)], [3, 7])
    assert.deepEqual([...plan.where.subarray(0, 5)], [-2, -3, -2, -2, -3])
  })
})

/** Rows in slots, with their slots. */
function heldRows({ slotOf }: RowCache): Map<number, number> {
  return new Map([...slotOf].flatMap((code, row) => (code > 0 ? [[row, code - 1] as const] : [])))
}

/** Rows that stay by the rule itself: those wanted soonest, of the others the `room` used most, of which only the number and the least heat are certain. */
function staying(
  candidates: readonly number[],
  future: readonly Uint32Array[],
  heat: Uint32Array,
  slots: { all: number; bulk: number },
): { wanted: number[]; heats: number[] } {
  const left = new Set(candidates)
  const wanted: number[] = []
  const enough = slots.all - slots.bulk
  future.forEach((rows, b) => {
    for (const row of rows) if (wanted.length < (b < 32 ? slots.all : enough) && left.delete(row)) wanted.push(row)
  })
  const room = Math.max(0, enough - wanted.length)
  return { wanted, heats: heatsOf(left, heat).slice(0, room) }
}

/** Highest first. */
function heatsOf(rows: Iterable<number>, heat: Uint32Array): number[] {
  return Array.from(rows, (row) => heat[row]!).sort((p, q) => q - p)
}

describe(`what a cache keeps when rows must go (seed ${SEED})`, () => {
  const rowCount = 1_000
  const capacity = 330

  for (const ahead of [0, 3, 20, 60]) {
    it(`is what the rule says, with ${ahead} batches known`, () => {
      const batches = skewedBatches(seededRandom(SEED + ahead), { rowCount, batches: 130, rows: 40 })
      const cache = new RowCache(rowCount)
      const plan = new RowPlan()
      const heat = new Uint32Array(rowCount)
      let times = 0
      batches.forEach((rows, b) => {
        const before = heldRows(cache)
        const future = batches.slice(b + 1, b + 1 + ahead)
        for (const row of rows) heat[row]!++
        plan.make(
          rows,
          future,
          cache,
          () => true,
          () => capacity,
        )
        const after = heldRows(cache)
        assert.equal(new Set(after.values()).size, after.size, 'no slot twice')
        assert.equal(after.size, cache.size)
        const candidates = [...before.keys(), ...plan.missed.subarray(0, plan.count)]
        if (candidates.length <= capacity) {
          assert.deepEqual(new Set(after.keys()), new Set(candidates))
          return
        }
        times++
        const bulk = Math.floor(Math.max(...before.values(), 0) / 64)
        const { wanted, heats } = staying(candidates, future, heat, { all: capacity, bulk })
        for (const row of wanted) assert.ok(after.delete(row), `row ${row} is wanted and gone`)
        assert.deepEqual(heatsOf(after.keys(), heat), heats, 'the hottest of the others stay')
      })
      assert.ok(times > 20, `only ${times} batches dropped rows`)
    })
  }
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

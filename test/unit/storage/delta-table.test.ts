import assert from 'node:assert/strict'
import { DeltaColumn } from '../../../src/storage/delta-column.ts'
import { DeltaColumnOverlay } from '../../../src/storage/delta-overlay.ts'
import { DeltaRowMap } from '../../../src/storage/delta-row-map.ts'
import { RelDelta } from '../../../src/storage/delta-table.ts'
import type { RelTableSchema } from '../../../src/storage/table-schema.ts'
import { DOUBLE, INT64, STRING } from '../../../src/types/logical-type.ts'

const RELS: RelTableSchema = {
  relTableId: 4,
  fromTableId: 3,
  toTableId: 3,
  columns: [{ columnId: 0, type: INT64 }],
  perSource: 'many',
  perTarget: 'many',
  storesBackward: true,
  storesForward: true,
  name: 'R',
}

describe('storage/delta', () => {
  it('maps rows as a Map does', () => {
    const map = new DeltaRowMap()
    const model = new Map<number, number>()
    for (let i = 0; i < 20_000; i++) {
      const row = (Math.imul(i, 2654435761) >>> (i % 3 === 0 ? 0 : 20)) % 4294967294
      map.set(row, i)
      model.set(row, i)
    }
    for (const [row, value] of model) assert.equal(map.get(row), value)
    assert.equal(map.get(4294967293), -1)
    assert.equal(map.size, model.size)
  })

  it('shows each snapshot its own version of a value', () => {
    const column = new DeltaColumn(INT64, 100)
    column.update(5, 50, 3)
    column.update(5, 70, 7)
    column.update(5, 71, 7)
    const seen = [2, 3, 6, 7].map((commit) => new DeltaColumnOverlay(column, { commit, live: false }, 100).get(5))
    assert.deepEqual(seen, [undefined, 50, 50, 71])
    assert.equal(column.updateCount, 2, 'the second change by one commit replaces the first')
    assert.equal(new DeltaColumnOverlay(column, { commit: 2, live: false }, 100).updates(0), null)
  })

  it('goes back to a mark: rows, versions, chains and row counts', () => {
    const delta = new RelDelta(RELS, 10)
    delta.insert(1, 2, [5], 1)
    delta.delete(1, 9, 3, 1)
    delta.update(10, 0, 6, 1)
    const mark = delta.mark()
    delta.insert(1, 3, [7], 2)
    delta.update(10, 0, 8, 2)
    delta.update(4, 0, 9, 2)
    delta.delete(1, 2, 10, 2)
    delta.truncate(mark)
    assert.equal(delta.insertedCount, 1)
    assert.equal(delta.fwd.firstInsert(1), 0)
    assert.equal(delta.bwd.firstInsert(3), -1)
    assert.equal(delta.fwd.nextDelete(delta.fwd.firstDelete(1)), -1)
    assert.equal(delta.deletes.has(10, 99), false)
    assert.equal(delta.deletes.has(3, 1), true)
    assert.equal(delta.rowCommits.countAt(99), 1)
    const overlay = new DeltaColumnOverlay(delta.columns.get(0)!, { commit: 99, live: false }, 11)
    assert.equal(overlay.get(10), 6)
    assert.equal(overlay.get(4), undefined)
    assert.deepEqual([...overlay.updates(0)!.rows], [10])
  })

  it('never gives bounds that are too narrow', () => {
    const numbers = new DeltaColumn(DOUBLE, 0)
    numbers.appendInserted(3)
    assert.equal(numbers.sawUnordered, false)
    numbers.appendInserted(Number.NaN)
    assert.equal(new DeltaColumnOverlay(numbers, { commit: 1, live: false }, 2).max, null)
    const text = new DeltaColumn(STRING, 0)
    text.appendInserted('\ud83d\ude00')
    text.appendInserted('\uffee')
    assert.deepEqual(
      [text.min, text.max],
      ['\uffee', '\ud83d\ude00'],
      'by code point; UTF-16 has them the other way round',
    )
  })
})

import assert from 'node:assert/strict'
import type { ColumnBase, KeyIndexPart, NodeTableBase } from '../../../src/storage/column-base.ts'
import {
  confirmedSequence,
  findInSequence,
  forgetDeleted,
  hasPlainIntegers,
} from '../../../src/storage/key-batch-lookup.ts'
import { NO_OFFSET } from '../../../src/storage/read-view.ts'
import { INT64, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import type { Vector } from '../../../src/types/vector.ts'
import { vectorBuilder } from '../../../src/types/vector-builder.ts'

function keysOf(values: readonly Value[], type = INT64): Vector {
  const builder = vectorBuilder(type, values.length)
  for (const value of values) {
    if (value === null) builder.appendNull()
    else builder.append(value)
  }
  return builder.finish()
}

type Arithmetic = Extract<KeyIndexPart, { kind: 'arithmetic' }>

/** A table whose key column has chunks of 4 rows, each a sequence of its own. */
function tableOf(parts: readonly KeyIndexPart[], chunks: readonly { base: number; step: number; rows: number }[]) {
  const column: ColumnBase = {
    columnId: 0,
    type: INT64,
    chunkShift: 2,
    rowCount: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.map(({ base, step, rows }) => ({
      firstPage: 0,
      pageCount: 0,
      run: {
        rows,
        nullCount: 0,
        validityAt: -1,
        elementValidityAt: -1,
        encoding: { kind: 'int', ints: { kind: 'arithmetic', base, step } },
      },
      min: null,
      max: null,
      distinct: rows,
    })),
  }
  const base: NodeTableBase = {
    tableId: 1,
    rowCount: column.rowCount,
    deletedCount: 0,
    deleted: null,
    columns: [column],
    keyIndex: { parts },
  }
  return base
}

const part = (base: number, step: number, firstRow: number, count: number): Arithmetic => ({
  kind: 'arithmetic',
  base,
  step,
  firstRow,
  count,
})

describe('confirmedSequence', () => {
  it('takes a sequence that the column has, also from the middle of a chunk on', () => {
    const chunks = [
      { base: 10, step: 1, rows: 4 },
      { base: 14, step: 1, rows: 3 },
    ]
    assert.deepEqual(confirmedSequence(tableOf([part(10, 1, 0, 7)], chunks), 0), {
      base: 10,
      step: 1,
      firstRow: 0,
      count: 7,
    })
    assert.equal(confirmedSequence(tableOf([part(12, 1, 2, 5)], chunks), 0)?.firstRow, 2)
  })

  it('refuses one that an update of a key has left behind', () => {
    const chunks = [
      { base: 10, step: 1, rows: 4 },
      { base: 99, step: 1, rows: 3 },
    ]
    assert.equal(confirmedSequence(tableOf([part(10, 1, 0, 7)], chunks), 0), null)
    const otherStep = [
      { base: 10, step: 1, rows: 4 },
      { base: 14, step: 2, rows: 3 },
    ]
    assert.equal(confirmedSequence(tableOf([part(10, 1, 0, 7)], otherStep), 0), null)
  })

  it('prefers the longest', () => {
    const chunks = [
      { base: 0, step: 1, rows: 4 },
      { base: 100, step: 1, rows: 4 },
      { base: 104, step: 1, rows: 2 },
    ]
    assert.equal(confirmedSequence(tableOf([part(0, 1, 0, 4), part(100, 1, 4, 6)], chunks), 0)?.base, 100)
  })
})

describe('findInSequence', () => {
  const expect = (keys: Vector, sequence: { base: number; step: number }, expected: readonly number[]) => {
    const target = new Uint32Array(keys.length)
    const missing = findInSequence(keys, { firstRow: 50, count: 4, ...sequence }, target)
    assert.deepEqual([...target], expected)
    assert.equal(missing, expected.filter((row) => row === NO_OFFSET).length)
  }
  const none = NO_OFFSET

  it('finds dense keys, and no others', () => {
    const keys = keysOf([0, 3, 4, -1, 1, 2 ** 32, 2 ** 31, -(2 ** 32), null, 2n ** 62n])
    expect(keys, { base: 0, step: 1 }, [50, 53, none, none, 51, none, none, none, none, none])
  })

  it('finds keys that are apart, negative, wide or descending', () => {
    expect(keysOf([-5, 2, 0, 16]), { base: -5, step: 7 }, [50, 51, none, 53])
    expect(keysOf([2 ** 40, 2 ** 40 + 3, 2 ** 40 + 4]), { base: 2 ** 40, step: 1 }, [50, 53, none])
    expect(keysOf([9, 7, 6, 3]), { base: 9, step: -2 }, [50, 51, none, 53])
    expect(keysOf([2 ** 31 - 2, 2 ** 31 + 1]), { base: 2 ** 31 - 2, step: 1 }, [50, 53])
  })

  it('reads every width', () => {
    for (const id of ['INT8', 'INT16', 'INT32', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'DATE'] as const) {
      const keys = keysOf([1, 4, 5, 0], scalar(id))
      assert.ok(hasPlainIntegers(keys))
      expect(keys, { base: 1, step: 1 }, [50, 53, none, none])
    }
    for (const id of ['INT128', 'DOUBLE', 'STRING', 'BOOL'] as const) {
      const values: Value[] = id === 'STRING' ? ['1'] : id === 'BOOL' ? [true] : [1]
      assert.ok(!hasPlainIntegers(keysOf(values, scalar(id))), id)
    }
  })
})

describe('forgetDeleted', () => {
  it('takes deleted rows out and counts them', () => {
    const target = new Uint32Array([0, 33, NO_OFFSET, 34])
    assert.equal(forgetDeleted(target, 4, new Uint32Array([1, 2])), 2)
    assert.deepEqual([...target], [NO_OFFSET, NO_OFFSET, NO_OFFSET, 34])
  })
})

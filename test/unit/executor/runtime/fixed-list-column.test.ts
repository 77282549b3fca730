import { deepEqual, equal } from 'node:assert/strict'
import { FixedListColumn } from '../../../../src/executor/runtime/fixed-list-column.ts'
import type { ColumnReader } from '../../../../src/storage/read-view.ts'
import type { LogicalType } from '../../../../src/types/logical-type.ts'
import type { Value } from '../../../../src/types/value.ts'
import { vectorBuilder } from '../../../../src/types/vector-builder.ts'
import { vectorReader } from '../../../../src/types/vector-reader.ts'

const PAIR: LogicalType = { id: 'ARRAY', child: { id: 'FLOAT' }, length: 2 }

/** Reads a column kept in an array; what it was asked for goes to `copies`. */
function readerOf(values: readonly (readonly (number | null)[])[], copies: number[] = []): ColumnReader {
  const reader = {
    value: (row: number) => values[row]!,
    copyRows(rows: ArrayLike<number>, from: number, to: number, target: Float32Array, at: number): number {
      copies.push(to - from)
      for (let i = from; i < to; i++) {
        const elements = values[rows[i]!]!
        if (elements.includes(null)) return i - from
        target.set(elements as number[], at + 2 * (i - from))
      }
      return to - from
    },
  }
  return reader as unknown as ColumnReader
}

function rowsOf(fill: (column: FixedListColumn) => void): Value[] {
  const builder = vectorBuilder(PAIR)
  const column = new FixedListColumn(builder, 2)
  fill(column)
  column.flush()
  const vector = builder.finish()
  const read = vectorReader(vector)
  return Array.from({ length: vector.length }, (_, row) => {
    const value = read(row) as ArrayLike<number> | null
    return value === null ? null : Array.from(value)
  })
}

describe('result column of fixed lists', () => {
  it('copies rows together, in the order in which they came', () => {
    const copies: number[] = []
    const values = Array.from({ length: 300 }, (_, i) => [i, -i])
    const reader = readerOf(values, copies)
    const wanted = Array.from({ length: 300 }, (_, i) => (i * 7) % 300)
    deepEqual(
      rowsOf((column) => {
        for (const row of wanted) column.appendRow(reader, row)
      }),
      wanted.map((row) => values[row]!),
    )
    deepEqual(copies, [300])
  })

  it('keeps NULLs, NULL elements, values made elsewhere and rows of several columns in place', () => {
    const first = readerOf([
      [1, 2],
      [3, null],
      [5, 6],
    ])
    const second = readerOf([[7, 8]])
    const rows = rowsOf((column) => {
      for (const row of [2, -1, 1, 0]) column.appendRow(first, row)
      column.appendRow(second, 0)
      column.append([9, 9])
      column.append(null)
      column.appendRow(second, 0)
      column.appendRow(first, 1)
    })
    deepEqual(rows, [[5, 6], null, [3, null], [1, 2], [7, 8], [9, 9], null, [7, 8], [3, null]])
    equal(rowsOf(() => undefined).length, 0)
  })
})

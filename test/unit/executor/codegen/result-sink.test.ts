import { equal, ok } from 'node:assert/strict'
import { ExpectedRows, ResultSink } from '../../../../src/executor/codegen/result-sink.ts'
import type { Run } from '../../../../src/executor/run.ts'
import type { OutputColumn } from '../../../../src/plan/statement.ts'
import type { LogicalType } from '../../../../src/types/logical-type.ts'

const FEATURES: LogicalType = { id: 'ARRAY', child: { id: 'FLOAT' }, length: 128 }

/** Fills a sink as a run of one plan does. @returns bytes held before the first row and after the last, and what was charged. */
function fill(rows: number, expected: ExpectedRows): { before: number; after: number; charged: number } {
  let charged = 0
  const run = {
    reserve: (bytes: number) => {
      charged += bytes
    },
  } as Run
  const sink = new ResultSink(run, [{ name: 'x', type: FEATURES } as OutputColumn], expected)
  const [column] = sink.columns
  const before = sink.byteSize
  const row = new Float32Array(128)
  for (let i = 0; i < rows; i++) {
    column!.append(row)
    sink.row()
  }
  const after = sink.byteSize
  equal(sink.finish()[0]!.children[0]!.data!.length, rows * 128)
  return { before, after, charged }
}

describe('result sink', () => {
  it('reserves what the last run of the plan gave: nothing grows, nothing is cut to length', () => {
    const expected = new ExpectedRows()
    const first = fill(5_000, expected)
    ok(first.before < first.after)
    const bytes = 5_000 * 128 * 4
    const second = fill(5_000, expected)
    equal(second.before, bytes)
    equal(second.after, bytes)
    equal(second.charged, bytes)
  })

  it('reserves little for wide rows however many the last run gave, and for a single row', () => {
    const expected = new ExpectedRows()
    expected.rows = 1e6
    ok(expected.roomFor(FEATURES) * 128 * 8 <= 8 * 2 ** 20)
    equal(expected.roomFor({ id: 'INT64' }), 65_536)
    expected.rows = 1
    equal(expected.roomFor(FEATURES), 1)
  })
})

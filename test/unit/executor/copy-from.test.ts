import assert from 'node:assert/strict'
import { type CopyContext, copyFrom } from '../../../src/executor/copy-from.ts'
import type { CopyFromPlan } from '../../../src/plan/statement.ts'
import type { NodeTableReader, ReadView } from '../../../src/storage/read-view.ts'
import type { RelBulkLoader } from '../../../src/storage/write-transaction.ts'
import { INT64 } from '../../../src/types/logical-type.ts'
import { vectorBuilder } from '../../../src/types/vector-builder.ts'

const plan = {
  kind: 'copyFrom',
  tableName: 'r',
  table: 2,
  isRel: true,
  fromTable: 1,
  toTable: 1,
  columns: [],
  slots: [],
  ignoreErrors: false,
} as unknown as CopyFromPlan

/** A load of two batches of rels, whose lists are built in five steps. */
function contextOf(calls: string[], flag: Int32Array): CopyContext {
  const keys = vectorBuilder(INT64, 2)
  keys.append(0)
  keys.append(1)
  const column = keys.finish()
  let batches = 0
  const rels: RelBulkLoader = {
    append: (_from, _to, count) => calls.push(`append ${count}`),
    finish: () => 4,
    *finishSteps() {
      try {
        for (let step = 0; step < 5; step++) yield
        return 4
      } finally {
        calls.push('steps ended')
      }
    },
    abort: () => calls.push('abort'),
  }
  const nodes = { rowCount: 2, lookupAll: (_keys: unknown, target: Uint32Array) => target.set([0, 1]) }
  return {
    view: { nodeTable: () => nodes as unknown as NodeTableReader } as unknown as ReadView,
    loader: { nodes: null, rels },
    source: {
      get bytesRead() {
        return batches
      },
      bytesTotal: 2,
      skipped: { rows: [], count: 0 },
      next: () => (batches++ < 2 ? { length: 2, columns: [column, column], placeOf: () => null } : null),
      close: () => calls.push('close'),
    },
    interrupt: { flag, deadlineMs: Number.POSITIVE_INFINITY },
    evaluate: () => column,
    takeSerial: () => null,
    onSkipped: () => {},
    primaryKeyTypes: { from: INT64, to: INT64 },
    batchRows: 2,
  }
}

describe('copyFrom', () => {
  it('reports both parts of a load of rels', () => {
    const calls: string[] = []
    const parts = [...copyFrom(plan, contextOf(calls, new Int32Array(1)))].map(({ part }) => part)
    assert.deepEqual(parts, [0, 0, 1, 1, 1, 1, 1])
    assert.deepEqual(calls, ['append 2', 'append 2', 'steps ended', 'close'])
  })

  for (const [when, stopAt] of [
    ['reads', 1],
    ['builds the lists', 4],
  ] as const) {
    it(`gives a load up that is interrupted while it ${when}`, () => {
      const calls: string[] = []
      const flag = new Int32Array(1)
      const steps = copyFrom(plan, contextOf(calls, flag))
      for (let i = 0; i < stopAt; i++) steps.next()
      flag[0] = 1
      assert.throws(() => steps.next(), { code: 'INTERRUPTED' })
      assert.deepEqual(calls.slice(-2), ['abort', 'close'])
      assert.equal(calls.includes('steps ended'), stopAt === 4)
    })
  }
})

import type { ExecutionContext, RunStatistics } from '../../src/executor/context.ts'
import { executeQuery } from '../../src/executor/execute-query.ts'
import type { QueryPlan } from '../../src/plan/statement.ts'
import type { Value } from '../../src/types/value.ts'
import { vectorReader } from '../../src/types/vector-reader.ts'
import type { FakeView } from './fake-view.ts'
import type { Graph } from './graph.ts'

/** Surroundings of a run over a fake view; every part can be replaced. */
export function contextOf(graph: Graph, view: FakeView, changes: Partial<ExecutionContext> = {}): ExecutionContext {
  return {
    view,
    transaction: null,
    catalog: graph.catalog(),
    parameters: new Map(),
    memory: { reserve: () => true, release: () => undefined },
    interrupt: { flag: new Int32Array(new SharedArrayBuffer(4)), deadlineMs: Number.POSITIVE_INFINITY },
    services: {
      nowMicros: 0,
      nextSequenceValue: () => 0,
      currentSequenceValue: () => 0,
      random: () => 0.5,
      setting: () => null,
    },
    openRowSource: () => {
      throw new Error('no sources in this test')
    },
    ...changes,
  }
}

/** Runs a plan over the graph. @returns rows and statistics. */
export function runPlan(
  plan: QueryPlan,
  graph: Graph,
  changes: Partial<ExecutionContext> = {},
): { rows: Value[][]; statistics: RunStatistics; view: FakeView } {
  const view = graph.view()
  const { columns, rowCount, statistics } = executeQuery(plan, contextOf(graph, view, changes))
  const readers = columns.map(vectorReader)
  const rows = Array.from({ length: rowCount }, (_, row) => readers.map((read) => read(row)))
  return { rows, statistics, view }
}

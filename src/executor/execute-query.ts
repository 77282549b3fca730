import type { QueryPlan } from '../plan/statement.ts'
import { CHUNK_ROWS } from '../storage/read-view.ts'
import { checkedWork } from '../util/work.ts'
import type { Pipeline } from './codegen/emitter.ts'
import type { ResultSink } from './codegen/result-sink.ts'
import { type CompiledVariant, compileQuery, type GeneratedFunction } from './compile-query.ts'
import type { ExecutionContext, OperatorStatistics, QueryResultData } from './context.ts'
import { MORSEL_ROWS } from './operators/scan-nodes.ts'
import { Run } from './run.ts'

/**
 * Runs a plan to its end in this thread. Memory of breakers is given back, cursors are closed, whatever happens.
 * @throws {DatabaseError} whatever the statement runs into; INTERRUPTED, TIMEOUT, OUT_OF_MEMORY.
 * @throws {MoveToWorker} see {@link ExecutionContext.yieldAfterMs}.
 */
export function executeQuery(plan: QueryPlan, context: ExecutionContext): QueryResultData {
  const variant = compileQuery(plan).variantFor(context, context.profile ?? false)
  const run = new Run(context, variant.factories, variant.registerCount)
  try {
    run.check()
    return checkedWork(
      () => run.check(),
      () => runPipelines(variant, run),
    )
  } finally {
    run.close()
  }
}

function runPipelines(variant: CompiledVariant, run: Run): QueryResultData {
  variant.pipelines.forEach((pipeline, i) => {
    runPipeline(pipeline, i, variant, run)
  })
  const sink = run.get<ResultSink>(variant.result)
  return {
    columns: sink.finish(),
    rowCount: sink.rowCount,
    statistics: { operators: statisticsOf(variant, run), pipelines: variant.pipelines.length },
  }
}

function runPipeline(pipeline: Pipeline, index: number, variant: CompiledVariant, run: Run): void {
  for (const binding of pipeline.bindings) run.get(binding)
  const fn = variant.functions.get(pipeline.functionName)!
  const { source } = pipeline
  const morsels = new Morsels(run, index, variant.pipelines.length)
  switch (source.kind) {
    case 'once':
      fn(run.bindings, 0, 0, 0)
      break
    case 'nodes':
      driveNodes(fn, source.tables, run, morsels)
      break
    case 'rows':
      driveRange(fn, run.get<{ readonly length: number }>(source.binding).length, 0, run, morsels)
      break
  }
  for (const action of pipeline.after) action(run)
}

/** Progress of a pipeline, in rows of its source. */
class Morsels {
  readonly #run: Run
  readonly #pipeline: number
  readonly #pipelines: number
  total = 0
  #done = 0

  constructor(run: Run, pipeline: number, pipelines: number) {
    this.#run = run
    this.#pipeline = pipeline
    this.#pipelines = pipelines
  }

  next(rows: number): void {
    this.#run.check()
    this.#done += rows
    this.#run.context.progress?.(this.#pipeline, this.#pipelines, this.#done, this.total)
  }
}

function driveNodes(fn: GeneratedFunction, tables: readonly number[], run: Run, morsels: Morsels): void {
  const counts = tables.map((table) => run.context.view.nodeTable(table).rowCount)
  morsels.total = counts.reduce((sum, rows) => sum + rows, 0)
  for (const [part, rows] of counts.entries()) {
    if (driveRange(fn, rows, part, run, morsels)) return
  }
}

/** @returns whether the function has asked to stop. Morsels never cross a chunk: their size divides CHUNK_ROWS. */
function driveRange(fn: GeneratedFunction, rows: number, part: number, run: Run, morsels: Morsels): boolean {
  if (morsels.total === 0) morsels.total = rows
  for (let start = 0; start < rows; start += MORSEL_ROWS) {
    const end = Math.min(rows, start + MORSEL_ROWS)
    morsels.next(end - start)
    if (fn(run.bindings, start, end, part) !== 0) return true
  }
  return false
}

// a morsel lies inside one chunk because of this
if (CHUNK_ROWS % MORSEL_ROWS !== 0) throw new RangeError('morsels must divide chunks')

function statisticsOf(variant: CompiledVariant, run: Run): OperatorStatistics[] {
  return variant.operators.map(({ op, note }, index) => {
    const visited = note === null ? 0 : run.registers[note.visitedRegister]!
    const rows = !variant.profile ? null : note === null ? 0 : run.registers[note.rowsRegister]!
    return { index, op, visited, rows, strategy: note?.strategy ?? '' }
  })
}

import type { NodeTableEntry, RelTableEntry } from '../catalog/entries.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { InterruptSource, QueryResultData } from '../executor/context.ts'
import { defaultEvaluator } from '../executor/copy-defaults.ts'
import type { CopyOutcome } from '../executor/copy-from.ts'
import { copyTo } from '../executor/copy-to.ts'
import { type DdlPlan, executeDdl } from '../executor/ddl.ts'
import { explainStatement } from '../plan/explain.ts'
import type { CopyFromPlan, QueryPlan, StatementPlan } from '../plan/statement.ts'
import { STRING } from '../types/logical-type.ts'
import { vectorBuilder } from '../types/vector-builder.ts'
import { type Process, perform } from './effect.ts'
import type { TypedValue } from './from-js-value.ts'
import { loadTable } from './load-table.ts'
import type { OpenDatabase } from './open-database.ts'
import type { ResultTable } from './query-result.ts'
import { executionContext, queryEffect } from './run-plan.ts'
import type { Settings } from './settings.ts'
import type { TransactionState } from './transaction-state.ts'
import type { Warnings } from './warnings.ts'

/** How far the running pipeline is. A query counts rows of what it reads, a load the bytes of its files and then groups of lists. */
export interface ProgressDetail {
  readonly done: number
  readonly total: number
  readonly unit: 'rows' | 'bytes' | 'groups'
  /** Rows that a load has read so far. */
  readonly rows?: number
}

/** Called while a statement runs: share of the running pipeline done (0 to 1), pipelines finished, pipelines, the same in numbers. */
export type ProgressCallback = (
  pipelineProgress: number,
  pipelinesFinished: number,
  pipelines: number,
  detail: ProgressDetail,
) => void

/** What a statement gives, without its times. */
export type Answer = Omit<ResultTable, 'timing'>

/** The answer of statements that say nothing. */
export const NO_ROWS: Answer = { names: [], types: [], columns: [], rowCount: 0, statistics: null }

/** Everything around a plan that is about to run. */
export interface StatementEnvironment {
  readonly database: OpenDatabase
  readonly settings: Settings
  readonly state: TransactionState
  readonly parameters: ReadonlyMap<string, TypedValue>
  readonly progress: ProgressCallback | null
  readonly interrupt: InterruptSource
  readonly warnings: Warnings
}

/** Runs a plan inside its transaction. The plan has been checked to be allowed there. */
export function* executeStatement(plan: StatementPlan, env: StatementEnvironment): Process<Answer> {
  switch (plan.kind) {
    case 'query':
      return answerOf(plan, yield* perform(queryEffect(plan, env)))
    case 'copyFrom':
      return textAnswer('result', copyMessages(plan.tableName, yield* loadTable(plan, env), env.warnings))
    case 'copyTo':
      yield* copyToFile(plan, env)
      return NO_ROWS
    case 'explain':
      return yield* explain(plan, env)
    case 'setting':
      env.settings.set(plan.name, plan.value)
      return NO_ROWS
    case 'transaction':
      throw new DatabaseError('INTERNAL', 'transaction statements are not planned')
    default:
      return yield* changeSchema(plan, env)
  }
}

/** Names and types of the columns of plans, which are run often: results of one plan share them. */
const headers = new WeakMap<QueryPlan, Pick<Answer, 'names' | 'types'>>()

function headerOf(plan: QueryPlan): Pick<Answer, 'names' | 'types'> {
  let header = headers.get(plan)
  if (header === undefined) {
    header = { names: plan.columns.map((c) => c.name), types: plan.columns.map((c) => c.type) }
    headers.set(plan, header)
  }
  return header
}

function answerOf(plan: QueryPlan, data: QueryResultData): Answer {
  const { names, types } = headerOf(plan)
  return { names, types, columns: data.columns, rowCount: data.rowCount, statistics: data.statistics }
}

/** One STRING column with these lines. */
function textAnswer(name: string, lines: readonly string[]): Answer {
  const builder = vectorBuilder(STRING, lines.length)
  for (const line of lines) builder.append(line)
  return { names: [name], types: [STRING], columns: [builder.finish()], rowCount: lines.length, statistics: null }
}

function messageAnswer(message: string): Answer {
  return textAnswer('result', [message])
}

function copyMessages(table: string, outcome: CopyOutcome, warnings: Warnings): string[] {
  const copied = `${outcome.rows} tuples have been copied to the ${table} table.`
  if (warnings.ofQuery === 0) return [copied]
  const hint = "Use 'CALL show_warnings() RETURN *' to view the actual warnings."
  return [copied, `${warnings.ofQuery} warnings encountered during copy. ${hint} Query ID: ${warnings.queryId}`]
}

function* copyToFile(plan: Extract<StatementPlan, { kind: 'copyTo' }>, env: StatementEnvironment): Process<void> {
  const data = yield* perform(queryEffect(plan.query, env))
  copyTo(plan, data)
}

function* explain(plan: Extract<StatementPlan, { kind: 'explain' }>, env: StatementEnvironment): Process<Answer> {
  if (plan.mode !== 'profile' || plan.statement.kind !== 'query') {
    if (plan.mode === 'profile') yield* executeStatement(plan.statement, env)
    return textAnswer('explain result', explainStatement(plan))
  }
  const data = yield* perform(queryEffect(plan.statement, env, true))
  return textAnswer('explain result', explainStatement(plan, data.statistics.operators))
}

function* changeSchema(plan: DdlPlan, env: StatementEnvironment): Process<Answer> {
  const { state } = env
  state.keepSequences()
  const outcome = executeDdl(plan, state.catalog, state.write!, defaultEvaluator(executionContext(env)))
  state.setCatalog(outcome.catalog)
  const query = 'query' in plan ? plan.query : null
  if (query === null || outcome.created === undefined) return messageAnswer(outcome.message)
  yield* loadTable(copyIntoNewTable(outcome.created, query), env)
  return messageAnswer(outcome.message)
}

/** CREATE TABLE ... AS: the columns of the query in order. */
function copyIntoNewTable(table: NodeTableEntry | RelTableEntry, query: QueryPlan): CopyFromPlan {
  const keys = table.kind === 'rel' ? 2 : 0
  const pair = table.kind === 'rel' ? table.pairs[0]! : null
  return {
    kind: 'copyFrom',
    tableName: table.name,
    table: pair?.id ?? table.id,
    isRel: table.kind === 'rel',
    fromTable: pair?.from ?? -1,
    toTable: pair?.to ?? -1,
    source: { query },
    columns: table.properties.map((p, i) => ({ source: i + keys, type: p.type, defaultValue: null })),
    keyColumn: table.kind === 'node' ? table.properties.findIndex((p) => p.columnId === table.primaryKey) : -1,
    slots: query.slots,
    ignoreErrors: false,
  }
}

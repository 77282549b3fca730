import { DatabaseError } from '../errors/database-error.ts'
import type { ErrorCode } from '../errors/error-code.ts'
import { limitError } from '../errors/limit-error.ts'
import type { FileDescription } from '../executor/file-describer.ts'
import type { Statement } from '../parser/ast.ts'
import type { StatementPlan } from '../plan/statement.ts'
import { type Process, perform } from './effect.ts'
import { type Answer, executeStatement, NO_ROWS, type ProgressCallback } from './execute-statement.ts'
import { describeFiles } from './file-describer.ts'
import type { TypedValue } from './from-js-value.ts'
import { nameDamage } from './name-damage.ts'
import { type OpenDatabase, statisticsOf } from './open-database.ts'
import type { ResultTable } from './query-result.ts'
import { Settings } from './settings.ts'
import { NeedsWriteTransaction, TransactionState } from './transaction-state.ts'
import { Warnings } from './warnings.ts'

/** A statement with what it needs to be planned. */
export interface StatementRequest {
  readonly statement: Statement
  /** Whole text that the spans refer to. */
  readonly text: string
  readonly parameters: ReadonlyMap<string, TypedValue>
  readonly progress: ProgressCallback | null
}

/**
 * The state of one connection: its transaction, its settings, its interrupt flag. Runs one statement at a time.
 *
 *     auto-commit ──(1) BEGIN──► manual ──(2) COMMIT──► auto-commit
 *                                manual ──(3) ROLLBACK, or any error in a statement──► auto-commit
 */
export class Session {
  readonly settings: Settings
  readonly #interruptFlag: Int32Array
  readonly #database: OpenDatabase
  readonly #warnings = new Warnings()
  readonly #files: FileDescription
  #manual: TransactionState | null = null

  /** @param interruptFlag element 0 becomes 1 to stop the running statement; the owner sets it back. */
  constructor(database: OpenDatabase, interruptFlag: Int32Array) {
    this.#database = database
    this.#interruptFlag = interruptFlag
    this.settings = new Settings(database.config)
    this.#files = describeFiles(this.settings)
  }

  get inTransaction(): boolean {
    return this.#manual !== null
  }

  /** Runs one statement. Errors end a manual transaction: it is rolled back. */
  *run(request: StatementRequest): Process<ResultTable> {
    try {
      return yield* this.#run(request)
    } catch (error) {
      throw this.#explain(error)
    }
  }

  *#run(request: StatementRequest): Process<ResultTable> {
    this.#warnings.beginQuery()
    const { statement } = request
    if (statement.kind === 'transaction') return untimed(yield* this.#transaction(statement.action))
    if (statement.kind === 'checkpoint') return untimed(yield* this.#checkpoint())
    const manual = this.#manual
    if (manual === null) return yield* this.#autoCommit(request)
    try {
      return yield* this.#runIn(manual, request)
    } catch (error) {
      // reading goes on after an attempt to write
      const refused = error instanceof NeedsWriteTransaction || error instanceof RefusedWrite
      if (refused) throw this.#database.storage.readOnly ? readOnlyDatabase() : readOnlyTransaction()
      this.rollback()
      throw error
    }
  }

  /** @returns the error with the names of today where storage knew only its own, and for a value that is too large one that says so. */
  #explain(error: unknown): unknown {
    if (!(error instanceof DatabaseError) || error.code !== 'CORRUPT_PAGE') return limitError(error)
    try {
      const view = this.#database.storage.openView()
      const catalog = this.#database.catalogOf(view)
      view.close()
      return nameDamage(error, catalog)
    } catch {
      return error // what cannot be read now cannot say more either
    }
  }

  /** Rolls a manual transaction back, if there is one. */
  rollback(): void {
    const manual = this.#manual
    this.#manual = null
    if (manual === null) return
    if (manual.write !== null) manual.write.rollback()
    else manual.view.close()
  }

  /**
   * Finds out whether a statement can be planned, for prepare. Types of parameters are not known yet: what is wrong only because of
   * them is left to the run.
   * @throws {DatabaseError} as planning does.
   */
  check(statement: Statement, text: string, hasParameters: boolean): void {
    if (statement.kind === 'transaction' || statement.kind === 'checkpoint') return
    const state = this.#manual ?? this.#beginRead()
    try {
      this.#plan({ statement, text, parameters: new Map(), progress: null }, state)
    } catch (error) {
      const certain = error instanceof DatabaseError && CERTAIN_WITHOUT_TYPES.has(error.code)
      if (!hasParameters || certain) throw error
    } finally {
      if (state !== this.#manual) state.view.close()
    }
  }

  *#transaction(action: 'begin' | 'begin read only' | 'commit' | 'rollback'): Process<Answer> {
    if (action === 'begin' || action === 'begin read only') {
      if (this.#manual !== null) {
        this.rollback()
        throw new DatabaseError(
          'TRANSACTION',
          'Connection already has an active transaction. Cannot start a transaction within another one. For concurrent multiple transactions, please open other connections.',
        )
      }
      this.#manual = action === 'begin' ? this.#beginWrite() : this.#beginRead()
      return NO_ROWS
    }
    const manual = this.#manual
    if (manual === null) throw new DatabaseError('TRANSACTION', `No active transaction for ${action.toUpperCase()}.`)
    if (action === 'rollback' || manual.write === null) {
      this.rollback()
      return NO_ROWS
    }
    this.#manual = null
    yield* this.#commit(manual)
    return NO_ROWS
  }

  *#checkpoint(): Process<Answer> {
    if (this.#manual !== null) {
      this.rollback()
      throw new DatabaseError('TRANSACTION', 'Found active transaction for CHECKPOINT.')
    }
    const { storage } = this.#database
    if (storage.readOnly) throw readOnlyDatabase()
    yield* perform({ sync: () => storage.checkpointSync(), async: () => storage.checkpoint() })
    return NO_ROWS
  }

  #beginRead(): TransactionState {
    const view = this.#database.storage.openView()
    return new TransactionState(view, null, this.#database.catalogOf(view))
  }

  #beginWrite(): TransactionState {
    if (this.#database.storage.readOnly) return this.#beginRead()
    const write = this.#database.storage.beginWrite()
    return new TransactionState(write.view, write, this.#database.catalogOf(write.view))
  }

  *#commit(state: TransactionState): Process<void> {
    const { write } = state
    if (write === null) return
    try {
      state.flush()
      this.#database.rememberCatalog(write.view, state.catalog)
      yield* perform({ sync: () => write.commitSync(), async: () => write.commit() })
    } catch (error) {
      write.rollback()
      throw error
    }
  }

  *#autoCommit(request: StatementRequest): Process<ResultTable> {
    const read = this.#beginRead()
    try {
      const started = performance.now()
      const plan = this.#plan(request, read)
      if (!isWriting(plan)) return yield* this.#execute(plan, read, request, started)
    } catch (error) {
      if (!(error instanceof NeedsWriteTransaction)) throw error
    } finally {
      read.view.close()
    }
    return yield* this.#autoCommitWrite(request)
  }

  /** Planned again: another statement may have committed since the snapshot of the first plan. */
  *#autoCommitWrite(request: StatementRequest): Process<ResultTable> {
    if (this.#database.storage.readOnly) throw readOnlyDatabase()
    const state = this.#beginWrite()
    let result: ResultTable
    try {
      result = yield* this.#runIn(state, request)
    } catch (error) {
      state.write!.rollback()
      throw error
    }
    yield* this.#commit(state)
    return result
  }

  *#runIn(state: TransactionState, request: StatementRequest): Process<ResultTable> {
    const started = performance.now()
    const plan = this.#plan(request, state)
    if (isWriting(plan) && state.write === null) throw new RefusedWrite()
    return yield* this.#execute(plan, state, request, started)
  }

  #plan(request: StatementRequest, state: TransactionState): StatementPlan {
    return this.#database.plans.plan(request.statement, {
      catalog: state.catalog,
      statistics: statisticsOf(state.view),
      parameters: request.parameters,
      settings: this.settings.planner,
      files: this.#files,
      text: request.text,
    })
  }

  *#execute(
    plan: StatementPlan,
    state: TransactionState,
    request: StatementRequest,
    started: number,
  ): Process<ResultTable> {
    const planned = performance.now()
    const timeoutMs = this.settings.number('timeout')
    const answer = yield* executeStatement(plan, {
      database: this.#database,
      settings: this.settings,
      state,
      parameters: request.parameters,
      progress: request.progress,
      warnings: this.#warnings,
      interrupt: {
        flag: this.#interruptFlag,
        deadlineMs: timeoutMs > 0 ? Date.now() + timeoutMs : Number.POSITIVE_INFINITY,
      },
    })
    const timing = { compilingMs: planned - started, executingMs: performance.now() - planned }
    const { names, types, columns, rowCount, statistics } = answer
    // each part by name: a spread takes several times as long, and look-ups by key would feel it
    return { names, types, columns, rowCount, statistics, timing, catalog: state.catalog }
  }
}

/** What planning finds wrong whatever the types of parameters are. */
const CERTAIN_WITHOUT_TYPES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SYNTAX',
  'UNKNOWN_TABLE',
  'UNKNOWN_VARIABLE',
  'UNKNOWN_PROPERTY',
  'UNKNOWN_TYPE',
  'UNKNOWN_OPTION',
  'DUPLICATE_NAME',
  'CATALOG',
])

function untimed(answer: Answer): ResultTable {
  return { ...answer, timing: { compilingMs: 0, executingMs: 0 } }
}

/** Whether a plan needs a write transaction. A plan that only turns out so while it runs throws {@link NeedsWriteTransaction}. */
function isWriting(plan: StatementPlan): boolean {
  switch (plan.kind) {
    case 'query':
      return plan.writes
    case 'explain':
      return plan.mode === 'profile' && isWriting(plan.statement)
    case 'copyTo':
    case 'setting':
    case 'transaction':
      return false
    default:
      return true
  }
}

/** Thrown when a statement that writes meets a transaction that only reads. Nothing has happened. */
class RefusedWrite extends Error {}

function readOnlyDatabase(): DatabaseError {
  return new DatabaseError('READ_ONLY', 'Cannot execute write operations in a read-only database!')
}

function readOnlyTransaction(): DatabaseError {
  return new DatabaseError('TRANSACTION', 'Can not execute a write query inside a read-only transaction.')
}

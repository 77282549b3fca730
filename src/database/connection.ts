import { DatabaseError } from '../errors/database-error.ts'
import type { Database } from './database.ts'
import { driveAsync, driveSync, type Process } from './effect.ts'
import type { ProgressCallback } from './execute-statement.ts'
import { fromJsValue, type TypedValue } from './from-js-value.ts'
import type { JsValue } from './js-value.ts'
import type { OpenDatabase } from './open-database.ts'
import { usedParameters } from './parameters.ts'
import { PreparedStatement } from './prepared-statement.ts'
import { QueryResult } from './query-result.ts'
import { Session, type StatementRequest } from './session.ts'

/** Parameters by name, without the dollar sign. */
export type Parameters = Readonly<Record<string, JsValue>>

/**
 * A conversation with a database: statements run one after the other, each in its own transaction unless BEGIN TRANSACTION opened one.
 *
 * Several connections may read at the same time, each its own snapshot; one may write. Handles do not keep the process alive.
 */
export class Connection {
  readonly #database: Database
  #session: Session | null = null
  #opened: OpenDatabase | null = null
  #closed = false
  #threads: number
  #timeoutMs: number | null = null
  /** Statements wait for the one before them, whether it fails or not. */
  #last: Promise<unknown> = Promise.resolve()

  /**
   * @param numThreads most threads that one statement may use; 0: as the database says.
   * @throws {DatabaseError} INVALID_ARGUMENT
   */
  constructor(database: Database, numThreads = 0) {
    if (typeof database !== 'object' || database === null || !('openSync' in database)) {
      throw new DatabaseError('INVALID_ARGUMENT', 'A Connection needs a Database as its first argument.')
    }
    this.#database = database
    this.#threads = numThreads
  }

  /** Opens the database if it is not open yet. Happens by itself at the first statement. */
  async init(): Promise<void> {
    this.#connect(await this.#database.open())
  }

  initSync(): void {
    this.#connect(this.#database.openSync())
  }

  #connect(opened: OpenDatabase): Session {
    if (this.#closed) throw new DatabaseError('CLOSED', 'The connection is closed.')
    if (this.#session === null || this.#opened !== opened) {
      this.#opened = opened
      this.#session = new Session(opened)
      if (this.#threads > 0) this.#session.settings.set('threads', this.#threads)
      if (this.#timeoutMs !== null) this.#session.settings.set('timeout', this.#timeoutMs)
      this.#database.register(this)
    }
    return this.#session
  }

  /** @throws {DatabaseError} INVALID_ARGUMENT */
  setMaxNumThreadForExec(numThreads: number): void {
    if (!Number.isInteger(numThreads) || numThreads < 1) {
      throw new DatabaseError('INVALID_ARGUMENT', `numThreads must be a positive integer, not ${String(numThreads)}.`)
    }
    this.#threads = numThreads
    this.#session?.settings.set('threads', numThreads)
  }

  /** Statements that take longer fail with TIMEOUT; 0: no limit. @throws {DatabaseError} INVALID_ARGUMENT */
  setQueryTimeout(timeoutMs: number): void {
    if (!Number.isInteger(timeoutMs) || timeoutMs < 0) {
      throw new DatabaseError(
        'INVALID_ARGUMENT',
        `The timeout must be a non-negative number of milliseconds, not ${String(timeoutMs)}.`,
      )
    }
    this.#timeoutMs = timeoutMs
    this.#session?.settings.set('timeout', timeoutMs)
  }

  /** Stops the running statement; it fails with INTERRUPTED within about 100 ms. Without one, nothing happens. */
  interrupt(): void {
    if (this.#session !== null) Atomics.store(this.#session.interruptFlag, 0, 1)
  }

  /**
   * Runs one statement, or several separated by `;`.
   * @param parameters values for `$name`, or the progress callback.
   * @returns one result, or an array of them for several statements. Statements before a failing one stay committed.
   * @throws {DatabaseError} whatever the statement's stage says; CLOSED.
   */
  async query(
    text: string,
    parameters?: Parameters | ProgressCallback | null,
    progress?: ProgressCallback | null,
  ): Promise<QueryResult | QueryResult[]> {
    const callback = typeof parameters === 'function' ? parameters : (progress ?? null)
    const given = typeof parameters === 'function' ? null : (parameters ?? null)
    return this.#enqueue((session) => driveAsync(this.#runText(session, text, given, callback)))
  }

  /** {@link query}, blocking this thread until the end. */
  querySync(text: string, parameters?: Parameters | null): QueryResult | QueryResult[] {
    this.initSync()
    return driveSync(this.#runText(this.#session!, text, parameters ?? null, null))
  }

  /** Parses a statement for {@link execute}. Never rejects for a bad text: see {@link PreparedStatement.isSuccess}. */
  async prepare(text: string): Promise<PreparedStatement> {
    return this.#enqueue(async () => this.#prepare(text))
  }

  prepareSync(text: string): PreparedStatement {
    this.initSync()
    return this.#prepare(text)
  }

  /**
   * Runs a prepared statement.
   * @throws {DatabaseError} the statement's own error if it was not prepared well; MISSING_PARAMETER, UNKNOWN_PARAMETER, and as {@link query}.
   */
  async execute(
    prepared: PreparedStatement,
    parameters: Parameters = {},
    progress?: ProgressCallback | null,
  ): Promise<QueryResult> {
    return this.#enqueue((session) => driveAsync(this.#runPrepared(session, prepared, parameters, progress ?? null)))
  }

  /** {@link execute}, blocking this thread. */
  executeSync(prepared: PreparedStatement, parameters: Parameters = {}): QueryResult {
    this.initSync()
    return driveSync(this.#runPrepared(this.#session!, prepared, parameters, null))
  }

  /** Rolls an open transaction back and ends the connection. Twice is allowed. */
  async close(): Promise<void> {
    await this.#last.catch(() => undefined)
    this.closeSync()
  }

  closeSync(): void {
    if (this.#closed) return
    this.#closed = true
    this.#session?.rollback()
    this.#session = null
    this.#database.unregister(this)
  }

  async #enqueue<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const before = this.#last
    const run = (async () => {
      await before.catch(() => undefined)
      return work(this.#connect(await this.#database.open()))
    })()
    this.#last = run
    run.catch(() => undefined)
    return run
  }

  *#runText(
    session: Session,
    text: string,
    parameters: Parameters | null,
    progress: ProgressCallback | null,
  ): Process<QueryResult | QueryResult[]> {
    const statements = this.#opened!.parse(text)
    const typed = convertParameters(parameters ?? {})
    if (parameters !== null) checkParameters(typed, statements.map(usedParameters))
    const results: QueryResult[] = []
    for (const statement of statements) {
      results.push(yield* this.#run(session, { statement, text, parameters: typed, progress }))
    }
    return results.length === 1 ? results[0]! : results
  }

  *#runPrepared(
    session: Session,
    prepared: PreparedStatement,
    parameters: Parameters,
    progress: ProgressCallback | null,
  ): Process<QueryResult> {
    const { statement, text, error } = prepared
    if (statement === null)
      throw error ?? new DatabaseError('INVALID_ARGUMENT', 'execute() needs a prepared statement.')
    const typed = convertParameters(parameters)
    checkParameters(typed, [usedParameters(statement)])
    return yield* this.#run(session, { statement, text, parameters: typed, progress })
  }

  *#run(session: Session, request: StatementRequest): Process<QueryResult> {
    return new QueryResult(yield* session.run(request), this.#opened!.config.integers)
  }

  #prepare(text: string): PreparedStatement {
    try {
      const statements = this.#opened!.parse(text)
      if (statements.length === 1) return new PreparedStatement(text, statements[0]!, null)
      throw new DatabaseError('BINDER', 'Connection Exception: We do not support prepare multiple statements.')
    } catch (error) {
      if (error instanceof DatabaseError) return new PreparedStatement(text, null, error)
      throw error
    }
  }
}

function convertParameters(parameters: Parameters): Map<string, TypedValue> {
  if (typeof parameters !== 'object')
    throw new DatabaseError('INVALID_ARGUMENT', 'Parameters must be an object of values by name.')
  return new Map(Object.entries(parameters).map(([name, value]) => [name, fromJsValue(value, `$${name}`)]))
}

/** @throws {DatabaseError} MISSING_PARAMETER, UNKNOWN_PARAMETER. A forgotten parameter is a mistake, never NULL. */
function checkParameters(given: ReadonlyMap<string, TypedValue>, used: readonly ReadonlySet<string>[]): void {
  const all = new Set(used.flatMap((names) => [...names]))
  for (const name of given.keys()) {
    if (!all.has(name))
      throw new DatabaseError('UNKNOWN_PARAMETER', `Parameter ${name} not found.`, { facts: { parameter: name } })
  }
  for (const name of all) {
    if (!given.has(name))
      throw new DatabaseError('MISSING_PARAMETER', `Parameter ${name} has no value.`, { facts: { parameter: name } })
  }
}

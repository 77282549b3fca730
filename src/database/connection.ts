import { DatabaseError } from '../errors/database-error.ts'
import type { ErrorCode } from '../errors/error-code.ts'
import type { Statement } from '../parser/ast.ts'
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
import { StatementQueue } from './statement-queue.ts'

/** Parameters by name, without the dollar sign. */
export type Parameters = Readonly<Record<string, JsValue>>

/**
 * A conversation with a database: statements run one after the other, each in its own transaction unless BEGIN TRANSACTION opened one.
 *
 * Several connections may read at the same time, each its own snapshot; one may write. Handles do not keep the process alive.
 */
export class Connection {
  readonly #database: Database
  readonly #queue = new StatementQueue()
  #session: Session | null = null
  #opened: OpenDatabase | null = null
  #threads = 0
  #timeoutMs: number | null = null

  /**
   * @param numThreads most threads that one statement may use; 0: as the database says.
   * @throws {DatabaseError} INVALID_ARGUMENT
   */
  constructor(database: Database, numThreads = 0) {
    if (typeof database !== 'object' || database === null || !('openSync' in database)) {
      throw new DatabaseError('INVALID_ARGUMENT', 'A Connection needs a Database as its first argument.')
    }
    this.#database = database
    if (numThreads !== 0 && numThreads !== null) this.setMaxNumThreadForExec(numThreads)
  }

  /** Opens the database if it is not open yet. Happens by itself at the first statement. */
  async init(): Promise<void> {
    this.initSync()
  }

  initSync(): void {
    this.#connect()
  }

  #connect(): Session {
    if (this.#queue.closed) throw new DatabaseError('CLOSED', 'The connection is closed.')
    const opened = this.#database.openSync()
    if (this.#session === null) {
      this.#opened = opened
      this.#session = new Session(opened, this.#queue.interruptFlag)
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

  /**
   * Stops the running statement (or the first that waits); it fails with INTERRUPTED within about 100 ms. Without one, nothing
   * happens.
   */
  interrupt(): void {
    this.#queue.interrupt()
  }

  /**
   * Shared memory of {@link interrupt}, for another thread: element 0 set to 1 stops the statement that blocks this one. Each statement
   * sets it back to 0 at its end.
   */
  get interruptFlag(): Int32Array {
    return this.#queue.interruptFlag
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
    const given = typeof parameters === 'function' ? null : parameters
    return this.#queue.add(async () => driveAsync(this.#runText(this.#connect(), text, given, callback)))
  }

  /** {@link query}, blocking this thread until the end. @throws {DatabaseError} BUSY, and as {@link query}. */
  querySync(text: string, parameters?: Parameters | null): QueryResult | QueryResult[] {
    return this.#queue.runNow(() => driveSync(this.#runText(this.#connect(), text, parameters, null)))
  }

  /** Parses and checks a statement for {@link execute}. Never rejects for a bad text: see {@link PreparedStatement.isSuccess}. */
  async prepare(text: string): Promise<PreparedStatement> {
    return this.#queue.add(async () => this.#prepare(this.#connect(), text))
  }

  prepareSync(text: string): PreparedStatement {
    return this.#queue.runNow(() => this.#prepare(this.#connect(), text))
  }

  /**
   * Runs a prepared statement.
   * @throws {DatabaseError} the statement's own error if it was not prepared well; MISSING_PARAMETER, UNKNOWN_PARAMETER, and as {@link query}.
   */
  async execute(
    prepared: PreparedStatement,
    parameters?: Parameters | null,
    progress?: ProgressCallback | null,
  ): Promise<QueryResult> {
    return this.#queue.add(async () =>
      driveAsync(this.#runPrepared(this.#connect(), prepared, parameters, progress ?? null)),
    )
  }

  /** {@link execute}, blocking this thread. @throws {DatabaseError} BUSY, and as {@link execute}. */
  executeSync(prepared: PreparedStatement, parameters?: Parameters | null): QueryResult {
    return this.#queue.runNow(() => driveSync(this.#runPrepared(this.#connect(), prepared, parameters, null)))
  }

  /** Waits for the statements that were asked for, rolls an open transaction back and ends the connection. Twice is allowed. */
  async close(): Promise<void> {
    await this.#queue.drain()
    this.#leave()
  }

  /** {@link close} for a connection without running statements. @throws {DatabaseError} BUSY. */
  closeSync(): void {
    this.#queue.close()
    this.#leave()
  }

  /** Whether a statement runs or waits. @internal */
  get busy(): boolean {
    return this.#queue.busy
  }

  /** {@link close}, but interrupts instead of waiting. @internal */
  async abort(): Promise<void> {
    await this.#queue.abort()
    this.#leave()
  }

  #leave(): void {
    this.#session?.rollback()
    this.#session = null
    this.#database.unregister(this)
  }

  *#runText(
    session: Session,
    text: string,
    parameters: Parameters | null | undefined,
    progress: ProgressCallback | null,
  ): Process<QueryResult | QueryResult[]> {
    if (typeof text !== 'string') throw new DatabaseError('INVALID_ARGUMENT', 'A query must be a string.')
    const typed = convertParameters(parameters)
    const template = session.inTransaction || typed.size > 0 ? null : this.#opened!.template(text)
    if (template !== null) {
      try {
        return yield* this.#run(session, { ...template, progress })
      } catch (error) {
        // nothing has happened: now for the error that names the value and the place in this very text
        if (!(error instanceof DatabaseError) || !(ABOUT_VALUES.has(error.code) || error.span !== undefined))
          throw error
      }
    }
    const statements = this.#opened!.parse(text)
    checkParameters(typed, statements)
    if (statements.length === 1) {
      return yield* this.#run(session, { statement: statements[0]!, text, parameters: typed, progress })
    }
    const results: QueryResult[] = []
    for (const statement of statements) {
      results.push(yield* this.#run(session, { statement, text, parameters: typed, progress }))
    }
    return results
  }

  *#runPrepared(
    session: Session,
    prepared: PreparedStatement,
    parameters: Parameters | null | undefined,
    progress: ProgressCallback | null,
  ): Process<QueryResult> {
    if (!(prepared instanceof PreparedStatement)) {
      throw new DatabaseError('INVALID_ARGUMENT', 'execute() needs a statement that prepare() gave.')
    }
    const { statement, text, error } = prepared
    if (error !== null || statement === null) throw error
    const typed = convertParameters(parameters)
    checkParameters(typed, [statement])
    return yield* this.#run(session, { statement, text, parameters: typed, progress })
  }

  *#run(session: Session, request: StatementRequest): Process<QueryResult> {
    return new QueryResult(yield* session.run(request), this.#opened!.config.integers)
  }

  #prepare(session: Session, text: string): PreparedStatement {
    try {
      if (typeof text !== 'string') throw new DatabaseError('INVALID_ARGUMENT', 'A query must be a string.')
      const statements = this.#opened!.parse(text)
      if (statements.length !== 1) {
        throw new DatabaseError('NOT_SUPPORTED', 'Only one statement can be prepared at a time.')
      }
      const statement = statements[0]!
      session.check(statement, text, usedParameters(statement).size > 0)
      return new PreparedStatement(text, statement, null)
    } catch (error) {
      if (error instanceof DatabaseError) return new PreparedStatement(text, null, error)
      throw error
    }
  }
}

/** Errors that may say more where a value stands in the text as a literal. */
const ABOUT_VALUES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TYPE_MISMATCH',
  'BINDER',
  'NOT_SUPPORTED',
  'CONVERSION',
  'OVERFLOW',
])

const NO_PARAMETERS: ReadonlyMap<string, TypedValue> = new Map()

function convertParameters(parameters: Parameters | null | undefined): ReadonlyMap<string, TypedValue> {
  if (parameters === null || parameters === undefined) return NO_PARAMETERS
  if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw new DatabaseError('INVALID_ARGUMENT', 'Parameters must be an object of values by name.')
  }
  const converted = new Map<string, TypedValue>()
  for (const name of Object.keys(parameters)) converted.set(name, fromJsValue(parameters[name], `$${name}`))
  return converted
}

/** @throws {DatabaseError} MISSING_PARAMETER, UNKNOWN_PARAMETER. A forgotten parameter is a mistake, never NULL. */
function checkParameters(given: ReadonlyMap<string, TypedValue>, statements: readonly Statement[]): void {
  let matched = 0
  const seen = statements.length === 1 ? null : new Set<string>()
  for (const statement of statements) {
    for (const name of usedParameters(statement)) {
      if (!given.has(name))
        throw new DatabaseError('MISSING_PARAMETER', `Parameter ${name} has no value.`, { facts: { parameter: name } })
      if (seen === null || !seen.has(name)) matched++
      seen?.add(name)
    }
  }
  if (matched === given.size) return
  const isUsed = (name: string) => statements.some((statement) => usedParameters(statement).has(name))
  const unknown = [...given.keys()].find((name) => !isUsed(name))!
  throw new DatabaseError('UNKNOWN_PARAMETER', `Parameter ${unknown} not found.`, { facts: { parameter: unknown } })
}

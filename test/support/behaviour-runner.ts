import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Connection } from '../../src/database/connection.ts'
import { Database } from '../../src/database/database.ts'
import type { QueryResult } from '../../src/database/query-result.ts'
import { DatabaseError } from '../../src/errors/database-error.ts'
import type { BehaviourCase, StatementStep, WorkLimits } from './behaviour-file.ts'

/** Settings that a run of the behaviour files is repeated under. */
export interface BehaviourConfig {
  readonly name: string
  /** A file instead of memory. */
  readonly onDisk: boolean
  readonly bufferPoolSize: number
  /** Close and open the database after each statement outside of a transaction. Needs `onDisk`. */
  readonly reopenEach: boolean
  /** Bytes of changes after which a commit is merged into base pages; 1: after every commit. */
  readonly checkpointThreshold: number
  /** Use the blocking twins of the API. */
  readonly sync: boolean
}

const root = path.resolve(import.meta.dirname, '..', '..', '..')

/** Runs a case under a configuration; throws at the first step that does not do what it must. */
export async function runCase(
  dataset: string | null,
  behaviour: BehaviourCase,
  config: BehaviourConfig,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-case-'))
  const before = process.cwd()
  process.chdir(folder)
  if (dataset !== null && config.onDisk) copyFileSync(loadedFile(dataset, config), path.join(folder, 'graph.db'))
  const session = new TestSession(config.onDisk ? path.join(folder, 'graph.db') : ':memory:', config)
  try {
    if (dataset !== null && !config.onDisk) session.load(dataset)
    for (const step of behaviour.steps) {
      if (step.kind === 'file') writeFileSync(step.name, step.content)
      else await checkStep(session, step)
    }
  } finally {
    await session.close()
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Files with a data set in them, by data set and configuration: made for the first case, copied for each. */
const loadedFiles = new Map<string, string>()

function loadedFile(dataset: string, config: BehaviourConfig): string {
  const key = `${dataset}, ${config.name}`
  let file = loadedFiles.get(key)
  if (file === undefined) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-dataset-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    file = path.join(folder, 'graph.db')
    const session = new TestSession(file, config)
    session.load(dataset)
    session.closeSync()
    loadedFiles.set(key, file)
  }
  return file
}

/** Statements of a data set's schema.cypher and copy.cypher, with paths that hold wherever the test is started. */
export function datasetStatements(name: string): string[] {
  const folder = path.join(root, 'datasets', name)
  return ['schema.cypher', 'copy.cypher'].flatMap((file) =>
    readFileSync(path.join(folder, file), 'utf8')
      .split(/;\s*\n/)
      .map((s) => s.trim())
      .filter((s) => s !== '')
      .map((s) => s.replaceAll('"./', `"${folder}/`)),
  )
}

class TestSession {
  readonly #path: string
  readonly #config: BehaviourConfig
  #database: Database
  #connection: Connection
  #transactionOpen = false

  constructor(file: string, config: BehaviourConfig) {
    this.#path = file
    this.#config = config
    this.#database = this.#open()
    this.#connection = new Connection(this.#database)
  }

  #open(): Database {
    const { bufferPoolSize, checkpointThreshold } = this.#config
    return new Database(this.#path, { bufferPoolSize, checkpointThreshold, numThreads: 2 })
  }

  /** Loads a data set, blocking: the threads that waiting statements start cost more than the data. */
  load(dataset: string): void {
    for (const text of datasetStatements(dataset)) this.#connection.querySync(text)
  }

  async run(text: string, parameters: StatementStep['parameters']): Promise<QueryResult> {
    if (this.#config.reopenEach && !this.#transactionOpen) await this.#reopen()
    const given = Object.keys(parameters).length > 0 ? parameters : null
    try {
      const result = this.#config.sync
        ? this.#connection.querySync(text, given)
        : await this.#connection.query(text, given)
      if (/^\s*begin\b/i.test(text)) this.#transactionOpen = true
      if (/^\s*(commit|rollback)\b/i.test(text)) this.#transactionOpen = false
      return Array.isArray(result) ? result.at(-1)! : result
    } catch (error) {
      this.#transactionOpen = false
      throw error
    }
  }

  async #reopen(): Promise<void> {
    await this.close()
    this.#database = this.#open()
    this.#connection = new Connection(this.#database)
  }

  closeSync(): void {
    this.#database.closeSync()
  }

  async close(): Promise<void> {
    await this.#connection.close()
    await this.#database.close()
  }
}

/** Stands for a row that prints as nothing: an empty line ends a list of rows. */
const EMPTY_ROW = '∅'

/** @returns the rows of a result in printed form, values separated by '|'. */
export function printedRows(result: QueryResult): string[] {
  return Array.from({ length: result.getNumTuples() }, (_x, row) => {
    const text = result
      .getRowText(row)
      .map((value) => value ?? '')
      .join('|')
    return text === '' ? EMPTY_ROW : text
  })
}

async function checkStep(session: TestSession, step: StatementStep): Promise<void> {
  const { expect } = step
  const place = `line ${step.line}: ${step.text}`
  if (expect.kind === 'error') {
    const error = await session.run(step.text, step.parameters).then(
      () => null,
      (e: unknown) => e,
    )
    checkError(error, expect, place)
    return
  }
  const result = await session.run(step.text, step.parameters)
  if (expect.kind === 'ok') return
  const rows = printedRows(result)
  const wanted = [...expect.rows]
  if (!expect.ordered) {
    rows.sort()
    wanted.sort()
  }
  assert.deepEqual(rows, wanted, place)
  if (expect.columns !== null) assert.deepEqual(result.getColumnNamesSync(), expect.columns, place)
  if (expect.types !== null) assert.deepEqual(result.getColumnDataTypesSync(), expect.types, place)
  checkWork(result, expect.work, place)
}

function checkError(error: unknown, expect: Extract<StatementStep['expect'], { kind: 'error' }>, place: string): void {
  assert.ok(error !== null, `${place}\nexpected the error ${expect.code}, but the statement ran`)
  if (!(error instanceof DatabaseError)) throw error
  assert.equal(error.code, expect.code, `${place}\n${error.message}`)
  if (expect.span !== null) assert.equal(`${error.span?.start}..${error.span?.end}`, expect.span, place)
  for (const part of expect.message) {
    assert.ok(error.message.includes(part), `${place}\n${error.message}\ndoes not contain\n${part}`)
  }
}

function checkWork(result: QueryResult, limits: WorkLimits, place: string): void {
  if (limits.visited === null && limits.uses.length === 0) return
  const { statistics } = result.columnVectors()
  assert.ok(statistics !== null, `${place}\ntells nothing about its work`)
  const visited = statistics.operators.reduce((sum, o) => sum + o.visited, 0)
  if (limits.visited !== null) assert.ok(visited <= limits.visited, `${place}\nvisited ${visited}`)
  const used = statistics.operators.flatMap((o) => [o.op, o.strategy])
  for (const name of limits.uses)
    assert.ok(
      used.some((u) => u === name),
      `${place}\nuses ${used.join(' ')}, not ${name}`,
    )
}

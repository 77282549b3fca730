import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { DatabaseOptions } from '../../../src/database/config.ts'
import {
  Connection,
  Database,
  DatabaseError,
  type ErrorCode,
  type Parameters,
  QueryResult,
} from '../../../src/index.ts'

/** Small, so that the many databases of a test run cost little. */
export const SMALL: DatabaseOptions = { bufferPoolSize: 16 * 2 ** 20, numThreads: 2 }

/** Both kinds of database that most of the API is tested against. */
export const PLACES = [':memory:', 'file'] as const

/** Databases, connections and files of one test; {@link Scratch.end} closes and deletes them. */
export class Scratch {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-api-'))
  readonly #databases: Database[] = []

  /** @param place ':memory:', 'file' for a new file, or a file name in the folder. */
  database(place = ':memory:', options: DatabaseOptions = {}): Database {
    const database = new Database(this.file(place), { ...SMALL, ...options })
    this.#databases.push(database)
    return database
  }

  connection(place?: string, options?: DatabaseOptions): Connection {
    return new Connection(this.database(place, options))
  }

  /** @returns the path of a file in the folder. */
  file(name: string): string {
    return name === ':memory:' ? name : path.join(this.folder, name)
  }

  async end(): Promise<void> {
    for (const database of this.#databases) await database.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Runs `body` with a scratch that is cleaned up whatever happens. */
export async function scratched(body: (scratch: Scratch) => Promise<void> | void): Promise<void> {
  const scratch = new Scratch()
  try {
    await body(scratch)
  } finally {
    await scratch.end()
  }
}

/** @returns the one result of a statement. */
export async function one(connection: Connection, text: string, parameters?: Parameters): Promise<QueryResult> {
  const result = await connection.query(text, parameters)
  assert.ok(result instanceof QueryResult, 'one statement gives one result')
  return result
}

/** @returns the rows of a statement. */
export async function rows(connection: Connection, text: string, parameters?: Parameters) {
  return (await one(connection, text, parameters)).getAll()
}

/** @returns the value in the first column of the only row. */
export async function value(connection: Connection, text: string, parameters?: Parameters): Promise<unknown> {
  const all = await rows(connection, text, parameters)
  assert.equal(all.length, 1)
  return Object.values(all[0]!)[0]
}

/** Makes a check for assert.throws and assert.rejects. */
export function fails(code: ErrorCode, message: RegExp | string = ''): (error: unknown) => boolean {
  return (error) => {
    assert.ok(
      error instanceof DatabaseError,
      `not a DatabaseError: ${error instanceof Error ? error.stack : String(error)}`,
    )
    assert.equal(error.code, code, error.message)
    if (typeof message === 'string') assert.ok(error.message.includes(message), error.message)
    else assert.match(error.message, message)
    return true
  }
}

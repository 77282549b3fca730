import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { Connection, QueryResult, Row } from '../../index.ts'
import { COMMANDS } from '../commands/registry.ts'
import { OUTPUT_MODES } from '../render/modes.ts'
import type { Knowledge, NamedThing, TableThing } from './knowledge.ts'

/** Milliseconds that reading properties of tables not seen before may take while a person waits. */
const BUDGET_MS = 30

/** Statements after which tables may be others. */
const CHANGES_SCHEMA = /\b(TABLE|IMPORT|ROLLBACK|USE|ATTACH)\b/i

/**
 * What completion knows of a database. Tables are read anew when the database has a new commit, their properties only after a statement that may
 * have changed them; both on demand, so that nothing is read that is not asked for. Reads with the connection of the session, hence sees the tables
 * of an open transaction, and nothing while a statement runs.
 */
export class SchemaCache implements Knowledge {
  readonly commands = COMMANDS
  readonly modes = OUTPUT_MODES
  readonly #connection: Connection
  readonly #parameters: () => Iterable<string>
  #version: unknown = null
  #stale = true
  #tables: readonly TableThing[] = []
  readonly #properties = new Map<string, readonly NamedThing[]>()
  #functions: readonly NamedThing[] | null = null

  constructor(connection: Connection, parameters: () => Iterable<string>) {
    this.#connection = connection
    this.#parameters = parameters
  }

  /** To be told of every text that ran, and whether it failed: an error ends a transaction, and its tables. */
  ran(text: string, succeeded: boolean): void {
    if (!succeeded || CHANGES_SCHEMA.test(text) || /^\s*:/.test(text)) this.#stale = true
  }

  tables(): readonly TableThing[] {
    const version = this.#rows('CALL catalog_version() RETURN *')[0]?.['version'] ?? null
    if (!this.#stale && version === this.#version) return this.#tables
    if (this.#stale) this.#properties.clear()
    this.#version = version
    this.#stale = false
    this.#tables = this.#rows('CALL show_tables() RETURN *').map((row) => ({
      name: String(row['name']),
      kind: row['type'] === 'NODE' ? 'node' : 'rel',
    }))
    return this.#tables
  }

  properties(table: string): readonly NamedThing[] {
    if (this.#stale) this.tables()
    const name = this.#tables.find((t) => t.name.toLowerCase() === table.toLowerCase())?.name
    if (name === undefined) return []
    const known = this.#properties.get(name)
    if (known !== undefined) return known
    if (!this.#withinBudget()) return []
    const quoted = name.replace(/[\\']/g, '\\$&')
    const read = this.#rows(`CALL table_info('${quoted}') RETURN *`).map((row) => ({
      name: String(row['name']),
      detail: String(row['type']),
    }))
    this.#properties.set(name, read)
    return read
  }

  functions(): readonly NamedThing[] {
    if (this.#functions !== null) return this.#functions
    const byName = new Map<string, NamedThing>()
    for (const row of this.#rows('CALL show_functions() RETURN *')) {
      const name = String(row['name']).toLowerCase()
      const others = byName.get(name)?.detail
      byName.set(name, { name, detail: others ?? String(row['signature']) })
    }
    this.#functions = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return this.#functions
  }

  settings(): readonly NamedThing[] {
    return this.#rows('CALL settings() RETURN *').map((row) => ({
      name: String(row['name']),
      detail: `${String(row['value'])}  ${String(row['description'])}`,
    }))
  }

  parameters(): readonly string[] {
    return [...this.#parameters()]
  }

  list(folder: string): readonly string[] {
    const place = folder.startsWith('~/') ? path.join(homedir(), folder.slice(2)) : folder === '' ? '.' : folder
    try {
      const entries = readdirSync(place, { withFileTypes: true })
      return entries.map((e) => (e.isDirectory() ? `${e.name}/` : e.name)).sort()
    } catch {
      return []
    }
  }

  #spent = 0
  #spentAt = 0

  /** One key may read for a while, then the rest is left to the next. */
  #withinBudget(): boolean {
    const now = performance.now()
    if (now - this.#spentAt > 2 * BUDGET_MS) this.#spent = now
    this.#spentAt = now
    return now - this.#spent < BUDGET_MS
  }

  /** Rows of a call; none if it fails, which is no reason to disturb who types. */
  #rows(text: string): readonly Row[] {
    try {
      return (this.#connection.querySync(text) as QueryResult).getAllSync()
    } catch {
      return []
    }
  }
}

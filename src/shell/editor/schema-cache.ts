import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import type { Connection, QueryResult, Row } from '../../index.ts'
import { COMMANDS } from '../commands/registry.ts'
import { OUTPUT_MODES } from '../render/modes.ts'
import type { Endpoints, Knowledge, NamedThing, TableThing } from './knowledge.ts'
import { endpointsOf, propertiesOf } from './schema-text.ts'

/** Statements after which tables may be others. */
const CHANGES_SCHEMA = /\b(TABLE|IMPORT|ROLLBACK|USE|ATTACH)\b/i

/**
 * What completion knows of a database. The schema is read in one call, after a statement that may have changed it or when a commit has brought or taken
 * tables. Reads with the connection of the session, hence sees the tables of an open transaction, and nothing while a statement runs. Cost of a
 * reading: some 20 ms for 200 tables, which {@link warm} pays before somebody waits; of an answer without one: a millisecond.
 */
export class SchemaCache implements Knowledge {
  readonly commands = COMMANDS
  readonly modes = OUTPUT_MODES
  readonly #connection: Connection
  readonly #parameters: () => Iterable<string>
  #version: unknown = null
  #stale = true
  #tables: readonly TableThing[] = []
  /** Statement of each table by its lower-case name; its properties are read from it when they are asked for. */
  #statements: ReadonlyMap<string, string> = new Map()
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
    this.#refresh()
    return this.#tables
  }

  properties(table: string): readonly NamedThing[] {
    if (this.#stale) this.#refresh()
    const name = table.toLowerCase()
    const known = this.#properties.get(name)
    if (known !== undefined) return known
    const statement = this.#statements.get(name)
    if (statement === undefined) return []
    const read = propertiesOf(statement)
    this.#properties.set(name, read)
    return read
  }

  endpoints(table: string): readonly Endpoints[] {
    if (this.#stale) this.#refresh()
    const statement = this.#statements.get(table.toLowerCase())
    return statement === undefined ? [] : endpointsOf(statement)
  }

  /** Reads what is needed for an answer, if it is not there yet. For a moment at which nobody waits. */
  warm(): void {
    this.#refresh()
    this.functions()
  }

  functions(): readonly NamedThing[] {
    if (this.#functions !== null) return this.#functions
    const byName = new Map<string, NamedThing>()
    for (const row of this.#rows('CALL show_functions() RETURN *')) {
      const name = String(row['name']).toLowerCase()
      const others = byName.get(name)?.detail
      byName.set(name, { name, detail: others ?? String(row['signature']) })
    }
    const found = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    if (found.length > 0) this.#functions = found
    return found
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

  #refresh(): void {
    const version = this.#rows('CALL catalog_version() RETURN *')[0]?.['version']
    if (version === undefined || (!this.#stale && version === this.#version)) return
    this.#version = version
    // most commits change rows only
    if (!this.#stale && sameNames(this.#rows('CALL show_tables() RETURN name'), this.#tables)) return
    this.#stale = false
    const rows = this.#rows('CALL show_schema() RETURN *').filter((r) => r['kind'] === 'NODE' || r['kind'] === 'REL')
    this.#tables = rows.map((r) => ({ name: String(r['name']), kind: r['kind'] === 'NODE' ? 'node' : 'rel' }))
    this.#statements = new Map(rows.map((r) => [String(r['name']).toLowerCase(), String(r['statement'])]))
    this.#properties.clear()
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

function sameNames(rows: readonly Row[], tables: readonly TableThing[]): boolean {
  const names = new Set(tables.map((t) => t.name))
  return rows.length === names.size && rows.every((r) => names.has(String(r['name'])))
}

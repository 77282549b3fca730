import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { quoteName } from '../editor/keywords.ts'
import { quoteText } from '../quote-text.ts'
import type { ShellSession, ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { type ListedTable, listTables } from '../table-list.ts'
import { columnList, type ExportColumn, writeCsv } from './export-table.ts'
import { withSession } from './open-session.ts'

/** A property as `table_info` has it. */
interface Property extends ExportColumn {
  readonly isKey: boolean
}

interface Exported {
  readonly copies: string[]
  /** Tables whose SERIAL column must be read back as numbers. */
  readonly serialsKept: Set<string>
}

/**
 * `nisaba export <db> <dir>`: writes schema.cypher, copy.cypher and a .csv file for each table and FROM-TO pair; `nisaba import` reads them back. Memory: one
 * table at a time. @returns the exit code. @throws {ShellError} if the folder holds something.
 */
export async function exportDatabase(
  file: string,
  folder: string,
  schemaOnly: boolean,
  streams: ShellStreams,
): Promise<number> {
  return withSession(file, { readOnly: true }, streams, async (session) => {
    mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) throw new ShellError(`${folder} is not empty.`)
    const exported: Exported = { copies: [], serialsKept: new Set() }
    const tables = schemaOnly ? [] : await listTables(session)
    const names = new FileNames()
    for (const table of [...tables].sort((a, b) => Number(a.kind === 'rel') - Number(b.kind === 'rel'))) {
      if (table.kind === 'node') await exportNodes(table, folder, { session, names, exported })
      else await exportRels(table, folder, { session, names, exported })
    }
    writeFileSync(path.join(folder, 'schema.cypher'), await schemaText(session, exported.serialsKept))
    if (!schemaOnly) writeFileSync(path.join(folder, 'copy.cypher'), exported.copies.map((c) => `${c}\n`).join(''))
    session.tell(`${tables.length} tables written to ${folder}.`)
    return 0
  })
}

interface ExportContext {
  readonly session: ShellSession
  readonly names: FileNames
  readonly exported: Exported
}

async function exportNodes(
  table: ListedTable,
  folder: string,
  { session, names, exported }: ExportContext,
): Promise<void> {
  const all = await propertiesOf(table.name, session)
  const serial = all.find((p) => p.type === 'SERIAL')
  const list = all.map((p, i) => `n.${quoteName(p.name)} AS c${i}`).join(', ')
  const result = await session.query(`MATCH (n:${quoteName(table.name)}) RETURN ${list}`)
  let columns: readonly Property[] = all
  // COPY numbers SERIAL columns itself, from 0: right only if the numbers are that already
  const at = serial === undefined ? -1 : all.indexOf(serial)
  for (let row = 0; at >= 0 && row < result.getNumTuples(); row++) {
    if (Number(result.getRowValues(row)[at]) === row) continue
    exported.serialsKept.add(table.name)
    session.tell(`${table.name}: ${serial!.name} has gaps, and is exported as INT64 instead of SERIAL.`)
    break
  }
  let kept = result
  if (at >= 0 && !exported.serialsKept.has(table.name)) {
    columns = all.filter((p) => p !== serial)
    if (columns.length === 0) {
      throw new ShellError(`${table.name} has nothing but a SERIAL column, which cannot be read back from a file.`)
    }
    const others = columns.map((p, i) => `n.${quoteName(p.name)} AS c${i}`).join(', ')
    kept = await session.query(`MATCH (n:${quoteName(table.name)}) RETURN ${others}`)
  }
  const name = names.fileFor(table.name)
  const typed = columns.map((p) => (p.type === 'SERIAL' ? { ...p, type: 'INT64' } : p))
  const { source } = writeCsv(path.join(folder, name), name, typed, kept)
  exported.copies.push(`COPY ${quoteName(table.name)}${columnList(columns)} FROM ${source};`)
}

async function exportRels(
  table: ListedTable,
  folder: string,
  { session, names, exported }: ExportContext,
): Promise<void> {
  const properties = await propertiesOf(table.name, session)
  const connections = await session.query(`CALL show_connection(${quoteText(table.name)}) RETURN *`)
  const pairs = Array.from({ length: connections.getNumTuples() }, (_p, i) => connections.getRowValues(i) as string[])
  for (const [from, to, fromKey, toKey] of pairs as [string, string, string, string][]) {
    const keyType = async (node: string) => {
      const type = (await propertiesOf(node, session)).find((p) => p.isKey)!.type
      return type === 'SERIAL' ? 'INT64' : type
    }
    const columns: ExportColumn[] = [
      { name: 'from', type: await keyType(from) },
      { name: 'to', type: await keyType(to) },
      ...properties,
    ]
    const list = [`a.${quoteName(fromKey)} AS c0`, `b.${quoteName(toKey)} AS c1`]
    properties.forEach((p, i) => {
      list.push(`r.${quoteName(p.name)} AS c${i + 2}`)
    })
    const pattern = `(a:${quoteName(from)})-[r:${quoteName(table.name)}]->(b:${quoteName(to)})`
    const result = await session.query(`MATCH ${pattern} RETURN ${list.join(', ')}`)
    const name = names.fileFor(pairs.length === 1 ? table.name : `${table.name}_${from}_${to}`)
    const { source } = writeCsv(path.join(folder, name), name, columns, result)
    exported.copies.push(
      `COPY ${quoteName(table.name)} FROM ${pairs.length === 1 ? source : withPair(source, from, to)};`,
    )
  }
}

function withPair(source: string, from: string, to: string): string {
  const pair = `from=${quoteText(from)}, to=${quoteText(to)}`
  return source.startsWith('(LOAD') ? `${source} (${pair})` : source.replace(/\)$/, `, ${pair})`)
}

async function propertiesOf(table: string, session: ShellSession): Promise<Property[]> {
  const result = await session.query(`CALL table_info(${quoteText(table)}) RETURN *`)
  return Array.from({ length: result.getNumTuples() }, (_row, i) => {
    const values = result.getRowValues(i)
    return { name: String(values[1]), type: String(values[2]), isKey: values[4] === true }
  })
}

async function schemaText(session: ShellSession, serialsKept: ReadonlySet<string>): Promise<string> {
  const result = await session.query('CALL show_schema() RETURN name, kind, statement')
  const statements = Array.from({ length: result.getNumTuples() }, (_row, i) => {
    const [name, kind, statement] = result.getRowValues(i) as [string, string, string]
    return kind === 'NODE' && serialsKept.has(name) ? statement.replace(/ SERIAL([,)])/g, ' INT64$1') : statement
  })
  return statements.map((s) => `${s}\n`).join('')
}

/** Names of files: those of tables, without what file systems dislike, each once whatever the case. */
class FileNames {
  readonly #taken = new Set<string>()

  fileFor(table: string): string {
    const plain = table.replace(/[^\p{L}\p{N}_-]/gu, '_')
    let name = plain
    for (let n = 2; this.#taken.has(name.toLowerCase()); n++) name = `${plain}_${n}`
    this.#taken.add(name.toLowerCase())
    return `${name}.csv`
  }
}

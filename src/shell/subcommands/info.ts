import { statSync } from 'node:fs'
import { STORAGE_VERSION } from '../../index.ts'
import { formatSize } from '../byte-size.ts'
import { quoteText } from '../quote-text.ts'
import { rowView } from '../render/row-view.ts'
import type { ShellSession, ShellStreams } from '../session.ts'
import { type ListedTable, listTables } from '../table-list.ts'
import { withSession } from './open-session.ts'

/** A column, the lists or an index of a table, all its chunks together. */
interface StoredPart {
  readonly part: string
  readonly type: string | null
  readonly rows: number
  readonly nulls: number
  readonly encodings: string[]
  readonly pages: number
  readonly bytes: number
}

interface StoredTable extends ListedTable {
  readonly bytes: number
  readonly pages: number
  readonly parts: readonly StoredPart[]
}

/** `nisaba info <db> [--json]`: tables, their rows and bytes, column by column with encodings, and the buffer pool. @returns the exit code. */
export async function printInfo(file: string, asJson: boolean, streams: ShellStreams): Promise<number> {
  return withSession(file, { readOnly: true }, streams, async (session) => {
    const fileBytes = statSync(file).size
    const tables: StoredTable[] = []
    for (const table of await listTables(session)) tables.push(await describe(table, session))
    if (asJson)
      await session.print(`${JSON.stringify({ file, fileBytes, format: STORAGE_VERSION, tables }, null, 2)}\n`)
    else await print(file, fileBytes, tables, session)
    return 0
  })
}

async function describe(table: ListedTable, session: ShellSession): Promise<StoredTable> {
  const types = new Map<string, string>()
  const columns = await session.query(`CALL table_info(${quoteText(table.name)}) RETURN name, type`)
  for (let i = 0; i < columns.getNumTuples(); i++) {
    const [name, type] = columns.getRowValues(i) as [string, string]
    types.set(name, type)
  }
  const parts = new Map<string, StoredPart>()
  const stored = await session.query(
    `CALL storage_info(${quoteText(table.name)}) RETURN kind, column, pair, rows, nulls, compression, pages, bytes`,
  )
  for (let i = 0; i < stored.getNumTuples(); i++) {
    type Row = [string, string | null, string | null, number, number, string, number, number]
    const [kind, column, pair, rows, nulls, encoding, pages, bytes] = stored.getRowValues(i) as Row
    const part = `${column ?? `(${kind})`}${pair === null ? '' : ` ${pair}`}`
    const before = parts.get(part)
    const encodings = before?.encodings ?? []
    if (!encodings.includes(encoding)) encodings.push(encoding)
    parts.set(part, {
      part,
      type: column === null ? null : (types.get(column) ?? null),
      rows: (before?.rows ?? 0) + rows,
      nulls: (before?.nulls ?? 0) + nulls,
      encodings,
      pages: (before?.pages ?? 0) + pages,
      bytes: (before?.bytes ?? 0) + bytes,
    })
  }
  const all = [...parts.values()]
  const sum = (of: 'bytes' | 'pages') => all.reduce((total, p) => total + p[of], 0)
  return { ...table, bytes: sum('bytes'), pages: sum('pages'), parts: all }
}

const text = (name: string) => ({ name, type: 'STRING' }) as const
const number = (name: string) => ({ name, type: 'INT64' }) as const

async function print(
  file: string,
  fileBytes: number,
  tables: readonly StoredTable[],
  session: ShellSession,
): Promise<void> {
  const total = tables.reduce((sum, t) => sum + t.bytes, 0)
  await session.print(`${file}: ${formatSize(fileBytes)}, ${formatSize(total)} in tables, format ${STORAGE_VERSION}\n`)
  await session.show(
    rowView(
      [text('table'), text('kind'), number('rows'), number('pages'), text('size')],
      tables.map((t) => [t.name, t.kind, t.rows, t.pages, formatSize(t.bytes)]),
    ),
  )
  for (const { name, parts } of tables) {
    if (parts.length === 0) continue
    await session.print(`\n${name}\n`)
    const shown = parts.map((p) => [
      p.part,
      p.type ?? '',
      p.rows,
      p.nulls,
      shortList(p.encodings),
      p.pages,
      formatSize(p.bytes),
    ])
    const columns = [
      text('part'),
      text('type'),
      number('rows'),
      number('nulls'),
      text('encoding'),
      number('pages'),
      text('size'),
    ]
    await session.show(rowView(columns, shown))
  }
  const pool = session.database.bufferPoolStats()
  await session.print(
    `\nBuffer pool: at most ${formatSize(pool.limit)}, ${formatSize(pool.used)} in use, ${pool.misses} pages read\n`,
  )
}

/** Chunks of one column may be encoded in several ways. */
function shortList(encodings: readonly string[]): string {
  return encodings.length <= 3
    ? encodings.join('; ')
    : `${encodings.slice(0, 3).join('; ')}; ${encodings.length - 3} more`
}

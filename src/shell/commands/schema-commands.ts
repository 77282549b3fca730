import { didYouMean } from '../closest-name.ts'
import type { ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { listTables } from '../table-list.ts'

/** `:tables`. */
export async function showTables(_argument: string, session: ShellSession): Promise<undefined> {
  const tables = await listTables(session)
  if (tables.length === 0) {
    session.tell('No tables. CREATE NODE TABLE name(id INT64, PRIMARY KEY(id)); makes one.')
    return
  }
  const commented = tables.some((t) => t.comment !== '')
  const rows = tables.map((t) => [t.name, t.kind, t.rows, ...(commented ? [t.comment] : [])])
  await session.show({
    names: ['table', 'kind', 'rows', ...(commented ? ['comment'] : [])],
    types: ['STRING', 'STRING', 'INT64', 'STRING'].slice(0, commented ? 4 : 3),
    rowCount: rows.length,
    text: (row, form) => rows[row]!.map((v) => (form === 'json' ? JSON.stringify(v) : String(v))),
    values: (row) => rows[row]!,
  })
}

/** `:schema [table]`. @throws {ShellError} for an unknown table. */
export async function showSchema(argument: string, session: ShellSession): Promise<undefined> {
  const wanted = argument.replace(/^`(.*)`$/, '$1')
  const result = await session.query('CALL show_schema() RETURN name, statement')
  const all = Array.from({ length: result.getNumTuples() }, (_row, i) => result.getRowValues(i) as [string, string])
  const found = wanted === '' ? all : all.filter(([name]) => name.toLowerCase() === wanted.toLowerCase())
  if (found.length > 0) {
    await session.print(found.map(([, statement]) => `${statement}\n`).join(''))
    return
  }
  if (wanted === '') session.tell('No tables. CREATE NODE TABLE name(id INT64, PRIMARY KEY(id)); makes one.')
  else
    throw new ShellError(
      `There is no ${wanted}.${didYouMean(
        wanted,
        all.map(([name]) => name),
      )}`,
    )
}

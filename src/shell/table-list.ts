import type { QueryResult } from '../index.ts'
import { quoteName } from './editor/keywords.ts'

/** A table as the shell lists it. */
export interface ListedTable {
  readonly name: string
  readonly kind: 'node' | 'rel'
  readonly rows: number
  readonly comment: string
}

/** Whatever can run a statement for the shell. */
export interface Querying {
  query(text: string): Promise<QueryResult>
}

/** @returns the tables in the order of their making, with their rows, which costs no scan. */
export async function listTables(session: Querying): Promise<ListedTable[]> {
  const tables = await session.query('CALL show_tables() RETURN name, type, comment, id ORDER BY id')
  const listed: ListedTable[] = []
  for (let i = 0; i < tables.getNumTuples(); i++) {
    const [name, type, comment] = tables.getRowValues(i) as [string, string, string]
    const kind = type === 'NODE' ? 'node' : 'rel'
    const pattern = kind === 'node' ? `(x:${quoteName(name)})` : `()-[x:${quoteName(name)}]->()`
    const count = await session.query(`MATCH ${pattern} RETURN count(*)`)
    listed.push({ name, kind, rows: Number(count.getRowValues(0)[0]), comment })
  }
  return listed
}

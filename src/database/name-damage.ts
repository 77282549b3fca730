import type { Catalog } from '../catalog/catalog.ts'
import { DatabaseError } from '../errors/database-error.ts'

/**
 * Storage knows tables and columns by their ids, and by the names that they were created with.
 * @returns an error about a damaged page with the names of today; any other error as it is.
 */
export function nameDamage(error: unknown, catalog: Catalog): unknown {
  if (!(error instanceof DatabaseError) || error.code !== 'CORRUPT_PAGE') return error
  const { tableId, columnId, part, owner } = error.facts
  if (typeof tableId !== 'number' || typeof part !== 'string' || typeof owner !== 'string') return error
  const table = catalog.nodeTableById(tableId) ?? catalog.relTableOfPair(tableId)
  if (table === undefined) return error
  const column = table.properties.find((property) => property.columnId === columnId)
  const where = `${column === undefined ? part : `column ${column.name}`} of table ${table.name}`
  const facts = { ...error.facts, table: table.name, owner: where, ...(column && { column: column.name }) }
  const named = new DatabaseError('CORRUPT_PAGE', '', { facts, cause: error })
  named.message = error.message.replace(`(${owner})`, `(${where})`)
  return named
}

import type { ResultTable } from '../../database/query-result.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import { isValid, type Vector } from '../../types/vector.ts'
import type { LoaderSource } from './loader-source.ts'

/** Places of nodes or rels: table ids and offsets, row by row. */
export interface FoundRows {
  readonly tables: Uint32Array
  readonly offsets: Uint32Array
}

const ENDS_WITH_VARIABLE = /\breturn\s+(distinct\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*;?\s*$/i

/**
 * Runs a query whose only column is nodes, as `p` or `id(p)`. A query that ends with `RETURN p` is asked for ids only: whole nodes would carry all their
 * properties.
 * @throws {DatabaseError} whatever the query says; INVALID_ARGUMENT for other columns, NULL.
 */
export function queryNodes(source: LoaderSource, query: string): FoundRows {
  const result = runForIds(source, query)
  if (result.columns.length === 1) return placesOf(result, 0, query)
  const text = `A query for seeds returns one column of nodes, not ${result.columns.length} columns: ${query}`
  throw new DatabaseError('INVALID_ARGUMENT', text)
}

/** @returns the places in one column of a result. @throws {DatabaseError} INVALID_ARGUMENT. */
export function placesOf({ columns, types, names, rowCount }: ResultTable, at: number, query: string): FoundRows {
  const vector = columns[at]!
  const ids = idVector(vector)
  if (ids === null) {
    const text = `Column ${names[at]} of a loader's query is ${types[at]!.id}, not a node or id(node): ${query}`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { column: names[at]! } })
  }
  const words = ids.data as Uint32Array
  const tables = new Uint32Array(rowCount)
  const offsets = new Uint32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    if (!isValid(vector, row)) {
      const text = `Row ${row} of a loader's query is NULL in column ${names[at]}: ${query}`
      throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { row } })
    }
    offsets[row] = words[2 * row]!
    tables[row] = words[2 * row + 1]!
  }
  return { tables, offsets }
}

function runForIds(source: LoaderSource, query: string): ResultTable {
  if (typeof query !== 'string') throw new DatabaseError('INVALID_ARGUMENT', 'The query of a loader must be a string.')
  const match = ENDS_WITH_VARIABLE.exec(query)
  if (match === null) return source.query(query)
  const [whole, distinct = '', variable] = match
  const forIds = `${query.slice(0, query.length - whole.length)}RETURN ${distinct}id(${variable})`
  try {
    return source.query(forIds)
  } catch (error) {
    // the variable may hold an id already, or nothing that has one: let the query speak for itself
    if (error instanceof DatabaseError && error.message.startsWith('Binder')) return source.query(query)
    throw error
  }
}

function idVector(vector: Vector): Vector | null {
  if (vector.type.id === 'INTERNAL_ID') return vector
  return vector.type.id === 'NODE' ? vector.children[0]! : null
}

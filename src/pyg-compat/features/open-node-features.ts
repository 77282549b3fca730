import type { TypedArray } from '../tensor.ts'
import { type FeatureDatabase, type FeatureOptions, openDatabaseFeatures } from './database-feature-source.ts'
import { type DecodedColumn, decodingOf, imputedElement } from './decoded-column.ts'
import { DecodingFeatureSource } from './decoding-feature-source.ts'
import type { FeatureSource } from './feature-source.ts'
import { arrayOf } from './row-format.ts'

/**
 * Opens a column of a node table, decoded if its choice says how.
 * @throws {DatabaseError} as openDatabaseFeatures and decodingOf do.
 */
export function openNodeFeatures(
  database: FeatureDatabase,
  table: string,
  choice: string | DecodedColumn,
  options: FeatureOptions = {},
): FeatureSource {
  if (typeof choice === 'string') return openDatabaseFeatures(database, table, choice, options)
  const probe = openDatabaseFeatures(database, table, choice.column, options)
  probe.close()
  const decoding = decodingOf(choice, table, probe, (column) => firstRow(database, table, column))
  const { impute } = options
  const element = impute === undefined ? {} : { impute: imputedElement(impute, choice.column, decoding) }
  const source = openDatabaseFeatures(database, table, choice.column, { ...options, ...element })
  return new DecodingFeatureSource(source, decoding)
}

/** @returns the elements of a column's first row; null in an empty table. @throws {DatabaseError} as opening and gathering do. */
export function firstRow(database: FeatureDatabase, table: string, column: string): TypedArray | null {
  const source = openDatabaseFeatures(database, table, column)
  try {
    const target = arrayOf(source.dtype, source.width)
    if (source.rowCount > 0) source.gather(Uint32Array.of(0), target)
    return source.rowCount > 0 ? target : null
  } finally {
    source.close()
  }
}

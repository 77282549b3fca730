import { isIntType } from '../types/int.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import { NestedColumnReader } from './nested-column-reader.ts'
import { NumberColumnReader, SequenceColumnReader, sequenceOf } from './number-column-reader.ts'
import type { PageOwner } from './page-pins.ts'
import type { ColumnReader } from './read-view.ts'
import type { ReaderContext } from './reader-context.ts'
import { TextColumnReader } from './text-column-reader.ts'

/**
 * @param overlay what the delta lays over the base in this snapshot, or null.
 * @param owner names for error messages.
 * @returns the reader of the column's physical kind. It reads nothing yet and lives as long as `context`.
 */
export function openColumn(
  base: ColumnBase,
  overlay: ColumnOverlay | null,
  context: ReaderContext,
  owner: PageOwner,
): ColumnReader {
  const { type } = base
  if (type.id === 'STRING' || type.id === 'JSON') return new TextColumnReader(base, overlay, context, owner)
  if (!isNumberType(type)) return new NestedColumnReader(base, overlay, context, owner)
  const sequence = sequenceOf(base)
  if (sequence !== null) return new SequenceColumnReader(base, overlay, context, owner, sequence)
  return new NumberColumnReader(base, overlay, context, owner)
}

/** @returns whether values of the type are read as numbers (BOOL as 0 and 1). */
export function isNumberType({ id }: LogicalType): boolean {
  if (isIntType(id) || id.startsWith('TIMESTAMP')) return true
  return id === 'BOOL' || id === 'DATE' || id === 'DECIMAL' || id === 'FLOAT' || id === 'DOUBLE'
}

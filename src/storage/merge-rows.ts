import type { ColumnBase } from './column-base.ts'
import type { ColumnOverlay } from './column-overlay.ts'
import type { NodeDelta, RelDelta } from './delta-table.ts'
import { ColumnMerger, droppedChunks } from './merge-column.ts'
import type { Steps } from './merge-steps.ts'
import type { PageSink } from './page-sink.ts'
import type { PageRange } from './page-store.ts'
import type { ColumnReader } from './read-view.ts'

/** How a merge reads the columns of the table that it merges: all changes included. */
export interface MergeColumns {
  overlay(columnId: number): ColumnOverlay | null
  reader(columnId: number): ColumnReader
}

/** Rows between two yields. */
const STEP_ROWS = 16_384

/** Merges the delta into every column; see {@link ColumnMerger}. Adds the pages that fall out of use to `freed`. */
export function* mergeColumns(
  bases: readonly ColumnBase[],
  delta: NodeDelta | RelDelta,
  sink: PageSink,
  columns: MergeColumns,
  freed: PageRange[],
): Steps<ColumnBase[]> {
  const merged: ColumnBase[] = []
  const inserted = delta.insertedCount
  for (const base of bases) {
    const overlay = columns.overlay(base.columnId)
    if (overlay === null && inserted === 0) {
      merged.push(base)
      continue
    }
    const reader = columns.reader(base.columnId)
    const merger = new ColumnMerger(base, sink)
    yield* merger.takeOld((row) => reader.value(row), overlay, inserted > 0)
    for (let i = 0; i < inserted; i++) {
      merger.append(overlay!.get(delta.baseRows + i) ?? null)
      if (i % STEP_ROWS === STEP_ROWS - 1) yield
    }
    const result = merger.finish()
    freed.push(...droppedChunks(base, result))
    merged.push(result)
  }
  return merged
}

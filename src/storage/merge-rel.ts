import type { CsrGroup } from './csr-format.ts'
import { EMPTY_GROUP, groupPages } from './csr-format.ts'
import { buildCsrGroup } from './csr-group-builder.ts'
import { CsrScratch } from './csr-scratch.ts'
import type { RelDelta } from './delta-table.ts'
import type { LoadContext } from './load-context.ts'
import { type MergeColumns, mergeColumns } from './merge-rows.ts'
import type { Steps } from './merge-steps.ts'
import type { PageRange } from './page-store.ts'
import { CHUNK_SHIFT, type Direction } from './read-view.ts'
import { RelPartitions } from './rel-partitions.ts'
import type { RelTableBase } from './rel-table-base.ts'
import type { RelTableState } from './transaction-table-state.ts'

/** A merged base, and the pages of the old one that it does not use. */
export interface RelMergeResult {
  readonly base: RelTableBase
  readonly freed: readonly PageRange[]
}

/**
 * Merges a rel table's delta, all of it, into a new base: rewrites the groups whose lists it touches and the property chunks it changes.
 * Property rows of deleted rels stay as holes, so that rel ids stay what they are.
 */
export function* mergeRelTable(
  state: RelTableState,
  context: LoadContext,
  columns: MergeColumns,
): Steps<RelMergeResult> {
  const { base, delta } = state
  const freed: PageRange[] = []
  const merged = yield* mergeColumns(base.columns, delta, context.sink, columns, freed)
  const fwd = base.fwd === null ? null : yield* mergeDirection('fwd', base.fwd, delta, context, freed)
  const bwd = base.bwd === null ? null : yield* mergeDirection('bwd', base.bwd, delta, context, freed)
  context.flush()
  return {
    base: {
      relTableId: base.relTableId,
      rowCount: base.rowCount + delta.insertedCount,
      liveCount: base.liveCount + delta.insertedCount - delta.deletes.count,
      columns: merged,
      fwd,
      bwd,
    },
    freed,
  }
}

function* mergeDirection(
  direction: Direction,
  old: readonly CsrGroup[],
  delta: RelDelta,
  context: LoadContext,
  freed: PageRange[],
): Steps<CsrGroup[]> {
  const adjacency = delta.adjacency(direction)
  const groupCount = Math.max(old.length, adjacency.groupCount)
  const added = insertedByGroup(direction, groupCount, delta, context)
  const groups: CsrGroup[] = []
  const scratch = new CsrScratch()
  try {
    for (let group = 0; group < groupCount; group++) {
      const before = old[group] ?? EMPTY_GROUP
      if (adjacency.touched(group) === undefined) {
        groups.push(before)
        continue
      }
      groups.push(
        buildCsrGroup({
          pool: context.pool,
          sink: context.sink,
          scratch,
          old: before,
          added: added.records(group),
          recordWords: 3,
          firstNode: group * 2 ** CHUNK_SHIFT,
          wantsOrder: false,
          firstNewRelId: 0,
          removed: delta.deletes.count === 0 ? null : (relId) => delta.deletes.has(relId, Number.MAX_SAFE_INTEGER),
          capacity: context.memoryBytes >> 5,
          openSpill: context.openSpill,
        }),
      )
      if (before.relCount > 0) freed.push({ first: before.firstPage, count: groupPages(before) })
      yield
    }
  } finally {
    added.close()
  }
  return groups
}

function insertedByGroup(
  direction: Direction,
  groupCount: number,
  delta: RelDelta,
  context: LoadContext,
): RelPartitions {
  const nodes = direction === 'fwd' ? delta.sources : delta.targets
  const others = direction === 'fwd' ? delta.targets : delta.sources
  const arena = Math.min(context.memoryBytes >> 2, 64 * nodes.length + 4096)
  const parts = new RelPartitions(Math.max(1, groupCount), 3, arena, context.openSpill)
  for (let i = 0; i < nodes.length; i++) {
    const relId = delta.baseRows + i
    if (delta.deletes.has(relId, Number.MAX_SAFE_INTEGER)) continue
    parts.append(nodes[i]! >>> CHUNK_SHIFT, nodes[i]!, others[i]!, relId)
  }
  return parts
}

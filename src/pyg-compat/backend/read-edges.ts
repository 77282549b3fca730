import type { ReadView } from '../../storage/read-view.ts'
import { type OrderedEdges, sortEdges } from './edge-order.ts'
import type { EdgeGroup } from './find-group.ts'

/** Edges in some order, with the rel id of each. */
export interface StoredEdges extends OrderedEdges {
  /** [e] rel ids; null: edge k has id k. */
  readonly ids: Uint32Array | null
}

/**
 * @returns the live edges in the order of their rel ids, which is the original order that `perm` counts in.
 * Cost: one pass over the lists of one direction; 8 bytes an edge for the result, 4 more where rels were deleted.
 */
export function readByRelId(view: ReadView, { storageId, table }: EdgeGroup): StoredEdges {
  const rels = view.relTable(storageId)
  const forward = table.storageDirection !== 'bwd'
  const nodes = view.nodeTable(forward ? rels.fromTableId : rels.toTableId).rowCount
  const near = new Uint32Array(rels.rowCount)
  const far = new Uint32Array(rels.rowCount)
  const live = rels.liveCount === rels.rowCount ? null : new Uint8Array(rels.rowCount)
  const cursor = rels.cursor(forward ? 'fwd' : 'bwd', true)
  for (let node = 0; node < nodes; node++) {
    cursor.load(node)
    const { neighbours, relIds, relShift, hi } = cursor
    for (let k = cursor.lo; k < hi; k++) {
      const id = relIds === null ? k + relShift : relIds[k + relShift]!
      near[id] = node
      far[id] = neighbours[k]!
      if (live !== null) live[id] = 1
    }
  }
  cursor.close()
  const ids = live === null ? null : compact(live, near, far)
  const count = ids?.length ?? rels.rowCount
  const [row, col] = forward ? [near, far] : [far, near]
  return { row: row.subarray(0, count), col: col.subarray(0, count), perm: null, ids }
}

/**
 * @returns the live edges in the order of one end, `perm` counting in the order of {@link readByRelId}.
 * Cost: one pass over the lists of that end, if they are stored; else reading and sorting.
 */
export function readSorted(view: ReadView, group: EdgeGroup, by: 'row' | 'col'): StoredEdges {
  const { storageId, table } = group
  const direction = by === 'row' ? 'fwd' : 'bwd'
  const rels = view.relTable(storageId)
  const nodes = view.nodeTable(by === 'row' ? rels.fromTableId : rels.toTableId).rowCount
  if (table.storageDirection !== 'both' && table.storageDirection !== direction) {
    const stored = readByRelId(view, group)
    const sorted = sortEdges(stored, by, nodes)
    return { ...sorted, ids: idsOf(stored.ids, sorted.perm) }
  }
  const count = rels.liveCount
  const near = new Uint32Array(count)
  const far = new Uint32Array(count)
  const ids = new Uint32Array(count)
  const cursor = rels.cursor(direction, true)
  let at = 0
  for (let node = 0; node < nodes; node++) {
    cursor.load(node)
    const { neighbours, relIds, relShift, hi } = cursor
    for (let k = cursor.lo; k < hi; k++) {
      near[at] = node
      far[at] = neighbours[k]!
      ids[at++] = relIds === null ? k + relShift : relIds[k + relShift]!
    }
  }
  cursor.close()
  const [row, col] = by === 'row' ? [near, far] : [far, near]
  return ranked(row, col, ids, rels.rowCount)
}

/** Rel ids become places in the original order, which differ where rels were deleted. */
function ranked(row: Uint32Array, col: Uint32Array, ids: Uint32Array, rowCount: number): StoredEdges {
  const inPlace = ids.every((id, k) => id === k)
  if (inPlace) return { row, col, perm: null, ids: null }
  if (ids.length === rowCount) return { row, col, perm: ids, ids }
  const ranks = new Uint32Array(rowCount)
  for (const id of ids) ranks[id] = 1
  let rank = 0
  for (let id = 0; id < rowCount; id++) if (ranks[id] === 1) ranks[id] = rank++
  const perm = ids.map((id) => ranks[id]!)
  return { row, col, perm: perm.every((p, k) => p === k) ? null : perm, ids }
}

/** Moves live edges together. @returns their ids. */
function compact(live: Uint8Array, near: Uint32Array, far: Uint32Array): Uint32Array {
  const ids = new Uint32Array(live.length)
  let count = 0
  for (let id = 0; id < live.length; id++) {
    if (live[id] === 0) continue
    near[count] = near[id]!
    far[count] = far[id]!
    ids[count++] = id
  }
  return ids.slice(0, count)
}

function idsOf(ids: Uint32Array | null, perm: Uint32Array | null): Uint32Array | null {
  if (ids === null || perm === null) return ids ?? perm
  return perm.map((place) => ids[place]!)
}

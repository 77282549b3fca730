import type { DeltaAdjacency } from './delta-adjacency.ts'
import type { DeltaAdjacencyIndex, DeltaAdjacencyLog } from './delta-adjacency-index.ts'
import type { DeltaSnapshot } from './delta-overlay.ts'
import type { RelDelta } from './delta-table.ts'
import { CHUNK_MASK, CHUNK_SHIFT, type Direction, type RowBitset } from './read-view.ts'

/** Up to so many deleted rels of a node are looked through one by one. */
const FEW = 4

/**
 * What one reader in one snapshot sees of a delta's changes to adjacency lists, node by node: {@link seek} a node, then ask.
 * Reading a node costs some 10 ns and 1 ns a rel while its changes are in the delta's index, and a hash probe or two for each change since.
 */
export class DeltaLists {
  /** Of the node that was sought: how many rels to add to its base list, and how many of that list are gone. */
  inserted = 0
  deleted = 0

  readonly #delta: RelDelta
  readonly #direction: Direction
  readonly #adjacency: DeltaAdjacency
  readonly #touched: readonly (RowBitset | undefined)[]
  readonly #others: readonly number[]
  readonly #snapshot: DeltaSnapshot
  #visibleInserts: number
  #visibleDeletes: number
  #index: DeltaAdjacencyIndex | null
  /** Ranges of the sought node in the index. */
  #insertFrom = 0
  #insertTo = 0
  #deleteFrom = 0
  #deleteTo = 0
  /** Inserted rels that are not in the index, newest first, and whether rels were deleted that the index does not tell of. */
  #tail = new Int32Array(16)
  #tailCount = 0
  #tailDeletes = false

  constructor(delta: RelDelta, direction: Direction, snapshot: DeltaSnapshot) {
    this.#delta = delta
    this.#direction = direction
    this.#adjacency = delta.adjacency(direction)
    this.#touched = this.#adjacency.touchedGroups
    this.#others = direction === 'fwd' ? delta.targets : delta.sources
    this.#snapshot = snapshot
    this.#visibleInserts = delta.visibleInserts(snapshot)
    this.#visibleDeletes = delta.visibleDeletes(snapshot)
    this.#index = this.#adjacency.index(this.#log(), snapshot.live)
  }

  /** Whether anything was ever changed at a node, visible or not. */
  touches(node: number): boolean {
    const group = node >>> CHUNK_SHIFT
    if (group >= this.#touched.length) return false
    const bits = this.#touched[group]
    return bits !== undefined && (bits[(node & CHUNK_MASK) >>> 5]! & (1 << (node & 31))) !== 0
  }

  /** Looks up the changes of a node. */
  seek(node: number): void {
    if (this.#snapshot.live) this.#catchUp()
    const index = node >>> CHUNK_SHIFT
    const local = node & CHUNK_MASK
    const known = this.#index
    const slot = known === null ? -1 : known.slotOf(index, local)
    if (slot < 0) {
      this.#insertFrom = this.#insertTo = 0
      this.#deleteFrom = this.#deleteTo = 0
    } else {
      this.#insertFrom = known!.insertStarts[slot]!
      this.#insertTo = known!.insertStarts[slot + 1]!
      this.#deleteFrom = known!.deleteStarts[slot]!
      this.#deleteTo = known!.deleteStarts[slot + 1]!
    }
    this.inserted = this.#insertTo - this.#insertFrom
    this.deleted = this.#deleteTo - this.#deleteFrom
    this.#tailCount = 0
    this.#tailDeletes = false
    if (known === null || known.hasTail(index, local)) this.#seekTail(node)
  }

  /** @returns what the delta adds to the number of rels of a node. Seeks it. */
  degreeChange(node: number): number {
    this.seek(node)
    return this.inserted - this.deleted
  }

  /** Writes the sought node's inserted rels, in the order of their ids, to `list` (and `ids`) from element `at` on. */
  copyInserted(list: Uint32Array, ids: Uint32Array | null, at: number): void {
    let to = at
    if (this.#insertTo > this.#insertFrom) to = this.#copyIndexed(this.#index!, list, ids, at)
    const { baseRows } = this.#delta
    for (let i = this.#tailCount - 1; i >= 0; i--) {
      const position = this.#tail[i]!
      list[to] = this.#others[position]!
      if (ids !== null) ids[to] = baseRows + position
      to++
    }
  }

  /** Moves the rels of `list[0..count)` that are not deleted to its front, and their ids. @returns how many they are. */
  dropDeleted(list: Uint32Array, ids: Uint32Array, count: number): number {
    let kept = 0
    for (let i = 0; i < count; i++) {
      const relId = ids[i]!
      list[kept] = list[i]!
      ids[kept] = relId
      kept += this.#isDeleted(relId) ? 0 : 1
    }
    return kept
  }

  #copyIndexed(index: DeltaAdjacencyIndex, list: Uint32Array, ids: Uint32Array | null, to: number): number {
    const { neighbours, relIds } = index
    for (let i = this.#insertFrom; i < this.#insertTo; i++) {
      if (this.#tailDeletes && this.#isDeleted(relIds[i]!)) continue
      list[to] = neighbours[i]!
      if (ids !== null) ids[to] = relIds[i]!
      to++
    }
    return to
  }

  #isDeleted(relId: number): boolean {
    if (this.#tailDeletes) return this.#delta.deletes.has(relId, this.#snapshot.commit)
    const { deleted } = this.#index!
    let from = this.#deleteFrom
    let to = this.#deleteTo
    while (to - from > FEW) {
      const middle = (from + to) >>> 1
      if (deleted[middle]! <= relId) from = middle
      else to = middle
    }
    for (; from < to; from++) if (deleted[from] === relId) return true
    return false
  }

  /** Counts what the index does not have. Positions in a chain descend. */
  #seekTail(node: number): void {
    const { deletes, baseRows } = this.#delta
    const { commit } = this.#snapshot
    const firstInsert = this.#index?.insertCount ?? 0
    const firstDelete = this.#index?.deleteCount ?? 0
    const anyDeleted = this.#visibleDeletes > firstDelete
    for (let at = this.#adjacency.firstInsert(node); at >= firstInsert; at = this.#adjacency.nextInsert(at)) {
      if (at >= this.#visibleInserts || (anyDeleted && deletes.has(baseRows + at, commit))) continue
      this.#pushTail(at)
    }
    this.inserted += this.#tailCount
    if (!anyDeleted) return
    for (let at = this.#adjacency.firstDelete(node); at >= firstDelete; at = this.#adjacency.nextDelete(at)) {
      if (at >= this.#visibleDeletes) continue
      this.#tailDeletes = true
      const relId = deletes.rows[at]!
      if (relId < baseRows) this.deleted++
      else if (relId - baseRows < firstInsert) this.inserted--
    }
  }

  #pushTail(position: number): void {
    if (this.#tailCount === this.#tail.length) {
      const larger = new Int32Array(this.#tailCount * 2)
      larger.set(this.#tail)
      this.#tail = larger
    }
    this.#tail[this.#tailCount++] = position
  }

  /** Sees what the transaction has changed since the last call. */
  #catchUp(): void {
    this.#visibleInserts = this.#delta.visibleInserts(this.#snapshot)
    this.#visibleDeletes = this.#delta.visibleDeletes(this.#snapshot)
    if (this.#index?.retired) this.#index = this.#adjacency.index(this.#log(), true)
  }

  #log(): DeltaAdjacencyLog {
    const delta = this.#delta
    const forward = this.#direction === 'fwd'
    return {
      insertNodes: forward ? delta.sources : delta.targets,
      insertOthers: this.#others,
      baseRows: delta.baseRows,
      deleteNodes: forward ? delta.deletedSources : delta.deletedTargets,
      deletedRels: delta.deletes.rows,
      insertCount: this.#visibleInserts,
      deleteCount: this.#visibleDeletes,
    }
  }
}

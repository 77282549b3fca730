import type { Value } from '../types/value.ts'
import { assert } from '../util/assert.ts'
import { DeltaAdjacency } from './delta-adjacency.ts'
import { DeltaColumn } from './delta-column.ts'
import { DeltaDeletes } from './delta-deletes.ts'
import { DeltaKeys } from './delta-keys.ts'
import type { DeltaSnapshot } from './delta-overlay.ts'
import { DeltaRowCommits } from './delta-row-commits.ts'
import type { Direction } from './read-view.ts'
import type { ColumnSchema, NodeTableSchema, RelTableSchema } from './table-schema.ts'

/** Lengths of a delta's logs at one moment; {@link NodeDelta.truncate} goes back to it. */
export interface DeltaMark {
  readonly inserted: number
  readonly deleted: number
  readonly keys: number
  readonly updates: ReadonlyMap<number, number>
}

/**
 * The changes of one node table since its base was written, by all commits and by the open write transaction, which stamps its changes with the
 * number that its commit will get: no other snapshot sees them, and a commit has nothing left to rewrite.
 */
export class NodeDelta {
  readonly baseRows: number
  readonly columns: ReadonlyMap<number, DeltaColumn>
  readonly rowCommits = new DeltaRowCommits()
  readonly deletes = new DeltaDeletes()
  readonly keys = new DeltaKeys()
  readonly #primaryKey: number
  readonly #columnList: readonly DeltaColumn[]
  readonly #keyPosition: number
  #inserted = 0

  constructor(schema: NodeTableSchema, baseRows: number) {
    this.baseRows = baseRows
    this.columns = deltaColumns(schema.columns, baseRows)
    this.#columnList = [...this.columns.values()]
    this.#primaryKey = schema.primaryKey
    this.#keyPosition = schema.columns.findIndex((c) => c.columnId === schema.primaryKey)
  }

  get insertedCount(): number {
    return this.#inserted
  }

  /** Rows inserted and deleted, and values updated: what readers look at beside the base. */
  get changeCount(): number {
    return this.#inserted + this.deletes.count + updatesOf(this.#columnList)
  }

  get isEmpty(): boolean {
    return this.#inserted === 0 && this.deletes.count === 0 && this.#columnList.every((c) => c.updateCount === 0)
  }

  /** @param values in schema order. @returns the row. */
  insert(values: readonly Value[], commit: number): number {
    const row = this.baseRows + this.#inserted
    for (let i = 0; i < this.#columnList.length; i++) this.#columnList[i]!.appendInserted(values[i] ?? null)
    this.#inserted++
    this.rowCommits.note(commit, this.#inserted)
    this.keys.add(values[this.#keyPosition] ?? null, row)
    for (let i = 0; i < this.#columnList.length; i++) this.#columnList[i]!.notify(row)
    return row
  }

  update(row: number, columnId: number, value: Value, commit: number): void {
    columnOf(this.columns, columnId).update(row, value, commit)
    if (columnId === this.#primaryKey) this.keys.add(value, row)
  }

  /** @returns false if the row was deleted before. */
  delete(row: number, commit: number): boolean {
    return this.deletes.add(row, commit)
  }

  mark(): DeltaMark {
    return {
      inserted: this.#inserted,
      deleted: this.deletes.count,
      keys: this.keys.count,
      updates: updateCounts(this.columns),
    }
  }

  truncate(mark: DeltaMark): void {
    this.#inserted = mark.inserted
    for (const [id, column] of this.columns) column.truncate(mark.inserted, mark.updates.get(id)!)
    this.rowCommits.truncate(mark.inserted)
    this.deletes.truncate(mark.deleted)
    this.keys.truncate(mark.keys)
  }
}

/** The changes of one FROM-TO pair since its base was written; stamps as in {@link NodeDelta}. Rel ids of inserted rels go on from `baseRows`. */
export class RelDelta {
  readonly baseRows: number
  readonly columns: ReadonlyMap<number, DeltaColumn>
  readonly rowCommits = new DeltaRowCommits()
  readonly deletes = new DeltaDeletes()
  /** Ends of inserted rels, by rel id minus `baseRows`. */
  readonly sources: number[] = []
  readonly targets: number[] = []
  /** Ends of deleted rels, in the order of {@link deletes}. */
  readonly deletedSources: number[] = []
  readonly deletedTargets: number[] = []
  readonly fwd = new DeltaAdjacency()
  readonly bwd = new DeltaAdjacency()
  readonly #columnList: readonly DeltaColumn[]

  constructor(schema: RelTableSchema, baseRows: number) {
    this.baseRows = baseRows
    this.columns = deltaColumns(schema.columns, baseRows)
    this.#columnList = [...this.columns.values()]
  }

  get insertedCount(): number {
    return this.sources.length
  }

  /** See {@link NodeDelta.changeCount}. */
  get changeCount(): number {
    return this.sources.length + this.deletes.count + updatesOf(this.#columnList)
  }

  get isEmpty(): boolean {
    return this.sources.length === 0 && this.deletes.count === 0 && this.#columnList.every((c) => c.updateCount === 0)
  }

  /** @returns how many inserted rels a snapshot sees. */
  visibleInserts({ commit, live }: DeltaSnapshot): number {
    return live ? this.insertedCount : this.rowCommits.countAt(commit)
  }

  /** @returns how many deletes a snapshot sees. */
  visibleDeletes({ commit, live }: DeltaSnapshot): number {
    return live ? this.deletes.count : this.deletes.prefix(commit)
  }

  adjacency(direction: Direction): DeltaAdjacency {
    return direction === 'fwd' ? this.fwd : this.bwd
  }

  insert(source: number, target: number, values: readonly Value[], commit: number): number {
    const relId = this.baseRows + this.sources.length
    for (let i = 0; i < this.#columnList.length; i++) this.#columnList[i]!.appendInserted(values[i] ?? null)
    this.sources.push(source)
    this.targets.push(target)
    this.fwd.appendInsert(source)
    this.bwd.appendInsert(target)
    this.rowCommits.note(commit, this.sources.length)
    for (let i = 0; i < this.#columnList.length; i++) this.#columnList[i]!.notify(relId)
    return relId
  }

  update(relId: number, columnId: number, value: Value, commit: number): void {
    columnOf(this.columns, columnId).update(relId, value, commit)
  }

  /** @returns false if the rel was deleted before. */
  delete(source: number, target: number, relId: number, commit: number): boolean {
    if (!this.deletes.add(relId, commit)) return false
    this.deletedSources.push(source)
    this.deletedTargets.push(target)
    this.fwd.appendDelete(source)
    this.bwd.appendDelete(target)
    return true
  }

  mark(): DeltaMark {
    return {
      inserted: this.sources.length,
      deleted: this.deletes.count,
      keys: 0,
      updates: updateCounts(this.columns),
    }
  }

  truncate(mark: DeltaMark): void {
    const { inserted, deleted } = mark
    this.fwd.truncate(
      inserted,
      deleted,
      (at) => this.sources[at]!,
      (at) => this.deletedSources[at]!,
    )
    this.bwd.truncate(
      inserted,
      deleted,
      (at) => this.targets[at]!,
      (at) => this.deletedTargets[at]!,
    )
    for (const [id, column] of this.columns) column.truncate(inserted, mark.updates.get(id)!)
    this.sources.length = inserted
    this.targets.length = inserted
    this.deletedSources.length = deleted
    this.deletedTargets.length = deleted
    this.rowCommits.truncate(inserted)
    this.deletes.truncate(deleted)
  }
}

function deltaColumns(columns: readonly ColumnSchema[], baseRows: number): Map<number, DeltaColumn> {
  return new Map(columns.map((c) => [c.columnId, new DeltaColumn(c.type, baseRows)]))
}

function updateCounts(columns: ReadonlyMap<number, DeltaColumn>): Map<number, number> {
  return new Map([...columns].map(([id, column]) => [id, column.updateCount]))
}

function columnOf(columns: ReadonlyMap<number, DeltaColumn>, columnId: number): DeltaColumn {
  const column = columns.get(columnId)
  assert(column !== undefined, 'no such column', { columnId })
  return column
}

function updatesOf(columns: readonly DeltaColumn[]): number {
  let count = 0
  for (const column of columns) count += column.updateCount
  return count
}

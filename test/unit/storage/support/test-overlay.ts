import type { ColumnChangeListener, ColumnOverlay } from '../../../../src/storage/column-overlay.ts'
import { type ColumnPatch, columnPatch } from '../../../../src/storage/column-patch.ts'
import { CHUNK_SHIFT } from '../../../../src/storage/read-view.ts'
import type { Value } from '../../../../src/types/value.ts'

/** Updates of base rows and inserted rows, changed while readers look on. */
export class TestOverlay implements ColumnOverlay {
  readonly changes = new Map<number, Value>()
  rowCount: number
  readonly #listeners: ColumnChangeListener[] = []

  constructor(baseRows: number) {
    this.rowCount = baseRows
  }

  set(row: number, value: Value): void {
    this.changes.set(row, value)
    this.rowCount = Math.max(this.rowCount, row + 1)
    for (const listener of this.#listeners) listener.rowChanged(row)
  }

  undo(row: number): void {
    this.changes.delete(row)
    for (const listener of this.#listeners) listener.rowChanged(row)
  }

  get nullCount(): number {
    return [...this.changes.values()].filter((v) => v === null).length
  }

  get min(): Value {
    return null
  }

  get max(): Value {
    return null
  }

  get safeNumber(): boolean {
    return [...this.changes.values()].every((v) => typeof v !== 'bigint')
  }

  changedIn(start: number, end: number): boolean {
    return [...this.changes.keys()].some((row) => row >= start && row < end)
  }

  updates(chunk: number): ColumnPatch | null {
    const rows = [...this.changes.keys()].filter((row) => row >>> CHUNK_SHIFT === chunk).sort((a, b) => a - b)
    const values = rows.map((row) => this.changes.get(row)!)
    return rows.length === 0 ? null : columnPatch(Uint32Array.from(rows), values, true)
  }

  /** Values of inserted rows come as updates here. */
  insertedNumbers(): void {}

  get(row: number): Value | undefined {
    return this.changes.get(row)
  }

  subscribe(listener: ColumnChangeListener): void {
    this.#listeners.push(listener)
  }
}

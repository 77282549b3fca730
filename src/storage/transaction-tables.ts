import { assert } from '../util/assert.ts'
import { groupPages } from './csr-format.ts'
import type { DeltaMark } from './delta-table.ts'
import type { PageRange } from './page-store.ts'
import { encodeRedo, type RedoSource } from './redo-codec.ts'
import type { NodeTableState, RelTableState, TableState, TableStates } from './transaction-table-state.ts'

/**
 * The tables as one write transaction sees and changes them. Changes of rows go into the shared deltas, stamped so that nobody else sees them;
 * a new base (bulk load, merge, DDL) is a new table state that only the transaction holds until it is committed.
 */
export class TransactionTables {
  readonly #before: TableStates
  readonly #tables: Map<number, TableState>
  /** Where the transaction's changes begin in each delta that it has changed. */
  readonly #marks = new Map<TableState, DeltaMark>()
  readonly #freed: PageRange[] = []

  constructor(before: TableStates) {
    this.#before = before
    this.#tables = new Map(before)
  }

  get all(): TableStates {
    return this.#tables
  }

  get freed(): readonly PageRange[] {
    return this.#freed
  }

  /** Tables whose record the commit must write. */
  get replaced(): TableState[] {
    return [...this.#tables.values()].filter((state) => this.#before.get(state.tableId) !== state)
  }

  /** Ids of tables that are gone. */
  get dropped(): number[] {
    return [...this.#before.keys()].filter((tableId) => !this.#tables.has(tableId))
  }

  /** Tables with changes of this transaction in their delta. */
  get touched(): TableState[] {
    return this.#redoSources().map(({ state }) => state)
  }

  node(tableId: number): NodeTableState {
    const state = this.#tables.get(tableId)
    assert(state?.kind === 'node', 'no such node table', { tableId })
    return state
  }

  rel(relTableId: number): RelTableState {
    const state = this.#tables.get(relTableId)
    assert(state?.kind === 'rel', 'no such rel table', { relTableId })
    return state
  }

  /** Must come before the first change of a table's delta. */
  mark(state: TableState): void {
    if (!this.#marks.has(state)) this.#marks.set(state, state.delta.mark())
  }

  create(state: TableState): void {
    assert(!this.#tables.has(state.tableId), 'table exists', { tableId: state.tableId })
    this.#tables.set(state.tableId, state)
  }

  /** Puts a new base in the place of a table; its old delta is contained in it. `freed`: pages of the old base that the new one does not use. */
  replace(state: TableState, freed: readonly PageRange[]): void {
    const old = this.#tables.get(state.tableId)
    assert(old !== undefined, 'no such table', { tableId: state.tableId })
    this.#takeBack(old)
    this.#tables.set(state.tableId, state)
    this.#freed.push(...freed)
  }

  drop(tableId: number): void {
    const old = this.#tables.get(tableId)
    assert(old !== undefined, 'no such table', { tableId })
    this.#takeBack(old)
    this.#tables.delete(tableId)
    this.#freed.push(...pagesOf(old))
  }

  /** @returns the record of the transaction's changes in deltas, or null if there are none. */
  encodeRedo(commit: number): Uint8Array | null {
    const sources = this.#redoSources().map(({ source }) => source)
    return sources.length === 0 ? null : encodeRedo(commit, sources)
  }

  /** Undoes every change in a shared delta. */
  rollback(): void {
    for (const state of [...this.#marks.keys()]) this.#takeBack(state)
  }

  #takeBack(state: TableState): void {
    const mark = this.#marks.get(state)
    if (mark !== undefined) state.delta.truncate(mark)
    this.#marks.delete(state)
    for (const column of state.delta.columns.values()) column.unsubscribeAll()
  }

  #redoSources(): { state: TableState; source: RedoSource }[] {
    return [...this.#marks]
      .filter(([state, since]) => this.#tables.get(state.tableId) === state && hasGrown(state, since))
      .map(([state, since]) => {
        const { tableId, version, schema, delta } = state
        return { state, source: { tableId, version, columns: schema.columns, delta, since } }
      })
  }
}

function hasGrown({ delta }: TableState, since: DeltaMark): boolean {
  if (delta.insertedCount > since.inserted || delta.deletes.count > since.deleted) return true
  return [...delta.columns].some(([id, column]) => column.updateCount > since.updates.get(id)!)
}

/** @returns every page of a table's base. */
export function pagesOf(state: TableState): PageRange[] {
  const ranges: PageRange[] = []
  for (const column of state.base.columns) {
    for (const { firstPage, pageCount } of column.chunks) ranges.push({ first: firstPage, count: pageCount })
  }
  if (state.kind === 'rel') {
    for (const group of [...(state.base.fwd ?? []), ...(state.base.bwd ?? [])]) {
      ranges.push({ first: group.firstPage, count: groupPages(group) })
    }
  } else {
    const { deleted, keyIndex } = state.base
    if (deleted !== null) ranges.push({ first: deleted.firstPage, count: deleted.pageCount })
    for (const part of keyIndex.parts) {
      if (part.kind === 'hash') ranges.push({ first: part.firstPage, count: part.pageCount })
    }
  }
  return ranges.filter(({ count }) => count > 0)
}

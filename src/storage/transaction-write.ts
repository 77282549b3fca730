import type { MessagePort } from 'node:worker_threads'
import { SpillFile } from '../bufferpool/spill-file.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { StoredRows } from '../types/stored-rows.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { assert } from '../util/assert.ts'
import type { NodeTableBase } from './column-base.ts'
import { constantColumn } from './column-writer.ts'
import type { LoadOutcome, LoadTicket } from './load-ticket.ts'
import { emptyColumn } from './merge-column.ts'
import { runInSlices, runToEnd, type Steps } from './merge-steps.ts'
import { mergeTable } from './merge-table.ts'
import { NodeLoader } from './node-bulk-loader.ts'
import { duplicateKeyError, nullKeyError } from './node-errors.ts'
import type { BulkLoad, CommitBatch, PageRange, RecordChange } from './page-store.ts'
import { SnapshotReadView } from './read-view-snapshot.ts'
import { ReaderContext } from './reader-context.ts'
import { RelLoader } from './rel-bulk-loader.ts'
import { MAX_TABLE_ROWS, rowLimitError } from './rel-errors.ts'
import { emptyRelBase, type RelTableBase } from './rel-table-base.ts'
import { replaceColumn } from './replace-column.ts'
import type { NodeTableSchema, RelTableSchema } from './table-schema.ts'
import type { TransactionHost } from './transaction-host.ts'
import { TransactionPages } from './transaction-pages.ts'
import { CATALOG_KEY, encodePlain, encodeTable, redoKey, TABLES_KEY, tableKey } from './transaction-record.ts'
import { TransactionRels } from './transaction-rels.ts'
import {
  NodeTableState,
  newVersion,
  RelTableState,
  type TableState,
  type TableStates,
} from './transaction-table-state.ts'
import { TransactionTables } from './transaction-tables.ts'
import type { NodeBulkLoader, RelBulkLoader, WriteTransaction } from './write-transaction.ts'

/** States: open -> committing -> ended; open -> ended (rollback, or a failed commit). */
type Phase = 'open' | 'committing' | 'ended'

/** Pages written for one load or merge. */
interface TransactionLoad {
  readonly bulk: BulkLoad
  /** The table that it replaces. */
  readonly state: TableState
  /** The transaction's tables refer to the pages, so its commit publishes them. */
  used: boolean
}

/** Everything that a commit hands to the page store, and what it means for this process. */
interface PreparedCommit {
  readonly batch: CommitBatch
  readonly redo: Uint8Array | null
}

/**
 * The write transaction over deltas and bulk loads. Its changes carry the number that its commit will get, which no other view has, so a commit
 * is one record (plus table records where a base changed) and nothing is rewritten in memory; a rollback cuts the deltas back.
 */
export class GraphTransaction implements WriteTransaction {
  readonly view: SnapshotReadView
  readonly #host: TransactionHost
  readonly #base: number
  readonly #commit: number
  readonly #tables: TransactionTables
  readonly #snapshotView: SnapshotReadView
  readonly #rels: TransactionRels
  readonly #readers: ReaderContext
  readonly #loads: TransactionLoad[] = []
  #catalog: Uint8Array | null
  #catalogChanged = false
  #obsoleteRecords: readonly string[] = []
  #phase: Phase = 'open'

  constructor(host: TransactionHost) {
    const { state, parts } = host
    this.#host = host
    this.#base = state.commit
    this.#commit = state.commit + 1
    this.#catalog = state.catalog
    this.#tables = new TransactionTables(state.tables)
    const seen = { commit: this.#commit, live: true }
    this.#snapshotView = new SnapshotReadView(
      () => this.#tables.all,
      seen,
      parts,
      () => {},
    )
    this.view = this.#snapshotView
    this.#rels = new TransactionRels(this.#snapshotView)
    this.#readers = new ReaderContext(parts.pool, parts.memory, parts.maxPins)
  }

  get isOpen(): boolean {
    return this.#phase === 'open'
  }

  get tables(): TableStates {
    return this.#tables.all
  }

  /** The catalog record as the transaction sees it. */
  get catalog(): Uint8Array | null {
    return this.#catalog
  }

  /** @returns the changes in deltas as one record, for a worker thread that shall see them; null if there are none. */
  overlay(): Uint8Array | null {
    return this.#tables.encodeRedo(this.#commit)
  }

  setCatalog(record: Uint8Array): void {
    this.#assertOpen()
    this.#catalog = record.slice()
    this.#catalogChanged = true
  }

  createNodeTable(schema: NodeTableSchema): void {
    this.#assertOpen()
    this.#tables.create(new NodeTableState(schema, newVersion(), emptyNodeBase(schema)))
  }

  createRelTable(schema: RelTableSchema): void {
    this.#assertOpen()
    this.#tables.create(new RelTableState(schema, newVersion(), emptyRelBase(schema)))
  }

  dropTable(tableId: number): void {
    this.#assertOpen()
    this.#tables.drop(tableId)
  }

  addColumn(tableId: number, columnId: number, schema: NodeTableSchema | RelTableSchema, defaultValue: Value): void {
    this.#assertOpen()
    const type = schema.columns.find((column) => column.columnId === columnId)!.type
    const state = this.#merged(tableId)
    const added = constantColumn(columnId, type, state.base.rowCount, defaultValue)
    const columns = schema.columns.map((c) =>
      c.columnId === columnId ? added : state.base.columns.find((column) => column.columnId === c.columnId)!,
    )
    this.#tables.replace(withSchema(state, schema, columns), [])
  }

  dropColumn(tableId: number, columnId: number): void {
    this.#assertOpen()
    const state = this.#merged(tableId)
    const schema = { ...state.schema, columns: state.schema.columns.filter((c) => c.columnId !== columnId) }
    const gone = state.base.columns.filter((column) => column.columnId === columnId)
    const kept = state.base.columns.filter((column) => column.columnId !== columnId)
    const freed = gone
      .flatMap((column) => column.chunks.map(({ firstPage, pageCount }) => ({ first: firstPage, count: pageCount })))
      .filter(({ count }) => count > 0)
    this.#tables.replace(withSchema(state, schema, kept), freed)
  }

  replaceColumn(tableId: number, columnId: number, values: Iterable<Vector | StoredRows>): void {
    this.#assertOpen()
    const state = this.#merged(tableId)
    const { load, pages } = this.#openLoad(state)
    const old = state.base.columns.find((column) => column.columnId === columnId)!
    const { column, freed } = replaceColumn(old, values, pages)
    const columns = state.base.columns.map((c) => (c === old ? column : c))
    this.#replaceLoaded(load, { ...state.base, columns } as NodeTableBase | RelTableBase, freed)
  }

  insertNode(tableId: number, values: readonly Value[]): number {
    this.#assertOpen()
    const state = this.#tables.node(tableId)
    const { schema, delta } = state
    const key = values[schema.columns.findIndex((c) => c.columnId === schema.primaryKey)] ?? null
    this.#checkKey(state, key, -1)
    if (delta.baseRows + delta.insertedCount >= MAX_TABLE_ROWS) throw rowLimitError(schema.name)
    this.#tables.mark(state)
    return delta.insert(values, this.#commit)
  }

  updateNode(tableId: number, offset: number, columnId: number, value: Value): void {
    this.#assertOpen()
    const state = this.#tables.node(tableId)
    if (columnId === state.schema.primaryKey) this.#checkKey(state, value, offset)
    this.#tables.mark(state)
    state.delta.update(offset, columnId, value, this.#commit)
  }

  deleteNode(tableId: number, offset: number): void {
    this.#assertOpen()
    const state = this.#tables.node(tableId)
    const { deleted } = this.view.nodeTable(tableId)
    if (deleted !== null && ((deleted[offset >>> 5] ?? 0) >>> (offset & 31)) & 1) return
    this.#tables.mark(state)
    state.delta.delete(offset, this.#commit)
  }

  connectedTable(tableId: number, offset: number): { relTableId: number; direction: 'fwd' | 'bwd' } | null {
    this.#assertOpen()
    return this.#rels.connected(tableId, offset)
  }

  detach(tableId: number, offset: number): number {
    this.#assertOpen()
    let count = 0
    for (const { state, source, target, relId } of this.#rels.relsOf(tableId, offset)) {
      this.#tables.mark(state)
      if (state.delta.delete(source, target, relId, this.#commit)) count++
    }
    return count
  }

  insertRel(relTableId: number, source: number, target: number, values: readonly Value[]): number {
    this.#assertOpen()
    const state = this.#tables.rel(relTableId)
    this.#rels.checkMultiplicity(state, source, target)
    if (state.delta.baseRows + state.delta.insertedCount >= MAX_TABLE_ROWS) throw rowLimitError(state.schema.name)
    this.#tables.mark(state)
    return state.delta.insert(source, target, values, this.#commit)
  }

  updateRel(relTableId: number, relId: number, columnId: number, value: Value): void {
    this.#assertOpen()
    const state = this.#tables.rel(relTableId)
    this.#tables.mark(state)
    state.delta.update(relId, columnId, value, this.#commit)
  }

  deleteRel(relTableId: number, source: number, target: number, relId: number): void {
    this.#assertOpen()
    const state = this.#tables.rel(relTableId)
    this.#tables.mark(state)
    state.delta.delete(source, target, relId, this.#commit)
  }

  bulkLoadNodes(tableId: number): NodeBulkLoader {
    this.#assertOpen()
    const state = this.#merged(tableId) as NodeTableState
    const { load, pages } = this.#openLoad(state)
    const { schema, base } = state
    const existing = this.view.nodeTable(tableId)
    return new NodeLoader({ schema, base, existing }, pages, (result) => {
      this.#replaceLoaded(load, result.base, result.freed)
    })
  }

  bulkLoadRels(relTableId: number): RelBulkLoader {
    this.#assertOpen()
    const state = this.#merged(relTableId) as RelTableState
    const { load, pages } = this.#openLoad(state)
    const { schema, base } = state
    const [sourceCount, targetCount] = this.#endCounts(schema)
    return new RelLoader({ schema, base, sourceCount, targetCount }, pages, (result) => {
      this.#replaceLoaded(load, result.base, result.freed)
    })
  }

  async prepareLoad(tableId: number): Promise<void> {
    this.#assertOpen()
    const state = this.#tables.all.get(tableId)
    if (state !== undefined && !state.delta.isEmpty) await runInSlices(this.#merge(state))
  }

  describeLoad(tableId: number): { readonly ticket: LoadTicket; readonly transfer: readonly MessagePort[] } {
    this.#assertOpen()
    const state = this.#merged(tableId)
    const bulk = this.#host.writer.beginBulk()
    const { description, transfer } = bulk.describe()
    const load = { bulk, used: false, state }
    this.#loads.push(load)
    const ticket: LoadTicket = {
      loadId: bulk.id,
      table: this.#loadTable(state),
      writer: description,
      memoryBytes: this.#host.loadMemoryBytes,
      spillFolder: this.#host.spillFolder,
    }
    return { ticket, transfer }
  }

  acceptLoad(ticket: LoadTicket, outcome: LoadOutcome): number {
    this.#assertOpen()
    const load = this.#loadOf(ticket)
    if (outcome.base === null) return 0
    this.#replaceLoaded(load, outcome.base, outcome.freed)
    return outcome.rows
  }

  async abandonLoad(ticket: LoadTicket): Promise<void> {
    const load = this.#loads.find(({ bulk }) => bulk.id === ticket.loadId)
    if (load === undefined || load.used) return
    this.#loads.splice(this.#loads.indexOf(load), 1)
    await load.bulk.abort()
  }

  /** Makes the commit delete these records of older commits, because everything in them was merged. */
  dropRecords(keys: readonly string[]): void {
    this.#obsoleteRecords = keys
  }

  /** Merges the deltas of all tables into new bases, as part of this transaction. */
  *mergeAll(): Steps<void> {
    this.#assertOpen()
    for (const state of [...this.#tables.all.values()]) if (!state.delta.isEmpty) yield* this.#merge(state)
  }

  async commit(): Promise<number> {
    this.#assertOpen()
    this.#phase = 'committing'
    const work = this.#commitInSlices()
    this.#host.committing(work)
    const commit = await work
    await this.#host.afterCommit()
    return commit
  }

  commitSync(): number {
    this.#assertOpen()
    this.#phase = 'committing'
    let commit: number
    try {
      const prepared = this.#prepare(runToEnd(this.#commitRecord()))
      if (prepared !== null) this.#host.writer.commitSync(prepared.batch)
      commit = this.#succeed(prepared)
    } catch (error) {
      this.#fail()
      throw error
    }
    this.#host.afterCommitSync()
    return commit
  }

  rollback(): void {
    if (this.#phase !== 'open') return
    this.#fail()
  }

  async #commitInSlices(): Promise<number> {
    try {
      const prepared = this.#prepare(await runInSlices(this.#commitRecord()))
      if (prepared !== null) await this.#host.writer.commit(prepared.batch)
      return this.#succeed(prepared)
    } catch (error) {
      this.#fail()
      throw error
    }
  }

  /** @returns the changes as a commit record, or null when there are none; those too large for one are merged at once. */
  *#commitRecord(): Steps<Uint8Array | null> {
    const redo = this.#tables.encodeRedo(this.#commit)
    if (redo === null || redo.length <= this.#host.largestRecordBytes) return redo
    for (const state of this.#tables.touched) yield* this.#merge(state)
    return this.#tables.encodeRedo(this.#commit)
  }

  #prepare(redo: Uint8Array | null): PreparedCommit | null {
    const { replaced, dropped, freed } = this.#tables
    const records: RecordChange[] = replaced.map((state) => [tableKey(state.tableId), encodeTable(state)])
    for (const tableId of dropped) records.push([tableKey(tableId), null])
    if (records.length > 0) records.push([TABLES_KEY, encodePlain({ tables: this.#versions() })])
    if (this.#catalogChanged) records.push([CATALOG_KEY, this.#catalog])
    if (redo !== null) records.push([redoKey(this.#commit), redo])
    for (const key of this.#obsoleteRecords) records.push([key, null])
    if (records.length === 0) return null
    const publish = this.#loads.filter(({ used }) => used).map(({ bulk }) => bulk)
    return { batch: { expectedCommit: this.#base, records, freed, publish }, redo }
  }

  #versions(): { tableId: number; version: number }[] {
    return [...this.#tables.all.values()].map(({ tableId, version }) => ({ tableId, version }))
  }

  #succeed(prepared: PreparedCommit | null): number {
    this.#end()
    this.#abortLoads()
    if (prepared === null) {
      this.#host.ended('unchanged')
      return this.#base
    }
    this.#host.state.committed(this.#commit, new Map(this.#tables.all), this.#catalog, prepared.redo)
    this.#host.ended('committed')
    return this.#commit
  }

  #fail(): void {
    this.#end()
    this.#tables.rollback()
    for (const load of this.#loads) load.used = false
    this.#abortLoads()
    this.#host.ended('rolled back')
  }

  #end(): void {
    this.#phase = 'ended'
    this.#snapshotView.close()
    this.#readers.close()
    for (const state of this.#tables.all.values()) {
      for (const column of state.delta.columns.values()) column.unsubscribeAll()
    }
  }

  /** Has the pages deleted that no table refers to; nobody waits for it. */
  #abortLoads(): void {
    for (const { bulk, used } of this.#loads) if (!used) bulk.abandon()
  }

  /** Opens a load or merge that this thread runs. */
  #openLoad(state: TableState): { load: TransactionLoad; pages: TransactionPages } {
    const { parts, writer, spillFolder, loadMemoryBytes } = this.#host
    const bulk = writer.beginBulk()
    const load = { bulk, used: false, state }
    this.#loads.push(load)
    const openSpill = (): SpillFile => new SpillFile(spillFolder)
    const abort = (): void => bulk.abandon()
    return { load, pages: new TransactionPages(parts.pool, bulk, abort, this.#readers, openSpill, loadMemoryBytes) }
  }

  #loadTable(state: TableState): LoadTicket['table'] {
    if (state.kind === 'node') return { kind: 'node', schema: state.schema, base: state.base }
    const [sourceCount, targetCount] = this.#endCounts(state.schema)
    return { kind: 'rel', schema: state.schema, base: state.base, sourceCount, targetCount }
  }

  #endCounts({ fromTableId, toTableId }: RelTableSchema): [number, number] {
    return [this.view.nodeTable(fromTableId).rowCount, this.view.nodeTable(toTableId).rowCount]
  }

  #loadOf(ticket: LoadTicket): TransactionLoad {
    const load = this.#loads.find(({ bulk }) => bulk.id === ticket.loadId)
    assert(load !== undefined, 'not a load of this transaction', { loadId: ticket.loadId })
    return load
  }

  #replaceLoaded(load: TransactionLoad, base: NodeTableBase | RelTableBase, freed: readonly PageRange[]): void {
    const { state } = load
    const unchanged = this.#tables.all.get(state.tableId) === state && state.delta.isEmpty
    assert(unchanged, 'table changed during its bulk load', { tableId: state.tableId })
    load.used = true
    const loaded =
      state.kind === 'node'
        ? new NodeTableState(state.schema, newVersion(), base as NodeTableBase)
        : new RelTableState(state.schema, newVersion(), base as RelTableBase)
    this.#tables.replace(loaded, freed)
  }

  /** @returns the table with an empty delta, merged now if need be. */
  #merged(tableId: number): TableState {
    const state = this.#tables.all.get(tableId)
    assert(state !== undefined, 'no such table', { tableId })
    if (!state.delta.isEmpty) runToEnd(this.#merge(state))
    return this.#tables.all.get(tableId)!
  }

  *#merge(state: TableState): Steps<void> {
    const { load, pages } = this.#openLoad(state)
    const { merged, freed } = yield* mergeTable(state, pages, this.#readers, this.#commit)
    load.used = true
    this.#tables.replace(merged, freed)
  }

  #checkKey(state: NodeTableState, key: Value, ownRow: number): void {
    const { name, tableId } = state.schema
    if (key === null) throw nullKeyError(name)
    const holder = this.view.nodeTable(tableId).lookup(key)
    if (holder >= 0 && holder !== ownRow) throw duplicateKeyError(name, key)
  }

  #assertOpen(): void {
    if (this.#phase !== 'open') throw new DatabaseError('TRANSACTION', 'The transaction has ended.')
  }
}

function emptyNodeBase(schema: NodeTableSchema): NodeTableBase {
  return {
    tableId: schema.tableId,
    rowCount: 0,
    deletedCount: 0,
    deleted: null,
    columns: schema.columns.map((column) => emptyColumn(column.columnId, column.type)),
    keyIndex: { parts: [] },
  }
}

/** @returns the table with other columns, which must stand in the order of the schema. */
function withSchema(
  state: TableState,
  schema: NodeTableSchema | RelTableSchema,
  columns: NodeTableBase['columns'],
): TableState {
  return state.kind === 'node'
    ? new NodeTableState(schema as NodeTableSchema, newVersion(), { ...state.base, columns })
    : new RelTableState(schema as RelTableSchema, newVersion(), { ...state.base, columns })
}

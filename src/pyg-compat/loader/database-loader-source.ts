import type { Catalog } from '../../catalog/catalog.ts'
import { Connection } from '../../database/connection.ts'
import type { ResultTable } from '../../database/query-result.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { ReadView, RowBitset } from '../../storage/read-view.ts'
import type { StorageEngine } from '../../storage/storage-engine.ts'
import { edgeGroups, findEdgeGroup, findGroup, type Group, nodeGroups } from '../backend/find-group.ts'
import { PinnedSnapshot } from '../backend/pinned-snapshot.ts'
import type { RemoteBackend } from '../backend/remote-backend.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { firstRow } from '../features/open-node-features.ts'
import { type RowFormat, rowFormat } from '../features/row-format.ts'
import type { TypedArray } from '../tensor.ts'
import type { KeyValue, LinkList, LoaderSource, PinnedSource, SourceSchema } from './loader-source.ts'
import type { PoolUse } from './loader-statistics.ts'
import { databaseSource, type SourceTicket, type ThreadSource } from './thread-source.ts'

/** The stores of a database as the source of a loader. */
export class DatabaseLoaderSource implements LoaderSource {
  readonly isMemory = false
  readonly #backend: RemoteBackend

  readonly #storage: StorageEngine

  constructor(backend: RemoteBackend) {
    this.#backend = backend
    this.#storage = backend.opened.storage
  }

  pin(): PinnedSource {
    return new PinnedDatabase(PinnedSnapshot.newest(this.#backend.opened))
  }

  isNewest(pinned: PinnedSource): boolean {
    const view = this.#backend.opened.storage.openView()
    const { commitNumber } = view
    view.close()
    return commitNumber === pinned.commitNumber
  }

  query(text: string): ResultTable {
    this.assertOpen()
    const connection = new Connection(this.#backend.database)
    try {
      connection.querySync('BEGIN TRANSACTION READ ONLY')
      const result = connection.querySync(text)
      if (!Array.isArray(result)) return result.columnVectors()
      throw new DatabaseError('INVALID_ARGUMENT', 'The query of a loader must be one statement.')
    } finally {
      connection.closeSync()
    }
  }

  poolUse(): PoolUse | null {
    return this.#backend.closed ? null : this.#backend.database.bufferPoolStats()
  }

  threadEnded(thread: number): void {
    this.#storage.threadEnded(thread)
  }

  assertOpen(): void {
    if (this.#backend.closed) throw new DatabaseError('CLOSED', 'The database of the loader is closed.')
  }

  onClose(listener: () => Promise<void>): () => void {
    return this.#backend.onClose(listener)
  }
}

class PinnedDatabase implements PinnedSource {
  readonly schema: SourceSchema
  readonly #snapshot: PinnedSnapshot
  #held = true

  constructor(snapshot: PinnedSnapshot) {
    this.#snapshot = snapshot
    this.schema = new DatabaseSchema(snapshot.view, snapshot.catalog)
  }

  get commitNumber(): number {
    return this.#snapshot.commitNumber
  }

  openHere(): ThreadSource {
    const source = databaseSource(this.#snapshot.view, this.#snapshot.catalog)
    return { ...source, close: () => undefined } // the view is the snapshot's
  }

  ticket(): SourceTicket {
    return { kind: 'database', snapshot: this.#snapshot.threadData() }
  }

  offsetsOf(nodeType: string, keys: ArrayLike<KeyValue>): Uint32Array {
    const { view, catalog } = this.#snapshot
    const { table, name } = findGroup(catalog, nodeType)
    const key =
      table.kind === 'node' ? table.properties.find(({ columnId }) => columnId === table.primaryKey) : undefined
    const isText = key?.type.id === 'STRING' || key?.type.id === 'UUID'
    const reader = view.nodeTable(table.id)
    const offsets = new Uint32Array(keys.length)
    for (let i = 0; i < keys.length; i++) {
      const given = keys[i]!
      const fits = isText ? typeof given === 'string' : typeof given !== 'string'
      const offset = fits ? reader.lookup(plainKey(given)) : -1
      if (offset < 0) {
        const text = `No node of table ${String(name)} has the primary key ${String(given)}.`
        throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: String(name), key: String(given) } })
      }
      offsets[i] = offset
    }
    return offsets
  }

  nodeTypeOf(tableId: number): string | null {
    return this.#snapshot.catalog.nodeTableById(tableId)?.name ?? null
  }

  allEdges(edgeType: EdgeType): LinkList {
    const { view, catalog } = this.#snapshot
    const group = findEdgeGroup(catalog, edgeType)
    const reader = view.relTable(group.storageId)
    const live = reader.liveCount
    const list = { sources: new Uint32Array(live), targets: new Uint32Array(live), ids: new Uint32Array(live) }
    const forwards = group.table.storageDirection !== 'bwd'
    const cursor = reader.cursor(forwards ? 'fwd' : 'bwd', true)
    const [nodes, others] = forwards ? [list.sources, list.targets] : [list.targets, list.sources]
    const count = view.nodeTable(forwards ? group.pair.from : group.pair.to).rowCount
    let at = 0
    for (let node = 0; node < count; node++) {
      cursor.load(node)
      for (let k = cursor.lo; k < cursor.hi; k++) {
        nodes[at] = node
        others[at] = cursor.neighbours[k]!
        list.ids[at++] = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]!
      }
    }
    cursor.close()
    return byId(list)
  }

  release(): void {
    if (this.#held) this.#snapshot.release()
    this.#held = false
  }
}

interface NodeRows {
  readonly count: number
  readonly deleted: RowBitset | null
}

class DatabaseSchema implements SourceSchema {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  readonly #view: ReadView
  readonly #catalog: Catalog
  readonly #nodes = new Map<string, NodeRows>()

  constructor(view: ReadView, catalog: Catalog) {
    this.#view = view
    this.#catalog = catalog
    this.nodeTypes = nodeGroups(catalog).map(({ name }) => name as string)
    this.edgeTypes = edgeGroups(catalog).map(({ name }) => name)
  }

  nodeColumns(nodeType: string): ReadonlyMap<string, RowFormat> {
    return columnsOf(findGroup(this.#catalog, nodeType))
  }

  edgeColumns(edgeType: EdgeType): ReadonlyMap<string, RowFormat> {
    return columnsOf(findEdgeGroup(this.#catalog, edgeType))
  }

  firstRow(nodeType: string, column: string): TypedArray | null {
    return firstRow({ view: this.#view, catalog: this.#catalog }, nodeType, column)
  }

  nodeCount(nodeType: string): number {
    return this.#rows(nodeType).count
  }

  hasNode(nodeType: string, node: number): boolean {
    const { count, deleted } = this.#rows(nodeType)
    return node < count && (deleted === null || (deleted[node >>> 5]! & (1 << (node & 31))) === 0)
  }

  #rows(nodeType: string): NodeRows {
    let rows = this.#nodes.get(nodeType)
    if (rows === undefined) {
      const { rowCount, deleted } = this.#view.nodeTable(findGroup(this.#catalog, nodeType).storageId)
      rows = { count: rowCount, deleted }
      this.#nodes.set(nodeType, rows)
    }
    return rows
  }

  edgeCount(edgeType: EdgeType): number {
    return this.#view.relTable(findEdgeGroup(this.#catalog, edgeType).storageId).rowCount
  }

  fingerprint(): string {
    const nodes = nodeGroups(this.#catalog).map(({ name, storageId }) => {
      const { rowCount, liveCount } = this.#view.nodeTable(storageId)
      return `${String(name)}:${rowCount}/${liveCount}`
    })
    const edges = edgeGroups(this.#catalog).map(({ name, storageId }) => {
      const { rowCount, liveCount } = this.#view.relTable(storageId)
      return `${edgeTypeKey(name)}:${rowCount}/${liveCount}`
    })
    return [...nodes, ...edges].join(' ')
  }
}

function columnsOf({ table }: Group): ReadonlyMap<string, RowFormat> {
  const columns = new Map<string, RowFormat>()
  for (const { name, type } of table.properties) {
    const format = rowFormat(type)
    if (format !== null) columns.set(name, format)
  }
  return columns
}

/** Integers as the database compares them: numbers while they are safe. */
function plainKey(key: KeyValue): KeyValue {
  if (typeof key !== 'bigint') return key
  const number = Number(key)
  return Number.isSafeInteger(number) ? number : key
}

/** Links in the order of their ids: the order in which they were inserted, which is PyG's. */
function byId({ sources, targets, ids }: LinkList & { readonly ids: Uint32Array }): LinkList {
  const largest = ids.reduce((most, id) => Math.max(most, id), 0)
  const place = new Int32Array(ids.length === 0 ? 0 : largest + 1).fill(-1)
  ids.forEach((id, at) => {
    place[id] = at
  })
  const order = place.filter((at) => at >= 0)
  const taken = (values: Uint32Array) => Uint32Array.from(order, (at) => values[at]!)
  return { sources: taken(sources), targets: taken(targets), ids: taken(ids) }
}

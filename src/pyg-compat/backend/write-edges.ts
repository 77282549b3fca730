import type { Catalog } from '../../catalog/catalog.ts'
import type { RelTableEntry } from '../../catalog/entries.ts'
import { relTableSchema } from '../../catalog/table-schema-of.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Vector } from '../../types/vector.ts'
import { vectorBuilder } from '../../types/vector-builder.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { commitChange } from './commit-change.ts'
import type { EdgeAttr } from './edge-attr.ts'
import { expandPointers } from './edge-order.ts'
import { type EdgeGroup, findEdgeGroup, findGroup } from './find-group.ts'
import type { EdgeIndex, IdArray } from './graph-store.ts'
import type { RemoteBackend } from './remote-backend.ts'

/** Rels handed to the loader at once. */
const BATCH = 1 << 16

/** Adds edges. @throws {DatabaseError} as GraphStore.putEdgeIndex. */
export function storeEdges(backend: RemoteBackend, edgeIndex: EdgeIndex, attr: Required<EdgeAttr>): void {
  commitChange(backend, (tx, catalog) => {
    const { after, group } = preparePair(tx, catalog, attr.edgeType)
    const [sources, targets] = endPoints(edgeIndex, attr)
    checkIds(sources, tx.view.nodeTable(group.pair.from).rowCount, group.name[0])
    checkIds(targets, tx.view.nodeTable(group.pair.to).rowCount, group.name[2])
    const loader = tx.bulkLoadRels(group.storageId)
    const types = group.table.properties.map(({ type }) => type)
    for (let start = 0; start < sources.length; start += BATCH) {
      const end = Math.min(start + BATCH, sources.length)
      const nulls = types.map((type) => nullVector(type, end - start))
      loader.append(sources.subarray(start, end), targets.subarray(start, end), end - start, nulls)
    }
    loader.finish()
    return after
  })
}

/** Drops an edge type. @throws {DatabaseError} as GraphStore.removeEdgeIndex. */
export function dropEdges(backend: RemoteBackend, edgeType: EdgeType | null): void {
  commitChange(backend, (tx, catalog) => {
    const { table, pair } = findEdgeGroup(catalog, edgeType)
    tx.dropTable(pair.id)
    const pairs = table.pairs.filter((p) => p !== pair)
    return pairs.length === 0 ? catalog.withoutTable(table.id) : catalog.withTable({ ...table, pairs })
  })
}

/** Finds the FROM-TO pair of an edge type, or makes it. */
function preparePair(
  tx: WriteTransaction,
  catalog: Catalog,
  edgeType: EdgeType | null,
): { after: Catalog; group: EdgeGroup } {
  if (edgeType === null) return { after: catalog, group: findEdgeGroup(catalog, null) }
  const [from, to] = [findGroup(catalog, edgeType[0]), findGroup(catalog, edgeType[2])]
  const existing = catalog.table(edgeType[1])
  if (existing?.kind === 'node') {
    const text = `${existing.name} is a node table and cannot hold edges of type ${edgeTypeKey(edgeType)}.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: existing.name } })
  }
  if (existing?.pairs.some((pair) => pair.from === from.storageId && pair.to === to.storageId)) {
    return { after: catalog, group: findEdgeGroup(catalog, edgeType) }
  }
  const pair = { id: catalog.data.nextId + (existing === undefined ? 1 : 0), from: from.storageId, to: to.storageId }
  const table = existing === undefined ? newTable(catalog, edgeType[1]) : existing
  const changed = { ...table, pairs: [...table.pairs, pair] }
  tx.createRelTable(relTableSchema(changed, pair))
  const after = catalog.withTable(changed, existing === undefined ? 2 : 1)
  return { after, group: findEdgeGroup(after, edgeType) }
}

function newTable({ data }: Catalog, name: string): RelTableEntry {
  return {
    kind: 'rel',
    id: data.nextId,
    name,
    comment: '',
    properties: [],
    nextColumnId: 0,
    pairs: [],
    multiplicity: 'MANY_MANY',
    storageDirection: 'both',
  }
}

function endPoints([first, second]: EdgeIndex, { layout }: EdgeAttr): [Uint32Array, Uint32Array] {
  const row = layout === 'csr' ? expandPointers(checkedPointers(narrow(first), second.length)) : narrow(first)
  const col = layout === 'csc' ? expandPointers(checkedPointers(narrow(second), first.length)) : narrow(second)
  if (row.length === col.length) return [row, col]
  throw new DatabaseError('INVALID_ARGUMENT', `There are ${row.length} sources and ${col.length} targets.`)
}

function checkedPointers(pointers: Uint32Array, edges: number): Uint32Array {
  const ascending = pointers.every((pointer, k) => k === 0 || pointer >= pointers[k - 1]!)
  if (ascending && pointers[0] === 0 && pointers.at(-1) === edges) return pointers
  throw new DatabaseError('INVALID_ARGUMENT', `Pointers must ascend from 0 to ${edges}, the number of edges.`)
}

function narrow(ids: IdArray): Uint32Array {
  if (ids instanceof Uint32Array) return ids
  return Uint32Array.from(ids as ArrayLike<number | bigint>, (id) => {
    const value = Number(id)
    if (value >= 0 && value < 2 ** 32) return value
    throw new DatabaseError('INVALID_ARGUMENT', `${id} is no id of a node.`, { facts: { id: value } })
  })
}

function checkIds(ids: Uint32Array, rowCount: number, table: string): void {
  for (const id of ids) {
    if (id < rowCount) continue
    const text = `Node ${id} is outside of table ${table}, which has ${rowCount} rows.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { id, table, rowCount } })
  }
}

function nullVector(type: LogicalType, count: number): Vector {
  const builder = vectorBuilder(type, count)
  for (let k = 0; k < count; k++) builder.appendNull()
  return builder.finish()
}

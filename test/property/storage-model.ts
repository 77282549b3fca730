import assert from 'node:assert/strict'
import { DatabaseError } from '../../src/errors/database-error.ts'
import { CHUNK_ROWS, type Direction, type ReadView } from '../../src/storage/read-view.ts'
import type { NodeTableSchema, RelTableSchema } from '../../src/storage/table-schema.ts'
import { DOUBLE, INT64, STRING, scalar } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'

/** Node tables of the random traces: keys of a number and of text. */
export const PERSON: NodeTableSchema = {
  tableId: 1,
  name: 'Person',
  primaryKey: 0,
  columns: [
    { columnId: 0, type: INT64 },
    { columnId: 1, type: STRING },
    { columnId: 2, type: { id: 'ARRAY', child: scalar('FLOAT'), length: 3 } },
    { columnId: 3, type: DOUBLE },
  ],
}
export const CITY: NodeTableSchema = {
  tableId: 2,
  name: 'City',
  primaryKey: 0,
  columns: [
    { columnId: 0, type: STRING },
    { columnId: 1, type: { id: 'LIST', child: INT64 } },
  ],
}

/** Rel tables: free with properties; at most one per source; at most one per target and stored by target only. */
export const KNOWS: RelTableSchema = {
  relTableId: 3,
  name: 'KNOWS',
  fromTableId: 1,
  toTableId: 1,
  columns: [
    { columnId: 0, type: DOUBLE },
    { columnId: 1, type: STRING },
  ],
  perSource: 'many',
  perTarget: 'many',
  storesForward: true,
  storesBackward: true,
}
export const LIVES_IN: RelTableSchema = {
  relTableId: 4,
  name: 'LIVES_IN',
  fromTableId: 1,
  toTableId: 2,
  columns: [],
  perSource: 'one',
  perTarget: 'many',
  storesForward: true,
  storesBackward: true,
}
export const MAYOR: RelTableSchema = {
  relTableId: 5,
  name: 'MAYOR',
  fromTableId: 2,
  toTableId: 1,
  columns: [{ columnId: 0, type: INT64 }],
  perSource: 'many',
  perTarget: 'one',
  storesForward: true,
  storesBackward: true,
}
export const NODE_TABLES = [PERSON, CITY]
export const REL_TABLES = [KNOWS, LIVES_IN, MAYOR]

/** A rel of the model. */
export interface ModelRel {
  readonly source: number
  readonly target: number
  readonly values: Value[]
}

/** A node table of the model: every row ever inserted, null once deleted. */
export interface ModelNodes {
  readonly schema: NodeTableSchema
  readonly rows: (Value[] | null)[]
}

/** A rel table of the model: by rel id, null once deleted. */
export interface ModelRels {
  readonly schema: RelTableSchema
  readonly rels: (ModelRel | null)[]
}

/** The naive database: arrays of rows. A snapshot is a copy. */
export class StorageModel {
  /** Which rows and nodes a comparison looks at; all, unless the tables are large. */
  checks: (row: number) => boolean = () => true
  nodes = new Map<number, ModelNodes>(NODE_TABLES.map((schema) => [schema.tableId, { schema, rows: [] }]))
  rels = new Map<number, ModelRels>(REL_TABLES.map((schema) => [schema.relTableId, { schema, rels: [] }]))

  copy(): StorageModel {
    const model = new StorageModel()
    model.checks = this.checks
    for (const [id, { schema, rows }] of this.nodes) {
      model.nodes.set(id, { schema, rows: rows.map((row) => row?.slice() ?? null) })
    }
    for (const [id, { schema, rels }] of this.rels) {
      model.rels.set(id, { schema, rels: rels.map((rel) => rel && { ...rel, values: rel.values.slice() }) })
    }
    return model
  }

  liveRows(tableId: number): number[] {
    return this.nodes.get(tableId)!.rows.flatMap((row, offset) => (row === null ? [] : [offset]))
  }

  liveRels(relTableId: number): number[] {
    return this.rels.get(relTableId)!.rels.flatMap((rel, relId) => (rel === null ? [] : [relId]))
  }

  rowOf(tableId: number, key: Value): number {
    return this.nodes.get(tableId)!.rows.findLastIndex((row) => row !== null && row[0] === key)
  }

  degree(relTableId: number, direction: Direction, node: number): number {
    return this.listOf(relTableId, direction, node).length
  }

  listOf(relTableId: number, direction: Direction, node: number): { neighbour: number; relId: number }[] {
    return this.rels.get(relTableId)!.rels.flatMap((rel, relId) => {
      if (rel === null || (direction === 'fwd' ? rel.source : rel.target) !== node) return []
      return [{ neighbour: direction === 'fwd' ? rel.target : rel.source, relId }]
    })
  }
}

/** Compares everything that a view shows with the model. */
export function assertSameContent(view: ReadView, model: StorageModel, random: () => number): void {
  for (const nodes of model.nodes.values()) compareNodes(view, nodes, model, random)
  for (const rels of model.rels.values()) compareRels(view, rels, model, random)
}

function compareNodes(view: ReadView, { schema, rows }: ModelNodes, model: StorageModel, random: () => number): void {
  const table = view.nodeTable(schema.tableId)
  assert.equal(table.rowCount, rows.length, `${schema.name} rows`)
  assert.equal(table.liveCount, rows.filter((row) => row !== null).length, `${schema.name} live`)
  const { deleted } = table
  rows.forEach((row, offset) => {
    if (!model.checks(offset)) return
    const isDeleted = deleted !== null && ((deleted[offset >>> 5]! >>> (offset & 31)) & 1) === 1
    assert.equal(isDeleted, row === null, `${schema.name} ${offset} deleted`)
    if (row !== null) assert.equal(table.lookup(row[0]!), offset, `${schema.name} look-up of ${row[0]}`)
  })
  assert.equal(table.lookup(schema.tableId === 1 ? -77 : 'nowhere'), -1)
  schema.columns.forEach(({ columnId }, c) => {
    const column = table.column(columnId)
    rows.forEach((row, offset) => {
      if (row === null || !model.checks(offset)) return
      assert.equal(column.isNull(offset), row[c] === null, `${schema.name}.${c} null at ${offset}`)
      assert.deepEqual(plain(column.value(offset)), plain(row[c]!), `${schema.name}.${c} at ${offset}`)
      if (row[c] === null) assert.equal(column.neverNull, false)
    })
  })
  if (schema === PERSON && rows.length > 0) compareFilter(view, rows, random)
}

/** Range filters go through zone maps, codes and the overlay: a path of its own. */
function compareFilter(view: ReadView, rows: readonly (Value[] | null)[], random: () => number): void {
  const column = view.nodeTable(1).column(3)
  const min = random() * 100
  const predicate = { min, minInclusive: true, max: min + 30, maxInclusive: false, negate: false }
  const found: number[] = []
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const end = Math.min(rows.length, start + CHUNK_ROWS)
    const selection = new Uint32Array(end - start)
    const kept = column.filterDense(predicate, start, end, selection)
    for (const row of selection.subarray(0, kept)) if (rows[row] !== null) found.push(row)
  }
  const wanted = rows.flatMap((row, offset) => {
    const value = row?.[3]
    return typeof value === 'number' && value >= min && value < min + 30 ? [offset] : []
  })
  assert.deepEqual(found, wanted, 'filter')
}

function compareRels(view: ReadView, { schema, rels }: ModelRels, model: StorageModel, random: () => number): void {
  const table = view.relTable(schema.relTableId)
  assert.equal(table.rowCount, rels.length, `${schema.name} rows`)
  assert.equal(table.liveCount, rels.filter((rel) => rel !== null).length, `${schema.name} live`)
  for (const direction of ['fwd', 'bwd'] as const) {
    const nodeTable = direction === 'fwd' ? schema.fromTableId : schema.toTableId
    const count = model.nodes.get(nodeTable)!.rows.length
    const cursor = table.cursor(direction, true)
    const lists = listsOf(rels, direction, count)
    for (let node = 0; node < count; node++) {
      if (!model.checks(node)) continue
      const wanted = lists[node]!
      cursor.load(node)
      const found: string[] = []
      for (let k = cursor.lo; k < cursor.hi; k++) {
        const relId = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]!
        found.push(`${cursor.neighbours[k]}#${relId}`)
      }
      assert.deepEqual(found.sort(), wanted.sort(), `${schema.name} ${direction} of ${node}`)
      assert.equal(cursor.degree(node), wanted.length, `${schema.name} degree ${direction} of ${node}`)
    }
    cursor.close()
    const start = Math.floor(random() * (count + 1))
    const end = start + Math.floor(random() * (count + 1 - start))
    const sum = lists.slice(start, end).reduce((total, list) => total + list.length, 0)
    assert.equal(table.degreeSum(direction, start, end), sum, `${schema.name} degree sum ${direction}`)
  }
  schema.columns.forEach(({ columnId }, c) => {
    const column = table.column(columnId)
    rels.forEach((rel, relId) => {
      if (rel !== null) assert.deepEqual(column.value(relId), rel.values[c]!, `${schema.name}.${c} of ${relId}`)
    })
  })
}

function listsOf(rels: readonly (ModelRel | null)[], direction: Direction, count: number): string[][] {
  const lists: string[][] = Array.from({ length: count }, () => [])
  rels.forEach((rel, relId) => {
    if (rel === null) return
    const [node, other] = direction === 'fwd' ? [rel.source, rel.target] : [rel.target, rel.source]
    lists[node]!.push(`${other}#${relId}`)
  })
  return lists
}

/** Lists may come as typed arrays. */
export function plain(value: Value): unknown {
  return value !== null && typeof value === 'object' && Symbol.iterator in value ? Array.from(value as number[]) : value
}

/** Runs `change`, which must fail with this code. */
export function assertFails(code: string, change: () => unknown): void {
  assert.throws(change, (error) => error instanceof DatabaseError && error.code === code, `should fail with ${code}`)
}

import { findProperty } from '../../catalog/catalog.ts'
import type { PropertyEntry, TableEntry } from '../../catalog/entries.ts'
import type { JsValue } from '../../database/js-value.ts'
import type { QueryResult } from '../../database/query-result.ts'
import { toJsConverter } from '../../database/to-js-value.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import { isValid, type Vector } from '../../types/vector.ts'
import { vectorReader } from '../../types/vector-reader.ts'
import { Data, EdgeStore, HeteroData, NodeStore } from '../data.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { Tensor } from '../tensor.ts'
import { type EntityRows, ResultEntities } from './result-entities.ts'
import { hasAllElements, tensorOfVectors, type VectorRows } from './vector-tensor.ts'

/** Values by property, for each node type. */
export type PropertiesByType = Readonly<Record<string, Readonly<Record<string, readonly JsValue[]>>>>

/**
 * A query's nodes and rels as a graph:
 *
 * | | |
 * |---|---|
 * | data | Data for one node type and at most one edge type, else HeteroData |
 * | primaryKeys | by node type: key of the node at each position |
 * | unconverted | by node type and property: values of those that are no tensor (text, NULLs, lists of different lengths …) |
 * | edgeProperties | by edge type ('paper__cites__paper') and property: a tensor, or the values |
 */
export type TorchGeometricGraph = readonly [
  data: Data | HeteroData,
  primaryKeys: Readonly<Record<string, readonly JsValue[]>>,
  unconverted: PropertiesByType,
  edgeProperties: Readonly<Record<string, Readonly<Record<string, Tensor | readonly JsValue[]>>>>,
]

/**
 * Nodes, rels and paths of a result, each node and rel once, in the order in which they appear.
 * Cost: one hash probe a node and rel, one copy of each element; JavaScript values are made only for what is no tensor, and for keys.
 * @throws {DatabaseError} INVALID_ARGUMENT for a rel whose nodes are not in the result, and for a result without nodes and rels; CLOSED.
 */
export function resultGraph(result: QueryResult): TorchGeometricGraph {
  const { types, columns, catalog } = result.columnVectors()
  const entities = new ResultEntities()
  for (const [i, type] of types.entries()) entities.add(type, columns[i]!)
  if (catalog === undefined || entities.isEmpty) {
    throw new DatabaseError(
      'INVALID_ARGUMENT',
      'The result has no nodes and no rels: RETURN them, not their properties.',
    )
  }
  const integers = result.integerMode
  const primaryKeys: Record<string, readonly JsValue[]> = {}
  const unconverted: Record<string, Record<string, readonly JsValue[]>> = {}
  const nodeStores = entities.nodeTables().map((nodes) => {
    const table = catalog.nodeTableById(nodes.table)!
    const parts = splitColumns(table, nodes, integers)
    primaryKeys[table.name] = keysOf(table.properties.find((p) => p.columnId === table.primaryKey)!, nodes, integers)
    if (Object.keys(parts.values).length > 0) unconverted[table.name] = parts.values
    return new NodeStore({ nodeType: table.name, numNodes: nodes.count, columns: parts.tensors })
  })
  const edgeProperties: Record<string, Record<string, Tensor | readonly JsValue[]>> = {}
  const edgeStores = entities.relPairs().map((rels) => {
    const table = catalog.relTableOfPair(rels.table)!
    const pair = table.pairs.find(({ id }) => id === rels.table)!
    const [from, to] = [pair.from, pair.to].map((id) => catalog.nodeTableById(id)!.name) as [string, string]
    const edgeType: EdgeType = [from, table.name, to]
    const parts = splitColumns(table, rels, integers)
    edgeProperties[edgeTypeKey(edgeType)] = { ...Object.fromEntries(parts.tensors), ...parts.values }
    const edgeIndex = entities.endPoints(rels, edgeType)
    return new EdgeStore({ edgeType, edgeIndex, columns: parts.tensors })
  })
  return [graphOf(nodeStores, edgeStores), primaryKeys, unconverted, edgeProperties]
}

function graphOf(nodes: readonly NodeStore[], edges: readonly EdgeStore[]): Data | HeteroData {
  if (nodes.length !== 1 || edges.length > 1) return new HeteroData(nodes, edges)
  const only = nodes[0]!
  const none = { data: new Int32Array(0), shape: [2, 0], dtype: 'int32' } as const
  const edgeType: EdgeType = [only.nodeType, 'to', only.nodeType]
  return new Data(only, edges[0] ?? new EdgeStore({ edgeType, edgeIndex: none, columns: new Map() }))
}

type Integers = QueryResult['integerMode']

function splitColumns(table: TableEntry, entities: EntityRows, integers: Integers) {
  const tensors = new Map<string, Tensor>()
  const values: Record<string, readonly JsValue[]> = {}
  for (const property of table.properties) {
    const pieces = propertyPieces(table, property, entities)
    if (pieces.length === 0) continue
    const tensor = pieces.every(hasAllElements) ? tensorOfVectors(pieces, entities.count) : null
    if (tensor !== null) tensors.set(property.name, tensor)
    else values[property.name] = valuesOf(pieces, entities.count, integers)
  }
  return { tensors, values }
}

function keysOf(key: PropertyEntry, nodes: EntityRows, integers: Integers): readonly JsValue[] {
  return valuesOf(propertyPieces(null, key, nodes), nodes.count, integers)
}

/** @returns the rows of a property in every vector that has them. */
function propertyPieces(table: TableEntry | null, { name }: PropertyEntry, entities: EntityRows): VectorRows[] {
  if (table !== null && findProperty(table, name) === undefined) return []
  return entities.pieces.flatMap(({ vector, rows, places }) => {
    const fields = fieldsOf(vector)
    const at = fields.findIndex((field) => field.toLowerCase() === name.toLowerCase())
    return at < 0 ? [] : [{ vector: vector.children[at]!, rows, places }]
  })
}

function fieldsOf({ type }: Vector): string[] {
  return 'fields' in type ? type.fields.map((field) => field.name) : []
}

function valuesOf(pieces: readonly VectorRows[], count: number, integers: Integers): JsValue[] {
  const values = new Array<JsValue>(count).fill(null)
  for (const { vector, rows, places } of pieces) {
    const read = vectorReader(vector)
    const convert = toJsConverter(vector.type, integers)
    for (let k = 0; k < rows.length; k++) {
      if (!isValid(vector, rows[k]!)) continue
      const value = read(rows[k]!)
      values[places[k]!] = value === null ? null : convert(value)
    }
  }
  return values
}

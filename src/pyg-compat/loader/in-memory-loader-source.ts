import type { ResultTable } from '../../database/query-result.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { RowFormat } from '../features/row-format.ts'
import type { Tensor, TypedArray } from '../tensor.ts'
import { type InMemoryGraph, sharedGraph } from './in-memory-graph.ts'
import { openInMemory } from './in-memory-source.ts'
import type { LinkList, LoaderSource, PinnedSource, SourceSchema } from './loader-source.ts'
import type { SourceTicket, ThreadSource } from './thread-source.ts'
import { elementsOf } from './typed-arrays.ts'

/** A graph in typed arrays as the source of a loader. Never changes, never closes. */
export class InMemoryLoaderSource implements LoaderSource, PinnedSource {
  readonly isMemory = true
  readonly commitNumber = 0
  readonly schema: SourceSchema
  readonly #graph: InMemoryGraph
  readonly #here: ThreadSource
  #shared: InMemoryGraph | null = null

  /** @throws {DatabaseError} INVALID_ARGUMENT for arrays that do not fit each other. */
  constructor(graph: InMemoryGraph) {
    this.#graph = graph
    this.schema = new InMemorySchema(graph)
    this.#here = openInMemory(graph)
  }

  pin(): PinnedSource {
    return this
  }

  isNewest(): boolean {
    return true
  }

  query(): ResultTable {
    throw new DatabaseError('NOT_SUPPORTED', 'Data in memory cannot be queried: give ids, a mask, or a database.')
  }

  poolUse(): null {
    return null
  }

  threadEnded(): void {}

  assertOpen(): void {}

  onClose(): () => void {
    return () => undefined
  }

  openHere(): ThreadSource {
    return this.#here
  }

  ticket(): SourceTicket {
    this.#shared ??= sharedGraph(this.#graph)
    return { kind: 'memory', graph: this.#shared }
  }

  offsetsOf(): Uint32Array {
    throw new DatabaseError('NOT_SUPPORTED', 'Data in memory have no primary keys: give ids.')
  }

  nodeTypeOf(): string | null {
    return null
  }

  allEdges(edgeType: EdgeType): LinkList {
    const key = edgeTypeKey(edgeType)
    const found = this.#graph.edges.find((type) => edgeTypeKey(type.edgeType) === key)!
    const { starts, neighbours, ids } = found
    const list = { sources: new Uint32Array(neighbours.length), targets: new Uint32Array(neighbours.length) }
    for (let target = 0; target + 1 < starts.length; target++) {
      for (let k = starts[target]!; k < starts[target + 1]!; k++) {
        const id = ids === null ? k : ids[k]!
        list.sources[id] = neighbours[k]!
        list.targets[id] = target
      }
    }
    return { ...list, ids: Uint32Array.from(list.sources, (_, id) => id) }
  }

  release(): void {}
}

class InMemorySchema implements SourceSchema {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  readonly #graph: InMemoryGraph

  constructor(graph: InMemoryGraph) {
    this.#graph = graph
    this.nodeTypes = graph.nodes.map(({ nodeType }) => nodeType)
    this.edgeTypes = graph.edges.map(({ edgeType }) => edgeType)
    for (const { nodeType, count, columns } of graph.nodes) requireRows(columns, count, nodeType)
    for (const { edgeType, neighbours, columns } of graph.edges) {
      requireRows(columns, neighbours.length, edgeTypeKey(edgeType))
    }
  }

  nodeColumns(nodeType: string): ReadonlyMap<string, RowFormat> {
    return formatsOf(this.#nodes(nodeType).columns)
  }

  edgeColumns(edgeType: EdgeType): ReadonlyMap<string, RowFormat> {
    const key = edgeTypeKey(edgeType)
    return formatsOf(this.#graph.edges.find((type) => edgeTypeKey(type.edgeType) === key)?.columns ?? {})
  }

  firstRow(nodeType: string, column: string): TypedArray | null {
    const { count, columns } = this.#nodes(nodeType)
    const tensor = columns[column]
    if (tensor === undefined) {
      const text = `Table ${nodeType} has no column ${column} that is a tensor.${didYouMean(column, Object.keys(columns))}`
      throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table: nodeType, column } })
    }
    return count === 0 ? null : (tensor.data.subarray(0, tensor.data.length / count) as TypedArray)
  }

  nodeCount(nodeType: string): number {
    return this.#nodes(nodeType).count
  }

  hasNode(nodeType: string, node: number): boolean {
    return node < this.#nodes(nodeType).count
  }

  edgeCount(edgeType: EdgeType): number {
    const key = edgeTypeKey(edgeType)
    return this.#graph.edges.find((type) => edgeTypeKey(type.edgeType) === key)?.neighbours.length ?? 0
  }

  fingerprint(): string {
    const nodes = this.#graph.nodes.map(({ nodeType, count }) => `${nodeType}:${count}`)
    const edges = this.#graph.edges.map(({ edgeType, neighbours }) => `${edgeTypeKey(edgeType)}:${neighbours.length}`)
    return [...nodes, ...edges].join(' ')
  }

  #nodes(nodeType: string) {
    const found = this.#graph.nodes.find((type) => type.nodeType === nodeType)
    if (found !== undefined) return found
    const text = `Unknown node type ${nodeType}. Known: ${this.nodeTypes.join(', ')}.`
    throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { table: nodeType } })
  }
}

function formatsOf(columns: Readonly<Record<string, Tensor>>): ReadonlyMap<string, RowFormat> {
  const formats = new Map<string, RowFormat>()
  for (const [name, { dtype, shape }] of Object.entries(columns)) {
    const rowShape = shape.slice(1)
    formats.set(name, { dtype, rowShape, width: elementsOf(rowShape) })
  }
  return formats
}

function requireRows(columns: Readonly<Record<string, Tensor>>, count: number, type: string): void {
  for (const [name, { shape, data }] of Object.entries(columns)) {
    if (shape[0] === count && elementsOf(shape) === data.length) continue
    const text = `Column ${name} of ${type} has shape [${shape.join(', ')}] and ${data.length} elements; there are ${count} rows.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { type, column: name } })
  }
}

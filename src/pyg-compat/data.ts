import { DatabaseError } from '../errors/database-error.ts'
import { didYouMean } from './did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from './edge-type.ts'
import type { Tensor } from './tensor.ts'

/** Columns by name, in order. */
export type Columns = ReadonlyMap<string, Tensor>

/** What is known of the nodes of one type. Batches of loaders fill the fields of sampling. */
export interface NodeParts {
  readonly nodeType: string
  readonly numNodes: number
  readonly columns: Columns
  /** [n] offsets in the node table. */
  readonly nId?: Uint32Array | null
  /** [n] index of the seed whose tree holds the node; only in disjoint batches. */
  readonly batch?: Uint32Array | null
  /** New nodes per hop, element 0 = seeds. */
  readonly numSampledNodes?: readonly number[] | null
  /** Number of seeds, which are the first nodes. */
  readonly batchSize?: number | null
  /** [s] position of each seed in the list of seeds. */
  readonly inputId?: Uint32Array | null
  /** [s] */
  readonly seedTime?: Float64Array | null
}

/** The nodes of one type: columns as tensors whose first dimension is the node. Tensors belong to whoever made the graph or batch. */
export class NodeStore {
  readonly nodeType: string
  readonly numNodes: number
  readonly columns: Columns
  readonly nId: Uint32Array | null
  readonly batch: Uint32Array | null
  readonly numSampledNodes: readonly number[] | null
  readonly batchSize: number | null
  readonly inputId: Uint32Array | null
  readonly seedTime: Float64Array | null

  constructor(parts: NodeParts) {
    this.nodeType = parts.nodeType
    this.numNodes = parts.numNodes
    this.columns = parts.columns
    this.nId = parts.nId ?? null
    this.batch = parts.batch ?? null
    this.numSampledNodes = parts.numSampledNodes ?? null
    this.batchSize = parts.batchSize ?? null
    this.inputId = parts.inputId ?? null
    this.seedTime = parts.seedTime ?? null
  }

  /** The column named x. @throws {DatabaseError} UNKNOWN_PROPERTY */
  get x(): Tensor {
    return this.column('x')
  }

  /** The column named y. @throws {DatabaseError} UNKNOWN_PROPERTY */
  get y(): Tensor {
    return this.column('y')
  }

  /** @throws {DatabaseError} UNKNOWN_PROPERTY with the nearest name. */
  column(name: string): Tensor {
    return columnOf(this.columns, name, this.nodeType)
  }
}

/** What is known of the edges of one type. */
export interface EdgeParts {
  readonly edgeType: EdgeType
  /** [2, e] positions among the nodes of the source and of the target type: sources, then targets. */
  readonly edgeIndex: Tensor<'int32'>
  readonly columns: Columns
  /** [e] rel ids. */
  readonly eId?: Uint32Array | null
  readonly numSampledEdges?: readonly number[] | null
}

/** The edges of one type: end points and columns. */
export class EdgeStore {
  readonly edgeType: EdgeType
  readonly edgeIndex: Tensor<'int32'>
  readonly columns: Columns
  readonly eId: Uint32Array | null
  readonly numSampledEdges: readonly number[] | null

  constructor(parts: EdgeParts) {
    this.edgeType = parts.edgeType
    this.edgeIndex = parts.edgeIndex
    this.columns = parts.columns
    this.eId = parts.eId ?? null
    this.numSampledEdges = parts.numSampledEdges ?? null
  }

  get numEdges(): number {
    return this.edgeIndex.shape[1]!
  }

  /** The column named edge_attr. @throws {DatabaseError} UNKNOWN_PROPERTY */
  get edgeAttr(): Tensor {
    return this.column('edge_attr')
  }

  /** @throws {DatabaseError} UNKNOWN_PROPERTY with the nearest name. */
  column(name: string): Tensor {
    return columnOf(this.columns, name, edgeTypeKey(this.edgeType))
  }
}

/** Shapes of a graph as plain data, for printing. */
export interface GraphSummary {
  readonly nodes: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  readonly edges: Readonly<Record<string, Readonly<Record<string, string | number>>>>
}

/** A graph with nodes and edges of several types: PyG's HeteroData. */
export class HeteroData {
  readonly #nodes = new Map<string, NodeStore>()
  readonly #edges = new Map<string, EdgeStore>()

  constructor(nodes: Iterable<NodeStore>, edges: Iterable<EdgeStore>) {
    for (const store of nodes) this.#nodes.set(store.nodeType, store)
    for (const store of edges) this.#edges.set(edgeTypeKey(store.edgeType), store)
  }

  get nodeTypes(): readonly string[] {
    return [...this.#nodes.keys()]
  }

  get edgeTypes(): readonly EdgeType[] {
    return [...this.#edges.values()].map(({ edgeType }) => edgeType)
  }

  get nodeStores(): readonly NodeStore[] {
    return [...this.#nodes.values()]
  }

  get edgeStores(): readonly EdgeStore[] {
    return [...this.#edges.values()]
  }

  get numNodes(): number {
    return this.nodeStores.reduce((sum, { numNodes }) => sum + numNodes, 0)
  }

  get numEdges(): number {
    return this.edgeStores.reduce((sum, { numEdges }) => sum + numEdges, 0)
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE with the nearest name. */
  node(nodeType: string): NodeStore {
    const store = this.#nodes.get(nodeType)
    if (store === undefined) throw unknownType('node', nodeType, this.#nodes.keys())
    return store
  }

  /** @param edgeType the triple, or its text 'src__rel__dst'. @throws {DatabaseError} UNKNOWN_TABLE with the nearest name. */
  edge(edgeType: EdgeType | string): EdgeStore {
    const key = typeof edgeType === 'string' ? edgeType : edgeTypeKey(edgeType)
    const store = this.#edges.get(key)
    if (store === undefined) throw unknownType('edge', key, this.#edges.keys())
    return store
  }

  toJSON(): GraphSummary {
    const nodes = this.nodeStores.map((store) => [store.nodeType, describeNodes(store)] as const)
    const edges = this.edgeStores.map((store) => [edgeTypeKey(store.edgeType), describeEdges(store)] as const)
    return { nodes: Object.fromEntries(nodes), edges: Object.fromEntries(edges) }
  }
}

/** A graph with nodes of one type and edges of one type: PyG's Data. What belongs to either is found on the graph itself. */
export class Data extends HeteroData {
  /** The only node type's and the only edge type's store. */
  readonly nodes: NodeStore
  readonly edges: EdgeStore

  constructor(nodes: NodeStore, edges: EdgeStore) {
    super([nodes], [edges])
    this.nodes = nodes
    this.edges = edges
  }

  get x(): Tensor {
    return this.nodes.x
  }

  get y(): Tensor {
    return this.nodes.y
  }

  get edgeIndex(): Tensor<'int32'> {
    return this.edges.edgeIndex
  }

  get edgeAttr(): Tensor {
    return this.edges.edgeAttr
  }

  get nId(): Uint32Array | null {
    return this.nodes.nId
  }

  get eId(): Uint32Array | null {
    return this.edges.eId
  }

  get batch(): Uint32Array | null {
    return this.nodes.batch
  }

  get batchSize(): number | null {
    return this.nodes.batchSize
  }

  get inputId(): Uint32Array | null {
    return this.nodes.inputId
  }

  get seedTime(): Float64Array | null {
    return this.nodes.seedTime
  }

  get numSampledNodes(): readonly number[] | null {
    return this.nodes.numSampledNodes
  }

  get numSampledEdges(): readonly number[] | null {
    return this.edges.numSampledEdges
  }

  /** A column of the nodes, or else of the edges. @throws {DatabaseError} UNKNOWN_PROPERTY */
  column(name: string): Tensor {
    return this.nodes.columns.has(name) || !this.edges.columns.has(name)
      ? this.nodes.column(name)
      : this.edges.column(name)
  }
}

function columnOf(columns: Columns, name: string, group: string): Tensor {
  const tensor = columns.get(name)
  if (tensor !== undefined) return tensor
  const text = `${group} has no column ${name}.${didYouMean(name, columns.keys())}`
  throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { group, column: name } })
}

function unknownType(kind: 'node' | 'edge', name: string, known: Iterable<string>): DatabaseError {
  const text = `The graph has no ${kind} type ${name}.${didYouMean(name, known)}`
  return new DatabaseError('UNKNOWN_TABLE', text, { facts: { [`${kind}Type`]: name } })
}

function describeNodes({ numNodes, columns }: NodeStore): Record<string, string | number> {
  return { numNodes, ...describeColumns(columns) }
}

function describeEdges({ numEdges, columns }: EdgeStore): Record<string, string | number> {
  return { numEdges, ...describeColumns(columns) }
}

function describeColumns(columns: Columns): Record<string, string> {
  return Object.fromEntries([...columns].map(([name, { dtype, shape }]) => [name, `${dtype} [${shape.join(', ')}]`]))
}

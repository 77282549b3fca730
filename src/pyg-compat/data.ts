import { DatabaseError } from '../errors/database-error.ts'
import { didYouMean } from './did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from './edge-type.ts'
import type { Tensor } from './tensor.ts'

/** Columns by name. */
export type Columns = Readonly<Record<string, Tensor>>

/** The nodes of one type: columns as tensors whose first dimension is the node. Tensors belong to whoever made the graph. */
export class NodeStore {
  readonly nodeType: string
  readonly numNodes: number
  readonly columns: Columns

  /** @throws {DatabaseError} INVALID_ARGUMENT for a column with another number of rows. */
  constructor(nodeType: string, numNodes: number, columns: Columns) {
    this.nodeType = nodeType
    this.numNodes = numNodes
    this.columns = checked(columns, numNodes, nodeType)
  }

  /** The column named x; null without one. */
  get x(): Tensor | null {
    return this.columns['x'] ?? null
  }

  /** The column named y; null without one. */
  get y(): Tensor | null {
    return this.columns['y'] ?? null
  }

  /** @throws {DatabaseError} UNKNOWN_PROPERTY with the nearest name. */
  column(name: string): Tensor {
    return columnOf(this.columns, name, this.nodeType)
  }
}

/** The edges of one type: end points and columns. */
export class EdgeStore {
  readonly edgeType: EdgeType
  /** [2, e] positions among the nodes of the source and of the target type: sources, then targets. */
  readonly edgeIndex: Tensor<'int32'>
  readonly columns: Columns

  /** @throws {DatabaseError} INVALID_ARGUMENT for a column with another number of rows. */
  constructor(edgeType: EdgeType, edgeIndex: Tensor<'int32'>, columns: Columns) {
    this.edgeType = edgeType
    this.edgeIndex = edgeIndex
    this.columns = checked(columns, edgeIndex.shape[1]!, edgeTypeKey(edgeType))
  }

  get numEdges(): number {
    return this.edgeIndex.shape[1]!
  }

  /** The column named edge_attr; null without one. */
  get edgeAttr(): Tensor | null {
    return this.columns['edge_attr'] ?? null
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

  get x(): Tensor | null {
    return this.nodes.x
  }

  get y(): Tensor | null {
    return this.nodes.y
  }

  get edgeIndex(): Tensor<'int32'> {
    return this.edges.edgeIndex
  }

  get edgeAttr(): Tensor | null {
    return this.edges.edgeAttr
  }

  /** A column of the nodes, or else of the edges. @throws {DatabaseError} UNKNOWN_PROPERTY */
  column(name: string): Tensor {
    const isOfEdges = !Object.hasOwn(this.nodes.columns, name) && Object.hasOwn(this.edges.columns, name)
    return isOfEdges ? this.edges.column(name) : this.nodes.column(name)
  }
}

function columnOf(columns: Columns, name: string, group: string): Tensor {
  const tensor = columns[name]
  if (tensor !== undefined) return tensor
  const text = `${group} has no column ${name}.${didYouMean(name, Object.keys(columns))}`
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
  const entries = Object.entries(columns)
  return Object.fromEntries(entries.map(([name, { dtype, shape }]) => [name, `${dtype} [${shape.join(', ')}]`]))
}

function checked(columns: Columns, rows: number, group: string): Columns {
  for (const [name, { shape }] of Object.entries(columns)) {
    if (shape[0] === rows) continue
    const text = `Column ${name} of ${group} has shape [${shape.join(', ')}], which is not one row for each of ${rows}.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { group, column: name, rows } })
  }
  return columns
}

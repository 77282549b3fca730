import type { PropertySource } from '../../plan/bound-expression.ts'
import type { Hop } from '../../plan/operator.ts'
import type { AdjacencyCursor, ColumnReader, NodeTableReader } from '../../storage/read-view.ts'
import type { Run } from '../run.ts'

/** Condition on a rel: FROM-TO pair, rel id, offsets of source and target. */
export type RelTest = (pair: number, id: number, source: number, target: number) => boolean

/** Condition on a node: table and offset. */
export type NodeTest = (table: number, offset: number) => boolean

/** A hop with its cursor. Nodes are dense numbers: base of the table plus offset. */
export interface GraphHop {
  /** Position in {@link RecursiveGraph.hops}. */
  readonly index: number
  readonly relTable: number
  readonly isForward: boolean
  readonly cursor: AdjacencyCursor
  readonly weights: ColumnReader | null
  /** Weights may be read as numbers, and stay so for the whole run. */
  readonly hasSafeWeights: boolean
  readonly from: GraphTable
  readonly to: GraphTable
}

/** A node table of the search. */
export interface GraphTable {
  /** Position in {@link RecursiveGraph.tables}. */
  readonly index: number
  readonly table: number
  readonly reader: NodeTableReader
  readonly hops: GraphHop[]
  /** Number of its first node. */
  base: number
}

/** What a recursive search may walk over. */
export interface GraphParts {
  readonly hops: readonly Hop[]
  /** Tables that the search may start from or end at, besides those of the hops. */
  readonly tables: readonly number[]
  readonly withRelIds: boolean
  readonly weights: readonly PropertySource[]
}

/**
 * The nodes and rels that a recursive pattern may walk over, as one graph: a node of any table is one number, so that sets of nodes are arrays.
 * Owns a cursor per hop (closed with the run): one list is under way at a time. Counts the rels visited and lets the run be interrupted.
 */
export class RecursiveGraph {
  readonly hops: readonly GraphHop[]
  readonly tables: readonly GraphTable[]
  /** Numbers of nodes are below this. */
  nodeCount = 0
  /** Rels visited so far. */
  visited = 0
  /** Conditions of the row under way; generated code sets them. */
  relTest: RelTest | null = null
  nodeTest: NodeTest | null = null
  readonly #run: Run
  readonly #isChanging: boolean

  constructor(run: Run, parts: GraphParts) {
    this.#run = run
    this.#isChanging = run.context.transaction !== null
    const { view } = run.context
    const ids = new Set([...parts.tables, ...parts.hops.flatMap((h) => [h.fromTable, h.toTable])])
    this.tables = [...ids].map((table, index) => ({ index, table, reader: view.nodeTable(table), hops: [], base: 0 }))
    const tableOf = (id: number): GraphTable => this.tables.find((t) => t.table === id)!
    this.hops = parts.hops.map((hop, index) => {
      const cursor = view.relTable(hop.relTable).cursor(hop.direction, parts.withRelIds)
      run.closeLater(() => cursor.close())
      const source = parts.weights.find((w) => w.table === hop.relTable && w.columnId >= 0)
      const weights = source === undefined ? null : view.relTable(hop.relTable).column(source.columnId)
      const hasSafeWeights = weights?.safeNumber === true && !this.#isChanging
      const isForward = hop.direction === 'fwd'
      const { relTable } = hop
      const [from, to] = [tableOf(hop.fromTable), tableOf(hop.toTable)]
      return { index, relTable, isForward, cursor, weights, hasSafeWeights, from, to }
    })
    for (const hop of this.hops) hop.from.hops.push(hop)
    this.#number()
  }

  /** Must be called before a search starts: tables may have grown. */
  refresh(): void {
    if (this.#isChanging) this.#number()
  }

  #number(): void {
    this.nodeCount = 0
    for (const table of this.tables) {
      table.base = this.nodeCount
      this.nodeCount += table.reader.rowCount
    }
  }

  /** @returns the number of a node, or -1 for one of another table. */
  nodeOf(table: number, offset: number): number {
    for (const t of this.tables) if (t.table === table) return t.base + offset
    return -1
  }

  /** @returns the table of a node. */
  tableOf(node: number): GraphTable {
    let t = this.tables.length - 1
    while (this.tables[t]!.base > node) t--
    return this.tables[t]!
  }

  /** Loads the list of a node. @returns the hop's cursor. */
  load(hop: GraphHop, node: number): AdjacencyCursor {
    const { cursor } = hop
    cursor.load(node - hop.from.base)
    this.countWork(cursor.hi - cursor.lo)
    return cursor
  }

  /** @returns the number of rels of a node, without reading its list. */
  degree(hop: GraphHop, node: number): number {
    this.countWork(0)
    return hop.cursor.degree(node - hop.from.base)
  }

  /** @throws {DatabaseError} INTERRUPTED, TIMEOUT */
  countWork(rels: number): void {
    this.visited += rels
    const { work } = this.#run
    work[0]! -= rels + 1
    if (work[0]! < 0) this.#run.check()
  }

  /** @returns whether the rel at position k of the list that is loaded for `node` may be walked. */
  passesRel(hop: GraphHop, k: number, node: number): boolean {
    const { relTest } = this
    if (relTest === null) return true
    const near = node - hop.from.base
    const far = hop.cursor.neighbours[k]!
    return relTest(hop.relTable, relIdAt(hop, k), hop.isForward ? near : far, hop.isForward ? far : near)
  }

  /** @returns whether a path may go on behind a node. */
  passesNode(node: number): boolean {
    const { nodeTest } = this
    if (nodeTest === null) return true
    const { table, base } = this.tableOf(node)
    return nodeTest(table, node - base)
  }

  /** Charges an array with an element per node. @throws {DatabaseError} OUT_OF_MEMORY */
  reserve(bytesPerNode: number): void {
    this.#run.reserve(this.nodeCount * bytesPerNode)
  }
}

/** @returns the rel id at position k of the list that a hop has loaded. */
export function relIdAt({ cursor }: GraphHop, k: number): number {
  const at = k + cursor.relShift
  return cursor.relIds === null ? at : cursor.relIds[at]!
}

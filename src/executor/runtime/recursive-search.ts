import { DatabaseError } from '../../errors/database-error.ts'
import type { RecursiveSpec } from '../../plan/operator.ts'
import type { Value } from '../../types/value.ts'
import type { GraphTable, RecursiveGraph } from './recursive-graph.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'

/** What a search is to find. */
export interface SearchOptions {
  readonly semantic: RecursiveSpec['semantic']
  readonly lower: number
  readonly upper: number
  /** Tables that the end may be of. */
  readonly endTables: readonly number[]
  /** The end is given with the start. */
  readonly isBound: boolean
  /** Somebody asks for the path; then each result is one path. */
  readonly keepsPaths: boolean
  /** Somebody asks for the length: results of different lengths are not put together. */
  readonly needsLength: boolean
  /** Results that are alike may be given once only. */
  readonly isDistinct: boolean
  /** Nobody asks which node is reached: results may be put together over all of them. */
  readonly ignoresEnd: boolean
}

const NO_TABLE = -1

/**
 * A search from one node. Generated code calls {@link start} per row, then {@link next} until it gives false, and reads the result out of the
 * fields. A search may be left early and started anew at any time.
 */
export abstract class RecursiveSearch {
  readonly graph: RecursiveGraph
  /** The node reached. */
  table = 0
  offset = 0
  /** Rels of the path; sum of their weights. */
  length = 0
  cost = 0
  /** How many paths this result stands for. */
  count = 1
  protected readonly options: SearchOptions
  /** Builds path values; null when nobody asks. */
  protected readonly values: RecursivePathValues | null
  /** The one node to reach, or -1. */
  protected target = -1
  readonly #isEnd: readonly boolean[]
  readonly #allEnds: boolean
  #visited = 0

  constructor(graph: RecursiveGraph, options: SearchOptions, values: RecursivePathValues | null) {
    this.graph = graph
    this.options = options
    this.values = values
    this.#isEnd = graph.tables.map((t) => options.endTables.includes(t.table))
    this.#allEnds = this.#isEnd.every((end) => end)
  }

  /** Starts from a node. With a bound end, that one is given too. */
  start(table: number, offset: number, endTable = NO_TABLE, endOffset = 0): void {
    const { graph } = this
    graph.refresh()
    this.target = this.options.isBound ? graph.nodeOf(endTable, endOffset) : -1
    if (this.options.isBound && this.target < 0) this.stop()
    else this.begin(graph.nodeOf(table, offset))
  }

  /** @returns rels visited since the last call. */
  takeVisited(): number {
    const { visited } = this.graph
    const taken = visited - this.#visited
    this.#visited = visited
    return taken
  }

  protected abstract begin(node: number): void

  /** Makes {@link next} give false. */
  protected abstract stop(): void

  /** Goes to the next result. @throws {DatabaseError} INTERRUPTED, TIMEOUT, OUT_OF_MEMORY, OVERFLOW, RUNTIME */
  abstract next(): boolean

  /** @returns the RECURSIVE_REL value of the current result: `[nodes between the ends, rels]`. */
  abstract path(): Value

  /** @returns whether a path may end at a node. */
  protected isEnd(node: number): boolean {
    if (this.target >= 0) return node === this.target
    return this.#allEnds || this.isEndTable(this.graph.tableOf(node))
  }

  /** @returns whether a path may end at nodes of a table. */
  protected isEndTable(table: GraphTable): boolean {
    return this.#isEnd[table.index]!
  }

  /** Makes a node the current result. */
  protected found(node: number, length: number, count: number): true {
    const { table, base } = this.graph.tableOf(node)
    this.table = table
    this.offset = node - base
    this.length = length
    this.count = count
    return true
  }
}

/** @throws {DatabaseError} OVERFLOW for a number of paths that is not exact any more. */
export function checkPathCount(count: number): void {
  if (count <= Number.MAX_SAFE_INTEGER) return
  throw new DatabaseError('OVERFLOW', 'The number of paths of a recursive relationship exceeds 2^53 - 1.')
}

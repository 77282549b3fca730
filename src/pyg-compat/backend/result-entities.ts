import { DatabaseError } from '../../errors/database-error.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { isValid, type Vector } from '../../types/vector.ts'
import { assert } from '../../util/assert.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { Tensor } from '../tensor.ts'
import type { VectorRows } from './vector-tensor.ts'

/** The nodes of one table, or the rels of one FROM-TO pair, each once. */
export interface EntityRows {
  /** Id of the table or pair in storage. */
  readonly table: number
  readonly count: number
  /** Where they lie: rows of NODE or REL vectors, and their positions. */
  readonly pieces: readonly VectorRows[]
}

/** What is known of one table while a result is read. */
interface Collected {
  readonly table: number
  count: number
  /** Position by offset. */
  readonly positions: Map<number, number>
  readonly pieces: { readonly vector: Vector; readonly rows: number[]; readonly places: number[] }[]
}

/** The nodes and rels of a result's columns, numbered in the order in which they appear. */
export class ResultEntities {
  readonly #nodes = new Map<number, Collected>()
  readonly #rels = new Map<number, Collected>()

  get isEmpty(): boolean {
    return this.#nodes.size === 0 && this.#rels.size === 0
  }

  /** Takes what a column holds: nodes, rels, or the paths' nodes and rels; other columns hold neither. */
  add(type: LogicalType, column: Vector): void {
    if (type.id === 'NODE') collect(this.#nodes, column, '_ID')
    else if (type.id === 'REL') collect(this.#rels, column, '_ID')
    else if (type.id === 'RECURSIVE_REL') {
      const [nodes, rels] = column.children
      this.add(type.node, nodes!.children[0]!)
      this.add(type.rel, rels!.children[0]!)
    } else if (type.id === 'LIST') this.add(type.child, column.children[0]!)
  }

  nodeTables(): EntityRows[] {
    return [...this.#nodes.values()]
  }

  relPairs(): EntityRows[] {
    return [...this.#rels.values()]
  }

  /** @returns positions of the rels' end points among the nodes, [2, e]. @throws {DatabaseError} INVALID_ARGUMENT if one is not in the result. */
  endPoints({ count, pieces }: EntityRows, edgeType: EdgeType): Tensor<'int32'> {
    const data = new Int32Array(2 * count)
    for (const { vector, rows, places } of pieces) {
      const sources = idsOf(vector, '_SRC')
      const targets = idsOf(vector, '_DST')
      for (let k = 0; k < rows.length; k++) {
        data[places[k]!] = this.#position(sources, rows[k]!, edgeType, 0)
        data[count + places[k]!] = this.#position(targets, rows[k]!, edgeType, 2)
      }
    }
    return { data, shape: [2, count], dtype: 'int32' }
  }

  #position(ids: Uint32Array, row: number, edgeType: EdgeType, end: 0 | 2): number {
    const position = this.#nodes.get(ids[2 * row + 1]!)?.positions.get(ids[2 * row]!)
    if (position !== undefined) return position
    const text = `An edge of type ${edgeTypeKey(edgeType)} ends at a node of ${edgeType[end]} that is not in the result: RETURN the nodes with their rels.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: edgeType[end], offset: ids[2 * row]! } })
  }
}

function collect(into: Map<number, Collected>, vector: Vector, idField: string): void {
  const ids = idsOf(vector, idField)
  let table = -1
  let current: Collected | null = null
  let piece: Collected['pieces'][number] | null = null
  for (let row = 0; row < vector.length; row++) {
    if (vector.validity !== null && !isValid(vector, row)) continue
    if (current === null || ids[2 * row + 1] !== table) {
      table = ids[2 * row + 1]!
      current = collectedOf(into, table)
      piece = pieceOf(current, vector)
    }
    const offset = ids[2 * row]!
    if (current.positions.has(offset)) continue
    current.positions.set(offset, current.count)
    piece!.rows.push(row)
    piece!.places.push(current.count++)
  }
}

function collectedOf(into: Map<number, Collected>, table: number): Collected {
  let collected = into.get(table)
  if (collected === undefined) {
    collected = { table, count: 0, positions: new Map(), pieces: [] }
    into.set(table, collected)
  }
  return collected
}

function pieceOf(collected: Collected, vector: Vector): Collected['pieces'][number] {
  let piece = collected.pieces.find((known) => known.vector === vector)
  if (piece === undefined) {
    piece = { vector, rows: [], places: [] }
    collected.pieces.push(piece)
  }
  return piece
}

function idsOf(vector: Vector, field: string): Uint32Array {
  const { type } = vector
  const at = 'fields' in type ? type.fields.findIndex(({ name }) => name === field) : -1
  assert(at >= 0, 'a node or rel without an id', { field })
  return vector.children[at]!.data as Uint32Array
}

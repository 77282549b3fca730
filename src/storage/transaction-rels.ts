import { DatabaseError } from '../errors/database-error.ts'
import type { AdjacencyCursor, Direction } from './read-view.ts'
import type { SnapshotReadView } from './read-view-snapshot.ts'
import { multiplicityError } from './rel-errors.ts'
import type { RelTableState } from './transaction-table-state.ts'

/** Looks at the lists of a write transaction's view: degrees for multiplicity and deletion, rels of a node. Cursors stay open and are reused. */
export class TransactionRels {
  readonly #view: SnapshotReadView
  readonly #cursors = new Map<RelTableState, Map<string, AdjacencyCursor>>()

  constructor(view: SnapshotReadView) {
    this.#view = view
  }

  /** @throws {DatabaseError} MULTIPLICITY if one more rel would be too many at one of its ends. */
  checkMultiplicity(state: RelTableState, source: number, target: number): void {
    const { perSource, perTarget, name } = state.schema
    if (perSource === 'one' && this.#hasRel(state, 'fwd', source)) throw multiplicityError(name, source, 'fwd')
    if (perTarget === 'one' && this.#hasRel(state, 'bwd', target)) throw multiplicityError(name, target, 'bwd')
  }

  /** @returns rel table and direction of some rel of the node. @throws {DatabaseError} RUNTIME where that direction is not stored. */
  connected(tableId: number, offset: number): { relTableId: number; direction: Direction } | null {
    for (const [state, direction] of this.#ends(tableId)) {
      if (!isStored(state, direction)) {
        const text = `Failed to get ${direction} data for rel table "${state.schema.name}", please set the storage direction to BOTH`
        throw new DatabaseError('RUNTIME', text, { facts: { table: state.schema.name, direction } })
      }
      if (this.#cursor(state, direction, false).degree(offset) > 0) return { relTableId: state.tableId, direction }
    }
    return null
  }

  /** @returns all rels of the node, once per direction that they are found in. @throws {DatabaseError} RUNTIME where a direction is not stored. */
  relsOf(tableId: number, offset: number): { state: RelTableState; source: number; target: number; relId: number }[] {
    const rels: { state: RelTableState; source: number; target: number; relId: number }[] = []
    for (const [state, direction] of this.#ends(tableId)) {
      if (!isStored(state, direction)) {
        const text = `Cannot delete edges of direction ${direction} from table ${state.schema.name} as they do not exist.`
        throw new DatabaseError('RUNTIME', text, { facts: { table: state.schema.name, direction } })
      }
      const cursor = this.#cursor(state, direction, true)
      cursor.load(offset)
      for (let k = cursor.lo; k < cursor.hi; k++) {
        const relId = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]!
        const other = cursor.neighbours[k]!
        const [source, target] = direction === 'fwd' ? [offset, other] : [other, offset]
        rels.push({ state, source, target, relId })
      }
    }
    return rels
  }

  /** Rel tables with rels that a node of the table may be an end of, with the direction to look in. */
  *#ends(tableId: number): Generator<[RelTableState, Direction]> {
    for (const state of this.#view.tables.values()) {
      if (state.kind !== 'rel' || this.#view.relTable(state.tableId).liveCount === 0) continue
      if (state.schema.fromTableId === tableId) yield [state, 'fwd']
      if (state.schema.toTableId === tableId) yield [state, 'bwd']
    }
  }

  #hasRel(state: RelTableState, direction: Direction, node: number): boolean {
    if (isStored(state, direction)) return this.#cursor(state, direction, false).degree(node) > 0
    return this.#isNeighbour(state, direction === 'fwd' ? 'bwd' : 'fwd', node)
  }

  /** The lists by this end are not stored: looks through all lists by the other end. Cost: all rels of the table. */
  #isNeighbour(state: RelTableState, direction: Direction, node: number): boolean {
    const tableId = direction === 'fwd' ? state.schema.fromTableId : state.schema.toTableId
    const { rowCount } = this.#view.nodeTable(tableId)
    const cursor = this.#cursor(state, direction, false)
    for (let other = 0; other < rowCount; other++) {
      cursor.load(other)
      for (let k = cursor.lo; k < cursor.hi; k++) if (cursor.neighbours[k] === node) return true
    }
    return false
  }

  #cursor(state: RelTableState, direction: Direction, withRelIds: boolean): AdjacencyCursor {
    let cursors = this.#cursors.get(state)
    if (cursors === undefined) {
      cursors = new Map()
      this.#cursors.set(state, cursors)
    }
    const key = `${direction} ${withRelIds}`
    let cursor = cursors.get(key)
    if (cursor === undefined) {
      cursor = this.#view.relTable(state.tableId).cursor(direction, withRelIds)
      cursors.set(key, cursor)
    }
    return cursor
  }
}

function isStored(state: RelTableState, direction: Direction): boolean {
  return direction === 'fwd' ? state.schema.storesForward : state.schema.storesBackward
}

import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { castEdgeAttr, type EdgeAttr, type EdgeAttrLike } from './edge-attr.ts'
import { pointersOf } from './edge-order.ts'
import { type EdgeGroup, edgeGroups, findEdgeGroup } from './find-group.ts'
import { readByRelId, readSorted, type StoredEdges } from './read-edges.ts'
import type { RemoteBackend } from './remote-backend.ts'
import { dropEdges, storeEdges } from './write-edges.ts'

/** Ids and pointers: of 4 bytes, or of 8 when int64 is asked for. */
export type IdArray = Uint32Array | BigInt64Array

/** The two arrays of a layout; they belong to the caller. See {@link EdgeLayout}. */
export type EdgeIndex<A extends IdArray = IdArray> = readonly [A, A]

/** How edges are read. */
export interface GetEdgeIndexOptions<D extends 'uint32' | 'int64' = 'uint32' | 'int64'> {
  /** Element type; 'uint32' unless given. PyG's own tensors are int64. */
  readonly dtype?: D
}

/**
 * One layout of several edge types: rows, columns and permutations by the text of the edge type ('paper__cites__paper'). `perm[k]` is the place
 * that edge k has in the coo; null where nothing moved.
 */
export type EdgeLayouts = readonly [
  row: ReadonlyMap<string, Uint32Array>,
  col: ReadonlyMap<string, Uint32Array>,
  perm: ReadonlyMap<string, Uint32Array | null>,
]

/**
 * Edges of a database: PyG's GraphStore. Every FROM-TO pair of a rel table is an edge type; ids are offsets of the node tables. All layouts of all
 * edge types can be read, whatever is stored.
 *
 * The coo that is not sorted stands in the order of rel ids, so that row k of an edge column belongs to its edge k as long as no rel was
 * deleted; {@link getEdgeIds} tells the rows always.
 */
export class GraphStore {
  readonly backend: RemoteBackend

  /** Made by getTorchGeometricRemoteBackend. */
  constructor(backend: RemoteBackend) {
    this.backend = backend
  }

  /**
   * @returns the edges in the attr's layout.
   * Cost: one pass over the lists of one direction; 4 bytes per element of the result. Loaders do not need it: they sample from the database.
   * @throws {DatabaseError} UNKNOWN_TABLE with the nearest edge type; INVALID_ARGUMENT for no such layout, a sorted csr, or a size too small; CLOSED.
   */
  getEdgeIndex(attr: EdgeAttrLike, options?: GetEdgeIndexOptions<'uint32'>): EdgeIndex<Uint32Array>
  getEdgeIndex(attr: EdgeAttrLike, options: GetEdgeIndexOptions<'int64'>): EdgeIndex<BigInt64Array>
  getEdgeIndex(attr: EdgeAttrLike, options: GetEdgeIndexOptions = {}): EdgeIndex {
    const full = castEdgeAttr(attr)
    const group = this.#group(full.edgeType)
    const { row, col } = this.#read(full, group)
    const [sources, targets] = this.#sizeFor(full, group)
    const [first, second] =
      full.layout === 'coo'
        ? [row, col]
        : full.layout === 'csr'
          ? [pointersOf(row, sources), col]
          : [row, pointersOf(col, targets)]
    return options.dtype === 'int64' ? [wide(first), wide(second)] : [first, second]
  }

  /** @returns [e] the rel id of each edge, in the order of {@link getEdgeIndex}: rows of the edge type's columns. @throws as getEdgeIndex. */
  getEdgeIds(attr: EdgeAttrLike): Uint32Array {
    const full = castEdgeAttr(attr)
    const { row, ids } = this.#read(full, this.#group(full.edgeType))
    return ids ?? row.map((_, k) => k)
  }

  /** @returns the number of source and of target ids, deleted nodes included. @throws {DatabaseError} UNKNOWN_TABLE, INVALID_ARGUMENT, CLOSED. */
  getEdgeSize(edgeType: EdgeType | null): [sources: number, targets: number] {
    const { pair } = this.#group(edgeType)
    const { view } = this.backend.snapshot
    return [view.nodeTable(pair.from).rowCount, view.nodeTable(pair.to).rowCount]
  }

  /** @returns a fresh attr for every edge type: coo sorted by target, with its size. @throws {DatabaseError} CLOSED */
  getAllEdgeAttrs(): Required<EdgeAttr>[] {
    return edgeGroups(this.backend.snapshot.catalog).map(({ name }) => ({
      edgeType: name,
      layout: 'coo',
      isSorted: true,
      size: this.getEdgeSize(name),
    }))
  }

  /** @returns source and target ids of edge types (all of them unless given). @throws {DatabaseError} UNKNOWN_TABLE, CLOSED. */
  coo(edgeTypes?: readonly EdgeType[] | null): EdgeLayouts {
    return this.#layouts(edgeTypes, (attr) => this.#read({ ...attr, layout: 'coo' }, this.#group(attr.edgeType)))
  }

  /** @returns pointers by source, and target ids. @throws as {@link coo}. */
  csr(edgeTypes?: readonly EdgeType[] | null): EdgeLayouts {
    return this.#layouts(edgeTypes, (attr) => {
      const { row, col, perm } = this.#read({ ...attr, layout: 'csr' }, this.#group(attr.edgeType))
      return { row: pointersOf(row, this.getEdgeSize(attr.edgeType)[0]), col, perm }
    })
  }

  /** @returns source ids, and pointers by target. @throws as {@link coo}. */
  csc(edgeTypes?: readonly EdgeType[] | null): EdgeLayouts {
    return this.#layouts(edgeTypes, (attr) => {
      const { row, col, perm } = this.#read({ ...attr, layout: 'csc' }, this.#group(attr.edgeType))
      return { row, col: pointersOf(col, this.getEdgeSize(attr.edgeType)[1]), perm }
    })
  }

  /**
   * Adds edges as rels, in a transaction of its own; the rel table, or its FROM-TO pair, is created if it is not there. Edges that are there
   * already stay. Columns of the rel table are NULL in the new rels. The snapshot of the stores then moves to the new commit.
   * @returns true.
   * @throws {DatabaseError} UNKNOWN_TABLE without the node tables; INVALID_ARGUMENT for ids that are not there or arrays that do not fit the layout;
   *   MULTIPLICITY; WRITE_CONFLICT, LOCKED, READ_ONLY, CLOSED.
   */
  putEdgeIndex(edgeIndex: EdgeIndex, attr: EdgeAttrLike): boolean {
    storeEdges(this.backend, edgeIndex, castEdgeAttr(attr))
    return true
  }

  /**
   * Deletes an edge type with all its rels: the FROM-TO pair, and the rel table with its last pair. The layout of the attr does not matter.
   * @returns true. @throws {DatabaseError} UNKNOWN_TABLE; WRITE_CONFLICT, LOCKED, READ_ONLY, CLOSED.
   */
  removeEdgeIndex(attr: EdgeAttrLike): boolean {
    dropEdges(this.backend, castEdgeAttr(attr).edgeType)
    return true
  }

  /** Moves both stores of the backend to the newest commit. @returns its number. @throws {DatabaseError} CLOSED */
  refresh(): number {
    return this.backend.refresh()
  }

  /** Closes the backend: both stores, and the loaders that read through it. */
  async close(): Promise<void> {
    await this.backend.close()
  }

  #group(edgeType: EdgeType | null): EdgeGroup {
    return findEdgeGroup(this.backend.snapshot.catalog, edgeType)
  }

  #read({ layout, isSorted }: EdgeAttr, group: EdgeGroup): StoredEdges {
    const { view } = this.backend.snapshot
    if (layout === 'csr') return readSorted(view, group, 'row')
    return isSorted === true || layout === 'csc' ? readSorted(view, group, 'col') : readByRelId(view, group)
  }

  #sizeFor({ size }: EdgeAttr, { name }: EdgeGroup): readonly [number, number] {
    const own = this.getEdgeSize(name)
    if (size === null || size === undefined) return own
    if (size[0] >= own[0] && size[1] >= own[1]) return size
    const text = `Edge type ${edgeTypeKey(name)} has the size [${own.join(', ')}], which [${size.join(', ')}] does not hold.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }

  #layouts(
    edgeTypes: readonly EdgeType[] | null | undefined,
    read: (attr: { edgeType: EdgeType; isSorted: false }) => Pick<StoredEdges, 'row' | 'col' | 'perm'>,
  ): EdgeLayouts {
    const names = edgeTypes ?? edgeGroups(this.backend.snapshot.catalog).map(({ name }) => name)
    const [row, col] = [new Map<string, Uint32Array>(), new Map<string, Uint32Array>()]
    const perm = new Map<string, Uint32Array | null>()
    for (const edgeType of names) {
      const edges = read({ edgeType, isSorted: false })
      const key = edgeTypeKey(this.#group(edgeType).name)
      row.set(key, edges.row)
      col.set(key, edges.col)
      perm.set(key, edges.perm)
    }
    return [row, col, perm]
  }
}

function wide(ids: Uint32Array): BigInt64Array {
  const wider = new BigInt64Array(ids.length)
  const words = new Uint32Array(wider.buffer)
  for (let k = 0; k < ids.length; k++) words[2 * k] = ids[k]!
  return wider
}

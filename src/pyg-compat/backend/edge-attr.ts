import { DatabaseError } from '../../errors/database-error.ts'
import type { EdgeType } from '../edge-type.ts'

/**
 * How edges are laid out. E edges, S sources, T targets:
 *
 * | layout | element 0 | element 1 |
 * |---|---|---|
 * | coo | [E] source ids | [E] target ids |
 * | csr | [S + 1] where the edges of each source begin | [E] target ids |
 * | csc | [E] source ids | [T + 1] where the edges of each target begin |
 */
export type EdgeLayout = 'coo' | 'csr' | 'csc'

/** Address of the edges of one type in one layout: PyG's EdgeAttr. */
export interface EdgeAttr {
  /** null: the only edge type of the database. */
  edgeType: EdgeType | null
  layout: EdgeLayout
  /** Edges stand in the order of their targets. Always so in csc, never in csr; false unless given. */
  isSorted?: boolean | undefined
  /** Number of source and of target ids; the tables' own when it is not given. */
  size?: readonly [sources: number, targets: number] | null | undefined
}

/** What can be cast to an {@link EdgeAttr}: itself, or its fields in order. */
export type EdgeAttrLike =
  | EdgeAttr
  | readonly [
      edgeType: EdgeType | null,
      layout: EdgeLayout,
      isSorted?: boolean,
      size?: readonly [number, number] | null,
    ]

/** @returns a fresh attr. @throws {DatabaseError} INVALID_ARGUMENT for another layout, and for a sorted csr. */
export function castEdgeAttr(attr: EdgeAttrLike): Required<EdgeAttr> {
  const given = Array.isArray(attr) ? attrOf(attr as Extract<EdgeAttrLike, readonly unknown[]>) : (attr as EdgeAttr)
  const { edgeType, size } = given
  const layout = String(given.layout).toLowerCase() as EdgeLayout
  if (layout !== 'coo' && layout !== 'csr' && layout !== 'csc') {
    throw new DatabaseError('INVALID_ARGUMENT', `${String(given.layout)} is no layout of edges: coo, csr and csc are.`)
  }
  if (layout === 'csr' && given.isSorted === true) {
    throw new DatabaseError(
      'INVALID_ARGUMENT',
      'Edges in csr stand in the order of their sources, not sorted by target.',
    )
  }
  return {
    edgeType: edgeType ?? null,
    layout,
    isSorted: layout === 'csc' || given.isSorted === true,
    size: size ?? null,
  }
}

function attrOf([edgeType, layout, isSorted, size]: Extract<EdgeAttrLike, readonly unknown[]>): EdgeAttr {
  return { edgeType, layout, isSorted, size }
}

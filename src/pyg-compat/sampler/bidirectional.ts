import { edgeTypeKey } from '../edge-type.ts'
import { reverseName } from './relations.ts'
import type { SampledEdges } from './sampled-subgraph.ts'

/** Edges as (row, column, id). */
interface EdgeList {
  readonly rows: Int32Array
  readonly cols: Int32Array
  readonly ids: Uint32Array
}

/**
 * Adds the reverse of every drawn edge, without repeats, in the order of column, then row.
 *
 * Between nodes of one type reverses belong to the same edge type: an edge that was drawn has its own id, one that is only there as a reverse has the id
 * of the edge it reverses. Between two types they belong to 'rev_…' (or to the type without that prefix), else to the only type that leads back; ids are
 * null for types that take part, since ids of two types would mix. Where no type leads back, a type keeps what was drawn, in that order.
 * Of parallel edges the first that was drawn stays. Source: PyG's subgraph_type='bidirectional'.
 */
export function bidirectionalEdges(drawn: readonly SampledEdges[]): readonly SampledEdges[] {
  return drawn.map((edges) => {
    const inverse = inverseOf(edges, drawn)
    if (inverse === null) return { ...edges, perHop: null }
    const withIds = edges.ids !== null && inverse === edges
    const own = listOf(edges, withIds)
    const turned = listOf(inverse, withIds)
    const merged = merge(own, { rows: turned.cols, cols: turned.rows, ids: turned.ids })
    return {
      edgeType: edges.edgeType,
      edgeIndex: merged.edgeIndex,
      ids: withIds ? merged.ids : null,
      perHop: null,
    }
  })
}

/** @returns the edges whose reverses belong to `edges`; null when there are none. */
function inverseOf(edges: SampledEdges, drawn: readonly SampledEdges[]): SampledEdges | null {
  const [source, relation, target] = edges.edgeType
  const named = edgeTypeKey([target, reverseName(relation), source])
  const byName = drawn.find((other) => edgeTypeKey(other.edgeType) === named)
  if (byName !== undefined) return byName
  if (source === target) return edges
  const back = drawn.filter(({ edgeType }) => edgeType[0] === target && edgeType[2] === source)
  return back.length === 1 ? back[0]! : null
}

function listOf({ edgeIndex, ids }: SampledEdges, withIds: boolean): EdgeList {
  const count = edgeIndex.length / 2
  return {
    rows: edgeIndex.subarray(0, count),
    cols: edgeIndex.subarray(count),
    ids: withIds ? ids! : new Uint32Array(count),
  }
}

/** Joins two lists; of edges with the same ends, the first of `first` stays, else the first of `second`. */
function merge(first: EdgeList, second: EdgeList): { edgeIndex: Int32Array; ids: Uint32Array } {
  const total = first.rows.length + second.rows.length
  const rows = joined(first.rows, second.rows)
  const cols = joined(first.cols, second.cols)
  const order = sortedBy(
    cols,
    sortedBy(
      rows,
      Uint32Array.from({ length: total }, (_, i) => i),
    ),
  )
  let count = 0
  for (let i = 0; i < total; i++) {
    const at = order[i]!
    const before = count === 0 ? -1 : order[count - 1]!
    if (before >= 0 && rows[before] === rows[at] && cols[before] === cols[at]) continue
    order[count++] = at
  }
  const edgeIndex = new Int32Array(2 * count)
  const ids = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const at = order[i]!
    edgeIndex[i] = rows[at]!
    edgeIndex[count + i] = cols[at]!
    ids[i] = at < first.rows.length ? first.ids[at]! : second.ids[at - first.rows.length]!
  }
  return { edgeIndex, ids }
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** @returns `order` sorted by `keys` (small, not negative), stably: a counting sort. */
function sortedBy(keys: Int32Array, order: Uint32Array): Uint32Array {
  let largest = -1
  for (let i = 0; i < keys.length; i++) if (keys[i]! > largest) largest = keys[i]!
  const next = new Uint32Array(largest + 2)
  for (let i = 0; i < keys.length; i++) next[keys[i]! + 1]!++
  for (let key = 0; key <= largest; key++) next[key + 1]! += next[key]!
  const sorted = new Uint32Array(order.length)
  for (let i = 0; i < order.length; i++) sorted[next[keys[order[i]!]!]!++] = order[i]!
  return sorted
}

import { EdgeBuffer } from './edge-buffer.ts'
import type { NodeIndex } from './node-index.ts'
import type { RelationSampler } from './relation-sampler.ts'
import type { SampledEdges } from './sampled-subgraph.ts'

/**
 * @param owners the sampled nodes of the type that edges point to, `neighbours` those at the other end.
 * @param latest times of the trees' seeds; empty without times.
 * @returns all edges of a relation among sampled nodes (of one tree, where there are trees), in the order of the nodes they point to; without those that
 *   the edge filter, times or exclusions forbid. Cost: reads the whole list of every sampled node.
 */
export function inducedEdges(
  sampler: RelationSampler,
  owners: NodeIndex,
  neighbours: NodeIndex,
  latest: Float64Array,
): SampledEdges {
  const { relation, admission } = sampler
  const edges = new EdgeBuffer(sampler.edges.withIds)
  const lists = sampler.lists()
  const disjoint = owners.trees.length > 0
  for (let local = 0; local < owners.count; local++) {
    const node = owners.ids[local]!
    const tree = disjoint ? owners.trees[local]! : 0
    lists.load(node)
    admission.begin(node, latest.length > 0 ? latest[tree]! : Number.POSITIVE_INFINITY)
    for (let position = 0; position < lists.degree; position++) {
      const neighbour = neighbours.find(lists.neighbour(position), tree)
      if (neighbour < 0 || !admission.admitsEdge(lists, position)) continue
      edges.reserve(1)
      edges.rows[edges.count] = neighbour
      edges.cols[edges.count] = local
      if (edges.withIds) edges.ids[edges.count] = lists.edge(position)
      edges.count++
    }
  }
  return {
    edgeType: relation.edgeType,
    edgeIndex: edges.edgeIndex(),
    ids: edges.withIds ? edges.ids.slice(0, edges.count) : null,
    perHop: null,
  }
}

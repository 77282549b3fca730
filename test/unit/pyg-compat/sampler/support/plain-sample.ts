import type {
  SampledEdges,
  SampledNodes,
  SampledSubgraph,
} from '../../../../../src/pyg-compat/sampler/sampled-subgraph.ts'

/** Arrays of a subgraph with one node type and one edge type, as text, in the way in which PyG's documentation prints them. */
export interface PlainSample {
  readonly nId: string
  readonly batch?: string
  readonly row: string
  readonly col: string
  readonly eId?: string
  readonly nodes?: string
  readonly edges?: string
}

/** @returns the arrays of one edge type and of the nodes it points to. */
export function plainSample({ nodes, edges }: SampledSubgraph, node = 0, edge = 0): PlainSample {
  return { ...plainNodes(nodes[node]!), ...plainEdges(edges[edge]!) }
}

export function plainNodes({ ids, batch, perHop }: SampledNodes): Pick<PlainSample, 'nId' | 'batch' | 'nodes'> {
  return {
    nId: ids.join(' '),
    ...(batch === null ? {} : { batch: batch.join(' ') }),
    ...(perHop === null ? {} : { nodes: perHop.join(' ') }),
  }
}

export function plainEdges({
  edgeIndex,
  ids,
  perHop,
}: SampledEdges): Pick<PlainSample, 'row' | 'col' | 'eId' | 'edges'> {
  const count = edgeIndex.length / 2
  return {
    row: edgeIndex.subarray(0, count).join(' '),
    col: edgeIndex.subarray(count).join(' '),
    ...(ids === null ? {} : { eId: ids.join(' ') }),
    ...(perHop === null ? {} : { edges: perHop.join(' ') }),
  }
}

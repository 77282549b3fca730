import { LinkSampler, type SampledLinks } from '../sampler/link-sampler.ts'
import type { SampledSubgraph } from '../sampler/sampled-subgraph.ts'
import type { SamplerGraph } from '../sampler/sampler-graph.ts'
import type { BatchSampler } from './batch-sampler.ts'
import type { SampledBatch, SeedCount, SeedField } from './sampled-batch.ts'
import { type BatchTask, type SeedSampler, takeNumbers, takeWords } from './seed-sampler.ts'
import type { LinkLabels, LinkSeeds } from './seeds.ts'

/** Links to sample, and the keys of their random numbers. */
export interface LinkSampling {
  readonly seeds: LinkSeeds
  readonly generation: number
  readonly seed: number
}

/** Batches of links. */
export class LinkSeedSampler implements SeedSampler {
  readonly #sampler: BatchSampler
  readonly #links: LinkSampler
  readonly #seeds: LinkSeeds
  readonly #generation: number

  /** @throws {DatabaseError} as {@link LinkSampler}. */
  constructor(sampler: BatchSampler, graph: SamplerGraph, { seeds, generation, seed }: LinkSampling) {
    const neighbors = { disjoint: sampler.disjoint ?? false, sample: sampler.sample.bind(sampler) }
    this.#sampler = sampler
    this.#links = new LinkSampler(graph, neighbors, { ...seeds.options, edgeType: seeds.edgeType, seed }, seeds.timed)
    this.#seeds = seeds
    this.#generation = generation
  }

  sample({ epoch, index, positions }: BatchTask): SampledBatch {
    const started = performance.now()
    const { sources, targets, ids, times } = this.#seeds
    const sampled = this.#links.sample({
      sources: takeWords(sources, positions),
      targets: takeWords(targets, positions),
      ...(ids === null ? {} : { ids: takeWords(ids, positions) }),
      ...(times === null ? {} : { times: takeNumbers(times, positions) }),
      epoch,
      batch: index,
    })
    const subgraph = this.#withSeedEdges(sampled.subgraph)
    return {
      epoch,
      index,
      generation: this.#generation,
      subgraph,
      seeds: this.#seedCounts(sampled),
      hasBatchSize: false,
      fields: this.#fields(sampled, positions),
      sampleMs: performance.now() - started,
    }
  }

  close(): void {
    this.#links.close()
    this.#sampler.close?.()
  }

  /** Labels belong to the store of the links' type, which need not be an edge type that is sampled. */
  #withSeedEdges(subgraph: SampledSubgraph): SampledSubgraph {
    const key = this.#seeds.edgeType.join(' ')
    if (subgraph.edges.some(({ edgeType }) => edgeType.join(' ') === key)) return subgraph
    const empty = { edgeType: this.#seeds.edgeType, edgeIndex: new Int32Array(0), ids: null, perHop: null }
    return { nodes: subgraph.nodes, edges: [...subgraph.edges, empty] }
  }

  /** The end points are the first nodes of their types: as many as the highest local id of one says. */
  #seedCounts(sampled: SampledLinks): SeedCount[] {
    const [source, , target] = this.#seeds.edgeType
    const [sources, targets] = endPoints(sampled)
    if (source === target) return [{ nodeType: source, count: Math.max(above(sources), above(targets)) }]
    return [
      { nodeType: source, count: above(sources) },
      { nodeType: target, count: above(targets) },
    ]
  }

  #fields(sampled: SampledLinks, positions: Uint32Array): SeedField[] {
    const { edgeType, inputIds } = this.#seeds
    const on = { edgeType }
    const links = positions.length
    const reported = inputIds === null ? positions.slice() : takeWords(inputIds, positions)
    const fields: SeedField[] = [{ on, name: 'inputId', dtype: 'uint32', shape: [links], data: reported }]
    if (sampled.mode === 'triplet') return [...fields, ...this.#tripletFields(sampled, links)]
    const { edgeLabelIndex, negatives, times } = sampled
    const all = links + negatives
    fields.push({ on, name: 'edgeLabelIndex', dtype: 'int32', shape: [2, all], data: edgeLabelIndex })
    if (times !== null) fields.push({ on, name: 'edgeLabelTime', dtype: 'float64', shape: [all], data: times })
    const labels = this.#labels(positions, negatives)
    if (labels !== null) {
      fields.push({ on, name: 'edgeLabel', dtype: labelDtype(labels), shape: [all], data: labels })
    }
    return fields
  }

  #tripletFields(sampled: Extract<SampledLinks, { mode: 'triplet' }>, links: number): SeedField[] {
    const { edgeType } = this.#seeds
    const { srcIndex, dstPosIndex, dstNegIndex, amount, times } = sampled
    const source = { nodeType: edgeType[0] }
    const target = { nodeType: edgeType[2] }
    const fields: SeedField[] = [
      { on: source, name: 'srcIndex', dtype: 'int32', shape: [links], data: srcIndex },
      { on: target, name: 'dstPosIndex', dtype: 'int32', shape: [links], data: dstPosIndex },
      {
        on: target,
        name: 'dstNegIndex',
        dtype: 'int32',
        shape: amount === 1 ? [links] : [links, amount],
        data: dstNegIndex,
      },
    ]
    if (times !== null)
      fields.push({ on: { edgeType }, name: 'seedTime', dtype: 'float64', shape: [links], data: times })
    return fields
  }

  /** Labels of the links, then 0 for each negative. Without labels of their own, links beside negatives have 1. */
  #labels(positions: Uint32Array, negatives: number): LinkLabels | null {
    const { labels, options } = this.#seeds
    if (labels === null && options.negSampling === undefined) return null
    const all = positions.length + negatives
    const taken =
      labels instanceof Int32Array
        ? new Int32Array(all)
        : labels instanceof Float64Array
          ? new Float64Array(all)
          : new Float32Array(all)
    for (let i = 0; i < positions.length; i++) taken[i] = labels === null ? 1 : labels[positions[i]!]!
    return taken
  }
}

function endPoints(sampled: SampledLinks): [Int32Array, Int32Array] {
  if (sampled.mode === 'triplet') {
    const targets = new Int32Array(sampled.dstPosIndex.length + sampled.dstNegIndex.length)
    targets.set(sampled.dstPosIndex)
    targets.set(sampled.dstNegIndex, sampled.dstPosIndex.length)
    return [sampled.srcIndex, targets]
  }
  const { edgeLabelIndex } = sampled
  return [edgeLabelIndex.subarray(0, edgeLabelIndex.length / 2), edgeLabelIndex.subarray(edgeLabelIndex.length / 2)]
}

function above(locals: Int32Array): number {
  let most = -1
  for (let i = 0; i < locals.length; i++) if (locals[i]! > most) most = locals[i]!
  return most + 1
}

function labelDtype(labels: LinkLabels): 'int32' | 'float64' | 'float32' {
  if (labels instanceof Int32Array) return 'int32'
  return labels instanceof Float64Array ? 'float64' : 'float32'
}

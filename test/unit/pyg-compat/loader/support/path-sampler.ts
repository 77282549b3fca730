import type { BatchSampler } from '../../../../../src/pyg-compat/loader/batch-sampler.ts'
import type { SamplerGraph } from '../../../../../src/pyg-compat/sampler/sampler-graph.ts'
import type { SampleRequest } from '../../../../../src/pyg-compat/sampler/sampler-options.ts'

/** What the sampler does when a batch comes to it. */
export interface PathSamplerOptions {
  readonly failsAt?: number
  readonly diesAt?: number
}

/** A sampler that takes the first in-neighbour of each seed, and may fail or end its thread. */
export function createSampler(graph: SamplerGraph, options: unknown): BatchSampler {
  const { failsAt, diesAt } = (options ?? {}) as PathSamplerOptions
  const edgeType = graph.edgeTypes.find(([source, , target]) => source === target)!
  const cursor = graph.adjacency(edgeType, 'bwd', true)
  return {
    sample: ({ seeds, batch }: SampleRequest) => {
      if (batch === failsAt) throw new Error(`sampler fails at batch ${batch}`)
      if (batch === diesAt) process.exit(3)
      const ids = [...seeds[0]!.ids]
      const [rows, cols, edges] = [[] as number[], [] as number[], [] as number[]]
      for (const [at, node] of seeds[0]!.ids.entries()) {
        cursor.load(node)
        if (cursor.lo === cursor.hi) continue
        const neighbour = cursor.neighbours[cursor.lo]!
        if (!ids.includes(neighbour)) ids.push(neighbour)
        rows.push(ids.indexOf(neighbour))
        cols.push(at)
        edges.push(cursor.relIds === null ? cursor.lo + cursor.relShift : cursor.relIds[cursor.lo + cursor.relShift]!)
      }
      return {
        nodes: [{ nodeType: seeds[0]!.nodeType, ids: Uint32Array.from(ids), batch: null, perHop: null }],
        edges: [
          { edgeType, edgeIndex: Int32Array.from([...rows, ...cols]), ids: Uint32Array.from(edges), perHop: null },
        ],
      }
    },
    close: () => cursor.close(),
  }
}

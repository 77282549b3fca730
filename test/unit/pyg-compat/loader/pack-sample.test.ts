import assert from 'node:assert/strict'
import { packSample, type SampledBatch } from '../../../../src/pyg-compat/loader/sampled-batch.ts'

/** A star: everything points at node 0. */
function star(nodes: number): SampledBatch {
  const edgeIndex = new Int32Array(2 * (nodes - 1))
  for (let i = 0; i < nodes - 1; i++) edgeIndex[i] = i + 1
  const ids = Uint32Array.from({ length: nodes }, (_, i) => 7 * i)
  return {
    epoch: 1,
    index: 2,
    generation: 3,
    subgraph: {
      nodes: [{ nodeType: 'paper', ids, batch: null, perHop: [1, nodes - 1] }],
      edges: [{ edgeType: ['paper', 'cites', 'paper'], edgeIndex, ids: null, perHop: [nodes - 1] }],
    },
    seeds: [{ nodeType: 'paper', count: 1 }],
    hasBatchSize: true,
    fields: [],
    sampleMs: 0.5,
  }
}

describe('samples that wait', () => {
  it('keep local ids in 16 bits as long as all fit, and give the others back', () => {
    const sampled = star(65_536)
    const wanted = Array.from(sampled.subgraph.edges[0]!.edgeIndex)
    const packed = packSample(sampled)
    const [edges] = packed.subgraph.edges
    assert.ok(edges!.edgeIndex instanceof Uint16Array)
    assert.deepEqual(Array.from(edges!.edgeIndex), wanted)
    assert.deepEqual({ ...packed, subgraph: null }, { ...sampled, subgraph: null })
    assert.deepEqual(edges!.perHop, [65_535])
    assert.equal(sampled.subgraph.edges[0]!.edgeIndex.length, 0)
  })

  it('stay as they are when a local id needs more', () => {
    const sampled = star(65_537)
    assert.equal(packSample(sampled), sampled)
  })
})

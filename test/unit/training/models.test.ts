import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { BatchGraph, chooseBackend, InceptionSage, LayeredModel, SeededRandom } from '../../../src/training/index.ts'
import { numbers, toyBatch } from '../../support/device-suite.ts'

const context = { training: false, random: new SeededRandom(1) }

/** Scores of a batch's seeds. */
function scores(model: LayeredModel | InceptionSage, batch: ReturnType<typeof toyBatch>): Float32Array {
  const graph = BatchGraph.of(batch, model.layerCount)
  const out = tf.tidy(() => {
    const x = tf.tensor2d(Float32Array.from(batch.x.data as Float32Array), batch.x.shape as [number, number])
    return model.forward(x, graph, batch.batchSize!, context)
  })
  const values = Float32Array.from(out.dataSync())
  out.dispose()
  graph.dispose()
  return values
}

describe('training: models', () => {
  before(() => chooseBackend('cpu'))

  it('the papers100M models have the published numbers of parameters', () => {
    const story = new InceptionSage(128, 1024, 172, 3)
    assert.equal(story.parameterCount(), 5_626_836)
    story.dispose()
    const leaderboard = new InceptionSage(128, 1024, 172, 3, { variant: 'leaderboard' })
    assert.equal(leaderboard.parameterCount(), 5_755_172)
    leaderboard.dispose()
  })

  it('trimming a batch by its hops changes nothing for the seeds', () => {
    const batch = toyBatch()
    const whole = { ...batch, numSampledNodes: null, numSampledEdges: null }
    for (const model of [
      new LayeredModel({ kind: 'sage', inputs: 4, hidden: 5, outputs: 3 }),
      new LayeredModel({ kind: 'sage', inputs: 4, hidden: 5, outputs: 3, layers: 1 }),
      new LayeredModel({ kind: 'gcn', inputs: 4, hidden: 5, outputs: 3 }),
      new LayeredModel({ kind: 'gat', inputs: 4, hidden: 8, outputs: 3, layers: 3 }),
      new InceptionSage(4, 6, 3, 2, { variant: 'leaderboard' }),
    ]) {
      const trimmed = scores(model, batch)
      assert.equal(trimmed.length, 6)
      const full = scores(model, whole)
      trimmed.forEach((value, i) => {
        assert.ok(Math.abs(value - full[i]!) < 1e-5)
      })
      model.dispose()
    }
  })

  it('edges in any order give the same', () => {
    const batch = { ...toyBatch(), numSampledNodes: null, numSampledEdges: null }
    const edges = Array.from({ length: 9 }, (_, e) => [batch.edgeIndex.data[e]!, batch.edgeIndex.data[9 + e]!] as const)
    const mixed = [4, 8, 0, 2, 7, 1, 3, 6, 5].map((e) => edges[e]!)
    const shuffled = {
      ...batch,
      edgeIndex: { ...batch.edgeIndex, data: Int32Array.from([...mixed.map(([s]) => s), ...mixed.map(([, t]) => t)]) },
    }
    const model = new LayeredModel({ kind: 'sage', inputs: 4, hidden: 5, outputs: 3 })
    const expected = scores(model, batch)
    scores(model, shuffled).forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-5)
    })
    model.dispose()
  })

  it('a convolution is what the dense formula says', () => {
    const batch = { ...toyBatch(), numSampledNodes: null, numSampledEdges: null, batchSize: 9 }
    const model = new LayeredModel({ kind: 'gcn', inputs: 4, hidden: 4, outputs: 3, layers: 1 })
    const weight = model
      .parameters()
      .find(({ name }) => name.endsWith('weight'))!
      .variable.dataSync()
    const x = numbers(36, 5)
    const edges = batch.edgeIndex.data
    const degree = Array.from({ length: 9 }, (_, i) => 1 + Array.from(edges.subarray(9)).filter((t) => t === i).length)
    const dense = Array.from({ length: 9 }, () => new Array<number>(9).fill(0))
    for (let e = 0; e < 9; e++)
      dense[edges[9 + e]!]![edges[e]!]! += 1 / Math.sqrt(degree[edges[e]!]! * degree[edges[9 + e]!]!)
    for (let i = 0; i < 9; i++) dense[i]![i]! += 1 / degree[i]!
    const got = scores(model, batch)
    for (let i = 0; i < 9; i++) {
      for (let c = 0; c < 3; c++) {
        let expected = 0
        for (let j = 0; j < 9; j++)
          for (let f = 0; f < 4; f++) expected += dense[i]![j]! * x[j * 4 + f]! * weight[f * 3 + c]!
        assert.ok(Math.abs(got[i * 3 + c]! - expected) < 1e-5)
      }
    }
    model.dispose()
  })

  it('says what is wrong with a batch or an option', () => {
    const batch = toyBatch()
    const invalid = { code: 'INVALID_ARGUMENT' }
    assert.throws(() => BatchGraph.of({ ...batch, numSampledNodes: [2, 3, 3] }, 2), invalid)
    const outside = { ...batch.edgeIndex, data: Int32Array.from(batch.edgeIndex.data).fill(9, 9, 10) }
    assert.throws(() => BatchGraph.of({ ...batch, edgeIndex: outside }, 2), invalid)
    assert.throws(() => new LayeredModel({ kind: 'sage', inputs: 0, hidden: 1, outputs: 1 }), invalid)
    assert.throws(() => new LayeredModel({ kind: 'gat', inputs: 4, hidden: 6, outputs: 2, heads: 4 }), invalid)
  })
})

import assert from 'node:assert/strict'
import * as tf from '@tensorflow/tfjs-core'
import { BatchGraph } from '../../src/training/batch-graph.ts'
import { binaryCrossEntropy, crossEntropy } from '../../src/training/cross-entropy.ts'
import { dropoutThreshold, mixBits } from '../../src/training/kernels/dropout-bits.ts'
import {
  aggregateMax,
  aggregateMean,
  aggregateSum,
  dropElements,
  gatherRows,
  segmentSoftmax,
  spreadToEdges,
} from '../../src/training/kernels/operations.ts'
import { Segments } from '../../src/training/kernels/segments.ts'
import { BatchNorm } from '../../src/training/layers/batch-norm.ts'
import { LayerNorm } from '../../src/training/layers/layer-norm.ts'
import type { GraphModel } from '../../src/training/models/graph-model.ts'
import { InceptionSage } from '../../src/training/models/inception-sage.ts'
import { LayeredModel, type LayerKind } from '../../src/training/models/layered-model.ts'
import { assignValues } from '../../src/training/optimise/adam.ts'
import { SeededRandom } from '../../src/training/seeded-random.ts'
import { Trainer } from '../../src/training/trainer.ts'
import type { TrainingBatch } from '../../src/training/training-batch.ts'

/** Numbers in (-1, 1) with no two alike, so that maxima are unique, and none near 0, where activations have a kink. */
export function numbers(count: number, seed: number): Float32Array {
  const random = new SeededRandom(seed)
  return Float32Array.from({ length: count }, () => {
    const value = 2 * random.uniform() - 1
    return 0.95 * value + (value < 0 ? -0.05 : 0.05)
  })
}

/** Five targets of seven sources; one target has no edge, one source leaves twice into the same target. */
const EDGES = { rowPtr: [0, 3, 3, 5, 6, 10], source: [0, 5, 2, 6, 1, 3, 4, 4, 0, 6], sources: 7 }

function edges(): Segments {
  return new Segments(Int32Array.from(EDGES.rowPtr), Int32Array.from(EDGES.source), EDGES.sources)
}

/** [targets][k] edge positions. */
function edgesOf(target: number): number[] {
  const [begin, end] = [EDGES.rowPtr[target]!, EDGES.rowPtr[target + 1]!]
  return Array.from({ length: end - begin }, (_, k) => begin + k)
}

async function near(actual: tf.Tensor, expected: ArrayLike<number>, tolerance = 1e-4): Promise<void> {
  const values = await actual.data()
  assert.equal(values.length, expected.length)
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs(values[i]! - expected[i]!)
    assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected[i]!)), `[${i}] ${values[i]} for ${expected[i]}`)
  }
}

/** Compares the gradient of sum(r * f(inputs)) with central differences in every element of every input. */
async function checkGradient(
  f: (...inputs: tf.Tensor2D[]) => tf.Tensor,
  shapes: readonly (readonly [number, number])[],
  seed = 3,
): Promise<void> {
  const values = shapes.map(([a, b], i) => numbers(a * b, seed + i))
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const out = f(...(inputs as tf.Tensor2D[]))
    return tf.sum(tf.mul(out, tf.tensor(numbers(out.size, 99), out.shape)))
  }
  const inputs = values.map((data, i) => tf.tensor2d(data.slice(), shapes[i] as [number, number]))
  const gradients = tf.grads(loss)(inputs)
  const step = 2 ** -7
  for (let i = 0; i < values.length; i++) {
    const expected: number[] = []
    for (let k = 0; k < values[i]!.length; k++) {
      const at = async (delta: number) => {
        const moved = values.map((data) => data.slice())
        moved[i]![k]! += delta
        const out = tf.tidy(() => loss(...moved.map((data, j) => tf.tensor2d(data, shapes[j] as [number, number]))))
        const [value] = await out.data()
        out.dispose()
        return value!
      }
      expected.push(((await at(step)) - (await at(-step))) / (2 * step))
    }
    await near(gradients[i]!, expected, 5e-3)
  }
  tf.dispose([...inputs, ...gradients])
}

/** Nine nodes in three hops around two seeds, as a sampler lays them out. */
export function toyBatch(features = 4, classes = 3): TrainingBatch {
  const source = [2, 3, 4, 1, 5, 6, 5, 7, 8]
  const target = [0, 0, 1, 1, 2, 2, 3, 4, 4]
  return {
    x: { data: numbers(9 * features, 5), shape: [9, features], dtype: 'float32' },
    y: { data: Int32Array.of(0, classes - 1), shape: [2], dtype: 'int32' },
    edgeIndex: { data: Int32Array.from([...source, ...target]), shape: [2, 9], dtype: 'int32' },
    batchSize: 2,
    numSampledNodes: [2, 3, 4],
    numSampledEdges: [4, 5],
  }
}

function kernels(): void {
  const x = numbers(EDGES.sources * 4, 1)
  const row = (node: number) => Array.from(x.subarray(node * 4, node * 4 + 4))
  const column = (values: number[][], by: (values: number[]) => number) =>
    [0, 1, 2, 3].map((f) => by(values.map((v) => v[f]!)))
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
  const expect = (by: (values: number[]) => number) =>
    [0, 1, 2, 3, 4].flatMap((i) => {
      const rows = edgesOf(i).map((e) => row(EDGES.source[e]!))
      return rows.length === 0 ? [0, 0, 0, 0] : column(rows, by)
    })

  it('aggregates neighbours as the dense formulas say', async () => {
    const segments = edges()
    const t = tf.tensor2d(x.slice(), [7, 4])
    await near(aggregateSum(t, segments), expect(sum))
    await near(
      aggregateMean(t, segments),
      expect((v) => sum(v) / v.length),
    )
    await near(
      aggregateMax(t, segments),
      expect((v) => Math.max(...v)),
    )
    segments.dispose()
  })

  it('weighs edges by head and gathers rows', async () => {
    const segments = edges()
    const t = tf.tensor2d(x.slice(), [7, 4])
    const weights = numbers(20, 2)
    const expected = [0, 1, 2, 3, 4].flatMap((i) =>
      [0, 1, 2, 3].map((f) => sum(edgesOf(i).map((e) => weights[e * 2 + (f >> 1)]! * x[EDGES.source[e]! * 4 + f]!))),
    )
    await near(aggregateSum(t, segments, tf.tensor2d(weights.slice(), [10, 2])), expected)
    const picked = Segments.gather(Int32Array.of(6, 0, 0, 3), 7)
    await near(gatherRows(t, picked), [6, 0, 0, 3].flatMap(row))
    segments.dispose()
    picked.dispose()
  })

  it('spreads values to edges and takes the softmax of each target', async () => {
    const segments = edges()
    const [s, t] = [numbers(14, 4), numbers(10, 6)]
    const logits = EDGES.source.flatMap((source, e) => {
      const target = EDGES.rowPtr.findIndex((_, i) => e < EDGES.rowPtr[i + 1]!)
      return [0, 1].map((h) => s[source * 2 + h]! + t[target * 2 + h]!)
    })
    const spread = spreadToEdges(tf.tensor2d(s.slice(), [7, 2]), tf.tensor2d(t.slice(), [5, 2]), segments)
    await near(spread, logits)
    const shares = new Array<number>(20).fill(0)
    for (let i = 0; i < 5; i++) {
      for (const h of [0, 1]) {
        const total = sum(edgesOf(i).map((e) => Math.exp(logits[e * 2 + h]!)))
        for (const e of edgesOf(i)) shares[e * 2 + h] = Math.exp(logits[e * 2 + h]!) / total
      }
    }
    await near(segmentSoftmax(spread, segments), shares)
    segments.dispose()
  })

  it('has the gradients of finite differences', async () => {
    const segments = edges()
    await checkGradient((a) => aggregateSum(a, segments), [[7, 3]])
    await checkGradient((a) => aggregateMean(a, segments), [[7, 3]])
    await checkGradient((a) => aggregateMax(a, segments), [[7, 3]])
    await checkGradient(
      (a, w) => aggregateSum(a, segments, w),
      [
        [7, 4],
        [10, 2],
      ],
    )
    await checkGradient((l) => segmentSoftmax(l, segments), [[10, 2]])
    await checkGradient(
      (s, t) => spreadToEdges(s, t, segments),
      [
        [7, 2],
        [5, 2],
      ],
    )
    await checkGradient((a) => dropElements(a, 0.4, 1234), [[5, 3]])
    segments.dispose()
  })

  it('works without a single edge', async () => {
    const none = new Segments(new Int32Array(3), new Int32Array(0), 2)
    const t = tf.tensor2d([1, 2, 3, 4], [2, 2])
    for (const by of [aggregateSum, aggregateMean, aggregateMax]) await near(by(t, none), [0, 0, 0, 0])
    none.dispose()
  })

  it('drops the elements that position and seed say, and no others', async () => {
    const dropped = dropElements(tf.ones([50, 20]), 0.3, 77)
    const expected = Array.from({ length: 1000 }, (_, i) =>
      mixBits(mixBits(i) ^ 77) >= dropoutThreshold(0.3) ? 1 / 0.7 : 0,
    )
    await near(dropped, expected)
    const kept = expected.filter((v) => v > 0).length
    assert.ok(kept > 640 && kept < 760, `${kept} of 1000 kept`)
  })
}

function gradientsOfTensors(): void {
  it('differentiates what layers are made of', async () => {
    await checkGradient(
      (a, b) => tf.matMul(a, b),
      [
        [3, 4],
        [4, 2],
      ],
    )
    await checkGradient(
      (a, b) => tf.matMul(a, b, true, true),
      [
        [4, 3],
        [2, 4],
      ],
    )
    await checkGradient(
      (a, b) => tf.matMul(a, b, false, true),
      [
        [3, 4],
        [2, 4],
      ],
    )
    await checkGradient(
      (a, b) => tf.div(tf.sub(a, b), tf.add(tf.square(b), 1)),
      [
        [3, 4],
        [1, 4],
      ],
    )
    await checkGradient((a) => tf.leakyRelu(a, 0.2), [[3, 4]])
    await checkGradient((a) => tf.elu(a), [[3, 4]])
    await checkGradient((a) => tf.log(tf.add(tf.exp(a), tf.sqrt(tf.add(tf.square(a), 1)))), [[3, 4]])
    await checkGradient((a) => tf.mean(tf.sigmoid(tf.neg(tf.tanh(a))), 1), [[3, 4]])
    await checkGradient(
      (a, b) => tf.slice(tf.concat([a, b], 1), [1, 1], [2, 4]),
      [
        [3, 4],
        [3, 2],
      ],
    )
    await checkGradient((a) => tf.transpose(tf.reshape(a, [2, 3, 2]), [2, 0, 1]), [[3, 4]])
    await checkGradient((a) => crossEntropy(a, tf.tensor1d([2, 0, 1], 'int32')), [[3, 4]])
    await checkGradient((a) => binaryCrossEntropy(tf.reshape(a, [4]), tf.tensor1d([1, 0, 1, 0])), [[2, 2]])
  })

  it('normalises by batch and by row as the formulas say', async () => {
    const x = numbers(24, 8)
    const t = tf.tensor2d(x.slice(), [6, 4])
    const norm = new BatchNorm(4)
    const context = { training: true, random: new SeededRandom(1) }
    const columns = [0, 1, 2, 3].map((f) => {
      const values = [0, 1, 2, 3, 4, 5].map((i) => x[i * 4 + f]!)
      const mean = values.reduce((a, b) => a + b, 0) / 6
      return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / 6 }
    })
    const expected = Array.from(x, (v, k) => (v - columns[k % 4]!.mean) / Math.sqrt(columns[k % 4]!.variance + 1e-5))
    await near(norm.forward(t, context), expected, 1e-3)
    const [mean, variance] = norm.buffers().map((b) => b.variable)
    await near(
      mean!,
      columns.map((c) => 0.1 * c.mean),
    )
    await near(
      variance!,
      columns.map((c) => 0.9 + (0.1 * c.variance * 6) / 5),
    )
    await checkGradient((a) => new BatchNorm(3).forward(a, context), [[5, 3]])
    await checkGradient((a) => new LayerNorm(3).forward(a), [[5, 3]])
    norm.dispose()
  })
}

/** Gradients of a model's loss in every parameter, against differences in some elements of each. */
async function checkModel(model: GraphModel, batch: TrainingBatch, thorough: boolean): Promise<void> {
  const labels = tf.tensor1d(Int32Array.from(batch.y!.data as Int32Array), 'int32')
  const graph = BatchGraph.of(batch, model.layerCount)
  const x = tf.tensor2d(Float32Array.from(batch.x.data as Float32Array), batch.x.shape as [number, number])
  const loss = () => crossEntropy(model.forward(x, graph, 2, { training: true, random: new SeededRandom(5) }), labels)
  const { grads, value } = tf.variableGrads(
    loss,
    model.parameters().map((p) => p.variable),
  )
  for (const { name, variable } of model.parameters()) {
    const values = Float32Array.from(await variable.data())
    const gradient = await grads[variable.name]!.data()
    for (const k of thorough ? [0, Math.floor(values.length / 2), values.length - 1] : [0]) {
      const at = async (delta: number) => {
        const moved = values.slice()
        moved[k]! += delta
        assignValues(variable, moved)
        const out = tf.tidy(loss)
        const [number] = await out.data()
        out.dispose()
        return number!
      }
      const step = 2 ** -8
      const expected = ((await at(step)) - (await at(-step))) / (2 * step)
      assignValues(variable, values)
      assert.ok(Math.abs(gradient[k]! - expected) < 5e-3, `${name}[${k}]: ${gradient[k]} for ${expected}`)
    }
  }
  tf.dispose([value, labels, x, ...Object.values(grads)])
  graph.dispose()
}

function models(thorough: boolean): void {
  const make = (kind: LayerKind, norm: 'none' | 'layer' = 'none') =>
    new LayeredModel({ kind, inputs: 4, hidden: 4, outputs: 3, dropout: 0.2, heads: 2, norm, activation: 'elu' })

  it('differentiates each kind of layer', async () => {
    const some = [make('gat'), new InceptionSage(4, 4, 3, 2, { variant: 'story' })]
    for (const model of thorough ? [make('sage'), make('gcn', 'layer'), make('mlp'), ...some] : some) {
      await checkModel(model, toyBatch(), thorough)
      model.dispose()
    }
  })

  it('learns a toy batch by heart and holds no memory from batch to batch', async () => {
    for (const kind of thorough ? (['sage', 'gcn', 'gat', 'mlp'] as const) : (['sage'] as const)) {
      const model = new LayeredModel({ kind, inputs: 4, hidden: 8, outputs: 3, dropout: 0.1, heads: 2 })
      const trainer = new Trainer(model, { learningRate: 0.05 })
      const first = await trainer.step(toyBatch())
      const { numTensors, numBytes } = tf.memory()
      let last = first
      for (let i = 0; i < (thorough ? 40 : 15); i++) last = await trainer.step(toyBatch())
      assert.ok(last.loss < first.loss / 2, `${kind}: ${first.loss} to ${last.loss}`)
      assert.deepEqual([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes])
      trainer.dispose()
      model.dispose()
    }
  })
}

/**
 * What every backend has to pass; run with the backend in use.
 * @param thorough false for GPUs in software, where each new shader costs a tenth of a second: fewer models and numbers.
 */
export function deviceSuite(thorough = true): void {
  kernels()
  gradientsOfTensors()
  models(thorough)
}

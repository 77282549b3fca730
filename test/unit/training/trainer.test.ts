import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import {
  Confusion,
  chooseBackend,
  LayeredModel,
  loaderStateOf,
  loadWeights,
  ReduceOnPlateau,
  readWeights,
  saveWeights,
  Trainer,
  type TrainingBatch,
  fit as train,
} from '../../../src/training/index.ts'
import { numbers, toyBatch } from '../../support/device-suite.ts'
import { type ArrayGraph, SampledBatches } from '../../support/sampled-batches.ts'

const NODES = 90
const CLASSES = 3

/** Rings of three classes whose features hint at the class. */
function ringGraph(): ArrayGraph {
  const y = Int32Array.from({ length: NODES }, (_, i) => i % CLASSES)
  const x = numbers(NODES * 6, 11).map((v, k) => v + (k % 6 === y[Math.floor(k / 6)]! ? 0.7 : 0))
  const pairs = Array.from(
    { length: NODES * 4 },
    (_, k) => [(k + CLASSES * (1 + (k >> 5))) % NODES, k % NODES] as const,
  )
  return {
    nodes: NODES,
    features: 6,
    x,
    y,
    edgeIndex: Int32Array.from([...pairs.map(([s]) => s), ...pairs.map(([, t]) => t)]),
  }
}

const graph = ringGraph()
const seeds = Int32Array.from({ length: 60 }, (_, i) => i)
const held = Int32Array.from({ length: 30 }, (_, i) => 60 + i)

function parts(state?: { epoch: number; batch: number }) {
  const model = new LayeredModel({ kind: 'sage', inputs: 6, hidden: 8, outputs: CLASSES, norm: 'batch', seed: 4 })
  const trainer = new Trainer(model, { learningRate: 0.02, weightDecay: 1e-3, seed: 9 })
  const loader = new SampledBatches(graph, seeds, {
    numNeighbors: [3, 3],
    batchSize: 16,
    shuffle: true,
    seed: 5,
    ...(state === undefined ? {} : { state }),
  })
  const validation = new SampledBatches(graph, held, { numNeighbors: [-1, -1], batchSize: 30 })
  return { model, trainer, loader, validation }
}

describe('training: trainer', () => {
  let folder = ''
  before(async () => {
    await chooseBackend('wasm')
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-training-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('learns, stops early and ends with the best weights', async () => {
    const { model, trainer, loader, validation } = parts()
    const result = await train(trainer, loader, { epochs: 60, validation, patience: 8 })
    assert.ok(result.best!.score > 0.8, `validation ${result.best!.score}`)
    assert.ok(result.stoppedEarly && result.history.length < 60)
    assert.equal((await trainer.evaluate(validation)).accuracy, result.best!.score)
    assert.equal(result.history[0]!.batches, 4)
    assert.ok(result.history[0]!.time.trainMs > 0)
    trainer.dispose()
    model.dispose()
  })

  it('goes on from a checkpoint, in the middle of an epoch, bit for bit', async () => {
    const whole = parts()
    const plateau = { patience: 0, factor: 0.5 }
    const expected = await train(whole.trainer, whole.loader, { epochs: 4, validation: whole.validation, plateau })
    const checkpoint = { folder: path.join(folder, 'run'), everyBatches: 3 }

    // The first run dies in the fourth batch of the second epoch; its last checkpoint is from the third.
    const first = parts()
    const dies = first.loader
    let batches = 0
    const onBatch = () => {
      if (++batches === 8) throw new Error('killed')
    }
    await assert.rejects(
      train(first.trainer, dies, { epochs: 4, validation: first.validation, checkpoint, plateau, onBatch }),
      /killed/,
    )
    const second = parts(loaderStateOf(checkpoint.folder) as { epoch: number; batch: number })
    const resumed = await train(second.trainer, second.loader, {
      epochs: 4,
      validation: second.validation,
      resume: checkpoint.folder,
      plateau,
    })
    assert.deepEqual(
      resumed.history.map((e) => [e.train, e.validation, e.learningRate]),
      expected.history.map((e) => [e.train, e.validation, e.learningRate]),
    )
    assert.deepEqual(await readWeights(second.model), await readWeights(whole.model))
    for (const { trainer, model } of [whole, first, second]) {
      trainer.dispose()
      model.dispose()
    }
  })

  it("saves weights that TensorFlow.js's own reader reads", async () => {
    const { model, trainer } = parts()
    await saveWeights(model, path.join(folder, 'weights'))
    const [group] = JSON.parse(readFileSync(path.join(folder, 'weights', 'weights.json'), 'utf8')) as {
      weights: tf.io.WeightsManifestEntry[]
    }[]
    const bytes = Uint8Array.from(readFileSync(path.join(folder, 'weights', 'weights.bin')))
    const decoded = tf.io.decodeWeights(bytes.buffer, group!.weights)
    const weights = await readWeights(model)
    for (const [name, values] of Object.entries(weights))
      assert.deepEqual(Float32Array.from(decoded[name]!.dataSync()), values)
    tf.dispose(decoded)
    const other = new LayeredModel({ kind: 'sage', inputs: 6, hidden: 8, outputs: CLASSES, norm: 'batch', seed: 8 })
    loadWeights(other, path.join(folder, 'weights'))
    assert.deepEqual(await readWeights(other), weights)
    const smaller = new LayeredModel({ kind: 'sage', inputs: 6, hidden: 7, outputs: CLASSES, norm: 'batch' })
    assert.throws(() => loadWeights(smaller, path.join(folder, 'weights')), { code: 'INVALID_ARGUMENT' })
    for (const owner of [model, trainer, other, smaller]) owner.dispose()
  })

  it('says which node has a bad label or feature, and which batch size fits the device', async () => {
    const make = (maxTensorBytes: number) => {
      const model = new LayeredModel({ kind: 'sage', inputs: 4, hidden: 8, outputs: 3 })
      const backend = { name: 'wasm', device: '', maxTensorBytes, passedOver: [] } as const
      return new Trainer(model, { backend })
    }
    const trainer = make(2 ** 30)
    const batch: TrainingBatch = { ...toyBatch(), nId: Uint32Array.from([70, 71, 72, 73, 74, 75, 76, 77, 78]) }
    const labels = { data: Int32Array.of(0, 3), shape: [2], dtype: 'int32' } as const
    const before = tf.memory().numTensors
    await assert.rejects(trainer.step({ ...batch, y: labels }), /label of node 71 is 3/)
    const { y: _y, ...unlabelled } = batch
    await assert.rejects(trainer.step(unlabelled), /0 labels/)
    const data = numbers(36, 5)
    data[4 * 3 + 2] = Number.NaN
    await assert.rejects(trainer.step({ ...batch, x: { ...batch.x, data } }), /Feature 2 of node 73/)
    const narrow = { data: numbers(27, 1), shape: [9, 3], dtype: 'float32' } as const
    await assert.rejects(trainer.step({ ...batch, x: narrow }), /3 features a node, the model takes 4/)
    assert.equal(tf.memory().numTensors, before, 'a batch that is refused leaves nothing behind')
    await assert.rejects(make(100).step(batch), { code: 'OUT_OF_MEMORY', message: /a batch size of 1 would fit/ })
  })

  it('counts right answers and F1 as scikit-learn does', () => {
    const confusion = new Confusion(4)
    confusion.add([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2])
    assert.equal(confusion.accuracy, 2 / 6)
    assert.ok(Math.abs(confusion.macroF1 - 0.8 / 3) < 1e-12)
  })

  it('reduces the learning rate on a plateau as torch does', () => {
    const { trainer, model } = parts()
    const plateau = new ReduceOnPlateau(trainer.optimiser, { factor: 0.5, patience: 1 })
    assert.deepEqual(
      [1, 0.9, 0.95, 0.95, 0.95, 0.95, 0.8].map((loss) => plateau.step(loss)),
      [false, false, false, true, false, true, false],
    )
    assert.equal(trainer.optimiser.learningRates[0], 0.005)
    trainer.dispose()
    model.dispose()
  })
})

describe('training: choice of a backend', () => {
  it('takes the first that works and says why others were passed over', async () => {
    const chosen = await chooseBackend()
    const names = chosen.passedOver.map(({ name }) => name)
    assert.deepEqual(names, ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm', 'cpu'].slice(0, names.length))
    for (const { reason } of chosen.passedOver) assert.ok(reason.length > 0)
    await assert.rejects(chooseBackend('cuda' as 'cpu'), { code: 'INVALID_ARGUMENT' })
  })
})

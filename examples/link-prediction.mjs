// Which papers will be linked? GraphSAGE embeds both ends of a link; the product of two embeddings says how likely it is.
// A training loop of its own, with TensorFlow.js, over LinkNeighborLoader: one negative for each link, and no link that is asked about
// carries messages.
//
//   node examples/link-prediction.mjs [--small]
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { LinkNeighborLoader } from 'nisaba/pyg'
import {
  Adam,
  BatchGraph,
  binaryCrossEntropy,
  chooseBackend,
  featuresOf,
  gatherRows,
  LayeredModel,
  SeededRandom,
  Segments,
} from 'nisaba/training'

const small = process.argv.includes('--small')
const data = new URL('../datasets/cora/', import.meta.url)
const lines = (name) => readFileSync(new URL(name, data), 'utf8').trimEnd().split('\n').slice(1)

// The graph in memory: what a loader takes from a database, it takes from arrays as well.
const papers = lines('papers.csv').map((line) => line.split(',')[2].split(' ').filter(Boolean).map(Number))
const x = new Float32Array(papers.length * 1433)
papers.forEach((words, paper) => {
  for (const word of words) x[paper * 1433 + word] = 1 / words.length
})
const links = lines('links.csv').map((line) => line.split(',').map(Number))
const random = new SeededRandom(7)
const shuffled = links.map((link) => [random.uniform(), link]).sort(([a], [b]) => a - b).map(([, link]) => link)
const held = shuffled.slice(0, 500)
const known = shuffled.slice(500, small ? 1500 : undefined)

/** Edges by target, both directions. */
function byTarget(pairs) {
  const lists = Array.from({ length: papers.length }, () => [])
  for (const [a, b] of pairs) {
    lists[a].push(b)
    lists[b].push(a)
  }
  const starts = new Uint32Array(papers.length + 1)
  lists.forEach((list, i) => {
    starts[i + 1] = starts[i] + list.length
  })
  return { starts, neighbours: Uint32Array.from(lists.flat()), ids: null }
}
const graph = {
  nodes: [{ nodeType: 'paper', count: papers.length, columns: { x: { data: x, shape: [papers.length, 1433], dtype: 'float32' } } }],
  edges: [{ edgeType: ['paper', 'cites', 'paper'], ...byTarget(known), columns: {} }],
}
const loader = (pairs, options) =>
  new LinkNeighborLoader(graph, {
    numNeighbors: [8, 4],
    edgeLabelIndex: [pairs.map(([a]) => a), pairs.map(([, b]) => b)],
    negSampling: 'binary',
    batchSize: 512,
    seed: 3,
    ...options,
  })

console.log(`Training on ${(await chooseBackend()).name}.`)
const model = new LayeredModel({ kind: 'sage', inputs: 1433, hidden: small ? 32 : 128, outputs: small ? 16 : 64, dropout: 0.3 })
const optimiser = new Adam([{ parameters: model.parameters() }], { learningRate: 0.005 })

/** How likely the batch's links are: scores [links]; keep them in a tidy. */
function score(batch, training) {
  const seeds = batch.numSampledNodes[0]
  const edges = BatchGraph.of({ ...parts(batch), batchSize: seeds }, model.layerCount)
  const embedded = model.forward(featuresOf(batch), edges, seeds, { training, random })
  const ends = batch.edgeLabelIndex.data
  const half = ends.length / 2
  const [from, to] = [ends.slice(0, half), ends.slice(half)].map((ids) => Segments.gather(ids, seeds))
  return tf.sum(tf.mul(gatherRows(embedded, from), gatherRows(embedded, to)), 1)
}
const parts = ({ x, edgeIndex, numSampledNodes, numSampledEdges }) => ({ x, edgeIndex, numSampledNodes, numSampledEdges })

const training = loader(known, { shuffle: true, excludeEdges: 'reverse' })
for (let epoch = 0; epoch < (small ? 4 : 15); epoch++) {
  let sum = 0
  for await (const batch of training) {
    const labels = tf.tensor1d(Float32Array.from(batch.edgeLabel.data))
    const { value, grads } = tf.variableGrads(() => binaryCrossEntropy(score(batch, true), labels), optimiser.variables)
    optimiser.step(grads)
    sum += (await value.data())[0]
    tf.dispose([labels, value, grads])
    batch.dispose()
  }
  console.log(`epoch ${epoch + 1}: loss ${(sum / training.length).toFixed(4)}`)
}

// The share of pairs of a link and a non-link in which the link scores higher: the area under the ROC curve.
let [better, pairs] = [0, 0]
for await (const batch of loader(held, {})) {
  const out = tf.tidy(() => score(batch, false))
  const scores = await out.data()
  const positive = [...scores].filter((_, i) => batch.edgeLabel.data[i] > 0)
  const negative = [...scores].filter((_, i) => batch.edgeLabel.data[i] === 0)
  for (const p of positive) for (const n of negative) better += p > n ? 1 : p === n ? 0.5 : 0
  pairs += positive.length * negative.length
  out.dispose()
  batch.dispose()
}
console.log(`AUC on ${held.length} held-out links: ${(better / pairs).toFixed(3)}`)

import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../../errors/database-error.ts'
import type { EdgeType } from '../../pyg-compat/edge-type.ts'
import type { FeatureSource } from '../../pyg-compat/features/feature-source.ts'
import type { SamplerGraph } from '../../pyg-compat/sampler/sampler-graph.ts'
import type { LayerGraph } from '../batch-graph.ts'
import type { GraphModel } from '../models/graph-model.ts'
import { SeededRandom } from '../seeded-random.ts'
import { FeatureRows } from './feature-rows.ts'
import { NeighbourChunks } from './neighbour-chunks.ts'

/** What inference over a whole graph reads. */
export interface InferenceData {
  readonly graph: SamplerGraph
  /** Nodes of this type send and receive. */
  readonly edgeType: EdgeType
  /** 'in', PyG's way: neighbours are sources of in-edges; 'both': of out-edges as well. */
  readonly direction?: 'in' | 'both'
  /** Feature columns, joined in this order. */
  readonly features: readonly FeatureSource[]
}

/** Options of {@link inferLayerByLayer}. */
export interface InferenceOptions {
  /** Rows that one step reads at most, if a single node has not more neighbours; default 65,536. */
  readonly rowsPerStep?: number
  /** Called with the share that is done. */
  readonly onProgress?: (share: number) => void
}

/** Rows of one layer for all nodes, in this process's memory. */
interface Activations {
  readonly width: number
  rows(ids: Uint32Array): tf.Tensor2D
}

const CONTEXT = { training: false, random: new SeededRandom(0) }

function inMemory(values: Float32Array, width: number): Activations {
  return {
    width,
    rows: (ids) => {
      const rows = new Float32Array(ids.length * width)
      for (let k = 0; k < ids.length; k++) {
        rows.set(values.subarray(ids[k]! * width, (ids[k]! + 1) * width), k * width)
      }
      return tf.tensor2d(rows, [ids.length, width])
    },
  }
}

/**
 * Class scores of every node from all its neighbours, none sampled: each layer is computed for all nodes before the next one, in the order in
 * which they are stored, so that the graph is read once a layer, front to back.
 *
 * Memory: rows of two layers for all nodes, (width + width) * 4 bytes a node; of all layers if the model's head reads them.
 * @returns [nodes, model.outputs]; rows of deleted nodes are zero.
 * @throws {DatabaseError} INVALID_ARGUMENT when the edges join two types or the features' width is not the model's.
 */
export async function inferLayerByLayer(
  model: GraphModel,
  data: InferenceData,
  options: InferenceOptions = {},
): Promise<Float32Array> {
  const { graph, edgeType } = data
  const [nodeType, , target] = edgeType
  if (nodeType !== target) {
    throw new DatabaseError(
      'INVALID_ARGUMENT',
      `Inference needs edges within one node type, not ${edgeType.join('-')}.`,
    )
  }
  const features = new FeatureRows(data.features)
  if (features.width !== model.inputs) {
    const text = `The features are ${features.width} wide, the model takes ${model.inputs}.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
  const nodes = graph.nodeCount(nodeType)
  const chunks = new NeighbourChunks(graph, edgeType, data.direction ?? 'in', options.rowsPerStep ?? 65_536)
  const steps = model.layerCount + 1
  try {
    const layers: Activations[] = [features]
    for (let l = 0; l < model.layerCount; l++) {
      const done = (share: number) => options.onProgress?.((l + share) / steps)
      const values = await runLayer(model, l, layers.at(-1)!, chunks, nodes, done)
      if (!model.readsAllLayers()) layers.length = 0
      layers.push(inMemory(values, model.widthOf(l)))
    }
    return await runHead(model, layers, nodes, options)
  } finally {
    chunks.close()
  }
}

async function runLayer(
  model: GraphModel,
  layer: number,
  previous: Activations,
  chunks: NeighbourChunks,
  nodes: number,
  done: (share: number) => void,
): Promise<Float32Array> {
  const width = model.widthOf(layer)
  const values = new Float32Array(nodes * width)
  for (let start = 0; start < nodes; ) {
    const chunk = chunks.from(start)
    const graph: LayerGraph = { segments: chunk.segments, degree: chunk.degree }
    const out = tf.tidy(() => {
      const rows = previous.rows(chunk.ids)
      const x = layer === 0 ? model.input(rows, CONTEXT) : rows
      return model.layer(layer, x, graph, CONTEXT)
    })
    values.set(await out.data(), start * width)
    out.dispose()
    chunk.segments.dispose()
    start = chunk.end
    done(start / nodes)
  }
  return values
}

async function runHead(
  model: GraphModel,
  layers: readonly Activations[],
  nodes: number,
  options: InferenceOptions,
): Promise<Float32Array> {
  const scores = new Float32Array(nodes * model.outputs)
  const step = options.rowsPerStep ?? 65_536
  for (let start = 0; start < nodes; start += step) {
    const ids = Uint32Array.from({ length: Math.min(step, nodes - start) }, (_, k) => start + k)
    const out = tf.tidy(() =>
      model.head(
        layers.map((layer) => layer.rows(ids)),
        CONTEXT,
      ),
    )
    scores.set(await out.data(), start * model.outputs)
    out.dispose()
  }
  options.onProgress?.(1)
  return scores
}

/** Column of the greatest score in each row of [n, classes]. */
export function classesOf(scores: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, i) => {
    let best = 0
    for (let c = 1; c < classes; c++) if (scores[i * classes + c]! > scores[i * classes + best]!) best = c
    return best
  })
}

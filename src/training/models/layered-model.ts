import * as tf from '@tensorflow/tfjs-core'
import { DatabaseError } from '../../errors/database-error.ts'
import type { LayerGraph } from '../batch-graph.ts'
import { BatchNorm } from '../layers/batch-norm.ts'
import { dropout } from '../layers/dropout.ts'
import type { ForwardContext } from '../layers/forward-context.ts'
import { GatConv } from '../layers/gat-conv.ts'
import { GcnConv } from '../layers/gcn-conv.ts'
import { LayerNorm } from '../layers/layer-norm.ts'
import { Linear } from '../layers/linear.ts'
import type { Module } from '../layers/module.ts'
import { SageConv } from '../layers/sage-conv.ts'
import { SeededRandom } from '../seeded-random.ts'
import { GraphModel } from './graph-model.ts'

/** What a layer does with neighbours; 'mlp' ignores them. */
export type LayerKind = 'sage' | 'gcn' | 'gat' | 'mlp'

/** Options of {@link LayeredModel}. */
export interface LayeredModelOptions {
  readonly kind: LayerKind
  readonly inputs: number
  readonly hidden: number
  readonly outputs: number
  /** Default 2. */
  readonly layers?: number
  /** Between layers; default 0.5. */
  readonly dropout?: number
  /** On the features; default 0. */
  readonly inputDropout?: number
  /** Between layers; default 'none'. */
  readonly norm?: 'none' | 'batch' | 'layer'
  /** Default 'relu', for GAT 'elu'. */
  readonly activation?: 'relu' | 'leaky-relu' | 'elu'
  /** SAGE: default 'mean'. */
  readonly aggregate?: 'mean' | 'sum' | 'max'
  /** GAT: heads of the inner layers, each hidden / heads wide; default 8. */
  readonly heads?: number
  /** Initial weights and dropout follow from it; default 1. */
  readonly seed?: number
}

type Layer = (x: tf.Tensor2D, graph: LayerGraph, context: ForwardContext) => tf.Tensor2D

/** Layers of one kind one after another, with normalisation, activation and dropout between: PyG's BasicGNN. */
export class LayeredModel extends GraphModel {
  readonly inputs: number
  readonly outputs: number
  readonly layerCount: number
  readonly options: LayeredModelOptions
  readonly #layers: Layer[] = []
  readonly #norms: (BatchNorm | LayerNorm | null)[] = []

  /** @throws {DatabaseError} INVALID_ARGUMENT for sizes below 1 or heads that do not divide the hidden width. */
  constructor(options: LayeredModelOptions) {
    super()
    this.options = options
    this.inputs = options.inputs
    this.outputs = options.outputs
    this.layerCount = options.layers ?? 2
    for (const [name, size] of Object.entries({
      inputs: this.inputs,
      outputs: this.outputs,
      layers: this.layerCount,
    })) {
      if (!(Number.isInteger(size) && size > 0)) {
        throw new DatabaseError('INVALID_ARGUMENT', `A model needs a whole number of ${name} above 0, not ${size}.`)
      }
    }
    const random = new SeededRandom(options.seed ?? 1)
    for (let l = 0; l < this.layerCount; l++) {
      this.#layers.push(this.#makeLayer(l, random))
      this.#norms.push(l < this.layerCount - 1 ? this.#makeNorm(l) : null)
    }
  }

  widthOf(layer: number): number {
    return layer === this.layerCount - 1 ? this.outputs : this.options.hidden
  }

  override input(x: tf.Tensor2D, context: ForwardContext): tf.Tensor2D {
    return dropout(x, this.options.inputDropout ?? 0, context)
  }

  layer(index: number, x: tf.Tensor2D, graph: LayerGraph, context: ForwardContext): tf.Tensor2D {
    const rows = this.#layers[index]!(x, graph, context)
    if (index === this.layerCount - 1) return rows
    const norm = this.#norms[index]
    const normal = norm == null ? rows : norm.forward(rows, context)
    return dropout(this.#activate(normal), this.options.dropout ?? 0.5, context)
  }

  #activate(x: tf.Tensor2D): tf.Tensor2D {
    const { activation = this.options.kind === 'gat' ? 'elu' : 'relu' } = this.options
    if (activation === 'elu') return tf.elu(x)
    return activation === 'relu' ? tf.relu(x) : tf.leakyRelu(x, 0.01)
  }

  #makeNorm(l: number): BatchNorm | LayerNorm | null {
    const { norm = 'none' } = this.options
    if (norm === 'none') return null
    const module = norm === 'batch' ? new BatchNorm(this.widthOf(l)) : new LayerNorm(this.widthOf(l))
    return this.addChild(`norm${l}`, module)
  }

  #makeLayer(l: number, random: SeededRandom): Layer {
    const { kind, hidden, aggregate = 'mean' } = this.options
    const inputs = l === 0 ? this.inputs : hidden
    const outputs = this.widthOf(l)
    const add = <T extends Module>(module: T): T => this.addChild(`layer${l}`, module)
    switch (kind) {
      case 'sage': {
        const conv = add(new SageConv(inputs, outputs, random, { aggregate }))
        return (x, graph) => conv.forward(x, graph)
      }
      case 'gcn': {
        const conv = add(new GcnConv(inputs, outputs, random))
        return (x, graph) => conv.forward(x, graph)
      }
      case 'gat':
        return this.#makeAttention(l, inputs, outputs, random)
      case 'mlp': {
        const linear = add(new Linear(inputs, outputs, random))
        return (x, { segments }) => linear.forward(tf.slice(x, [0, 0], [segments.targetCount, -1]))
      }
      default:
        throw new DatabaseError('INVALID_ARGUMENT', `There is no model '${String(kind)}': sage, gcn, gat, mlp.`)
    }
  }

  #makeAttention(l: number, inputs: number, outputs: number, random: SeededRandom): Layer {
    const last = l === this.layerCount - 1
    const heads = last ? 1 : (this.options.heads ?? 8)
    if (outputs % heads !== 0) {
      throw new DatabaseError('INVALID_ARGUMENT', `${heads} heads do not divide a hidden width of ${outputs}.`)
    }
    const attentionDropout = this.options.dropout ?? 0.5
    const conv = this.addChild(
      `layer${l}`,
      new GatConv(inputs, outputs / heads, random, { heads, concat: !last, attentionDropout }),
    )
    return (x, graph, context) => conv.forward(x, graph, context)
  }
}

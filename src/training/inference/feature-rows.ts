import * as tf from '@tensorflow/tfjs-core'
import type { FeatureSource } from '../../pyg-compat/features/feature-source.ts'
import { type DType, TYPED_ARRAYS, type TypedArray } from '../../pyg-compat/tensor.ts'

function arrayOf(dtype: DType, length: number): TypedArray {
  return new TYPED_ARRAYS[dtype](length)
}

/** Feature columns side by side as float32 rows. */
export class FeatureRows {
  /** Columns in all. */
  readonly width: number
  readonly #sources: readonly FeatureSource[]

  constructor(sources: readonly FeatureSource[]) {
    this.#sources = sources
    this.width = sources.reduce((sum, source) => sum + source.width, 0)
  }

  /** Rows by node, any order: [ids.length, width]; the tensor is the caller's. @throws {DatabaseError} as FeatureSource.gather. */
  rows(ids: Uint32Array): tf.Tensor2D {
    const values = new Float32Array(ids.length * this.width)
    let at = 0
    for (const source of this.#sources) {
      if (source.dtype === 'float32' && source.width === this.width) source.gather(ids, values)
      else this.#join(source, ids, values, at)
      at += source.width
    }
    return tf.tensor2d(values, [ids.length, this.width])
  }

  #join(source: FeatureSource, ids: Uint32Array, values: Float32Array, at: number): void {
    const part = arrayOf(source.dtype, ids.length * source.width)
    source.gather(ids, part)
    for (let k = 0; k < ids.length; k++) {
      for (let f = 0; f < source.width; f++) values[k * this.width + at + f] = Number(part[k * source.width + f])
    }
  }
}

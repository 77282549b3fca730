import type { NamedAttrMap } from '@tensorflow/tfjs-core'
import type { Segments } from './segments.ts'

/** What our kernels get besides tensors. */
export interface KernelAttributes {
  readonly segments?: Segments
  /** Divide each sum by the number of edges of its target. */
  readonly mean?: boolean
  /** Sum edge values by 'source' or by 'target'. */
  readonly by?: 'source' | 'target'
  /** Share of elements that dropout clears, and the seed that says which. */
  readonly rate?: number
  readonly seed?: number
}

/** TensorFlow.js hands attributes through untouched, but its type admits plain values only. */
export function attributesForEngine(attributes: KernelAttributes): NamedAttrMap {
  return attributes as unknown as NamedAttrMap
}

/** Back from the engine: see {@link attributesForEngine}. */
export function attributesFromEngine(attributes: NamedAttrMap | undefined): KernelAttributes {
  return (attributes ?? {}) as unknown as KernelAttributes
}

/** The segments of a kernel that cannot do without. */
export function segmentsOf(attributes: KernelAttributes): Segments {
  return attributes.segments!
}

import type { SeededRandom } from '../seeded-random.ts'

/** What a forward pass needs besides data. */
export interface ForwardContext {
  /** Dropout drops and normalisation uses the batch; otherwise the pass is a fixed function. */
  readonly training: boolean
  /** Drawn from by dropout when training. */
  readonly random: SeededRandom
}

import { hashText, RandomStream } from './random.ts'

/** Sets these numbers apart from those that nodes draw with. */
const LABOR_WORD = 0x4c41_424f

/** The random numbers that neighbours keep for a hop, a batch or an epoch: one stream per node type. */
export class LaborScope {
  readonly #seed: number
  readonly #span: 'hop' | 'batch' | 'epoch'
  readonly #streams = new Map<string, RandomStream>()

  constructor(seed: number, span: 'hop' | 'batch' | 'epoch') {
    this.#seed = seed
    this.#span = span
  }

  /** @returns the stream of a node type, kept in the scope of the running hop. */
  streamOf(nodeType: string): RandomStream {
    let stream = this.#streams.get(nodeType)
    if (stream === undefined) {
      stream = new RandomStream()
      this.#streams.set(nodeType, stream)
    }
    return stream
  }

  /** Moves all streams to a hop. */
  begin(epoch: number, batch: number, hop: number): void {
    for (const [nodeType, stream] of this.#streams) {
      stream.scope(this.#seed)
      stream.absorb(LABOR_WORD)
      stream.absorb(hashText(nodeType))
      stream.absorb(epoch)
      if (this.#span !== 'epoch') stream.absorb(batch)
      if (this.#span === 'hop') stream.absorb(hop)
    }
  }
}

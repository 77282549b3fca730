import { halfTable } from '../../util/float16.ts'
import type { TypedArray } from '../tensor.ts'
import { checkTarget } from './check-gather.ts'
import type { Decoding } from './decoded-column.ts'
import type { FeatureSource, FeatureSourceStats } from './feature-source.ts'
import { typedArrayOver } from './row-format.ts'

/**
 * Rows of small elements as rows of 32-bit floats: what is cached and read is small, what is handed out is not.
 *
 * Elements are gathered into the end of the target and decoded from front to back, so that no other memory is touched. Cost beside the gather: see
 * docs/decisions/quantised-features.md. Owns the source that it decodes.
 */
export class DecodingFeatureSource implements FeatureSource {
  readonly dtype = 'float32'
  readonly rowShape: readonly number[]
  readonly width: number
  readonly rowCount: number
  readonly #source: FeatureSource
  readonly #decoding: Decoding

  /** @param decoding for the elements of `source`, as decodingOf gives it. */
  constructor(source: FeatureSource, decoding: Decoding) {
    this.rowShape = source.rowShape
    this.width = source.width
    this.rowCount = source.rowCount
    this.#source = source
    this.#decoding = decoding
  }

  announce(rows: Uint32Array): void {
    this.#source.announce(rows)
  }

  forget(): void {
    this.#source.forget()
  }

  gather(rows: Uint32Array, target: TypedArray): void {
    checkTarget('float32', this.width, rows.length, target)
    const count = rows.length * this.width
    const { dtype } = this.#source
    const elements = typedArrayOver(dtype, target.buffer, count, (size) => target.byteOffset + count * (4 - size))
    this.#source.gather(rows, elements)
    const decoding = this.#decoding
    if (decoding.kind === 'float16') decodeHalves(elements as Uint16Array, target)
    else decodeScaled(elements as Int8Array, target as Float32Array, this.width, decoding)
  }

  stats(): FeatureSourceStats {
    return this.#source.stats()
  }

  close(): void {
    this.#source.close()
  }
}

/**
 * Moves bits, not numbers, so that NaNs stay what they are. Four at a time: the loads of one group do not wait for the stores of another, which takes
 * two thirds of the time.
 */
function decodeHalves(from: Uint16Array, { buffer, byteOffset }: TypedArray): void {
  const table = halfTable()
  const count = from.length
  const to = new Int32Array(buffer, byteOffset, count)
  let i = 0
  for (; i + 4 <= count; i += 4) {
    const [a, b, c, d] = [from[i]!, from[i + 1]!, from[i + 2]!, from[i + 3]!]
    to[i] = table[a]!
    to[i + 1] = table[b]!
    to[i + 2] = table[c]!
    to[i + 3] = table[d]!
  }
  for (; i < count; i++) to[i] = table[from[i]!]!
}

type Scaled = Extract<Decoding, { kind: 'scale' }>

/** Element i is read before it, or one before it, is overwritten: see {@link DecodingFeatureSource}. */
function decodeScaled(from: Int8Array, to: Float32Array, width: number, { scale, zeroPoint }: Scaled): void {
  const count = from.length
  if (zeroPoint === null) {
    for (let start = 0; start < count; start += width) {
      for (let j = 0; j < width; j++) to[start + j] = from[start + j]! * scale[j]!
    }
    return
  }
  for (let start = 0; start < count; start += width) {
    for (let j = 0; j < width; j++) to[start + j] = (from[start + j]! - zeroPoint[j]!) * scale[j]!
  }
}

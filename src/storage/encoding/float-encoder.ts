import type { Vector } from '../../types/vector.ts'
import { DistinctSketch } from './distinct-sketch.ts'
import type { ExtentWriter } from './extent-writer.ts'
import { encodeNumbers } from './int-encoder.ts'
import { constantRun, type RunResult } from './run-result.ts'
import { numberScratch } from './vector-numbers.ts'

const sketch = new DistinctSketch()

/** Codes of whole floats may be at most this many bits, so that packing halves the column at least. */
const MAX_WHOLE_RANGE = 65535

/** Encodes FLOAT or DOUBLE: as whole numbers when all are (class labels, years), as one constant, or plainly. */
export function encodeFloats(vector: Vector, writer: ExtentWriter): RunResult {
  const values = vector.data as Float32Array | Float64Array
  const { length, validity } = vector
  const facts = scan(values, length, validity)
  if (facts.whole && facts.max - facts.min <= MAX_WHOLE_RANGE) {
    const numbers = numberScratch(length)
    numbers.set(values.subarray(0, length))
    const { ints, min, max, distinct } = encodeNumbers(numbers, length, validity, writer)
    return { encoding: { kind: 'int', ints }, min, max, distinct }
  }
  if (facts.constant !== undefined) return constantRun(facts.constant)
  const at = writer.startRun()
  writer.write(new Uint8Array(values.buffer, values.byteOffset, length * values.BYTES_PER_ELEMENT))
  sketch.reset()
  sketch.addNumbers(values, 0, length)
  const element = values instanceof Float32Array ? 'f32' : 'f64'
  return {
    encoding: { kind: 'plain', element, rowElements: 1, at },
    // NaN is larger than everything in the language's order and fails every comparison of JS: no bound may be trusted then
    min: facts.nan || facts.min > facts.max ? null : facts.min,
    max: facts.nan || facts.min > facts.max ? null : facts.max,
    distinct: Math.min(sketch.estimate(), length),
  }
}

interface FloatFacts {
  readonly min: number
  readonly max: number
  readonly nan: boolean
  /** All values are whole numbers (and none is -0, which a whole number cannot hold). */
  readonly whole: boolean
  /** The one value that all rows have; undefined when there are several. */
  readonly constant: number | undefined
}

function scan(values: Float32Array | Float64Array, length: number, validity: Uint8Array | null): FloatFacts {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let nan = false
  let whole = true
  let first: number | undefined
  let constant = true
  for (let i = 0; i < length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    const v = values[i]!
    if (v < min) min = v
    if (v > max) max = v
    if (Number.isNaN(v)) nan = true
    if (whole && (v !== (v | 0) || (v === 0 && 1 / v < 0))) whole = false
    if (first === undefined) first = v
    else if (constant && !Object.is(v, first)) constant = false
  }
  return { min, max, nan, whole, constant: constant ? first : undefined }
}

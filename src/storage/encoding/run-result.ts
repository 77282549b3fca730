import type { Value } from '../../types/value.ts'
import type { RunEncoding } from '../column-base.ts'

/** An encoded run and what was learnt about its non-null values on the way; see ChunkDescriptor for the three facts. */
export interface RunResult {
  readonly encoding: RunEncoding
  readonly min: Value
  readonly max: Value
  readonly distinct: number
}

/** A run of which every row, or every row that is not NULL, has the same value. */
export function constantRun(value: Value): RunResult {
  const bound = typeof value === 'object' || Number.isNaN(value) ? null : value
  return {
    encoding: { kind: 'constant', value },
    min: bound,
    max: bound,
    distinct: value === null ? 0 : 1,
  }
}

import type { EdgeType } from '../edge-type.ts'
import type { DType } from '../tensor.ts'

/** Memory that one batch lives in: shared where a worker filled it. */
export type BatchBuffer = SharedArrayBuffer | ArrayBuffer

/** Where one tensor of a batch lies in the batch's buffer. */
export interface FieldLayout {
  /** Name of the array in its store: 'nId', 'edgeIndex' …; columns, x and y among them, carry `column:` before their name. */
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Byte position of the first element, a multiple of 64. */
  readonly offset: number
}

/** Tensors of the nodes of one type. */
export interface NodeLayout {
  readonly nodeType: string
  readonly numNodes: number
  /** Number of seeds; null for types that were not seeded, and for batches of links. */
  readonly batchSize: number | null
  readonly numSampledNodes: readonly number[] | null
  readonly fields: readonly FieldLayout[]
}

/** Tensors of the edges of one type. */
export interface EdgeLayout {
  readonly edgeType: EdgeType
  readonly numEdges: number
  readonly numSampledEdges: readonly number[] | null
  readonly fields: readonly FieldLayout[]
}

/** What making one batch cost. Counters are plain numbers, times milliseconds. */
export interface BatchStatistics {
  readonly sampleMs: number
  readonly gatherMs: number
  /** Time that the consumer stood still for the batch. */
  readonly waitMs: number
  readonly nodes: number
  readonly edges: number
  /** Feature rows handed out, and rows of them that had to be read from the file. */
  readonly rows: number
  readonly rowsRead: number
  readonly bytesRead: number
  /** Bytes of the batch's tensors. */
  readonly bytes: number
}

/** A finished batch as plain data: crosses threads without a copy when its buffer is shared. */
export interface BatchData {
  readonly epoch: number
  /** Position in the epoch, from 0. */
  readonly index: number
  /** Commit that the batch was read from; 0 for data in memory. */
  readonly commitNumber: number
  readonly buffer: BatchBuffer
  readonly nodes: readonly NodeLayout[]
  readonly edges: readonly EdgeLayout[]
  readonly statistics: BatchStatistics
}

/** Before the name of a field that is a column. */
export const COLUMN_PREFIX = 'column:'

/** Which part of a split a node belongs to, as the files and the column `split` hold it. */
export const SPLITS = { none: 0, train: 1, valid: 2, test: 3 } as const

/** A label that is not known. */
export const NO_LABEL = -1

/** Some nodes of a data set, in order. The arrays are valid until the next batch. */
export interface DatasetNodes {
  /** Id of the first; ids are 0, 1, 2, … */
  readonly first: number
  readonly count: number
  /** [count, features] row-major. */
  readonly features: Float32Array
  /** [count]; null where the data set has no years. */
  readonly years: Int32Array | null
  /** [count] {@link NO_LABEL} where there is none. */
  readonly labels: Int32Array
  /** [count] of {@link SPLITS}. */
  readonly splits: Uint8Array
}

/** Some edges of a data set. The arrays are valid until the next batch. */
export interface DatasetEdges {
  readonly count: number
  readonly sources: Uint32Array
  readonly targets: Uint32Array
}

/** A published data set, read as a stream: one node table and the edges among its nodes. */
export interface Dataset {
  readonly nodeTable: string
  readonly relTable: string
  readonly nodes: number
  /** Edges that {@link readEdges} gives; null when only reading tells. */
  readonly edges: number | null
  /** Numbers per node. */
  readonly features: number
  readonly hasYears: boolean
  /** Reads the nodes from the first. Memory: a few buffers. */
  readNodes(): AsyncGenerator<DatasetNodes>
  readEdges(): AsyncGenerator<DatasetEdges>
  /** Closes the files. */
  close(): Promise<void>
}

/** Nodes and edges in one batch. */
export const BATCH_NODES = 1 << 14
export const BATCH_EDGES = 1 << 18

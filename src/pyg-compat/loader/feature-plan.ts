import type { EdgeType } from '../edge-type.ts'
import type { Decoding } from '../features/decoded-column.ts'
import type { RowFormat } from '../features/row-format.ts'

/** A column that batches carry, and how its rows look. */
export interface PlannedColumn extends RowFormat {
  readonly column: string
  /** How its elements become floats; absent: as numbers. */
  readonly decoding?: Decoding
}

/** What is fetched for the nodes of one type. */
export interface NodeFeatures {
  readonly nodeType: string
  /** Columns that are joined to x, in this order; none: the type has no x. */
  readonly x: readonly PlannedColumn[]
  /** Shape of one row of x. */
  readonly xShape: readonly number[]
  /** Column of labels. */
  readonly y: PlannedColumn | null
  /** Columns under their own names and types. */
  readonly others: readonly PlannedColumn[]
}

/** What is fetched for the edges of one stored type. */
export interface EdgeFeatures {
  readonly edgeType: EdgeType
  readonly columns: readonly PlannedColumn[]
}

/** Everything that batches carry beyond topology: plain data. */
export interface FeaturePlan {
  readonly nodes: readonly NodeFeatures[]
  readonly edges: readonly EdgeFeatures[]
  /** Labels of the seeds only, or of all nodes of every type. */
  readonly labels: 'seeds' | 'all'
  /** Stands for NULL and NaN; null: they are refused. */
  readonly impute: number | null
  /** Memory for rows of each wide column of a database; null: the default. */
  readonly cacheBytes: number | null
}

import type { ColumnBase } from './column-base.ts'
import type { CsrGroup } from './csr-format.ts'
import { emptyColumn } from './merge-column.ts'
import type { RelTableSchema } from './table-schema.ts'

/** The merged part of one FROM-TO pair: plain data, one record of the commit. */
export interface RelTableBase {
  readonly relTableId: number
  /** Upper end of rel ids: rows of every property column. */
  readonly rowCount: number
  /** Rels in the lists. */
  readonly liveCount: number
  readonly columns: readonly ColumnBase[]
  /** Lists by source and by target, a group per CHUNK_ROWS nodes; null for a direction that is not stored. */
  readonly fwd: readonly CsrGroup[] | null
  readonly bwd: readonly CsrGroup[] | null
}

/** @returns the base of a table without rels. */
export function emptyRelBase(schema: RelTableSchema): RelTableBase {
  return {
    relTableId: schema.relTableId,
    rowCount: 0,
    liveCount: 0,
    columns: schema.columns.map((c) => emptyColumn(c.columnId, c.type)),
    fwd: schema.storesForward ? [] : null,
    bwd: schema.storesBackward ? [] : null,
  }
}

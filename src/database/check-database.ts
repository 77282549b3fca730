import { setImmediate } from 'node:timers/promises'
import type { Catalog } from '../catalog/catalog.ts'
import type { CheckProgress, StorageCheckResult, StorageProblem } from '../storage/check-report.ts'
import type { OpenDatabase } from './open-database.ts'

/** What {@link checkDatabase} found. */
export interface CheckReport {
  readonly tables: number
  /** Pages that were read from the file and had the right checksum, or are named in `problems`. */
  readonly pages: number
  readonly rows: number
  readonly rels: number
  /** Values that were decoded. */
  readonly values: number
  /** Empty: everything is as it should be. */
  readonly problems: readonly StorageProblem[]
}

/** Longest stretch of work between two turns of the event loop. */
const SLICE_MS = 20

/**
 * Checks the newest commit: every page, and every reference between columns, lists, indexes and catalog. Other statements may run meanwhile.
 * @param onProgress may return true to stop; the report then covers what was looked at.
 * @throws {DatabaseError} CLOSED, TOO_MANY_READERS, IO.
 */
export async function checkDatabase(
  database: OpenDatabase,
  onProgress: ((progress: CheckProgress) => boolean) | null,
): Promise<CheckReport> {
  const result: StorageCheckResult = { tables: 0, pages: 0, rows: 0, rels: 0, values: 0, problems: [] }
  const view = database.storage.openView()
  try {
    const catalog = database.catalogOf(view)
    let sliceStart = performance.now()
    for (const progress of database.storage.check(result)) {
      if (onProgress?.(progress)) break
      if (performance.now() - sliceStart < SLICE_MS) continue
      await setImmediate()
      sliceStart = performance.now()
    }
    return { ...result, problems: result.problems.map((p) => withNames(p, catalog)) }
  } finally {
    view.close()
  }
}

/** Storage knows columns by their ids. */
function withNames(problem: StorageProblem, catalog: Catalog): StorageProblem {
  const columnId = /^column (\d+)$/.exec(problem.place)?.[1]
  const property = catalog.table(problem.table)?.properties.find((p) => String(p.columnId) === columnId)
  return property === undefined ? problem : { ...problem, place: `column ${property.name}` }
}

import type { LogicalType } from '../types/logical-type.ts'
import { CHECK_STEP_ROWS, type ProblemList, type StorageCheckResult } from './check-report.ts'
import type { ChunkDescriptor, ColumnBase } from './column-base.ts'
import type { ColumnReader } from './read-view.ts'
import type { TableState } from './transaction-table-state.ts'
import { orderOf } from './value-order.ts'

/** Every column has the table's rows, in chunks of the right size. */
export function checkRowCounts({ base }: TableState, problems: ProblemList): void {
  for (const { columnId, chunkShift, rowCount, chunks } of base.columns) {
    if (rowCount !== base.rowCount) problems.add(`column ${columnId} has ${rowCount} rows, the table ${base.rowCount}`)
    const size = 2 ** chunkShift
    const sum = chunks.reduce((n, chunk) => n + chunk.run.rows, 0)
    if (sum !== rowCount) problems.add(`chunks of column ${columnId} have ${sum} rows, the column ${rowCount}`)
    const wrong = chunks.slice(0, -1).findIndex((chunk) => chunk.run.rows !== size)
    if (wrong >= 0)
      problems.add(`chunk ${wrong} of column ${columnId} has ${chunks[wrong]!.run.rows} rows, not ${size}`)
  }
}

/**
 * Decodes the values of a column and compares them with what their chunks promise.
 * @param bare whether nothing has changed since the last merge; otherwise later values may lie outside of a chunk's bounds.
 */
export function* checkColumn(
  { type, chunkShift, chunks }: ColumnBase,
  reader: ColumnReader,
  bare: boolean,
  result: StorageCheckResult,
  problems: ProblemList,
): Generator<void, void> {
  for (const [index, chunk] of chunks.entries()) {
    const start = index * 2 ** chunkShift
    if (isRawNumbers(chunk)) continue
    let nulls = 0
    const fits = boundsTest(type, chunk)
    for (let row = start; row < start + chunk.run.rows; row++) {
      if (row % CHECK_STEP_ROWS === 0) yield
      const value = decode(reader, row, problems)
      if (value === null) nulls++
      else if (bare && value !== undefined && !fits(value))
        problems.add(`row ${row} lies outside of the bounds of chunk ${index}`)
    }
    result.values += chunk.run.rows
    if (bare && nulls !== chunk.run.nullCount) {
      problems.add(`chunk ${index} has ${nulls} NULLs, its descriptor says ${chunk.run.nullCount}`)
    }
    if (problems.found > 0) return
  }
}

/** Rows of numbers without NULLs are right when their page is: any bytes are a value, and there are no bounds. */
function isRawNumbers({ run }: ChunkDescriptor): boolean {
  return run.encoding.kind === 'plain' && run.encoding.rowElements > 1 && run.nullCount === 0
}

type NonNull = Exclude<ReturnType<ColumnReader['value']>, null>

function decode(reader: ColumnReader, row: number, problems: ProblemList): NonNull | null | undefined {
  try {
    return reader.value(row)
  } catch (error) {
    problems.add(`row ${row}: ${(error as Error).message}`)
    return undefined
  }
}

function boundsTest(type: LogicalType, { min, max }: ChunkDescriptor): (value: NonNull) => boolean {
  if (min === null && max === null) return () => true
  const order = orderOf(type)
  return (value) => (min === null || !order.less(value, min)) && (max === null || !order.less(max, value))
}

import type { RowOrigin } from './write-transaction.ts'

interface Batch {
  readonly firstRow: number
  readonly count: number
  readonly originOf: (row: number) => RowOrigin
}

/** Remembers where the rows of a load came from. Batches whose lines just count up are kept as two numbers, not as the caller's function. */
export class LoadOrigins {
  readonly #batches: Batch[] = []

  add(firstRow: number, count: number, originOf: ((row: number) => RowOrigin) | undefined): void {
    if (originOf === undefined || count === 0) return
    const first = originOf(0)
    const last = originOf(count - 1)
    const linear = first.file === last.file && last.line - first.line === count - 1
    this.#batches.push({
      firstRow,
      count,
      originOf: linear ? (row) => ({ file: first.file, line: first.line + row }) : originOf,
    })
  }

  /** @returns the origin of a row, or null when nobody told. */
  at(row: number): RowOrigin | null {
    const batch = this.#batches.find((b) => row >= b.firstRow && row < b.firstRow + b.count)
    return batch === undefined ? null : batch.originOf(row - batch.firstRow)
  }
}

import type { ColumnReader } from '../../storage/read-view.ts'
import type { Value } from '../../types/value.ts'
import type { VectorBuilder } from '../../types/vector-builder.ts'

/**
 * A result column of fixed lists of numbers. Rows of a table's column are put off and copied together, straight to where the result has them: scattered rows are waited for
 * in groups then, see {@link ColumnReader.copyRows}. The table must not change before {@link flush}.
 */
export class FixedListColumn {
  readonly #builder: VectorBuilder
  readonly #width: number
  readonly #rows: number[] = []
  #count = 0
  #reader: ColumnReader | null = null

  /** @param width numbers of a list. */
  constructor(builder: VectorBuilder, width: number) {
    this.#builder = builder
    this.#width = width
  }

  /** Appends a row of a column, at the latest in {@link flush}. @param row -1 for NULL. */
  appendRow(reader: ColumnReader, row: number): void {
    if (reader !== this.#reader) {
      this.flush()
      this.#reader = reader
    }
    this.#rows[this.#count++] = row
  }

  append(value: Value): void {
    this.flush()
    this.#builder.append(value)
  }

  /** Copies what was put off. Must be called every few hundred rows, for the memory that they take, and at the end. */
  flush(): void {
    const builder = this.#builder
    const reader = this.#reader!
    const rows = this.#rows
    const count = this.#count
    this.#count = 0
    for (let i = 0; i < count; ) {
      if (rows[i]! < 0) {
        builder.appendNull()
        i++
        continue
      }
      const end = endOfPresent(rows, i, count)
      const copied = reader.copyRows(rows, i, end, builder.roomForRows(end - i), builder.length * this.#width)
      builder.appendWritten(copied)
      i += copied
      // a list with NULL elements goes the general way
      if (i < end) builder.append(reader.value(rows[i++]!))
    }
  }
}

/** @returns the first of `rows[from..count)` that is NULL, or `count`. */
function endOfPresent(rows: readonly number[], from: number, count: number): number {
  while (from < count && rows[from]! >= 0) from++
  return from
}

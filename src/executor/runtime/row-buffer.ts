import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'

/** How a column of a row buffer is held; `any` holds JavaScript values. */
export type ColumnKind = 'u32' | 'f64' | 'u8' | 'any'

/** A column of a row buffer: element i belongs to row i. */
export type BufferColumn = Uint32Array | Float64Array | Uint8Array | Value[]

/** Bytes per row that are charged for a column; strings and lists themselves are estimated. */
const ROW_BYTES: Readonly<Record<ColumnKind, number>> = { u32: 4, f64: 8, u8: 1, any: 32 }

/**
 * Rows of a breaker, column by column. Generated code asks for a row number and writes the elements itself:
 * `r = buffer.add(); columns = buffer.columns; columns[0][r] = …`. Columns double when they are full, so `columns` has to be looked at after `add`.
 */
export class RowBuffer {
  readonly kinds: readonly ColumnKind[]
  readonly columns: BufferColumn[]
  length = 0
  #capacity = 0
  readonly #rowBytes: number
  readonly #run: Run

  constructor(run: Run, kinds: readonly ColumnKind[]) {
    this.#run = run
    this.kinds = kinds
    this.#rowBytes = kinds.reduce((sum, kind) => sum + ROW_BYTES[kind], 0)
    this.columns = kinds.map((kind) => emptyColumn(kind, 0))
  }

  /** @returns the number of a new row. @throws {DatabaseError} OUT_OF_MEMORY */
  add(): number {
    if (this.length === this.#capacity) this.#grow()
    return this.length++
  }

  /** Forgets the rows, keeps the memory. */
  clear(): void {
    this.length = 0
  }

  #grow(): void {
    const capacity = Math.max(256, this.#capacity * 2)
    this.#run.reserve((capacity - this.#capacity) * this.#rowBytes)
    this.#capacity = capacity
    this.kinds.forEach((kind, i) => {
      if (kind === 'any') return
      const larger = emptyColumn(kind, capacity)
      ;(larger as Float64Array).set(this.columns[i] as Float64Array)
      this.columns[i] = larger
    })
  }
}

function emptyColumn(kind: ColumnKind, rows: number): BufferColumn {
  switch (kind) {
    case 'u32':
      return new Uint32Array(rows)
    case 'f64':
      return new Float64Array(rows)
    case 'u8':
      return new Uint8Array(rows)
    case 'any':
      return []
  }
}

import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import { RedoByteReader, RedoByteWriter } from './redo-bytes.ts'
import { readValues, writeValues } from './redo-values.ts'
import type { OpenRelSpill, RelSpill } from './rel-spill.ts'

/** A run of rows of one partition in the spill file. */
interface SpilledRows {
  readonly position: number
  readonly bytes: number
  readonly rows: number
}

/**
 * Rows of property values spread over partitions, in order of arrival within each. Values stay in memory up to a number of them;
 * then all partitions go to a temporary file, encoded by column. Cost: 20-50 ns a value, twice that when it is spilled.
 */
export class RelPropertyPartitions {
  readonly #types: readonly LogicalType[]
  readonly #valueLimit: number
  readonly #openSpill: OpenRelSpill
  readonly #held: Value[][][]
  readonly #spilled: SpilledRows[][]
  #spill: RelSpill | null = null
  #heldValues = 0

  /** @param valueLimit values to hold in memory at most; about 16 bytes each, more for strings and lists. */
  constructor(types: readonly LogicalType[], partitions: number, valueLimit: number, openSpill: OpenRelSpill) {
    this.#types = types
    this.#valueLimit = valueLimit
    this.#openSpill = openSpill
    this.#held = Array.from({ length: partitions }, () => types.map(() => []))
    this.#spilled = Array.from({ length: partitions }, () => [])
  }

  /** Appends a row; `values` has one value per column and is copied. */
  append(partition: number, values: readonly Value[]): void {
    const columns = this.#held[partition]!
    for (let c = 0; c < columns.length; c++) columns[c]!.push(values[c]!)
    this.#heldValues += columns.length
    if (this.#heldValues >= this.#valueLimit) this.#spillAll()
  }

  /** @returns the values of a partition by column, in order of arrival. Memory: all of them. */
  read(partition: number): Value[][] {
    const columns: Value[][] = this.#types.map(() => [])
    for (const run of this.runs(partition)) {
      for (let c = 0; c < columns.length; c++) for (const value of run[c]!) columns[c]!.push(value)
    }
    return columns
  }

  /** Gives runs of rows, by column, in order of arrival. Memory: one run. */
  *runs(partition: number): Generator<readonly (readonly Value[])[]> {
    for (const { position, bytes, rows } of this.#spilled[partition]!) {
      const buffer = new Uint8Array(bytes)
      this.#spill!.read(position, buffer)
      const input = new RedoByteReader(buffer)
      yield this.#types.map((type) => readValues(input, type, rows))
    }
    const held = this.#held[partition]!
    if ((held[0]?.length ?? 0) > 0) yield held
  }

  /** Forgets a partition. */
  release(partition: number): void {
    this.#heldValues -= (this.#held[partition]![0]?.length ?? 0) * this.#types.length
    this.#held[partition] = this.#types.map(() => [])
    this.#spilled[partition] = []
  }

  close(): void {
    this.#spill?.close()
    this.#spill = null
  }

  #spillAll(): void {
    this.#spill ??= this.#openSpill()
    for (let partition = 0; partition < this.#held.length; partition++) {
      const columns = this.#held[partition]!
      const rows = columns[0]?.length ?? 0
      if (rows === 0) continue
      const out = new RedoByteWriter(rows * 8)
      columns.forEach((values, c) => {
        writeValues(out, this.#types[c]!, values)
      })
      const bytes = out.bytes()
      this.#spilled[partition]!.push({ position: this.#spill.append(bytes), bytes: bytes.length, rows })
      this.#held[partition] = this.#types.map(() => [])
    }
    this.#heldValues = 0
  }
}

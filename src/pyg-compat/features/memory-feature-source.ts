import { DatabaseError } from '../../errors/database-error.ts'
import type { PlainTarget } from '../../storage/encoding/plain-run.ts'
import { GroupedCopy, type RowMemory } from '../../storage/rows/grouped-copy.ts'
import type { DType, TypedArray } from '../tensor.ts'
import { AnnouncedRows } from './announced-rows.ts'
import { checkTarget, rowOutside } from './check-gather.ts'
import type { FeatureSource, FeatureSourceStats } from './feature-source.ts'
import { holds } from './row-format.ts'

/** A typed array in memory as a {@link FeatureSource}: the baseline that a database is measured against. It never reads from a file. */
export class MemoryFeatureSource implements FeatureSource {
  readonly dtype: DType
  readonly rowShape: readonly number[]
  readonly width: number
  readonly rowCount: number
  readonly #data: TypedArray
  readonly #rowBytes: number
  readonly #copy: GroupedCopy
  /** null: rows do not begin at multiples of 8 bytes. */
  readonly #memory: RowMemory | null
  readonly #announced = new AnnouncedRows()
  #rows = 0
  #open = true

  /**
   * @param data rows one after the other; shared with the caller, not copied.
   * @throws {DatabaseError} INVALID_ARGUMENT if its type is not `dtype` or its length no multiple of a row's.
   */
  constructor(data: TypedArray, dtype: DType, rowShape: readonly number[]) {
    this.dtype = dtype
    this.rowShape = rowShape
    this.width = rowShape.reduce((product, length) => product * length, 1)
    this.rowCount = this.width === 0 ? 0 : data.length / this.width
    this.#data = data
    this.#rowBytes = data.BYTES_PER_ELEMENT * this.width
    this.#copy = new GroupedCopy(this.#rowBytes)
    this.#memory = memoryOf(data)
    if (!holds(dtype, data) || !Number.isInteger(this.rowCount)) {
      const text = `An array of ${data.length} elements does not hold rows of ${this.width} ${dtype}.`
      throw new DatabaseError('INVALID_ARGUMENT', text)
    }
  }

  announce(rows: Uint32Array): void {
    this.#announced.add(rows)
  }

  forget(): void {
    this.#announced.clear()
  }

  gather(rows: Uint32Array, target: TypedArray): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The feature source is closed.')
    const { width, rowCount } = this
    checkTarget(this.dtype, width, rows.length, target)
    this.#announced.take(rows)
    for (const row of rows) if (row >= rowCount) throw rowOutside(row, rowCount, 'the array')
    const memory = this.#memory
    if (memory !== null && GroupedCopy.canCopy(this.#rowBytes, target as PlainTarget)) {
      this.#gatherGroups(memory, rows, target as PlainTarget)
    } else {
      const data = this.#data as Float32Array
      for (let k = 0; k < rows.length; k++) {
        ;(target as Float32Array).set(data.subarray(rows[k]! * width, (rows[k]! + 1) * width), k * width)
      }
    }
    this.#rows += rows.length
  }

  #gatherGroups(memory: RowMemory, rows: Uint32Array, target: PlainTarget): void {
    const copy = this.#copy
    const rowBytes = this.#rowBytes
    copy.aim(target)
    for (let k = 0; k < rows.length; k++) copy.add(memory, rows[k]! * rowBytes, k)
    copy.flush()
    copy.drop()
  }

  stats(): FeatureSourceStats {
    return { rows: this.#rows, rowsRead: 0, bytesRead: 0 }
  }

  close(): void {
    this.#open = false
    this.#announced.clear()
  }
}

function memoryOf({ buffer, byteOffset, byteLength }: TypedArray): RowMemory | null {
  if (byteOffset % 8 !== 0) return null
  return {
    f64: new Float64Array(buffer, byteOffset, byteLength >>> 3),
    i32: new Int32Array(buffer, byteOffset, byteLength >>> 2),
  }
}

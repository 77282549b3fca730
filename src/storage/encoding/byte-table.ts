import type { Vector } from '../../types/vector.ts'
import { hashBytes } from './hash-bytes.ts'

/** The distinct values of a vector of bytes. */
export interface ByteTable {
  readonly entryCount: number
  /** Entry j is the value of this row. [entryCount] */
  readonly firstRows: Uint32Array
  /** Entry of each row; 0 for NULL rows. [length] */
  readonly codes: Uint32Array
}

/** Rows after which a column that hardly repeats is given up. */
const PROBE_ROWS = 4096

/** @returns the distinct values of a STRING or BLOB vector, or null as soon as there are more than `maxEntries` or too few repeats. */
export function bytesTable(vector: Vector, maxEntries: number): ByteTable | null {
  const { length, validity } = vector
  const bytes = vector.bytes!
  const offsets = vector.offsets!
  const codes = new Uint32Array(length)
  const firstRows = new Uint32Array(maxEntries + 1)
  const hashes = new Uint32Array(maxEntries + 1)
  const slots = new Int32Array(tableSize(maxEntries)).fill(-1)
  const mask = slots.length - 1
  let entryCount = 0
  for (let i = 0; i < length; i++) {
    if (validity !== null && (validity[i >> 3]! & (1 << (i & 7))) === 0) continue
    const from = offsets[i]!
    const to = offsets[i + 1]!
    const hash = hashBytes(bytes, from, to)
    let slot = hash & mask
    let entry = slots[slot]!
    while (entry >= 0 && !(hashes[entry] === hash && rowEquals(bytes, offsets, firstRows[entry]!, from, to))) {
      slot = (slot + 1) & mask
      entry = slots[slot]!
    }
    if (entry < 0) {
      if (entryCount === maxEntries) return null
      entry = entryCount++
      slots[slot] = entry
      firstRows[entry] = i
      hashes[entry] = hash
    }
    codes[i] = entry
    if (i === PROBE_ROWS && entryCount > PROBE_ROWS * 0.6) return null
  }
  return { entryCount, firstRows: firstRows.subarray(0, entryCount), codes }
}

/** @returns a power of two of at least twice the entries. */
function tableSize(entries: number): number {
  return 1 << (32 - Math.clz32(Math.max(2 * entries, 16) - 1))
}

function rowEquals(bytes: Uint8Array, offsets: Int32Array, row: number, from: number, to: number): boolean {
  const start = offsets[row]!
  if (offsets[row + 1]! - start !== to - from) return false
  for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== bytes[j]) return false
  return true
}

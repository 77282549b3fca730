import { isIntType } from '../types/int.ts'
import type { Int } from '../types/value.ts'
import { isValid, type Vector } from '../types/vector.ts'
import type { ColumnBase, KeyIndexPart, NodeTableBase } from './column-base.ts'
import { NO_OFFSET, type RowBitset } from './read-view.ts'

const TWO_32 = 4294967296

/** A part of a key index whose answers need no second look: the key column itself is that sequence. */
export interface KeySequence {
  readonly base: number
  readonly step: number
  readonly firstRow: number
  readonly count: number
}

/**
 * @returns the longest sequence of the index that the key column confirms (an update of a key, once merged, leaves the sequence as it was but not
 *   the column), or null. Cost: one look at the descriptor of each chunk of the column.
 */
export function confirmedSequence(base: NodeTableBase, keyColumnId: number): KeySequence | null {
  const column = base.columns.find(({ columnId }) => columnId === keyColumnId)!
  let longest: KeySequence | null = null
  for (const part of base.keyIndex.parts) {
    if (part.kind !== 'arithmetic' || part.count <= (longest?.count ?? 0)) continue
    if (isSafe(part.base, part.step * part.count) && isConfirmed(part, column)) {
      longest = { base: part.base as number, step: part.step, firstRow: part.firstRow, count: part.count }
    }
  }
  return longest
}

function isSafe(base: Int, width: number): boolean {
  return Number.isSafeInteger(base) && Number.isSafeInteger((base as number) + width)
}

function isConfirmed(part: Extract<KeyIndexPart, { kind: 'arithmetic' }>, column: ColumnBase): boolean {
  const size = 2 ** column.chunkShift
  const end = part.firstRow + part.count
  for (let chunk = part.firstRow >>> column.chunkShift; chunk * size < end; chunk++) {
    const { run } = column.chunks[chunk]!
    if (run.encoding.kind !== 'int' || run.nullCount > 0) return false
    const { ints } = run.encoding
    if (ints.kind !== 'arithmetic' || typeof ints.base !== 'number') return false
    const from = Math.max(part.firstRow, chunk * size)
    const to = Math.min(end, chunk * size + run.rows)
    if (ints.base + ints.step * (from - chunk * size) !== (part.base as number) + part.step * (from - part.firstRow)) {
      return false
    }
    if (to - from > 1 && ints.step !== part.step) return false
  }
  return true
}

/** Whether a vector has whole numbers of up to 8 bytes, one element a row: what {@link findInSequence} takes. */
export function hasPlainIntegers({ type, data }: Vector): boolean {
  if (data === null || data instanceof Float32Array || data instanceof Float64Array) return false
  return isIntType(type.id) ? type.id !== 'INT128' : type.id === 'DATE' || type.id.startsWith('TIMESTAMP')
}

/**
 * Looks the keys of a vector of whole numbers up in a sequence.
 * @param target gets the row of each key, or {@link NO_OFFSET}.
 * @returns how many keys were not found. Cost: about 2 ns a key.
 */
export function findInSequence(keys: Vector, sequence: KeySequence, target: Uint32Array): number {
  const { data, length } = keys
  let missing: number
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const words = new Int32Array(data.buffer, data.byteOffset, 2 * length)
    missing =
      sequence.step === 1 && sequence.base >= 0 && sequence.base + sequence.count < 2 ** 31
        ? findSmall(words, length, sequence.base | 0, sequence.count, sequence.firstRow, target)
        : findWide(words, length, data instanceof BigUint64Array, sequence, target)
  } else {
    missing = findNumbers(data as Int32Array, length, sequence, target)
  }
  return missing + withoutNulls(keys, target)
}

/** fast path: keys of 8 bytes in a dense sequence of small numbers. */
function findSmall(
  words: Int32Array,
  length: number,
  base: number,
  count: number,
  firstRow: number,
  target: Uint32Array,
): number {
  let missing = 0
  for (let i = 0; i < length; i++) {
    const position = (words[2 * i]! - base) | 0
    if (words[2 * i + 1] === 0 && position >= 0 && position < count && words[2 * i]! >= 0)
      target[i] = firstRow + position
    else {
      target[i] = NO_OFFSET
      missing++
    }
  }
  return missing
}

function findWide(
  words: Int32Array,
  length: number,
  unsigned: boolean,
  sequence: KeySequence,
  target: Uint32Array,
): number {
  let missing = 0
  for (let i = 0; i < length; i++) {
    const high = unsigned ? words[2 * i + 1]! >>> 0 : words[2 * i + 1]!
    // beyond 2^53 the sum is inexact, but such a key is in no sequence, whose bounds are safe integers
    const key = high * TWO_32 + (words[2 * i]! >>> 0)
    target[i] = rowInSequence(key, sequence)
    if (target[i] === NO_OFFSET) missing++
  }
  return missing
}

function findNumbers(data: ArrayLike<number>, length: number, sequence: KeySequence, target: Uint32Array): number {
  let missing = 0
  for (let i = 0; i < length; i++) {
    target[i] = rowInSequence(data[i]!, sequence)
    if (target[i] === NO_OFFSET) missing++
  }
  return missing
}

function rowInSequence(key: number, { base, step, firstRow, count }: KeySequence): number {
  const position = step === 0 ? (key === base ? 0 : -1) : (key - base) / step
  return position >= 0 && position < count && Number.isInteger(position) ? firstRow + position : NO_OFFSET
}

function withoutNulls(keys: Vector, target: Uint32Array): number {
  let missing = 0
  for (let i = 0; keys.nullCount > 0 && i < keys.length; i++) {
    if (isValid(keys, i) || target[i] === NO_OFFSET) continue
    target[i] = NO_OFFSET
    missing++
  }
  return missing
}

/** Forgets rows that are deleted. @returns how many there were. */
export function forgetDeleted(target: Uint32Array, count: number, deleted: RowBitset): number {
  let missing = 0
  for (let i = 0; i < count; i++) {
    const row = target[i]!
    if (row === NO_OFFSET || (deleted[row >>> 5]! & (1 << (row & 31))) === 0) continue
    target[i] = NO_OFFSET
    missing++
  }
  return missing
}

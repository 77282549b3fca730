import type { NodeTableReader } from '../storage/read-view.ts'
import { formatValue } from '../types/format.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { KeyLookup } from './copy-keys.ts'

/** Why a row cannot be loaded. */
export interface BadKey {
  readonly row: number
  readonly message: string
}

/** A JavaScript Set holds at most 2^24 values; keys are spread over so many of them. */
const SETS = 256

/**
 * Finds rows whose primary key is NULL, is in the table already or came before in the same load. Only for loads that leave bad rows out:
 * it remembers every key, some 50 bytes each.
 */
export class NewKeys {
  readonly #lookup: KeyLookup
  readonly #type: LogicalType
  readonly #seen = Array.from({ length: SETS }, () => new Set<Value>())

  constructor(table: NodeTableReader, type: LogicalType) {
    this.#lookup = new KeyLookup(table, type)
    this.#type = type
  }

  /**
   * @param keys of a batch, in the type of the table's key.
   * @param onBad told about each bad row.
   * @returns the rows to load, or null for all of them.
   */
  check(keys: Vector, onBad: (bad: BadKey) => void): number[] | null {
    const known = this.#lookup.offsets(keys)
    const read = vectorReader(keys)
    const kept: number[] = []
    for (let row = 0; row < keys.length; row++) {
      const key = read(row)
      if (key === null) {
        const message = 'Found NULL, which violates the non-null constraint of the primary key column.'
        onBad({ row, message })
      } else if (known[row] === KeyLookup.ABSENT && this.#isNew(key)) kept.push(row)
      else {
        const text = formatValue(this.#type, key)
        const message = `Found duplicated primary key value ${text}, which violates the uniqueness constraint of the primary key column.`
        onBad({ row, message })
      }
    }
    return kept.length === keys.length ? null : kept
  }

  #isNew(key: Value): boolean {
    // bytes are compared by content
    const value = key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key
    const set = this.#seen[setOf(value)]!
    if (set.has(value)) return false
    set.add(value)
    return true
  }
}

function setOf(value: Value): number {
  if (typeof value === 'number') return Math.abs(Math.trunc(value)) % SETS || 0
  if (typeof value === 'bigint') return Number(BigInt.asUintN(8, value))
  const text = value as string
  return (text.charCodeAt(text.length - 1) + 31 * text.charCodeAt(text.length >> 1) || 0) % SETS
}

import type { NodeTableReader } from '../storage/read-view.ts'
import { castFunction } from '../types/cast.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { sameType } from '../types/logical-type.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'

/** Turns primary keys into node offsets, column by column. */
export class KeyLookup {
  /** Stands for a key that no live node has (and for NULL). Never an offset: tables hold at most 2^32 - 2 rows. */
  static readonly ABSENT = 0xffff_ffff
  readonly #table: NodeTableReader
  readonly #type: LogicalType

  constructor(table: NodeTableReader, type: LogicalType) {
    this.#table = table
    this.#type = type
  }

  /** @returns the offset of each key, [keys.length], owned by the caller. Cost: one index probe a key. */
  offsets(keys: Vector): Uint32Array {
    const out = new Uint32Array(keys.length)
    const read = vectorReader(keys)
    const cast = sameType(keys.type, this.#type) ? null : castFunction(keys.type, this.#type)
    const table = this.#table
    for (let row = 0; row < keys.length; row++) {
      const key = read(row)
      out[row] = key === null ? KeyLookup.ABSENT : table.lookup(cast === null ? key : cast(key))
    }
    return out
  }
}

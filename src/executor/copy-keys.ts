import type { NodeTableReader } from '../storage/read-view.ts'
import { NO_OFFSET } from '../storage/read-view.ts'
import { castFunction } from '../types/cast.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { sameType } from '../types/logical-type.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'

/** Turns primary keys into node offsets, column by column. */
export class KeyLookup {
  /** Stands for a key that no live node has (and for NULL). Never an offset: tables hold at most 2^32 - 2 rows. */
  static readonly ABSENT = NO_OFFSET
  readonly #table: NodeTableReader
  readonly #type: LogicalType

  constructor(table: NodeTableReader, type: LogicalType) {
    this.#table = table
    this.#type = type
  }

  /** @returns the offset of each key, [keys.length], owned by the caller. Cost: that of NodeTableReader.lookupAll. */
  offsets(keys: Vector): Uint32Array {
    const out = new Uint32Array(keys.length)
    if (sameType(keys.type, this.#type)) this.#table.lookupAll(keys, out)
    else this.#castAndLookUp(keys, out)
    return out
  }

  #castAndLookUp(keys: Vector, out: Uint32Array): void {
    const read = vectorReader(keys)
    const cast = castFunction(keys.type, this.#type)
    for (let row = 0; row < keys.length; row++) {
      const key = read(row)
      out[row] = key === null ? KeyLookup.ABSENT : this.#table.lookup(cast === null ? key : cast(key))
    }
  }
}

import type { Value } from '../types/value.ts'

/**
 * Rows that ever held a primary key since the base was written: by insertion or by an update of the key. A hit is a candidate only; the reader checks that the row is visible,
 * alive and holds that key in its snapshot.
 */
export class DeltaKeys {
  readonly #rows = new Map<string | number | bigint | boolean, number | number[]>()
  readonly #log: { readonly key: string | number | bigint | boolean; readonly row: number }[] = []

  get count(): number {
    return this.#log.length
  }

  add(key: Value, row: number): void {
    const mapped = mapKey(key)
    this.#log.push({ key: mapped, row })
    const before = this.#rows.get(mapped)
    if (before === undefined) this.#rows.set(mapped, row)
    else if (typeof before === 'number') this.#rows.set(mapped, [before, row])
    else before.push(row)
  }

  /** @returns the newest candidate that `accept` takes, or -1. */
  find(key: Value, accept: (row: number) => boolean): number {
    const rows = this.#rows.get(mapKey(key))
    if (rows === undefined) return -1
    if (typeof rows === 'number') return accept(rows) ? rows : -1
    for (let at = rows.length - 1; at >= 0; at--) if (accept(rows[at]!)) return rows[at]!
    return -1
  }

  /** Takes back the entries from this count on. */
  truncate(count: number): void {
    for (let at = this.#log.length - 1; at >= count; at--) {
      const { key } = this.#log[at]!
      const rows = this.#rows.get(key)
      if (Array.isArray(rows) && rows.length > 1) rows.pop()
      else this.#rows.delete(key)
    }
    this.#log.length = count
  }
}

/** @returns a Map key that is equal exactly for equal values: blobs become text of a kind that no other type of key shares a table with. */
export function mapKey(value: Value): string | number | bigint | boolean {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (typeof value === 'object') return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
  return value === 0 ? 0 : value
}

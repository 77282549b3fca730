/** A trace of batches of distinct rows, some rows far more often than others. */
export interface TraceOptions {
  readonly rowCount: number
  readonly batches: number
  /** Rows of a batch. */
  readonly rows: number
}

/** Frequency of a row is about its rank to the power of minus this: the tenth most wanted get half of all uses. */
const SKEW = 0.7

/** @returns batches of distinct rows; which rows are wanted often has nothing to do with their number. */
export function skewedBatches(random: () => number, { rowCount, batches, rows }: TraceOptions): Uint32Array[] {
  const byRank = Uint32Array.from({ length: rowCount }, (_, i) => i)
  for (let i = rowCount - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = byRank[i]!
    byRank[i] = byRank[j]!
    byRank[j] = held
  }
  return Array.from({ length: batches }, () => {
    const batch = new Set<number>()
    while (batch.size < rows) batch.add(byRank[Math.floor(rowCount * random() ** (1 / (1 - SKEW)))]!)
    return Uint32Array.from(batch)
  })
}

/** @returns rows that the best of all caches of `capacity` rows reads per batch: it keeps those that are wanted soonest (Belady 1966). */
export function beladyReads(batches: readonly Uint32Array[], capacity: number): number[] {
  const uses = new Map<number, number[]>()
  batches.forEach((rows, b) => {
    for (const row of rows) uses.set(row, [...(uses.get(row) ?? []), b])
  })
  const nextUse = (row: number, b: number): number => uses.get(row)!.find((use) => use > b) ?? Number.POSITIVE_INFINITY
  let kept = new Set<number>()
  return batches.map((rows, b) => {
    const reads = rows.filter((row) => !kept.has(row)).length
    const candidates = [...new Set([...kept, ...rows])].map((row) => ({ row, next: nextUse(row, b) }))
    candidates.sort((p, q) => p.next - q.next || 0)
    kept = new Set(candidates.slice(0, capacity).map(({ row }) => row))
    return reads
  })
}

/** @returns rows that a cache of `capacity` rows reads per batch that drops the row not used for longest. */
export function lruReads(batches: readonly Uint32Array[], capacity: number): number[] {
  const kept = new Map<number, true>()
  return batches.map((rows) => {
    let reads = 0
    for (const row of rows) {
      if (!kept.delete(row)) reads++
      kept.set(row, true)
      if (kept.size > capacity) kept.delete(kept.keys().next().value!)
    }
    return reads
  })
}

// Caches of rows on a recorded trace: what the least-recently-used row and the best possible policy would read.

/**
 * Rows that a cache of `capacity` rows reads in each batch when it drops the row not used for longest.
 * @param {Uint32Array[]} batches distinct rows of each batch
 */
export function lruReads(batches, rowCount, capacity) {
  // doubly linked list through arrays; element rowCount is its head
  const before = new Uint32Array(rowCount + 1).fill(rowCount)
  const after = new Uint32Array(rowCount + 1).fill(rowCount)
  const kept = new Uint8Array(rowCount)
  let size = 0
  const unlink = (row) => {
    after[before[row]] = after[row]
    before[after[row]] = before[row]
  }
  return batches.map((rows) => {
    let reads = 0
    for (const row of rows) {
      if (kept[row] === 1) unlink(row)
      else {
        reads++
        kept[row] = 1
        size++
      }
      after[row] = after[rowCount]
      before[row] = rowCount
      before[after[row]] = row
      after[rowCount] = row
      if (size > capacity) {
        const oldest = before[rowCount]
        unlink(oldest)
        kept[oldest] = 0
        size--
      }
    }
    return reads
  })
}

/**
 * Rows that the best of all caches reads in each batch: it drops what is wanted again last, or never (Belady 1966). A batch may use more rows than fit.
 * @param {Uint32Array[]} batches distinct rows of each batch
 */
export function beladyReads(batches, rowCount, capacity) {
  const nextUses = nextUsesOf(batches, rowCount)
  const never = batches.length
  const next = new Int32Array(rowCount).fill(-1) // -1: not kept
  const buckets = Array.from({ length: batches.length }, () => [])
  let size = 0
  let farthest = 0
  return batches.map((rows, b) => {
    let reads = 0
    rows.forEach((row, i) => {
      if (next[row] < 0) reads++
      else size--
      const use = nextUses[b][i]
      if (use === never) {
        next[row] = -1
        return
      }
      next[row] = use
      buckets[use].push(row)
      farthest = Math.max(farthest, use)
      size++
    })
    buckets[b] = []
    while (size > capacity) {
      const row = buckets[farthest].pop()
      if (row === undefined) farthest--
      else if (next[row] === farthest) {
        next[row] = -1
        size--
      }
    }
    return reads
  })
}

/** For each row of each batch, the number of the next batch that wants it; the number of batches if none does. */
function nextUsesOf(batches, rowCount) {
  const next = new Int32Array(rowCount).fill(batches.length)
  const uses = new Array(batches.length)
  for (let b = batches.length - 1; b >= 0; b--) {
    const rows = batches[b]
    uses[b] = Int32Array.from(rows, (row) => next[row])
    for (const row of rows) next[row] = b
  }
  return uses
}

/** Bytes of a page, about. */
const PAGE_BYTES = 1 << 16

/** Fewer rows are read as they come. */
const LEAST_ROWS = 512

/**
 * @param rowBytes bytes of a row in its column.
 * @param rowCount upper end of the rows.
 * @returns the positions of `rows` in such an order that rows of one page come together, pages ascending: a column larger than the pool is
 * then read once, whatever the order of the rows. null when they are too few to matter. Cost: two passes, 4 bytes a row and a page.
 */
export function pageOrder(rows: Uint32Array, rowBytes: number, rowCount: number): Uint32Array | null {
  if (rows.length < LEAST_ROWS) return null
  const shift = Math.max(0, 31 - Math.clz32(Math.max(1, Math.floor(PAGE_BYTES / Math.max(1, rowBytes)))))
  const next = new Uint32Array((rowCount >>> shift) + 2)
  for (let k = 0; k < rows.length; k++) next[(rows[k]! >>> shift) + 1]!++
  for (let page = 1; page < next.length; page++) next[page]! += next[page - 1]!
  const order = new Uint32Array(rows.length)
  for (let k = 0; k < rows.length; k++) order[next[rows[k]! >>> shift]!++] = k
  return order
}

// Seeded random numbers, and rows that are wanted unequally often: shared by the measurements.

/** A generator of 32-bit words with a seed; quick, good enough for a graph. */
export function words(seed) {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let x = state
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return (x ^ (x >>> 15)) >>> 0
  }
}

/** A generator of numbers from 0 to below 1 with a seed. */
export function generator(seed) {
  const next = words(seed)
  return () => next() / 2 ** 32
}

/** Frequency falls with rank to the power of -0.7; which row has which rank is shuffled. */
export function skewed(random, rowCount) {
  const byRank = Uint32Array.from({ length: rowCount }, (_, i) => i)
  for (let i = rowCount - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[byRank[i], byRank[j]] = [byRank[j], byRank[i]]
  }
  return () => byRank[Math.floor(rowCount * random() ** (1 / 0.3))]
}

/** @returns that many different rows. */
export function distinct(draw, count) {
  const rows = new Set()
  while (rows.size < count) rows.add(draw())
  return Uint32Array.from(rows)
}

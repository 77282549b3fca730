import assert from 'node:assert/strict'

/**
 * Asserts that counts agree with expected ones: Pearson's statistic is below what chance passes once in a million (Wilson and Hilferty's approximation
 * of the quantile). Draws are a function of fixed seeds, so that a test that passes passes always.
 */
export function assertDistribution(counts: ArrayLike<number>, expected: ArrayLike<number>, label: string): void {
  let statistic = 0
  let freedom = -1
  for (let i = 0; i < counts.length; i++) {
    if (expected[i] === 0) {
      assert.equal(counts[i], 0, `${label}: ${i} can never be drawn`)
      continue
    }
    statistic += (counts[i]! - expected[i]!) ** 2 / expected[i]!
    freedom++
  }
  const spread = 2 / (9 * freedom)
  const limit = freedom * (1 - spread + 4.75 * Math.sqrt(spread)) ** 3
  assert.ok(
    statistic < limit,
    `${label}: chi-square ${statistic.toFixed(1)} with ${freedom} degrees of freedom, limit ${limit.toFixed(1)}`,
  )
}

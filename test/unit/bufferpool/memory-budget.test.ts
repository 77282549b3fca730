import assert from 'node:assert/strict'
import { MemoryBudget } from '../../../src/bufferpool/memory-budget.ts'

describe('MemoryBudget', () => {
  it('gives what it has and takes it back', () => {
    const budget = MemoryBudget.create(1_000_000)
    assert.equal(budget.limitBytes, 999_424)
    assert.ok(budget.tryReserve(500_000))
    assert.equal(budget.tryReserve(500_000), false)
    assert.ok(budget.tryReserve(495_000))
    budget.release(495_000)
    budget.release(500_000)
    assert.equal(budget.usedBytes, 0)
    assert.ok(budget.peakBytes > 985_000)
  })

  it('names what the memory was for', () => {
    const budget = MemoryBudget.create(8_192)
    budget.reserve(4_097, 'A sort')
    assert.throws(() => budget.reserve(1, 'A hash join'), {
      code: 'OUT_OF_MEMORY',
      message:
        'Buffer manager exception: Unable to allocate memory! A hash join needs 1 bytes more, and 8192 of the 8192 bytes for queries are in use.',
    })
    assert.throws(() => budget.release(10_000), { code: 'INTERNAL' })
    assert.equal(budget.usedBytes, 8_192)
  })

  it('is one budget wherever it is attached', () => {
    const budget = MemoryBudget.create(2 ** 40)
    const other = MemoryBudget.attach(structuredClone(budget.describe()))
    other.reserve(2 ** 39, 'Test')
    assert.equal(budget.usedBytes, 2 ** 39)
  })
})

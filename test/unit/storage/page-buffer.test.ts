import assert from 'node:assert/strict'
import { BLOCKS_PER_PAGE, PAGE_BYTES } from '../../../src/bufferpool/page-source.ts'
import { checksumCount, computeChecksums } from '../../../src/storage/checksum.ts'
import { PageBuffer } from '../../../src/storage/page-buffer.ts'
import type { PageRun } from '../../../src/storage/page-store.ts'

/** A store that writes when it is waited for, or when told. */
class SlowTarget {
  readonly pages = new Map<number, Uint8Array>()
  readonly runs: number[] = []
  inFlight = 0
  mostInFlight = 0
  failAt = -1
  #next = 1

  allocate(count: number): number {
    const first = this.#next
    this.#next += count + 3 // another thread takes some
    return first
  }

  writeLater(runs: readonly PageRun[]): () => void {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
    const fails = this.failAt === this.runs.length
    this.runs.push(runs.length)
    return () => {
      this.inFlight--
      if (fails) throw new Error('disk full')
      for (const { first, bytes } of runs) {
        for (let k = 0; k * PAGE_BYTES < bytes.length; k++) {
          this.pages.set(first + k, bytes.slice(k * PAGE_BYTES, (k + 1) * PAGE_BYTES))
        }
      }
    }
  }
}

describe('page buffer', () => {
  it('writes every page once, zero-filled, while the next ones are collected', () => {
    const target = new SlowTarget()
    const buffer = new PageBuffer(target, 4)
    const ids: number[] = []
    for (let k = 0; k < 25; k++) {
      const first = buffer.reserve(2)
      ids.push(first)
      buffer.put(first, new Uint8Array(k % 3 === 0 ? PAGE_BYTES : 10 + k).fill(k + 1))
    }
    buffer.flush()
    assert.equal(target.inFlight, 0)
    assert.equal(target.mostInFlight, 2)
    assert.equal(buffer.pagesPut, 25)
    assert.equal(target.pages.size, 25)
    for (const [k, id] of ids.entries()) {
      const wanted = new Uint8Array(PAGE_BYTES).fill(k + 1, 0, k % 3 === 0 ? PAGE_BYTES : 10 + k)
      assert.deepEqual(target.pages.get(id), wanted)
    }
    buffer.flush()
    assert.equal(target.runs.length, 13)
  })

  it('joins neighbours to one run and keeps reserved ids together', () => {
    const target = new SlowTarget()
    const buffer = new PageBuffer(target, 1024)
    const first = buffer.reserve(300)
    for (let k = 0; k < 300; k++) buffer.put(first + k, Uint8Array.of(1))
    buffer.put(buffer.reserve(1), Uint8Array.of(2))
    buffer.flush()
    assert.deepEqual(target.runs, [2])
  })

  it('tells of a failed write at the next one or at flush', () => {
    const target = new SlowTarget()
    target.failAt = 1
    const buffer = new PageBuffer(target, 2)
    const put = (): void => buffer.put(buffer.reserve(1), Uint8Array.of(1))
    put()
    put()
    put()
    assert.throws(() => {
      put()
      buffer.flush()
    }, /disk full/)
  })

  it('gives checksums with pages that are filled in place, and only with them', () => {
    const runs: PageRun[] = []
    const target = {
      allocate: () => 1,
      writeLater: (sent: readonly PageRun[]) => {
        runs.push(...sent.map((run) => ({ ...run, bytes: run.bytes.slice() })))
        return () => {}
      },
    }
    const buffer = new PageBuffer(target, 16)
    const lengths = [PAGE_BYTES, 5000, 1]
    buffer.put(1, Uint8Array.of(1))
    for (const [k, length] of lengths.entries()) {
      buffer.fill(2 + k, length, (page) => page.fill(k + 1, 0, length === 1 ? 0 : length))
    }
    buffer.put(5, Uint8Array.of(2))
    buffer.flush()
    assert.deepEqual(
      runs.map(({ first, bytes, sums }) => [first, bytes.length / PAGE_BYTES, sums?.length]),
      [
        [1, 1, undefined],
        [2, 3, 3 * BLOCKS_PER_PAGE],
        [5, 1, undefined],
      ],
    )
    for (const [k, length] of lengths.entries()) {
      const expected = new Uint32Array(BLOCKS_PER_PAGE)
      computeChecksums(runs[1]!.bytes.subarray(k * PAGE_BYTES, k * PAGE_BYTES + length), expected)
      const count = checksumCount(length)
      const got = runs[1]!.sums!.subarray(k * BLOCKS_PER_PAGE, k * BLOCKS_PER_PAGE + count)
      assert.deepEqual(got, expected.subarray(0, count))
    }
  })
})

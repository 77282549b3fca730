import assert from 'node:assert/strict'
import { PAGE_BYTES } from '../../../src/bufferpool/page-source.ts'
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
})

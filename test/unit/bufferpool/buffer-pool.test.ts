import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { BufferPool } from '../../../src/bufferpool/buffer-pool.ts'
import { FRAME_BYTES, PAGE_BYTES } from '../../../src/bufferpool/page-source.ts'
import { PoolMemory } from '../../../src/bufferpool/pool-memory.ts'
import { isPage, PatternedSource } from './support/patterned-source.ts'

const MIB = 2 ** 20

describe('BufferPool', function () {
  this.timeout(30_000)

  it('reads a page once, and finds it again', () => {
    const source = new PatternedSource()
    const pool = BufferPool.create(source, 16 * MIB)
    const frame = pool.pin(42)
    assert.ok(isPage(pool.bytes(frame), 42))
    assert.equal(pool.pin(42), frame)
    pool.unpin(frame)
    pool.unpin(frame)
    assert.equal(source.reads.get(42), 1)
    const expected = {
      limitBytes: 16 * MIB,
      usedBytes: FRAME_BYTES,
      hits: 1,
      misses: 1,
      evictions: 0,
      bytesRead: PAGE_BYTES,
      pinned: 0,
      lentBytes: 0,
    }
    assert.deepEqual(pool.stats(), expected)
  })

  it('shows a frame in every element type', () => {
    const pool = BufferPool.create(new PatternedSource(), 16 * MIB)
    pool.unpin(pool.pin(1))
    const frame = pool.pin(2)
    const at = pool.byteBase(frame)
    assert.equal(pool.f64(frame)[at / 8 + 5], 20_005)
    assert.equal(pool.bytes(frame), pool.bytes(frame))
    assert.equal(pool.bytes(frame).length, FRAME_BYTES)
    assert.equal(pool.u8(frame)[at + 47], pool.bytes(frame)[47])
    assert.equal(pool.u32(frame)[pool.wordBase(frame) + 11], new Uint32Array(pool.bytes(frame).buffer, at, 16)[11])
    assert.equal(pool.i32(frame)[pool.wordBase(frame) + 11], pool.u32(frame)[pool.wordBase(frame) + 11]! | 0)
    assert.equal(pool.u16(frame).buffer, pool.f32(frame).buffer)
    assert.equal(pool.i64(frame).buffer, pool.slab(frame).u64.buffer)
  })

  it('keeps to its limit, and says so when every frame is pinned', () => {
    const pool = BufferPool.create(new PatternedSource(), 2 * MIB)
    const frames = Array.from({ length: 32 }, (_, i) => pool.pin(i + 1))
    assert.equal(new Set(frames).size, 32)
    assert.throws(() => pool.pin(33), {
      code: 'OUT_OF_MEMORY',
      message:
        'Buffer manager exception: Unable to allocate memory! The buffer pool is full and no memory could be freed!',
    })
    assert.equal(pool.stats().usedBytes, 2 * MIB)
    pool.unpin(frames[7]!)
    assert.equal(pool.pin(33), frames[7])
    assert.ok(isPage(pool.bytes(frames[7]!), 33))
    assert.ok(isPage(pool.bytes(frames[8]!), 9))
    assert.equal(pool.stats().evictions, 1)
    assert.equal(pool.stats().pinned, 32)
  })

  it('lends frames within its limit, keeps some for pages, and uses them again', () => {
    const pool = BufferPool.create(new PatternedSource(), 2 * MIB) // 32 frames
    for (let page = 1; page <= 32; page++) pool.unpin(pool.pin(page))
    const pinned = pool.pin(32)
    const lent: number[] = []
    for (let frame = pool.lend(); frame >= 0; frame = pool.lend()) {
      pool.bytes(frame).fill(255)
      lent.push(frame)
    }
    assert.equal(lent.length, 15, 'half of a small pool stays, the pinned frame apart')
    for (let frame = pool.lend(true); frame >= 0; frame = pool.lend(true)) {
      pool.bytes(frame).fill(255)
      lent.push(frame)
    }
    assert.equal(lent.length, 23, 'half of that for who cannot do without')
    assert.equal(new Set([...lent, pinned]).size, 24)
    assert.deepEqual([pool.stats().lentBytes, pool.isTight], [23 * FRAME_BYTES, false])
    const more = pool.pin(31)
    assert.equal(pool.isTight, true)
    pool.unpin(more)
    assert.equal(pool.stats().usedBytes, 2 * MIB)
    for (let page = 1; page <= 200; page++) {
      const frame = pool.pin(page)
      assert.ok(isPage(pool.bytes(frame), page))
      pool.unpin(frame)
    }
    for (const frame of lent) assert.ok(pool.bytes(frame).every((byte) => byte === 255))
    for (const frame of lent) pool.takeBack(frame)
    assert.equal(pool.stats().usedBytes, 9 * FRAME_BYTES)
    assert.equal(pool.isTight, false)
    for (let page = 1; page <= 31; page++) pool.pin(page)
    assert.deepEqual([pool.stats().usedBytes, pool.stats().pinned], [2 * MIB, 32])
  })

  it('takes back what an ended thread had lent, and nothing else', () => {
    const pool = BufferPool.create(new PatternedSource(), 8 * MIB)
    pool.unpin(pool.pin(5))
    const mine = pool.lend()
    pool.bytes(mine).fill(7)
    const other = BufferPool.attach(new PatternedSource(), pool.describe())
    const { threads } = new PoolMemory(128, pool.describe().control)
    threads[1] = 1234 // as if another thread had attached
    const lent = Array.from({ length: 10 }, () => other.lend())
    other.takeBack(lent.pop()!)
    assert.equal(pool.stats().lentBytes, 10 * FRAME_BYTES)
    assert.equal(pool.reclaim(77), 0)
    assert.equal(pool.reclaim(1233), 9)
    assert.equal(pool.reclaim(1233), 0)
    assert.deepEqual([pool.stats().lentBytes, pool.stats().usedBytes], [FRAME_BYTES, 2 * FRAME_BYTES])
    assert.equal(threads[1], 0)
    assert.ok(pool.bytes(mine).every((byte) => byte === 7))
    assert.equal(new Set(Array.from({ length: 12 }, () => pool.lend())).size, 12, 'frames are lent once')
  })

  it('costs nothing at first, however large', () => {
    const before = process.memoryUsage().rss
    const pool = BufferPool.create(new PatternedSource(), 40 * 2 ** 30)
    pool.unpin(pool.pin(1))
    assert.equal(pool.stats().limitBytes, 40 * 2 ** 30)
    assert.ok(process.memoryUsage().rss - before < 64 * MIB)
    assert.throws(() => BufferPool.create(new PatternedSource(), 1000), { code: 'INVALID_ARGUMENT' })
  })

  it('leaves frequently used pages alone when a scan passes', () => {
    const source = new PatternedSource()
    const pool = BufferPool.create(source, 16 * MIB) // 256 frames
    const touch = (pageId: number): void => pool.unpin(pool.pin(pageId))
    // A hot set of half the pool, used again after other pages came in; scans of four times the pool between.
    for (let round = 0; round < 6; round++) {
      for (let page = 1; page <= 128; page++) touch(page)
      for (let page = 0; page < 40; page++) touch(10_000 + round * 100 + page)
    }
    for (let page = 0; page < 1024; page++) for (let pin = 0; pin < 8; pin++) touch(100_000 + page)
    const before = pool.stats().misses
    for (let page = 1; page <= 128; page++) touch(page)
    const missed = pool.stats().misses - before
    assert.ok(missed <= 13, `${missed} of 128 hot pages had left`)
  })

  it('gives a page that cannot be read no frame', () => {
    const source = new PatternedSource()
    source.broken.add(5)
    const pool = BufferPool.create(source, 2 * MIB)
    pool.pageOwner = (pageId) =>
      pageId === 5 ? { text: 'column name of table Person', facts: { table: 'Person' } } : null
    for (let i = 0; i < 100; i++) {
      assert.throws(() => pool.pin(5), {
        code: 'CORRUPT_PAGE',
        message: 'Storage exception: Page 5 is damaged: test (column name of table Person).',
      })
    }
    assert.equal(pool.stats().usedBytes, 0)
    assert.equal(pool.stats().pinned, 0)
    source.broken.clear()
    const frames = Array.from({ length: 32 }, (_, i) => pool.pin(i + 1))
    assert.ok(frames.every((frame, i) => isPage(pool.bytes(frame), i + 1)))
  })

  it('goes on with less, and says so once, when memory cannot be had', async () => {
    const source = new PatternedSource()
    const whole = BufferPool.create(source, 16 * MIB)
    const warnings: Error[] = []
    const listen = (warning: Error): number => warnings.push(warning)
    process.on('warning', listen)
    const pool = BufferPool.attach(source, { ...whole.describe(), slabs: [] })
    assert.throws(() => pool.pin(1), { code: 'OUT_OF_MEMORY' })
    assert.throws(() => pool.pin(1), { code: 'OUT_OF_MEMORY' })
    assert.equal(pool.stats().limitBytes, 0)
    await setImmediate() // warnings come in the next turn
    process.off('warning', listen)
    const ours = warnings.filter((warning) => warning.name === 'NisabaWarning').map((warning) => warning.message)
    assert.deepEqual(ours, ['No more memory for the buffer pool; it goes on with 0 MiB.'])
  })

  it('prefetches without pinning, and passes damaged pages over', () => {
    const source = new PatternedSource()
    source.broken.add(2)
    const pool = BufferPool.create(source, 2 * MIB)
    pool.prefetch([1, 2, 3])
    assert.equal(pool.stats().pinned, 0)
    pool.unpin(pool.pin(3))
    assert.equal(source.reads.get(3), 1)
    assert.equal(pool.stats().usedBytes, 2 * FRAME_BYTES)
  })

  it('reports an unpin too many', () => {
    const pool = BufferPool.create(new PatternedSource(), 2 * MIB)
    const frame = pool.pin(1)
    pool.unpin(frame)
    assert.throws(() => pool.unpin(frame), { code: 'INTERNAL' })
  })

  it('holds what a model of it holds, over random pins', () => {
    const seed = Number(process.env['NISABA_SEED'] ?? 20_240_611)
    let x = seed
    const random = (below: number): number => {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0
      return Math.floor((x / 2 ** 32) * below)
    }
    const pool = BufferPool.create(new PatternedSource(), 2 * MIB)
    const pinned: { frame: number; page: number }[] = []
    for (let step = 0; step < 20_000; step++) {
      if (pinned.length > 24 || (pinned.length > 0 && random(2) === 0)) {
        const { frame, page } = pinned.splice(random(pinned.length), 1)[0]!
        assert.ok(isPage(pool.bytes(frame), page), `seed ${seed}, step ${step}: page ${page} was replaced while pinned`)
        pool.unpin(frame)
      } else {
        // Ids far apart too, so that buckets collide.
        const page = 1 + random(2) * 2 ** 33 + random(random(2) === 0 ? 30 : 200)
        const frame = pool.pin(page)
        assert.ok(isPage(pool.bytes(frame), page), `seed ${seed}, step ${step}: page ${page} is wrong`)
        pinned.push({ frame, page })
      }
      if (step % 100 === 0) assert.equal(pool.stats().pinned, pinned.length, `seed ${seed}, step ${step}`)
    }
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { PAGE_BYTES } from '../../src/bufferpool/page-source.ts'
import type { PageRun, PageStore } from '../../src/storage/page-store.ts'
import { pageBytes, readPage } from './page-bytes.ts'
import type { ThreadReply, ThreadTask } from './support/page-store-thread.ts'

const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : new TextDecoder().decode(bytes))
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value)

/** What every page store must do. @param open makes an empty one. */
export function pageStoreSuite(name: string, open: () => PageStore): void {
  describe(`page store: ${name}`, function () {
    this.timeout(30_000)
    let store: PageStore
    beforeEach(() => {
      store = open()
    })
    afterEach(() => store.close())

    const missing = (pageId: number) => ({ code: 'CORRUPT_PAGE', facts: { page: pageId } })

    it('is empty at first', () => {
      assert.equal(store.latestCommit(), 0)
      assert.equal(store.readRecord('root'), null)
      assert.throws(() => readPage(store, 1), missing(1))
      assert.equal(store.stats().pageCount, 0)
    })

    it('commits pages and records together', async () => {
      const writer = await store.writer()
      const first = writer.allocate(3)
      const shapes = [pageBytes(1), pageBytes(2, 100), new Uint8Array(PAGE_BYTES)]
      const run = new Uint8Array(3 * PAGE_BYTES)
      shapes.forEach((bytes, i) => {
        run.set(bytes, i * PAGE_BYTES)
      })
      const records = [['a', bytesOf('one')] as const, ['empty', new Uint8Array(0)] as const]
      assert.equal(await writer.commit({ expectedCommit: 0, puts: [{ first, bytes: run }], records }), 1)
      assert.equal(store.latestCommit(), 1)
      shapes.forEach((bytes, i) => {
        assert.deepEqual(readPage(store, first + i), bytes)
      })
      assert.equal(text(store.readRecord('a')), 'one')
      assert.equal(text(store.readRecord('empty')), '')
      assert.equal(store.stats().pageCount, 3)
    })

    it('writes pages over a part of a buffer and over shared memory', () => {
      const writer = store.writerSync()
      const first = writer.allocate(2)
      const wide = new Uint8Array(PAGE_BYTES + 64)
      wide.set(pageBytes(7), 32)
      const shared = new Uint8Array(new SharedArrayBuffer(PAGE_BYTES))
      shared.set(pageBytes(8))
      const puts: PageRun[] = [
        { first, bytes: wide.subarray(32, 32 + PAGE_BYTES) },
        { first: first + 1, bytes: shared },
      ]
      writer.commitSync({ expectedCommit: 0, puts })
      assert.deepEqual(readPage(store, first), pageBytes(7))
      assert.deepEqual(readPage(store, first + 1), pageBytes(8))
      assert.equal(wide.length, PAGE_BYTES + 64, 'a part of a buffer is copied')
    })

    it('refuses a change made on another commit, and leaves nothing of it', async () => {
      const writer = await store.writer()
      await writer.commit({ expectedCommit: 0, records: [['a', bytesOf('1')]] })
      const first = writer.allocate(1)
      const stale = {
        expectedCommit: 0,
        puts: [{ first, bytes: pageBytes(1) }],
        records: [['a', bytesOf('2')] as const],
      }
      await assert.rejects(writer.commit(stale), { code: 'WRITE_CONFLICT' })
      assert.equal(store.latestCommit(), 1)
      assert.equal(text(store.readRecord('a')), '1')
      assert.throws(() => readPage(store, first), missing(first))
    })

    it('mixes waiting and promised commits in the order of the calls', async () => {
      const writer = await store.writer()
      const promised = writer.commit({ expectedCommit: 0, records: [['n', bytesOf('1')]] })
      assert.equal(writer.commitSync({ expectedCommit: 1, records: [['n', bytesOf('2')]] }), 2)
      assert.equal(text(store.readRecord('n')), '2')
      assert.equal(await promised, 1)
    })

    it('keeps a snapshot while commits go on', async () => {
      const writer = await store.writer()
      const records = [['t/1', bytesOf('old')] as const, ['t/2', bytesOf('x')] as const, ['u', bytesOf('y')] as const]
      await writer.commit({ expectedCommit: 0, records })
      const snapshot = store.acquireSnapshot()
      const change = [['t/1', bytesOf('new')] as const, ['t/2', null] as const, ['t/3', bytesOf('z')] as const]
      await writer.commit({ expectedCommit: 1, records: change })
      assert.equal(snapshot.commit, 1)
      assert.equal(text(snapshot.readRecord('t/1')), 'old')
      assert.deepEqual(snapshot.listRecords('t/'), ['t/1', 't/2'])
      assert.deepEqual(snapshot.listRecords(''), ['t/1', 't/2', 'u'])
      const newer = store.acquireSnapshot()
      assert.equal(text(newer.readRecord('t/1')), 'new')
      assert.deepEqual(newer.listRecords('t/'), ['t/1', 't/3'])
      snapshot.release()
      snapshot.release()
      newer.release()
      assert.throws(() => snapshot.readRecord('u'), { code: 'CLOSED' })
    })

    it('deletes freed pages only when no snapshot needs them', async () => {
      const writer = await store.writer()
      const first = writer.allocate(2)
      const bytes = new Uint8Array(2 * PAGE_BYTES).fill(9)
      await writer.commit({ expectedCommit: 0, puts: [{ first, bytes }] })
      const snapshot = store.acquireSnapshot()
      const same = store.acquireSnapshot()
      await writer.commit({ expectedCommit: 1, freed: [{ first, count: 2 }] })
      assert.deepEqual(await writer.reclaim(), { deletedPages: 0, pendingPages: 2 })
      snapshot.release()
      assert.deepEqual(await writer.reclaim(), { deletedPages: 0, pendingPages: 2 })
      assert.equal(readPage(store, first)[0], 9)
      same.release()
      await writer.reclaim()
      assert.throws(() => readPage(store, first), missing(first))
      assert.equal(store.stats().pageCount, 0)
    })

    it('deletes what an aborted bulk load wrote, keeps what a commit publishes', async () => {
      const writer = await store.writer()
      const kept = writer.beginBulk()
      const dropped = writer.beginBulk()
      const first = kept.allocate(1)
      const second = dropped.allocate(2)
      await kept.write([{ first, bytes: pageBytes(1) }])
      dropped.writeSync([{ first: second, bytes: new Uint8Array(2 * PAGE_BYTES).fill(2) }])
      assert.deepEqual(readPage(store, first), pageBytes(1), 'its own pages are readable before they are published')
      await writer.commit({ expectedCommit: 0, records: [['root', bytesOf('!')]], publish: [kept] })
      await dropped.abort()
      await dropped.abort()
      await kept.abort()
      assert.deepEqual(readPage(store, first), pageBytes(1))
      assert.throws(() => readPage(store, second), missing(second))
      assert.equal(store.stats().pageCount, 1)
    })

    it('aborts while waiting inside the call', async () => {
      const bulk = store.writerSync().beginBulk()
      const first = bulk.allocate(600)
      bulk.writeSync([{ first, bytes: new Uint8Array(600 * PAGE_BYTES).fill(1, 0, 40) }])
      assert.equal(store.stats().pageCount, 600)
      bulk.abortSync()
      assert.equal(store.stats().pageCount, 0)
    })

    it('never gives a page id twice', async () => {
      const writer = await store.writer()
      const a = writer.allocate(10)
      const bulk = writer.beginBulk()
      const b = bulk.allocate(1)
      assert.ok(b >= a + 10)
      await bulk.write([{ first: b, bytes: pageBytes(1) }])
      await bulk.abort()
      await store.releaseWriter()
      assert.ok((await store.writer()).allocate(1) > b)
    })

    it('serves other threads: they read, and write for a bulk load', async () => {
      const writer = await store.writer()
      const bulk = writer.beginBulk()
      const first = bulk.allocate(1)
      await bulk.write([{ first, bytes: pageBytes(1) }])
      const { description, transfer } = bulk.describe()
      const task: ThreadTask = { store: store.describe(), bulk: description, pageId: first, seed: 77 }
      const worker = new Worker(new URL('./support/page-store-thread.js', import.meta.url), {
        workerData: task,
        transferList: [...transfer],
      })
      const exit = once(worker, 'exit')
      const [reply] = (await once(worker, 'message')) as [ThreadReply]
      await exit
      assert.deepEqual(reply.read, pageBytes(1))
      assert.deepEqual(readPage(store, reply.written), pageBytes(77))
      assert.deepEqual(readPage(store, reply.writtenSync), pageBytes(78))
      assert.equal(new Set([first, reply.written, reply.writtenSync]).size, 3)
      await bulk.abort()
      assert.equal(store.stats().pageCount, 0)
    })

    it('refuses what is not a page', async () => {
      const writer = await store.writer()
      const short = writer.commit({ expectedCommit: 0, puts: [{ first: 1, bytes: new Uint8Array(100) }] })
      await assert.rejects(short, { code: 'INVALID_ARGUMENT' })
      const unnamed = writer.commit({ expectedCommit: 0, puts: [{ first: 0.5, bytes: pageBytes(1) }] })
      await assert.rejects(unnamed, { code: 'INVALID_ARGUMENT' })
      await assert.rejects(writer.commit({ expectedCommit: 0, records: [['x'.repeat(2000), null]] }), { code: 'LIMIT' })
      assert.equal(store.latestCommit(), 0)
    })

    it('is closed for good', async () => {
      const snapshot = store.acquireSnapshot()
      await store.close()
      await store.close()
      store.closeSync()
      for (const call of [
        () => store.latestCommit(),
        () => readPage(store, 1),
        () => store.readRecord('a'),
        () => store.acquireSnapshot(),
        () => store.writerSync(),
        () => snapshot.readRecord('a'),
      ]) {
        assert.throws(call, { code: 'CLOSED' })
      }
      snapshot.release()
    })
  })
}

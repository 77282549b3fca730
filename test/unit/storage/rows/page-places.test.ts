import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { BLOCK_BYTES, PAGE_BYTES, PAGE_HEADER_BYTES } from '../../../../src/bufferpool/page-source.ts'
import { LmdbPageStore } from '../../../../src/storage/lmdb-page-store.ts'
import { findPages } from '../../../../src/storage/rows/page-places.ts'
import { allocatePlaces } from '../../../../src/storage/rows/place-table.ts'
import { seededRandom } from '../../../property/storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)

describe(`places of pages in the file (seed ${SEED})`, function () {
  this.timeout(60_000)
  let folder: string

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-places-'))
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are where a page is, whatever was written and deleted before', async () => {
    const random = seededRandom(SEED)
    const store = new LmdbPageStore(path.join(folder, 'db'))
    const writer = await store.writer()
    const lengths = new Map<number, number>()
    for (let commit = 0; commit < 12; commit++) {
      const count = 1 + Math.floor(random() * 60)
      const first = writer.allocate(count)
      const bytes = new Uint8Array(count * PAGE_BYTES)
      for (let i = 0; i < count; i++) {
        const length = random() < 0.5 ? PAGE_BYTES : 1 + Math.floor(random() * PAGE_BYTES)
        for (let at = 0; at < length; at++) bytes[i * PAGE_BYTES + at] = 1 + ((first + i * 7 + at) % 255)
        lengths.set(first + i, length)
      }
      const old = [...lengths.keys()].filter((id) => id < first && random() < 0.2)
      for (const id of old) lengths.delete(id)
      await writer.commit({
        expectedCommit: store.latestCommit(),
        puts: [{ first, bytes }],
        freed: old.map((id) => ({ first: id, count: 1 })),
      })
      await writer.reclaim()
    }
    const snapshot = store.acquireSnapshot()
    const ids = [...lengths.keys()]
    const places = allocatePlaces(ids.length)
    const found = findPages(
      store.path,
      ids.map((first) => ({ first, count: 1 })),
      places,
    )
    const large = ids.filter((id) => lengths.get(id)! > 2_100).length // small values lie in the tree itself
    assert.ok(found >= large, `${found} of ${large} found`)
    assert.ok(found <= ids.length)
    const descriptor = openSync(store.path, 'r')
    const page = new Uint8Array(PAGE_BYTES)
    for (const [i, id] of ids.entries()) {
      if (places.blocks[i] === 0) continue
      const length = places.lengths[i]!
      assert.equal(length, lengths.get(id))
      const read = Buffer.alloc(length)
      readSync(descriptor, read, 0, length, places.blocks[i]! * BLOCK_BYTES + PAGE_HEADER_BYTES)
      store.readPageInto(id, page)
      assert.ok(read.equals(page.subarray(0, length)), `page ${id}`)
    }
    closeSync(descriptor)
    snapshot.release()
    await store.close()
  })

  it('are none for pages that do not exist, and none in a file that is no database', async () => {
    const store = new LmdbPageStore(path.join(folder, 'empty'))
    const places = allocatePlaces(5)
    assert.equal(findPages(store.path, [{ first: 1, count: 5 }], places), 0)
    assert.deepEqual([...places.blocks], [0, 0, 0, 0, 0])
    await store.close()
    assert.equal(findPages(process.execPath, [{ first: 1, count: 5 }], places), 0)
  })
})

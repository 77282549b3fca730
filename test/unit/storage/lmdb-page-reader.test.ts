import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PAGE_BYTES, PAGE_HEADER_BYTES } from '../../../src/bufferpool/page-source.ts'
import { openLmdb } from '../../../src/storage/lmdb-environment.ts'
import { attachLmdbReader, LmdbPageReader } from '../../../src/storage/lmdb-page-reader.ts'
import { LmdbPageStore } from '../../../src/storage/lmdb-page-store.ts'
import type { PageStoreWriter } from '../../../src/storage/page-store.ts'
import { pageBytes, readPage } from '../../conformance/page-bytes.ts'
import { seededRandom } from '../../property/storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const SCRIPT = fileURLToPath(new URL('./support/page-store-process.js', import.meta.url))
/** Values of so many bytes and fewer lie in the tree for sure, and longer ones than MIN_LARGE do not. */
const MAX_SMALL = 1_500
const MIN_LARGE = 2_100

describe(`reader of pages in a file (seed ${SEED})`, function () {
  this.timeout(60_000)
  const random = seededRandom(SEED)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-reader-'))
  let files = 0
  const newFile = (): string => path.join(folder, `db-${files++}`)
  after(() => rmSync(folder, { recursive: true, force: true }))

  const someLength = (): number => {
    const kind = random()
    if (kind < 0.3) return PAGE_BYTES
    return kind < 0.5
      ? 1 + Math.floor(random() * MAX_SMALL)
      : MIN_LARGE + Math.floor(random() * (PAGE_BYTES - MIN_LARGE))
  }

  /** Writes pages and frees some older ones. `lengths`: by page id; changed. */
  async function commitSome(writer: PageStoreWriter, commit: number, lengths: Map<number, number>): Promise<number[]> {
    const freed = [...lengths.keys()].filter(() => random() < 0.15)
    for (const id of freed) lengths.delete(id)
    const puts = Array.from({ length: 1 + Math.floor(random() * 60) }, () => {
      const [id, length] = [writer.allocate(1), someLength()]
      lengths.set(id, length)
      return { first: id, bytes: pageBytes(id, length) }
    })
    await writer.commit({ expectedCommit: commit, puts, freed: freed.map((first) => ({ first, count: 1 })) })
    await writer.reclaim()
    return freed
  }

  const check = (reader: LmdbPageReader, lengths: ReadonlyMap<number, number>): void => {
    for (const [id, length] of lengths) assert.deepEqual(readPage(reader, id), pageBytes(id, length), `page ${id}`)
  }

  async function makeFile(commits: number): Promise<{ file: string; lengths: Map<number, number> }> {
    const file = newFile()
    const store = new LmdbPageStore(file)
    const lengths = new Map<number, number>()
    const writer = await store.writer()
    for (let commit = 0; commit < commits; commit++) await commitSome(writer, commit, lengths)
    await store.close()
    return { file, lengths }
  }

  it('reads what was just committed, whatever was written and deleted before', async () => {
    const store = new LmdbPageStore(newFile())
    const writer = await store.writer()
    const reader = attachLmdbReader(store.path)
    const lengths = new Map<number, number>()
    const gone = new Set<number>()
    let small = 0
    for (let commit = 0; commit < 15; commit++) {
      for (const id of await commitSome(writer, commit, lengths)) gone.add(id)
      check(reader, lengths)
      small += [...lengths.values()].filter((length) => length <= MAX_SMALL).length
    }
    assert.equal(reader.counts().byLmdb, small, 'places in the newest tree are found')
    for (const id of gone) {
      const message = `Storage exception: Page ${id} is damaged: it does not exist.`
      assert.throws(() => readPage(reader, id), { code: 'CORRUPT_PAGE', message })
    }
    reader.close()
    await store.close()
  })

  it('does not take a block of an older tree for one of the newest that has its number', async () => {
    const store = new LmdbPageStore(newFile())
    const writer = await store.writer()
    const readers = [2, 3, 4, 5].map((step) => ({ step, reader: attachLmdbReader(store.path) }))
    let last = 0
    for (let commit = 0; commit < 120; commit++) {
      const first = writer.allocate(1)
      const freed = last === 0 ? [] : [{ first: last, count: 1 }]
      await writer.commit({ expectedCommit: commit, puts: [{ first, bytes: pageBytes(first) }], freed })
      await writer.reclaim()
      last = first
      for (const { step, reader } of readers) if (commit % step === 0) check(reader, new Map([[first, PAGE_BYTES]]))
    }
    for (const { step, reader } of readers) {
      assert.deepEqual(reader.counts(), { byPlace: 120 / step, byLmdb: 0, walks: 120 / step })
      reader.close()
    }
    await store.close()
  })

  it('asks lmdb for the content of no page that has blocks of its own, and walks the tree once per leaf', async () => {
    const { file, lengths } = await makeFile(12)
    const reader = attachLmdbReader(file)
    check(reader, lengths)
    const small = [...lengths.values()].filter((length) => length <= MAX_SMALL).length
    const first = reader.counts()
    assert.equal(first.byLmdb, small)
    assert.equal(first.byPlace, lengths.size - small)
    assert.ok(first.walks < lengths.size / 3, `${first.walks} walks for ${lengths.size} pages`)
    check(reader, lengths)
    const second = reader.counts()
    assert.equal(second.byPlace, 2 * first.byPlace)
    assert.equal(second.walks, first.walks, 'places are remembered')
    reader.close()
  })

  it('reads while another process writes', async () => {
    const file = newFile()
    new LmdbPageStore(file).closeSync()
    const child = fork(SCRIPT, ['write-on', file], { silent: true })
    const exit = once(child, 'exit')
    await once(child.stdout!, 'data')
    const store = new LmdbPageStore(file, { readOnly: true })
    const reader = attachLmdbReader(file)
    for (let commit = 0; commit < 60; ) {
      const snapshot = store.acquireSnapshot()
      commit = snapshot.commit
      const pages = new TextDecoder().decode(snapshot.readRecord('pages')!)
      check(reader, new Map(JSON.parse(pages) as [number, number][]))
      snapshot.release()
    }
    assert.equal((await exit)[0], 0)
    assert.ok(reader.counts().byPlace > reader.counts().byLmdb)
    reader.close()
    await store.close()
  })

  it('reads while the writer thread of its own process writes', async () => {
    const store = new LmdbPageStore(newFile())
    const writer = await store.writer()
    const reader = attachLmdbReader(store.path)
    const lengths = new Map<number, number>()
    await commitSome(writer, 0, lengths)
    for (let commit = 1; commit < 12; commit++) {
      const snapshot = store.acquireSnapshot()
      const held = new Map(lengths)
      const writing = commitSome(writer, commit, lengths)
      check(reader, held)
      await Promise.all([writing, writer.reclaim()])
      check(reader, held)
      snapshot.release()
    }
    reader.close()
    await store.close()
  })

  it('believes nothing of a file that is damaged', async () => {
    const { file, lengths } = await makeFile(6)
    const bytes = readFileSync(file)
    const damaged = newFile()
    for (let round = 0; round < 6; round++) {
      const copy = Buffer.from(bytes)
      // in each block, whatever it holds: in rounds 0 to 4 a bit, in the last one a large piece
      for (let block = 0; block < copy.length; block += 4_096) {
        if (random() < 0.5) continue
        if (round === 5) copy.fill(random() * 256, block + Math.floor(random() * 4_096), block + 4_096)
        else copy[block + Math.floor(random() * (round < 3 ? 64 : 4_096))]! ^= 1 << Math.floor(random() * 8)
      }
      writeFileSync(damaged, copy)
      const reader = new LmdbPageReader(damaged, openLmdb(file, 'read'))
      check(reader, lengths)
      reader.close()
    }
  })

  it('goes through lmdb where the file tells nothing', async () => {
    const { file, lengths } = await makeFile(3)
    const [other, empty, half] = [newFile(), newFile(), newFile()]
    writeFileSync(other, Buffer.alloc(100_000, 'no database '))
    writeFileSync(empty, '')
    writeFileSync(half, readFileSync(file).subarray(0, 3 * 4_096 + 100))
    const version = newFile()
    const bytes = readFileSync(file)
    for (const meta of [0, 4_096]) bytes[meta + 28] = 9 // LMDB's data version
    writeFileSync(version, bytes)
    for (const place of [path.join(folder, 'missing'), folder, other, empty, half, version]) {
      const reader = new LmdbPageReader(place, openLmdb(file, 'read'))
      check(reader, lengths)
      assert.equal(reader.counts().byPlace, 0, place)
      assert.equal(reader.counts().byLmdb, lengths.size)
      reader.close()
    }
  })

  it('finds the places of newer commits in an older way down the tree', async () => {
    const { file, lengths } = await makeFile(2)
    const old = newFile()
    copyFileSync(file, old)
    const store = new LmdbPageStore(file)
    const writer = await store.writer()
    await commitSome(writer, 2, lengths)
    const reader = new LmdbPageReader(old, openLmdb(file, 'read')) // its file never learns of the last commit
    check(reader, lengths)
    assert.ok(reader.counts().byPlace > 0)
    reader.close()
    await store.close()
  })

  it('takes nothing from another database that has the same page ids', async () => {
    const [one, other] = [await makeFile(4), await makeFile(4)]
    const reader = new LmdbPageReader(other.file, openLmdb(one.file, 'read'))
    check(reader, one.lengths)
    reader.close()
  })

  it('names the block that is damaged, as before', async () => {
    const store = new LmdbPageStore(newFile())
    const writer = await store.writer()
    const first = writer.allocate(1)
    await writer.commit({ expectedCommit: 0, puts: [{ first, bytes: pageBytes(5) }] })
    await store.close()
    const bytes = readFileSync(store.path)
    const place = bytes.indexOf(pageBytes(5).subarray(0, 64))
    assert.equal(place % 4_096, PAGE_HEADER_BYTES)
    bytes[place + 3 * 4_096]! ^= 1
    writeFileSync(store.path, bytes)
    const reader = attachLmdbReader(store.path)
    const message = `Storage exception: Page ${first} is damaged: the checksum of its block 3 does not match.`
    assert.throws(() => readPage(reader, first), { code: 'CORRUPT_PAGE', message })
    assert.deepEqual(reader.counts(), { byPlace: 0, byLmdb: 1, walks: 1 })
    reader.close()
  })

  it('closes its descriptor', async function () {
    const { file, lengths } = await makeFile(1)
    const openOnes = (): number =>
      readdirSync('/proc/self/fd').filter((name) => {
        try {
          return readlinkSync(`/proc/self/fd/${name}`) === file
        } catch {
          return false // the descriptor of the folder itself
        }
      }).length
    if (process.platform !== 'linux') return this.skip()
    const before = openOnes()
    const readers = [1, 2, 3].map(() => attachLmdbReader(file))
    for (const reader of readers) check(reader, lengths)
    assert.ok(openOnes() >= before + 3)
    for (const reader of readers) reader.close()
    for (const reader of readers) reader.close()
    assert.equal(openOnes(), before)
  })
})

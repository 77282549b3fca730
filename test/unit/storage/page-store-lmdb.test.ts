import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { open as openLmdb } from 'lmdb'
import { BLOCKS_PER_PAGE, PAGE_BYTES } from '../../../src/bufferpool/page-source.ts'
import { computeChecksums } from '../../../src/storage/checksum.ts'
import { createLease } from '../../../src/storage/lease.ts'
import { openLmdb as openLmdbFile } from '../../../src/storage/lmdb-environment.ts'
import { openPageStore } from '../../../src/storage/open-page-store.ts'
import type { PageStore } from '../../../src/storage/page-store.ts'
import { seal, systemKey } from '../../../src/storage/store-format.ts'
import { pageBytes, readPage } from '../../conformance/page-bytes.ts'

const SCRIPT = fileURLToPath(new URL('./support/page-store-process.js', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-lmdb-'))
let files = 0
const newFile = (): string => path.join(folder, `store-${files++}`)
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value)

/** Starts the helper process and waits for its first line. */
async function start(what: string, file: string): Promise<ChildProcess> {
  const child = fork(SCRIPT, [what, file], { silent: true })
  await once(child.stdout!, 'data')
  return child
}

async function commitOne(file: string): Promise<PageStore> {
  const store = openPageStore(file)
  const writer = await store.writer()
  const first = writer.allocate(1)
  const records = [['page', bytesOf(String(first))] as const]
  await writer.commit({ expectedCommit: store.latestCommit(), puts: [{ first, bytes: pageBytes(1) }], records })
  return store
}

describe('page store in a file', function () {
  this.timeout(60_000)
  after(() => rmSync(folder, { recursive: true }))

  it('finds everything again', async () => {
    const file = newFile()
    await (await commitOne(file)).close()
    const store = openPageStore(file)
    assert.equal(store.latestCommit(), 1)
    assert.deepEqual(readPage(store, 1), pageBytes(1))
    assert.ok((await store.writer()).allocate(1) > 1)
    store.closeSync()
  })

  it('names the path of what it cannot open', () => {
    const missing = path.join(folder, 'nowhere', 'x')
    assert.throws(() => openPageStore(missing), {
      code: 'IO',
      message: `IO exception: Cannot open file ${missing}: No such file or directory`,
    })
    mkdirSync(path.join(folder, 'directory'))
    const directory = path.join(folder, 'directory')
    assert.throws(() => openPageStore(directory), {
      code: 'IO',
      message: `IO exception: Cannot open file ${directory}: Is a directory`,
    })
    const absent = newFile()
    assert.throws(() => openPageStore(absent, { readOnly: true }), { code: 'IO' })
    assert.throws(() => openPageStore(absent, { create: false }), { code: 'IO', message: /No such file/ })
    const text = newFile()
    writeFileSync(text, 'a,b\n1,2\n')
    assert.throws(() => openPageStore(text), { code: 'NOT_A_DATABASE' })
    writeFileSync(text, '')
    assert.throws(() => openPageStore(text, { readOnly: true }), { code: 'IO' })
    writeFileSync(text, 'a,b\n1,2\n')
    assert.equal(readFileSync(text, 'utf8'), 'a,b\n1,2\n')
  })

  it('refuses a file of lmdb that is not a database, and one of a newer format', async () => {
    const options = {
      noSubdir: true,
      maxDbs: 1,
      overlappingSync: false,
      keyEncoding: 'binary',
      encoding: 'binary',
    } as const
    const foreign = newFile()
    const other = openLmdb({ path: foreign, ...options })
    other.putSync(bytesOf('x'), bytesOf('y'))
    await other.close()
    assert.throws(() => openPageStore(foreign), { code: 'NOT_A_DATABASE' })
    const newer = newFile()
    openPageStore(newer).closeSync()
    const raw = openLmdb({ path: newer, ...options })
    raw.putSync(systemKey('format'), seal(new Uint8Array(Uint32Array.of(0x4142534e, 99).buffer)))
    await raw.close()
    assert.throws(() => openPageStore(newer), { code: 'NEWER_FORMAT', message: /version: 99/ })
  })

  it('finds a flipped bit, and names the page', async () => {
    const file = newFile()
    await (await commitOne(file)).close()
    const bytes = readFileSync(file)
    const place = bytes.indexOf(pageBytes(1).subarray(40_000, 40_016))
    assert.ok(place > 0)
    const descriptor = openSync(file, 'r+')
    writeSync(descriptor, Uint8Array.of(bytes[place]! ^ 8), 0, 1, place)
    closeSync(descriptor)
    const store = openPageStore(file)
    const target = new Uint8Array(PAGE_BYTES)
    const error = {
      code: 'CORRUPT_PAGE',
      facts: { page: 1 },
      message: 'Storage exception: Page 1 is damaged: the checksum of its block 9 does not match.',
    }
    assert.throws(() => store.readPageInto(1, target), error)
    store.closeSync()
  })

  it('writes nothing for handles that only read', async () => {
    const file = newFile()
    await (await commitOne(file)).close()
    const before = readFileSync(file)
    const store = openPageStore(file, { readOnly: true })
    assert.deepEqual(readPage(store, 1), pageBytes(1))
    const snapshot = store.acquireSnapshot()
    snapshot.release()
    assert.throws(() => store.writerSync(), { code: 'READ_ONLY' })
    await assert.rejects(store.writer(), { code: 'READ_ONLY' })
    await store.close()
    assert.ok(before.equals(readFileSync(file)))
  })

  it('shares one environment among the handles of a process', async () => {
    const file = newFile()
    const reading = await commitOne(file)
    const other = openPageStore(path.join(folder, '.', path.basename(file)), { readOnly: true })
    const third = openPageStore(file)
    const [a, b] = await Promise.all([third.writer(), third.writer()])
    assert.equal(a, b)
    await a.commit({ expectedCommit: 1, records: [['x', bytesOf('1')]] })
    assert.equal(other.latestCommit(), 2)
    assert.equal(reading.latestCommit(), 2)
    await reading.close()
    await third.close()
    assert.equal(new TextDecoder().decode(other.readRecord('x')!), '1')
    other.closeSync()
  })

  it('holds no version of the file between two reads', async () => {
    const store = await commitOne(newFile())
    readPage(store, 1)
    store.latestCommit()
    assert.deepEqual(store.listReaders(), [])
    const snapshot = store.acquireSnapshot()
    assert.equal(store.listReaders().length, 1)
    assert.equal(store.listReaders()[0]!.pid, process.pid)
    snapshot.release()
    await store.close()
  })

  it('keeps to its maximum size', async () => {
    const store = openPageStore(newFile(), { maxBytes: 2 ** 20 })
    const writer = await store.writer()
    const bulk = writer.beginBulk()
    const large = { first: bulk.allocate(20), bytes: new Uint8Array(20 * PAGE_BYTES).fill(1) }
    await assert.rejects(bulk.write([large]), { code: 'MAP_FULL' })
    await bulk.write([{ first: bulk.allocate(4), bytes: new Uint8Array(4 * PAGE_BYTES).fill(1) }])
    await bulk.abort()
    await store.close()
  })

  it('refuses a second process that writes, at once, until the first is done', async () => {
    const file = newFile()
    const child = await start('write-and-wait', file)
    const store = openPageStore(file)
    const locked = { code: 'LOCKED', message: new RegExp(`^IO exception: Could not set lock on file : ${file}`) }
    await assert.rejects(store.writer(), locked)
    assert.throws(() => store.writerSync(), locked)
    assert.equal(new TextDecoder().decode(store.readRecord('by')!), 'write-and-wait', 'reading goes on')
    child.send('close')
    await once(child, 'exit')
    const writer = await store.writer()
    assert.equal(await writer.commit({ expectedCommit: 1, records: [['by', bytesOf('me')]] }), 2)
    await store.close()
  })

  it('refuses a second thread of the process that opens the file for itself', async () => {
    const store = await commitOne(newFile())
    const rival = async (): Promise<unknown> => {
      const worker = new Worker(new URL('./support/page-store-rival.js', import.meta.url), { workerData: store.path })
      const exit = once(worker, 'exit')
      const [outcome] = await once(worker, 'message')
      await exit
      return outcome
    }
    assert.equal(await rival(), 'LOCKED')
    await store.releaseWriter()
    assert.equal(await rival(), 'writes')
    assert.equal(store.writerSync().commitSync({ expectedCommit: 1 }), 2)
    await store.close()
  })

  it('takes the lease of a killed process over', async () => {
    const file = newFile()
    const child = await start('write-and-wait', file)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = openPageStore(file)
    assert.equal(store.writerSync().commitSync({ expectedCommit: 1, records: [['by', bytesOf('me')]] }), 2)
    store.closeSync()
  })

  it('writes nothing while the file names another holder of the lease', async () => {
    const file = newFile()
    const store = await commitOne(file)
    const writer = await store.writer()
    const key = systemKey('lease')
    const beside = openLmdbFile(file, 'write')
    const ours = beside.getBinary(key)!
    const theirs = seal(new TextEncoder().encode(JSON.stringify({ ...createLease(), pid: 4_711 })))
    beside.transactionSync(() => beside.putSync(key, theirs))
    await assert.rejects(writer.commit({ expectedCommit: 1, records: [] }), {
      code: 'LOCKED',
      facts: { path: file, pid: 4_711 },
    })
    assert.throws(() => writer.beginBulk().writeSync([{ first: 1, bytes: pageBytes(1) }]), { code: 'LOCKED' })
    beside.transactionSync(() => beside.putSync(key, ours))
    assert.equal(await writer.commit({ expectedCommit: 1, records: [] }), 2)
    await beside.close()
    await store.close()
  })

  it('gives the lease to another process when it is released', async () => {
    const file = newFile()
    const store = await commitOne(file)
    await store.releaseWriter()
    const child = await start('write-and-wait', file)
    assert.equal(store.latestCommit(), 2)
    await assert.rejects(store.writer(), { code: 'LOCKED' })
    child.send('close')
    await once(child, 'exit')
    assert.equal(await (await store.writer()).commit({ expectedCommit: 2, records: [] }), 3)
    await store.close()
  })

  it('keeps freed pages for a snapshot of another process', async () => {
    const file = newFile()
    const store = await commitOne(file)
    const writer = await store.writer()
    const child = await start('hold-snapshot', file)
    await writer.commit({ expectedCommit: 1, freed: [{ first: 1, count: 1 }] })
    assert.deepEqual(await writer.reclaim(), { deletedPages: 0, pendingPages: 1 })
    assert.deepEqual(readPage(store, 1), pageBytes(1))
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal((await writer.reclaim()).deletedPages, 1)
    await store.close()
  })

  it('lets a program end that forgets to close, after its last commit', () => {
    const file = newFile()
    const result = spawnSync(process.execPath, [SCRIPT, 'forget-close', file], { timeout: 30_000, encoding: 'utf8' })
    assert.equal(result.status, 0, result.stderr)
    const store = openPageStore(file, { readOnly: true })
    assert.equal(new TextDecoder().decode(store.readRecord('by')!), 'forget-close')
    assert.equal(store.stats().pageCount, 1)
    store.closeSync()
  })

  it('ends in the middle of a bulk load without hanging, and reclaims it later', async () => {
    const file = newFile()
    for (let i = 0; i < 3; i++) {
      const result = spawnSync(process.execPath, [SCRIPT, 'exit-at-once', file], { timeout: 30_000, encoding: 'utf8' })
      assert.equal(result.status, 0, result.stderr)
    }
    const store = openPageStore(file)
    await (await store.writer()).reclaim()
    assert.equal(store.stats().pageCount, 0)
    await store.close()
  })

  it('stores the checksums that come with pages, whatever transaction of the load they fall into', async () => {
    const store = openPageStore(newFile())
    const writer = await store.writer()
    const load = writer.beginBulk()
    const count = 520 // the first transaction takes 512
    const bytes = new Uint8Array(new SharedArrayBuffer(count * PAGE_BYTES))
    const sums = new Uint32Array(new SharedArrayBuffer(count * BLOCKS_PER_PAGE * 4))
    for (let k = 0; k < count; k++) {
      bytes[k * PAGE_BYTES + (k % 300)] = 1 + (k % 200)
      computeChecksums(
        bytes.subarray(k * PAGE_BYTES, k * PAGE_BYTES + (k % 300) + 1),
        sums.subarray(k * BLOCKS_PER_PAGE),
      )
    }
    sums[515 * BLOCKS_PER_PAGE]! ^= 1
    const first = load.allocate(count)
    load.writeSync([{ first, bytes, sums }])
    await writer.commit({ expectedCommit: 0, publish: [load] })
    for (let k = 0; k < count; k++) {
      const wanted = bytes.slice(k * PAGE_BYTES, (k + 1) * PAGE_BYTES)
      if (k === 515) assert.throws(() => readPage(store, first + k), { code: 'CORRUPT_PAGE' })
      else assert.deepEqual(readPage(store, first + k), wanted)
    }
    await store.close()
  })

  it('has the memory of a transaction of a load faulted in once', async function () {
    const { glibcVersionRuntime } = (process.report.getReport() as unknown as { header: Record<string, unknown> })
      .header
    if (glibcVersionRuntime === undefined) this.skip() // other C libraries have other heaps
    const store = openPageStore(newFile())
    const writer = await store.writer()
    const load = writer.beginBulk()
    const count = 256
    const bytes = new Uint8Array(new SharedArrayBuffer(count * PAGE_BYTES)).fill(1)
    const write = (pages = count): void => {
      load.writeSync([{ first: load.allocate(pages), bytes: bytes.subarray(0, pages * PAGE_BYTES) }])
    }
    write(16) // less than the ones after it
    write()
    write()
    const before = process.resourceUsage().minorPageFault
    for (let k = 0; k < 8; k++) write()
    const faults = process.resourceUsage().minorPageFault - before
    const needed = (8 * count * PAGE_BYTES) / 4096
    assert.ok(faults < needed / 4, `${faults} faults for ${needed} blocks`)
    await store.close()
  })
})

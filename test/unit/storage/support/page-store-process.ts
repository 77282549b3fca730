import { setTimeout as sleep } from 'node:timers/promises'
import { openPageStore } from '../../../../src/storage/open-page-store.ts'
import { pageBytes } from '../../../conformance/page-bytes.ts'

/*
 * A process of its own for the tests of the page store: `node page-store-process.js <what> <file>`.
 * It prints what it did, one line each.
 */
const [what, file] = [process.argv[2]!, process.argv[3]!]
const store = openPageStore(file)
const record = new TextEncoder().encode(what)

switch (what) {
  case 'write-and-wait': {
    const writer = store.writerSync()
    writer.commitSync({ expectedCommit: store.latestCommit(), records: [['by', record]] })
    console.log('written')
    process.on('message', async () => {
      await store.close()
      process.disconnect()
    })
    break
  }
  case 'forget-close': {
    const writer = await store.writer()
    const bulk = writer.beginBulk()
    await bulk.write([{ first: bulk.allocate(1), bytes: pageBytes(1) }])
    // Neither awaited nor closed: the commit has to arrive, and the process has to end by itself.
    void writer.commit({ expectedCommit: store.latestCommit(), records: [['by', record]], publish: [bulk] })
    break
  }
  case 'exit-at-once': {
    const writer = store.writerSync()
    const bulk = writer.beginBulk()
    for (let i = 0; i < 8; i++) {
      const bytes = new Uint8Array(new SharedArrayBuffer(65_520 * 64)).fill(i + 1)
      void bulk.write([{ first: bulk.allocate(64), bytes }]).catch(() => {})
    }
    await sleep(15)
    process.exit(0)
    break
  }
  case 'write-on': {
    // Every commit replaces a third of the pages, and the record says which there are, with the seeds of their content.
    const writer = await store.writer()
    const pages = new Map<number, number>()
    for (let commit = 1; commit <= 60; commit++) {
      const freed = [...pages.keys()].filter((id) => id % 3 === commit % 3).map((id) => ({ first: id, count: 1 }))
      for (const { first } of freed) pages.delete(first)
      const puts = Array.from({ length: 12 }, (_, i) => {
        const [id, length] = [writer.allocate(1), ((commit * 12 + i) * 7919) % 65_520]
        pages.set(id, length)
        return { first: id, bytes: pageBytes(id, length) }
      })
      const records = [['pages', new TextEncoder().encode(JSON.stringify([...pages]))] as const]
      await writer.commit({ expectedCommit: store.latestCommit(), puts, freed, records })
      if (commit === 1) console.log('began')
      await writer.reclaim()
    }
    await store.close()
    break
  }
  case 'hold-snapshot': {
    const snapshot = store.acquireSnapshot()
    console.log(`holding ${snapshot.commit}`)
    process.on('message', () => process.exit(0))
    break
  }
}

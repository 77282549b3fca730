import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection, Database, type QueryResult } from '../../src/index.ts'
import { openPageStore } from '../../src/storage/open-page-store.ts'
import { seededRandom } from '../property/storage-trace.ts'

const KILLS = Number(process.env['NISABA_KILLS'] ?? 6)
const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const WRITER = fileURLToPath(new URL('./support/copy-writer.js', import.meta.url))
const NODES = 60_000
const RELS = 120_000
const OPTIONS = { bufferPoolSize: 16 * 2 ** 20, numThreads: 2 }

async function all(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  return ((await connection.query(text)) as QueryResult).getAll() as Promise<Record<string, unknown>[]>
}

/** Checks every table that the killed process left, drops them, and gives their pages back. */
async function checkAndEmpty(file: string): Promise<void> {
  const database = new Database(file, OPTIONS)
  const connection = new Connection(database)
  const tables = await all(connection, 'CALL show_tables() RETURN name, type')
  for (const { name, type } of tables.sort((a) => (a['type'] === 'REL' ? -1 : 1))) {
    const pattern = type === 'REL' ? `()-[x:${name}]->()` : `(x:${name})`
    const value = type === 'REL' ? 'x.weight' : 'x.id'
    const [row] = await all(connection, `MATCH ${pattern} RETURN count(*) AS n, sum(${value}) AS s`)
    const rows = Number(row!['n'])
    assert.ok(rows === 0 || rows === (type === 'REL' ? RELS : NODES), `${name} has ${rows} rows`)
    assert.equal(Number(row!['s'] ?? 0), rows === 0 ? 0 : (rows * (rows - 1)) / 2, `${name} has other rows`)
    await connection.query(`DROP TABLE ${name}`)
  }
  await database.close()
}

/** @returns the pages that the file holds once everything that can be deleted is. */
async function pagesLeft(file: string): Promise<number> {
  const store = openPageStore(file)
  await (await store.writer()).reclaim()
  const { pageCount } = store.stats()
  await store.close()
  return pageCount
}

describe(`COPY, killed (NISABA_SEED=${SEED})`, function () {
  this.timeout(240_000)
  let folder = ''
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-copy-kill-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('leaves whole tables or empty ones, no pages and no temporary files', async () => {
    const random = seededRandom(SEED)
    const file = path.join(folder, 'killed.db')
    const nodes = path.join(folder, 'nodes.csv')
    const rels = path.join(folder, 'rels.csv')
    writeFileSync(nodes, Array.from({ length: NODES }, (_x, i) => `${i},the name of ${i}\n`).join(''))
    writeFileSync(rels, Array.from({ length: RELS }, (_x, i) => `${i % NODES},${(i * 7) % NODES},${i}\n`).join(''))
    const ended = new Set<string>()
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [WRITER, file, nodes, rels], { stdio: ['ignore', 'pipe', 'inherit'] })
      const closed = once(child, 'close')
      let output = ''
      child.stdout.on('data', (data) => {
        output += data
      })
      while (!output.includes('copy 0') && child.exitCode === null) await sleep(5)
      await sleep(random() * 1500)
      assert.equal(child.exitCode, null, 'the writer failed by itself')
      child.kill('SIGKILL')
      await closed
      ended.add(output.trim().split('\n').at(-1)!.split(' ')[0]!)
      await checkAndEmpty(file)
      assert.equal(await pagesLeft(file), 0)
    }
    assert.ok(ended.has('copy'), 'no load was killed')
    const known = new Set(['killed.db', 'killed.db-lock', 'nodes.csv', 'rels.csv'])
    assert.deepEqual(
      readdirSync(folder).filter((name) => !known.has(name)),
      [],
    )
  })
})

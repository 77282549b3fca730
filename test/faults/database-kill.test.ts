import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Connection, Database } from '../../src/index.ts'
import { openPageStore } from '../../src/storage/open-page-store.ts'
import { decodeTable } from '../../src/storage/transaction-record.ts'
import { pagesOf } from '../../src/storage/transaction-tables.ts'
import { seededRandom } from '../property/storage-trace.ts'
import { checkRounds, createRounds } from './support/rounds.ts'

/** Asked for more than the few of each test run: tells how far it is. */
const ON_DEMAND = process.env['NISABA_KILLS'] !== undefined
const KILLS = Number(process.env['NISABA_KILLS'] ?? 10)
const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const OPTIONS = { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 }
const script = (name: string): string => fileURLToPath(new URL(`./support/${name}.js`, import.meta.url))

/** How a writer ended. */
interface Killed {
  /** Last rounds that it tried to commit and was told of (0: none). */
  readonly tried: number
  readonly acknowledged: number
  readonly insideCopy: boolean
}

/** Lets a writer work and kills it at a random moment. */
async function runAndKill(file: string, folder: string, random: () => number, insideCopy: boolean): Promise<Killed> {
  const child = spawn(process.execPath, [script('rounds-writer'), file, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  const closed = once(child, 'close')
  const count = (word: string): number => output.split(`${word} `).length - 1
  const running = (): boolean => child.exitCode === null && errors === ''
  while (running() && output === '') await sleep(2)
  // inside a COPY, or around a commit and what comes after it
  const [word, within] = insideCopy ? (['copy', 150] as const) : (['try', 60] as const)
  const which = 1 + Math.floor(random() * 3)
  while (running() && count(word) < which) await sleep(1)
  await sleep(random() * within)
  child.kill('SIGKILL')
  await closed
  assert.equal(errors, '', 'the writer failed by itself')
  const last = (word: string): number =>
    Number([...output.matchAll(new RegExp(`${word} (\\d+)\\n`, 'g'))].at(-1)?.[1] ?? 0)
  return { tried: last('try'), acknowledged: last('ack'), insideCopy: count('copy') > count('copied') }
}

/** Deletes what nobody needs any more; readers may hold it for a moment. @returns pages in the file, and pages that tables refer to. */
async function countPages(file: string): Promise<{ inFile: number; inUse: number }> {
  const store = openPageStore(file)
  const writer = await store.writer()
  for (let i = 0; (await writer.reclaim()).pendingPages > 0; i++) {
    assert.ok(i < 500, 'freed pages stayed pending')
    await sleep(20)
  }
  const snapshot = store.acquireSnapshot()
  const tables = snapshot.listRecords('table/').map((key) => decodeTable(snapshot.readRecord(key)!))
  snapshot.release()
  const inUse = tables.flatMap(pagesOf).reduce((sum, range) => sum + range.count, 0)
  const inFile = store.stats().pageCount
  await store.close()
  return { inFile, inUse }
}

describe(`database under kill -9 (${KILLS} kills, NISABA_SEED=${SEED})`, function () {
  this.timeout(120_000 + KILLS * 60_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-kill-'))
  const readers: ChildProcess[] = []

  after(() => {
    for (const reader of readers) reader.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  it('holds exactly the committed state, whenever its writer was killed and whoever reads meanwhile', async () => {
    const random = seededRandom(SEED)
    const file = path.join(folder, 'killed.db')
    const files = path.join(folder, 'files')
    const first = new Database(file, OPTIONS)
    await createRounds(new Connection(first))
    await first.close()
    const failures: string[] = []
    for (const mode of ['ro', 'rw']) {
      const reader = fork(script('rounds-reader'), [file, mode])
      reader.on('exit', (code) => code !== 0 && failures.push(`the reader (${mode}) ended with ${code}`))
      readers.push(reader)
    }
    let rounds = 0
    const kills = { insideCopy: 0, elsewhere: 0 }
    for (let kill = 0; kill < KILLS; kill++) {
      const { tried, acknowledged, insideCopy } = await runAndKill(file, files, random, kills.insideCopy <= kill / 2)
      kills[insideCopy ? 'insideCopy' : 'elsewhere']++
      const database = new Database(file, OPTIONS)
      const found = await checkRounds(new Connection(database))
      await database.close()
      const at = `seed ${SEED}, kill ${kill}: tried ${tried}, acknowledged ${acknowledged}, found ${found}`
      assert.ok(found >= Math.max(rounds, acknowledged), `${at}: an acknowledged commit is lost`)
      assert.ok(found <= Math.max(rounds, tried), `${at}: there is a commit that nobody made`)
      rounds = found
      if (kill % 5 === 4 || kill === KILLS - 1) {
        const { inFile, inUse } = await countPages(file)
        assert.equal(inFile, inUse, `${at}: pages were leaked`)
      }
      assert.deepEqual(failures, [], at)
      if (ON_DEMAND && kill % 10 === 9)
        console.log(`      ${kill + 1} kills: ${found} rounds, ${JSON.stringify(kills)}`)
    }
    const counts = await Promise.all(
      readers.map(async (reader) => {
        reader.send('stop')
        return (await once(reader, 'message'))[0] as { snapshots: number; different: number }
      }),
    )
    const report = `${rounds} rounds, ${kills.insideCopy} kills inside COPY, ${kills.elsewhere} elsewhere, readers ${JSON.stringify(counts)}`
    if (ON_DEMAND) console.log(`      ${report}`)
    assert.ok(kills.insideCopy >= Math.floor(KILLS / 2), report)
    for (const { snapshots } of counts) assert.ok(snapshots >= KILLS, report)
    const known = new Set(['killed.db', 'killed.db-lock', 'files'])
    assert.deepEqual(
      readdirSync(folder).filter((name) => !known.has(name)),
      [],
    )
  })
})

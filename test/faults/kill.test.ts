import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openPageStore } from '../../src/storage/open-page-store.ts'
import type { PageStore } from '../../src/storage/page-store.ts'
import { type CrashState, checkState, decodeState, pagesOf, randomNumbers } from './support/crash-state.ts'

const KILLS = Number(process.env['NISABA_KILLS'] ?? 20)
const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const script = (name: string): string => fileURLToPath(new URL(`./support/${name}.js`, import.meta.url))

/** Lets a writer work, kills it, and returns the last commits it began and was told of (0: none). */
async function runAndKill(
  file: string,
  seed: number,
  delayMs: number,
): Promise<{ tried: number; acknowledged: number }> {
  const child = spawn(process.execPath, [script('crash-writer'), file, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  const closed = once(child, 'close')
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      output += data
      resolve()
    })
  })
  await Promise.race([started, closed])
  await sleep(delayMs)
  child.kill('SIGKILL')
  await closed
  assert.equal(errors, '', 'the writer failed by itself')
  const last = (word: string): number => Number(output.match(new RegExp(`${word} (\\d+)\\n(?![^]*${word} )`))?.[1] ?? 0)
  return { tried: last('try'), acknowledged: last('ack') }
}

function readState(store: PageStore): CrashState {
  const snapshot = store.acquireSnapshot()
  try {
    const state = decodeState(snapshot.readRecord('state'))
    assert.equal(state.commit, snapshot.commit)
    checkState(store, state)
    return state
  } finally {
    snapshot.release()
  }
}

/** Deletes what is to be deleted; snapshots of the reading process may be in the way for a moment. */
async function reclaimAll(store: PageStore): Promise<void> {
  const writer = await store.writer()
  for (let i = 0; i < 500; i++) {
    const { pendingPages } = await writer.reclaim()
    if (pendingPages === 0) return
    await sleep(10)
  }
  assert.fail('freed pages stayed pending')
}

describe(`page store under kill -9 (${KILLS} kills, NISABA_SEED=${SEED})`, function () {
  this.timeout(60_000 + KILLS * 10_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-kill-'))
  let reader: ChildProcess | null = null

  after(() => {
    reader?.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  it('keeps each acknowledged commit, shows none half done, leaks no page', async () => {
    const file = path.join(folder, 'store')
    const random = randomNumbers(SEED)
    openPageStore(file).closeSync()
    reader = fork(script('crash-reader'), [file])
    let failed: number | null = null
    reader.on('exit', (code) => {
      failed = code
    })
    let commit = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const { tried, acknowledged } = await runAndKill(file, SEED + kill, random(120))
      const store = openPageStore(file)
      const state = readState(store)
      const at = `seed ${SEED}, kill ${kill}: tried ${tried}, acknowledged ${acknowledged}, found ${state.commit}`
      assert.ok(state.commit >= Math.max(commit, acknowledged), `${at}: an acknowledged commit is lost`)
      assert.ok(state.commit <= Math.max(commit, tried), `${at}: there is a commit that nobody made`)
      commit = state.commit
      if (kill % 5 === 4 || kill === KILLS - 1) {
        await reclaimAll(store)
        assert.equal(store.stats().pageCount, pagesOf(state), `${at}: pages were leaked`)
      }
      await store.close()
      assert.equal(failed, null, `${at}: the reading process saw something wrong`)
    }
    assert.ok(commit >= KILLS / 2, 'the writers hardly came to write')
    reader.send('stop')
    const [snapshots] = await once(reader, 'message')
    assert.ok(snapshots > KILLS)
  })
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DatabaseError } from '../../src/errors/database-error.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import { SMALL_STORAGE, seededRandom, withView } from '../property/storage-trace.ts'
import { changeRound, checkRounds } from './support/engine-state.ts'

const KILLS = Number(process.env['NISABA_KILLS'] ?? 8)
const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const WRITER = fileURLToPath(new URL('./support/engine-writer.js', import.meta.url))

/** A process that writes rounds; `lines` resolves to what it has printed when it is gone. */
function startWriter(file: string): {
  acknowledged: (count: number) => Promise<void>
  kill: () => Promise<{ tried: number; acknowledged: number }>
} {
  const child = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  const closed = once(child, 'close')
  const last = (word: string): number =>
    Number([...output.matchAll(new RegExp(`${word} (\\d+)\\n`, 'g'))].at(-1)?.[1] ?? 0)
  return {
    acknowledged: async (count) => {
      const first = last('ack')
      while (last('ack') < first + count && child.exitCode === null && errors === '') await sleep(5)
      assert.equal(errors, '')
    },
    kill: async () => {
      child.kill('SIGKILL')
      await closed
      assert.equal(errors, '', 'the writer failed by itself')
      return { tried: last('try'), acknowledged: last('ack') }
    },
  }
}

describe(`storage engine, killed while it writes (NISABA_SEED=${SEED})`, function () {
  this.timeout(120_000 + KILLS * 10_000)
  let folder = ''
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-kill-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('holds every acknowledged commit, and nothing half done', async () => {
    const random = seededRandom(SEED)
    const file = path.join(folder, 'killed.db')
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(file)
      await writer.acknowledged(1 + Math.floor(random() * 12))
      await sleep(random() * 40)
      const { tried, acknowledged } = await writer.kill()
      const storage = openStorage(file, SMALL_STORAGE)
      withView(storage, (view) => {
        const rounds = Number(Buffer.from(storage.catalogRecord(view)!).toString())
        assert.ok(
          rounds >= acknowledged && rounds <= tried,
          `${rounds} rounds, ${acknowledged} of ${tried} acknowledged`,
        )
        checkRounds(view, rounds)
      })
      storage.closeSync()
    }
  })

  it('shows another process its commits, and refuses to write beside it', async () => {
    const file = path.join(folder, 'shared.db')
    const writer = startWriter(file)
    await writer.acknowledged(1)
    const storage = openStorage(file, SMALL_STORAGE)
    const seen = new Set<number>()
    const held = storage.openView()
    const heldRounds = Number(Buffer.from(storage.catalogRecord(held)!).toString())
    for (let look = 0; look < 30; look++) {
      await writer.acknowledged(1)
      withView(storage, (view) => {
        const rounds = Number(Buffer.from(storage.catalogRecord(view)!).toString())
        checkRounds(view, rounds)
        seen.add(rounds)
      })
      checkRounds(held, heldRounds)
    }
    assert.ok(seen.size > 10)
    assert.throws(
      () => storage.beginWrite(),
      (error) => error instanceof DatabaseError && error.code === 'LOCKED',
    )
    held.close()
    await writer.kill()
    // the lease of a dead process is taken over; only a writer is sure to see a commit whose process died right after it
    const transaction = storage.beginWrite()
    const rounds = Number(Buffer.from(storage.catalogRecord(transaction.view)!).toString())
    changeRound(transaction, rounds + 1)
    transaction.commitSync()
    withView(storage, (view) => checkRounds(view, rounds + 1))
    await storage.close()
  })
})

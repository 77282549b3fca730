import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPageStore } from '../../../src/storage/open-page-store.ts'
import type { PageRange, PageStoreWriter } from '../../../src/storage/page-store.ts'
import { type CrashState, decodeState, fillPages, randomNumbers } from './crash-state.ts'

/*
 * Commits numbered batches for ever, until it is killed: `node crash-writer.js <file> <seed>`.
 * Prints "try n" before and "ack n" after each commit.
 */
const [file, seed] = [process.argv[2]!, Number(process.argv[3])]
const MAX_RANGES = 30
const random = randomNumbers(seed)
const store = openPageStore(file)
const writer = store.writerSync()

for (;;) {
  const state = decodeState(store.readRecord('state'))
  if (random(10) === 0) await abandon(writer)
  await commitNext(writer, state, random(3) === 0)
}

/** One commit: new pages, by a bulk load or with it, and the oldest ones given up. */
async function commitNext(target: PageStoreWriter, state: CrashState, isBulk: boolean): Promise<void> {
  const commit = state.commit + 1
  const added: PageRange[] = []
  const keep = state.ranges.slice(Math.max(0, state.ranges.length - random(MAX_RANGES)))
  const freed = state.ranges.slice(0, state.ranges.length - keep.length)
  const take = (count: number): PageRange => {
    const range = { first: target.allocate(count), count }
    added.push(range)
    return range
  }
  const bulk = isBulk ? target.beginBulk() : null
  for (let i = random(4); i > 0 && bulk !== null; i--) {
    const range = take(1 + random(300))
    await bulk.write([{ first: range.first, bytes: fillPages(range) }])
    await sleep(random(15)) // so that it is killed here too
  }
  const direct = Array.from({ length: random(3) }, () => take(1 + random(3)))
  const puts = direct.map((range) => ({ first: range.first, bytes: fillPages(range) }))
  const next: CrashState = { commit, ranges: [...keep, ...added] }
  const records = [['state', new TextEncoder().encode(JSON.stringify(next))] as const]
  const batch = { expectedCommit: commit - 1, puts, records, freed, publish: bulk === null ? [] : [bulk] }
  writeSync(1, `try ${commit}\n`)
  if (random(2) === 0) target.commitSync(batch)
  else await target.commit(batch)
  writeSync(1, `ack ${commit}\n`)
}

/** A bulk load that is given up. */
async function abandon(target: PageStoreWriter): Promise<void> {
  const bulk = target.beginBulk()
  const range = { first: bulk.allocate(40), count: 40 }
  await bulk.write([{ first: range.first, bytes: fillPages(range) }])
  await bulk.abort()
}

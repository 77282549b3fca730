import { openStorage } from '../../../src/storage/open-storage.ts'
import { SMALL_STORAGE } from '../../property/storage-trace.ts'
import { changeRound, createTables } from './engine-state.ts'

/** Changes the database at argv[2], round after round, and prints `ack <round>` for every commit that returned, until it is killed. */
async function main(): Promise<void> {
  const storage = openStorage(process.argv[2]!, { ...SMALL_STORAGE, checkpointThreshold: 3_000 })
  createTables(storage)
  for (;;) {
    const view = storage.openView()
    const done = Number(Buffer.from(storage.catalogRecord(view) ?? []).toString() || '0')
    view.close()
    const transaction = storage.beginWrite()
    changeRound(transaction, done + 1)
    process.stdout.write(`try ${done + 1}\n`)
    if (done % 2 === 0) transaction.commitSync()
    else await transaction.commit()
    process.stdout.write(`ack ${done + 1}\n`)
    if (done % 9 === 8) await storage.checkpoint()
  }
}

void main()

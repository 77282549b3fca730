import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, Database } from '../../../src/index.ts'
import { checkRounds } from './rounds.ts'

/*
 * Checks snapshot after snapshot while writers come and are killed, until its parent says stop: `node rounds-reader.js <file> <ro|rw>`.
 * Answers with how many it read, and of how many different numbers of rounds; a wrong one ends it with an error.
 */
const options = { bufferPoolSize: 16 * 2 ** 20, numThreads: 1, readOnly: process.argv[3] === 'ro' }
const database = new Database(process.argv[2]!, options)
const connection = new Connection(database)
let stop = false
let snapshots = 0
let newest = 0
const different = new Set<number>()
process.on('message', () => {
  stop = true
})

while (!stop) {
  const done = await checkRounds(connection)
  if (done < newest) throw new Error(`round ${newest} was there, now ${done} is the newest`)
  newest = done
  different.add(done)
  snapshots++
  await sleep(30) // the writer needs processors too
}
await database.close()
process.send?.({ snapshots, different: different.size })
process.disconnect()

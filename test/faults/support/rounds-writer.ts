import { mkdirSync, writeSync } from 'node:fs'
import { Connection, Database } from '../../../src/index.ts'
import { createRounds, roundsDone, runRound } from './rounds.ts'

/*
 * Writes rounds until it is killed: `node rounds-writer.js <file> <folder for files to load>`. Prints what it does, see runRound.
 */
const [file, folder] = [process.argv[2]!, process.argv[3]!]
mkdirSync(folder, { recursive: true })
// Small, so that commits merge deltas again and again.
const options = { bufferPoolSize: 16 * 2 ** 20, numThreads: 2, checkpointThreshold: 2_000 }
const connection = new Connection(new Database(file, options))
await createRounds(connection)
for (let round = (await roundsDone(connection)) + 1; ; round++) {
  await runRound(connection, round, folder, (line) => writeSync(1, `${line}\n`))
}

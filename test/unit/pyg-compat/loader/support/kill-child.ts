/**
 * Child process of the kill test. 'run': prints the digest of each batch and the loader's state after it, until it is killed. 'leave': leaves an epoch
 * and a loader with persistent workers behind, closes nothing and must end by itself.
 */
import { Database } from '../../../../../src/database/database.ts'
import { getTorchGeometricRemoteBackend } from '../../../../../src/pyg-compat/backend/get-remote-backend.ts'
import type { NeighborLoaderOptions } from '../../../../../src/pyg-compat/loader/loader-options.ts'
import { NeighborLoader } from '../../../../../src/pyg-compat/loader/node-loader.ts'
import { digest } from './digest.ts'

/** Options of the loader that is killed and resumed. */
export const KILLED: NeighborLoaderOptions = {
  numNeighbors: [3, 2],
  inputNodes: 'paper',
  batchSize: 6,
  shuffle: true,
  seed: 77,
}

async function run(file: string): Promise<void> {
  const stores = getTorchGeometricRemoteBackend(new Database(file, 32 << 20))
  const loader = new NeighborLoader(stores, { ...KILLED, numWorkers: 2 })
  for (;;) {
    for await (const batch of loader) {
      process.stdout.write(`${JSON.stringify({ digest: digest(batch), state: loader.state() })}\n`)
      batch.dispose()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

async function leave(file: string): Promise<void> {
  const stores = getTorchGeometricRemoteBackend(new Database(file, 32 << 20))
  for (const persistentWorkers of [false, true]) {
    const loader = new NeighborLoader(stores, { ...KILLED, numWorkers: 2, persistentWorkers })
    for await (const _ of loader) break
  }
  process.stdout.write('left\n')
}

if (process.argv[2] === 'leave') await leave(process.argv[3]!)
if (process.argv[2] === 'run') await run(process.argv[3]!)

import { parentPort, workerData } from 'node:worker_threads'
import { openPageStore } from '../../../../src/storage/open-page-store.ts'

/* A thread that opens the same file as another thread of its process, and asks for the writer; tells what came of it. */
const store = openPageStore(workerData as string)
const outcome = await store.writer().then(
  () => 'writes',
  (error: { code: string }) => error.code,
)
parentPort?.postMessage(outcome)
await store.close()

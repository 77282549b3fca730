/** Entry of a loader's worker thread: gathers, or samples for the thread that gathers. */
import { workerData } from 'node:worker_threads'
import { GatherThread } from './gather-thread.ts'
import type { LoaderWorkerSetup } from './loader-protocol.ts'
import { SampleThread } from './sample-thread.ts'

const setup = workerData as LoaderWorkerSetup
const thread = setup.role === 'gather' ? new GatherThread(setup) : new SampleThread(setup.port)
// a thread that dies by an error still gives its pins back
process.on('exit', () => thread.close())

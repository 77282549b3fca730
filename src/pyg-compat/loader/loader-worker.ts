/** Entry of a loader's worker thread: gathers, or samples for the thread that gathers. */
import { nativeThreadSetup } from '../../util/native-thread.ts'
import { GatherThread } from './gather-thread.ts'
import type { LoaderWorkerSetup } from './loader-protocol.ts'
import { SampleThread } from './sample-thread.ts'

const setup = nativeThreadSetup() as LoaderWorkerSetup
const thread = setup.role === 'gather' ? new GatherThread(setup) : new SampleThread(setup.port)
// a thread that dies by an error still gives its pins back
process.on('exit', () => thread.close())

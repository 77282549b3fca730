import { Worker, type WorkerOptions, workerData } from 'node:worker_threads'

/** Longest that the end of the process waits for a thread that is still loading. */
const LOADING_MS = 5_000

/** What a thread that loads native code is given. */
interface NativeThreadData {
  readonly setup: unknown
  /** Element 0 becomes 1 when its modules are loaded. */
  readonly loaded: Int32Array
}

type ThreadOptions = Omit<WorkerOptions, 'workerData' | 'execArgv'>

const started = new Set<Int32Array>()

/**
 * Starts a thread whose modules load native code (lmdb). Node ends all threads with the process, and a thread that is ended while such a module registers
 * itself takes the process down with an abort: so the process's end waits for it, also after process.exit().
 * @param entry a module that gets its setup by {@link nativeThreadSetup}.
 */
export function startNativeThread(entry: URL, setup: unknown, options: ThreadOptions = {}): Worker {
  const loaded = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const data: NativeThreadData = { setup, loaded }
  // flags such as --input-type are for the program's own entry
  const worker = new Worker(entry, { ...options, workerData: data, execArgv: [] })
  if (started.size === 0) process.on('exit', waitForLoading)
  started.add(loaded)
  worker.once('exit', () => {
    started.delete(loaded)
    if (started.size === 0) process.off('exit', waitForLoading)
  })
  return worker
}

/** For the thread itself, after its imports. @returns what it was started with. */
export function nativeThreadSetup(): unknown {
  const { setup, loaded } = workerData as NativeThreadData
  Atomics.store(loaded, 0, 1)
  Atomics.notify(loaded, 0)
  return setup
}

function waitForLoading(): void {
  for (const loaded of started) Atomics.wait(loaded, 0, 0, LOADING_MS)
}

import { parentPort, workerData } from 'node:worker_threads'
import { attachStorage } from '../../../../src/storage/attach-storage.ts'
import type { LoadTicket } from '../../../../src/storage/load-ticket.ts'
import type { StorageAttachment, StorageSnapshot } from '../../../../src/storage/storage-engine.ts'
import { INT64 } from '../../../../src/types/logical-type.ts'
import { vectorsOf } from '../../../property/storage-trace.ts'

/** What the main thread asks for. */
export type WorkerTask =
  | { readonly op: 'sum'; readonly snapshot: StorageSnapshot }
  | {
      readonly op: 'load nodes' | 'load rels'
      readonly snapshot: StorageSnapshot
      readonly ticket: LoadTicket
      readonly count: number
    }

const storage = attachStorage(workerData as StorageAttachment)

/** Sum of the keys of node table 1, and number of pairs of rel table 2, as this thread sees them. */
function sum(snapshot: StorageSnapshot): { keys: number; rels: number } {
  const view = storage.openView(snapshot)
  const nodes = view.nodeTable(1)
  const keys = nodes.column(0)
  let total = 0
  for (let row = 0; row < nodes.rowCount; row++) total += keys.number(row)
  const cursor = view.relTable(2).cursor('bwd', false)
  let rels = 0
  for (let row = 0; row < nodes.rowCount; row++) {
    cursor.load(row)
    rels += cursor.hi - cursor.lo
  }
  view.close()
  return { keys: total, rels }
}

function load(task: Exclude<WorkerTask, { op: 'sum' }>): unknown {
  const view = storage.openView(task.snapshot)
  const open = storage.openLoad(task.ticket, view)
  try {
    const numbers = Array.from({ length: task.count }, (_, i) => i)
    if (open.nodes !== null) {
      open.nodes.append(
        vectorsOf(
          [INT64],
          numbers.map((i) => [1000 + i]),
        ),
      )
      open.nodes.finish()
    } else {
      const steps = open.rels!
      steps.append(Uint32Array.from(numbers), Uint32Array.from(numbers).reverse(), task.count, [])
      steps.finish()
    }
    return open.outcome()
  } catch (error) {
    open.close()
    return (error as Error).message
  } finally {
    view.close()
  }
}

parentPort!.on('message', (task: WorkerTask) => {
  parentPort!.postMessage(task.op === 'sum' ? sum(task.snapshot) : load(task))
})

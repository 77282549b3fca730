import { setImmediate as nextTurn } from 'node:timers/promises'
import { openPageStore } from '../../../src/storage/open-page-store.ts'
import { checkState, decodeState } from './crash-state.ts'

/*
 * Reads whole snapshots while writers come and are killed, until its parent says stop: `node crash-reader.js <file>`.
 * Answers with how many it read; a wrong one ends it with an error.
 */
const store = openPageStore(process.argv[2]!, { readOnly: true })
let stop = false
let snapshots = 0
let newest = 0
process.on('message', () => {
  stop = true
})

while (!stop) {
  const snapshot = store.acquireSnapshot()
  const state = decodeState(snapshot.readRecord('state'))
  if (state.commit !== snapshot.commit) throw new Error(`snapshot ${snapshot.commit} has state ${state.commit}`)
  if (state.commit < newest) throw new Error(`commit ${newest} was there, now ${state.commit} is the newest`)
  newest = state.commit
  checkState(store, state)
  await nextTurn() // the pages must stay over turns of the event loop too
  checkState(store, state)
  snapshot.release()
  snapshots++
}
await store.close()
process.send?.(snapshots)
process.disconnect()

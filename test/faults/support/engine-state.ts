import assert from 'node:assert/strict'
import type { ReadView } from '../../../src/storage/read-view.ts'
import type { StorageEngine } from '../../../src/storage/storage-engine.ts'
import type { NodeTableSchema, RelTableSchema } from '../../../src/storage/table-schema.ts'
import type { WriteTransaction } from '../../../src/storage/write-transaction.ts'
import { INT64, STRING } from '../../../src/types/logical-type.ts'
import { vectorsOf } from '../../property/storage-trace.ts'

const NODES: NodeTableSchema = {
  tableId: 1,
  name: 'N',
  primaryKey: 0,
  columns: [
    { columnId: 0, type: INT64 },
    { columnId: 1, type: STRING },
  ],
}
const RELS: RelTableSchema = {
  relTableId: 2,
  name: 'R',
  fromTableId: 1,
  toTableId: 1,
  columns: [{ columnId: 0, type: INT64 }],
  perSource: 'many',
  perTarget: 'many',
  storesForward: true,
  storesBackward: true,
}
/** Rows of the bulk load of every seventh round. */
const BULK = 4000

/** Creates the tables in a new database. */
export function createTables(storage: StorageEngine): void {
  if (storage.stats().commitNumber > 0) return
  const transaction = storage.beginWrite()
  transaction.createNodeTable(NODES)
  transaction.createRelTable(RELS)
  transaction.commitSync()
}

/** First row that a round inserts: what a database of `rounds` rounds holds follows from their number alone. */
function firstRow(round: number): number {
  let rows = 0
  for (let before = 1; before < round; before++) rows += before % 7 === 0 ? BULK : 3
  return rows
}

/** The changes of one round: three nodes, or a bulk load; a rel from each to the first node; the node before the round's first gets a new text. */
export function changeRound(transaction: WriteTransaction, round: number): void {
  const first = firstRow(round)
  const count = round % 7 === 0 ? BULK : 3
  const keys = Array.from({ length: count }, (_, i) => first + i)
  if (count === 3) for (const key of keys) transaction.insertNode(1, [key, `round ${round}`])
  else {
    const nodes = transaction.bulkLoadNodes(1)
    nodes.append(
      vectorsOf(
        [INT64, STRING],
        keys.map((key) => [key, `round ${round}`]),
      ),
    )
    nodes.finish()
  }
  if (count === 3) for (const key of keys) transaction.insertRel(2, key, 0, [key])
  else {
    const rels = transaction.bulkLoadRels(2)
    rels.append(
      Uint32Array.from(keys),
      new Uint32Array(count),
      count,
      vectorsOf(
        [INT64],
        keys.map((key) => [key]),
      ),
    )
    rels.finish()
  }
  if (first > 0) transaction.updateNode(1, first - 1, 1, `updated by ${round}`)
  transaction.setCatalog(Buffer.from(String(round)))
}

/** Checks that a view holds exactly the first `rounds` rounds. */
export function checkRounds(view: ReadView, rounds: number): void {
  const rows = firstRow(rounds + 1)
  const nodes = view.nodeTable(1)
  const rels = view.relTable(2)
  assert.equal(nodes.rowCount, rows)
  assert.equal(rels.liveCount, rows)
  const text = nodes.column(1)
  for (let round = 1; round <= rounds; round++) {
    const first = firstRow(round)
    assert.equal(nodes.lookup(first), first)
    assert.equal(text.value(first), `round ${round}`, `first node of round ${round}`)
    if (first > 0) assert.equal(text.value(first - 1), `updated by ${round}`)
  }
  const incoming = rels.cursor('bwd', true)
  incoming.load(0)
  assert.equal(incoming.hi - incoming.lo, rows)
  for (let k = incoming.lo; k < incoming.hi; k++) {
    const relId = incoming.relIds === null ? k + incoming.relShift : incoming.relIds[k + incoming.relShift]!
    assert.equal(rels.column(0).value(relId), incoming.neighbours[k])
  }
  incoming.close()
}

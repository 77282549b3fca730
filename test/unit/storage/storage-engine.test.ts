import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MessagePort, Worker } from 'node:worker_threads'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import type { LoadOutcome } from '../../../src/storage/load-ticket.ts'
import { openPageStore } from '../../../src/storage/open-page-store.ts'
import { openStorage } from '../../../src/storage/open-storage.ts'
import type { StorageEngine } from '../../../src/storage/storage-engine.ts'
import type { NodeTableSchema, RelTableSchema } from '../../../src/storage/table-schema.ts'
import type { WriteTransaction } from '../../../src/storage/write-transaction.ts'
import { INT64, STRING } from '../../../src/types/logical-type.ts'
import { assertFails } from '../../property/storage-model.ts'
import { SMALL_STORAGE, vectorsOf, withView } from '../../property/storage-trace.ts'
import type { WorkerTask } from './support/storage-worker.ts'

const NODES: NodeTableSchema = { tableId: 1, name: 'N', primaryKey: 0, columns: [{ columnId: 0, type: INT64 }] }
const RELS: RelTableSchema = {
  relTableId: 2,
  name: 'R',
  fromTableId: 1,
  toTableId: 1,
  columns: [],
  perSource: 'many',
  perTarget: 'many',
  storesForward: true,
  storesBackward: true,
}

describe('storage/storage-engine', function () {
  this.timeout(30_000)
  let folder = ''
  let file = ''
  let count = 0
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-engine-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(() => {
    file = path.join(folder, `${count++}.db`)
  })

  function withTables(options = {}): StorageEngine {
    const storage = openStorage(file, { ...SMALL_STORAGE, ...options })
    write(storage, (transaction) => {
      transaction.createNodeTable(NODES)
      transaction.createRelTable(RELS)
    })
    return storage
  }

  function write(storage: StorageEngine, change: (transaction: WriteTransaction) => void): void {
    const transaction = storage.beginWrite()
    change(transaction)
    transaction.commitSync()
  }

  function keysOf(storage: StorageEngine): unknown[] {
    return withView(storage, (view) => {
      const table = view.nodeTable(1)
      return Array.from({ length: table.rowCount }, (_, row) => table.column(0).value(row))
    })
  }

  it('refuses a second writer at once, and takes one after the first has ended', async () => {
    const storage = withTables()
    const first = storage.beginWrite()
    assertFails('WRITE_CONFLICT', () => storage.beginWrite())
    assertFails('WRITE_CONFLICT', () => storage.checkpointSync())
    first.insertNode(1, [5])
    const commit = first.commit()
    assertFails('WRITE_CONFLICT', () => storage.beginWrite())
    assertFails('TRANSACTION', () => first.insertNode(1, [6]))
    assert.deepEqual(keysOf(storage), [], 'a commit under way is not seen')
    await commit
    assert.deepEqual(keysOf(storage), [5])
    storage.beginWrite().rollback()
    await storage.close()
    assertFails('CLOSED', () => storage.openView())
  })

  it('gives numbers of rolled back rows out again, and ends an open transaction when it is closed', async () => {
    const storage = withTables()
    const transaction = storage.beginWrite()
    assert.equal(transaction.insertNode(1, [1]), 0)
    transaction.rollback()
    write(storage, (next) => assert.equal(next.insertNode(1, [1]), 0))
    storage.beginWrite().insertNode(1, [2])
    await storage.close()
    const again = openStorage(file, { readOnly: true })
    assert.deepEqual(keysOf(again), [1])
    assertFails('READ_ONLY', () => again.beginWrite())
    again.closeSync()
  })

  it('does not create a database that it is told not to create', () => {
    assertFails('IO', () => openStorage(file, { create: false }))
  })

  it('commits tables, columns and the catalog together, or not at all', async () => {
    const storage = withTables()
    write(storage, (transaction) => transaction.insertNode(1, [7]))
    const held = storage.openView()
    const schema = { ...NODES, columns: [...NODES.columns, { columnId: 3, type: STRING }] }
    const undone = storage.beginWrite()
    undone.addColumn(1, 3, schema, 'x')
    undone.setCatalog(Buffer.from('undone'))
    undone.dropTable(2)
    assert.equal(undone.view.nodeTable(1).column(3).value(0), 'x')
    undone.rollback()
    withView(storage, (view) => {
      assert.equal(storage.catalogRecord(view), null)
      assert.throws(() => view.nodeTable(1).column(3))
      assert.equal(view.relTable(2).liveCount, 0)
    })
    write(storage, (transaction) => {
      transaction.insertNode(1, [8])
      transaction.addColumn(1, 3, schema, 'x')
      transaction.insertNode(1, [9, 'y'])
      transaction.updateNode(1, 0, 3, null)
      transaction.setCatalog(Buffer.from('done'))
    })
    assert.throws(() => held.nodeTable(1).column(3), 'an older view keeps its columns')
    assert.equal(held.nodeTable(1).rowCount, 1)
    await storage.close()
    const again = openStorage(file, SMALL_STORAGE)
    withView(again, (view) => {
      const column = view.nodeTable(1).column(3)
      assert.deepEqual(
        [0, 1, 2].map((row) => column.value(row)),
        [null, 'x', 'y'],
      )
      assert.equal(Buffer.from(again.catalogRecord(view)!).toString(), 'done')
    })
    write(again, (transaction) => {
      transaction.dropColumn(1, 3)
      transaction.dropTable(2)
    })
    assert.deepEqual(keysOf(again), [7, 8, 9])
    again.closeSync()
  })

  it('names the direction that deletion needs and the table does not store', () => {
    const storage = openStorage(':memory:', SMALL_STORAGE)
    write(storage, (transaction) => {
      transaction.createNodeTable(NODES)
      transaction.createRelTable({ ...RELS, storesBackward: false })
      for (const key of [1, 2]) transaction.insertNode(1, [key])
    })
    const transaction = storage.beginWrite()
    assert.equal(transaction.connectedTable(1, 1), null, 'nothing to miss while the table is empty')
    transaction.insertRel(2, 0, 1, [])
    assert.deepEqual(transaction.connectedTable(1, 0), { relTableId: 2, direction: 'fwd' })
    const message = (pattern: RegExp) => (error: unknown) =>
      error instanceof DatabaseError && pattern.test(error.message)
    assert.throws(() => transaction.connectedTable(1, 1), message(/Failed to get bwd data for rel table "R"/))
    assert.throws(() => transaction.detach(1, 1), message(/Cannot delete edges of direction bwd from table R/))
    transaction.rollback()
    storage.closeSync()
  })

  it('frees the pages of replaced bases when the last view of them is closed', async () => {
    const storage = withTables({ checkpointThreshold: Infinity })
    write(storage, (transaction) => {
      const loader = transaction.bulkLoadNodes(1)
      loader.append(
        vectorsOf(
          [INT64],
          Array.from({ length: 3000 }, (_, i) => [(i * 7919) % 65_537]),
        ),
      )
      loader.finish()
    })
    const held = storage.openView()
    write(storage, (transaction) => transaction.updateNode(1, 5, 0, 99_999))
    await storage.checkpoint()
    assert.equal(held.nodeTable(1).column(0).value(5), (5 * 7919) % 65_537)
    held.close()
    assert.equal(storage.stats().pool['pinned'], 0)
    assert.equal(storage.stats().openViews, 0)
    await storage.close()
    const store = openPageStore(file)
    const writer = await store.writer()
    assert.equal((await writer.reclaim()).pendingPages, 0)
    await store.close()
  })

  it('merges a table of which many rows changed, however short the records are', async () => {
    const storage = withTables({ checkpointThreshold: 1 << 30 })
    const insert = (from: number, to: number): number => {
      const before = storage.stats().checkpoints
      write(storage, (transaction) => {
        for (let i = from; i < to; i++) transaction.insertNode(1, [i])
      })
      return storage.stats().checkpoints - before
    }
    assert.equal(insert(0, 100_000), 0)
    assert.equal(insert(100_000, 100_001), 1)
    assert.equal(insert(100_001, 200_001), 0, 'the merge began a new count')
    assert.equal(keysOf(storage).length, 200_001)
    await storage.close()
  })

  it('reads and loads in a worker thread, a transaction not yet committed included', async () => {
    const storage = withTables()
    const worker = new Worker(fileURLToPath(new URL('./support/storage-worker.js', import.meta.url)), {
      workerData: storage.attachment(),
    })
    const ask = async (task: WorkerTask, transfer: readonly MessagePort[] = []): Promise<unknown> => {
      worker.postMessage(task, transfer)
      return (await once(worker, 'message'))[0]
    }
    for (let key = 0; key < 20; key++) {
      write(storage, (transaction) => transaction.insertNode(1, [key]))
      const view = storage.openView()
      assert.deepEqual(await ask({ op: 'sum', snapshot: storage.snapshotOf(view) }), {
        keys: (key * (key + 1)) / 2,
        rels: 0,
      })
      view.close()
    }
    const transaction = storage.beginWrite()
    transaction.insertNode(1, [500])
    const nodes = transaction.describeLoad(1)
    const loadNodes = {
      op: 'load nodes',
      snapshot: storage.snapshotOf(transaction.view),
      ticket: nodes.ticket,
      count: 300,
    }
    const loaded = await ask(loadNodes as WorkerTask, nodes.transfer)
    assert.equal(transaction.acceptLoad(nodes.ticket, loaded as LoadOutcome), 300)
    const rels = transaction.describeLoad(2)
    const loadRels = {
      op: 'load rels',
      snapshot: storage.snapshotOf(transaction.view),
      ticket: rels.ticket,
      count: 321,
    }
    const joined = await ask(loadRels as WorkerTask, rels.transfer)
    assert.equal(transaction.acceptLoad(rels.ticket, joined as LoadOutcome), 321)
    transaction.insertRel(2, 0, 0, [])
    const again = transaction.describeLoad(1)
    const twice = { op: 'load nodes', snapshot: storage.snapshotOf(transaction.view), ticket: again.ticket, count: 3 }
    assert.match(String(await ask(twice as WorkerTask, again.transfer)), /duplicated primary key value 1000/)
    await transaction.abandonLoad(again.ticket)
    const expected = { keys: 190 + 500 + 300 * 1000 + (299 * 300) / 2, rels: 322 }
    assert.deepEqual(await ask({ op: 'sum', snapshot: storage.snapshotOf(transaction.view) }), expected)
    await transaction.commit()
    const view = storage.openView()
    assert.deepEqual(await ask({ op: 'sum', snapshot: storage.snapshotOf(view) }), expected)
    view.close()
    await worker.terminate()
    await storage.close()
    const reopened = openStorage(file, SMALL_STORAGE)
    withView(reopened, (last) => assert.equal(last.relTable(2).liveCount, 322))
    reopened.closeSync()
  })
})

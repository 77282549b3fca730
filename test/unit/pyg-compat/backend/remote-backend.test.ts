import assert from 'node:assert/strict'
import { Connection } from '../../../../src/index.ts'
import { RemoteBackend } from '../../../../src/pyg-compat/backend/remote-backend.ts'
import { fails, one, Scratch } from '../../../api/support/scratch.ts'
import { openPapers } from './support/papers.ts'

describe('remote backend', () => {
  const scratch = new Scratch()
  after(() => scratch.end())
  let file = 0
  const open = () => openPapers(scratch, 10, `backend-${++file}`)

  it('is a pair of stores, by its Python name too', async () => {
    const { database } = await open()
    const [features, graph] = database.getTorchGeometricRemoteBackend(3)
    assert.equal(features.backend, graph.backend)
    assert.equal(features.backend.numThreads, 3)
    assert.equal(database.get_torch_geometric_remote_backend(null).length, 2)
    assert.ok(database.getTorchGeometricRemoteBackend()[0].backend.numThreads >= 1)
    assert.throws(() => database.getTorchGeometricRemoteBackend(-1), fails('INVALID_ARGUMENT'))
    assert.throws(() => database.getTorchGeometricRemoteBackend(1.5), fails('INVALID_ARGUMENT'))
  })

  it('stays at its snapshot while a writer changes the graph, merges and drops', async () => {
    const { connection, features, graph } = await open()
    const x = features.getTensor(['paper', 'x', null])
    const edges = graph.getEdgeIndex([null, 'csc'])
    await one(connection, 'MATCH (p:paper) SET p.x = [0, 0, 0, 0, 0]')
    await one(connection, 'MATCH (p:paper) WHERE p.id = 5 DETACH DELETE p')
    await one(connection, 'CREATE (:paper {id: 100, x: [1, 1, 1, 1, 1]})')
    await one(connection, 'CHECKPOINT')
    await one(connection, 'ALTER TABLE paper DROP year')
    const same = () => {
      assert.deepEqual(features.getTensor(['paper', 'x', null]), x)
      assert.deepEqual(graph.getEdgeIndex([null, 'csc']), edges)
      assert.equal(features.getTensor(['paper', 'year', 3]).data[0], 1993n)
    }
    same()
    await one(connection, 'DROP TABLE cites')
    await one(connection, 'CHECKPOINT')
    same()
    features.refresh()
    assert.deepEqual(features.getTensorSize(['paper', 'x']), [11, 5])
    assert.deepEqual(graph.getAllEdgeAttrs(), [])
    assert.throws(() => features.getTensor(['paper', 'year', 3]), fails('UNKNOWN_PROPERTY'))
  })

  it('says so when it is closed, or the database is', async () => {
    const { database, features, graph } = await open()
    const [other] = database.getTorchGeometricRemoteBackend()
    await graph.close()
    await features.close()
    const all = [
      () => features.getTensor(['paper', 'x', 0]),
      () => features.getTensorSize(['paper', 'x']),
      () => features.getAllTensorAttrs(),
      () => features.getValues(['paper', 'title', 0]),
      () => features.putTensor({ data: new Float32Array(10), shape: [10], dtype: 'float32' }, ['paper', 'n', null]),
      () => features.refresh(),
      () => graph.getEdgeIndex([null, 'coo']),
      () => graph.getAllEdgeAttrs(),
      () => graph.csr(),
    ]
    for (const call of all) assert.throws(call, fails('CLOSED', /closed/))
    assert.equal(other.getTensor(['paper', 'x', 0]).shape[0], 1)
    await database.close()
    assert.throws(() => other.getTensor(['paper', 'x', 0]), fails('CLOSED', /closed/))
    assert.throws(() => database.getTorchGeometricRemoteBackend(), fails('CLOSED'))
  })

  it('gives its snapshot back: no view stays open', async () => {
    const { database, features } = await open()
    const { storage } = database.openSync()
    const held = storage.stats().openViews
    for (let i = 0; i < 5; i++) {
      const [more] = database.getTorchGeometricRemoteBackend()
      more.getTensor(['paper', 'x', null])
      more.refresh()
      await more.close()
    }
    assert.equal(storage.stats().openViews, held)
    await features.close()
    assert.equal(storage.stats().openViews, held - 1)
    assert.equal(database.bufferPoolStats().pins, 0)
  })

  it('gives loaders snapshots of their own', async () => {
    const { database, connection } = await open()
    const backend = new RemoteBackend(database)
    const same = backend.newest()
    assert.equal(same, backend.snapshot)
    same.release()
    await one(connection, 'CREATE (:paper {id: 200})')
    const newer = backend.newest()
    assert.ok(newer.commitNumber > backend.snapshot.commitNumber)
    const old = backend.snapshot.retain()
    backend.refresh()
    assert.equal(backend.snapshot.commitNumber, newer.commitNumber)
    assert.equal(old.view.nodeTable(old.catalog.requireTable('paper').id).rowCount, 10)
    old.release()
    newer.release()
    const data = structuredClone(backend.snapshot.threadData())
    assert.equal(data.snapshot.commitNumber, backend.snapshot.commitNumber)
    assert.equal(data.catalog.tables.length, 2)
    await backend.close()
  })

  it('waits for loaders when the database closes', async () => {
    const { database } = await open()
    const backend = new RemoteBackend(database)
    const order: string[] = []
    backend.onClose(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal(backend.closed, true)
      order.push('loader')
    })
    const done = backend.onClose(() => {
      order.push('never')
    })
    done()
    assert.throws(() => database.closeSync(), fails('BUSY'))
    assert.throws(() => backend.closeSync(), fails('BUSY'))
    await database.close()
    order.push('closed')
    assert.deepEqual(order, ['loader', 'closed'])
  })

  it('closes with a database that is closed synchronously', async () => {
    const { database, features } = await open()
    const connection = new Connection(database)
    connection.querySync('MATCH (p:paper) RETURN count(*)')
    database.closeSync()
    assert.equal(features.backend.closed, true)
  })
})

import assert from 'node:assert/strict'
import { Connection, Database } from '../../../../src/index.ts'
import type { DType, Tensor } from '../../../../src/pyg-compat/tensor.ts'
import { fails, one, Scratch, value } from '../../../api/support/scratch.ts'
import { openPapers } from './support/papers.ts'

const EDGES = ['paper', 'cites', 'paper'] as const

function ramp(length: number, factor = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => i * factor)
}

describe('writing tensors', () => {
  const scratch = new Scratch()
  after(() => scratch.end())
  let file = 0
  const open = (count = 10) => openPapers(scratch, count, `write-${++file}`)

  it('adds a column that is missing, and every element type comes back after reopening', async () => {
    const { database, features } = await open()
    const tensors: Record<string, Tensor> = {
      f32: { data: ramp(10), shape: [10], dtype: 'float32' },
      f64: { data: Float64Array.from(ramp(10, 1 / 3)), shape: [10], dtype: 'float64' },
      bool: { data: Uint8Array.from(ramp(10), (i) => i % 2), shape: [10], dtype: 'bool' },
      bools: { data: Uint8Array.from(ramp(30), (i) => i % 2), shape: [10, 3], dtype: 'bool' },
      i64: { data: BigInt64Array.from({ length: 10 }, (_, i) => (1n << 60n) + BigInt(i)), shape: [10], dtype: 'int64' },
      u64: {
        data: BigUint64Array.from({ length: 20 }, (_, i) => (1n << 63n) + BigInt(i)),
        shape: [10, 2],
        dtype: 'uint64',
      },
      cube: { data: Int16Array.from(ramp(120)), shape: [10, 3, 4], dtype: 'int16' },
    }
    for (const [dtype, data] of [
      ['int8', Int8Array.from(ramp(20))],
      ['uint8', Uint8Array.from(ramp(20))],
      ['int16', Int16Array.from(ramp(20))],
      ['uint16', Uint16Array.from(ramp(20))],
      ['int32', Int32Array.from(ramp(20))],
      ['uint32', Uint32Array.from(ramp(20))],
    ] as const) {
      tensors[dtype] = { data, shape: [10, 2], dtype } as Tensor<DType>
    }
    for (const [name, tensor] of Object.entries(tensors)) {
      assert.equal(features.putTensor(tensor, ['paper', name, null]), true)
      assert.deepEqual(features.getTensor(['paper', name, null]), tensor, name)
    }
    await database.close()
    const again = new Database(database.path, { bufferPoolSize: 16 * 2 ** 20 })
    const [reopened] = again.getTorchGeometricRemoteBackend()
    for (const [name, tensor] of Object.entries(tensors)) {
      assert.deepEqual(reopened.getTensor(['paper', name, null]), tensor, name)
      assert.deepEqual(reopened.getTensorSize(['paper', name]), tensor.shape)
    }
    const connection = new Connection(again)
    const types = await value(connection, "CALL table_info('paper') WHERE name = 'cube' RETURN type")
    assert.equal(types, 'INT16[4][3]')
    assert.equal(await value(connection, 'MATCH (p:paper) WHERE p.id = 4 RETURN p.f32'), 4)
    await again.close()
  })

  it('writes single rows', async () => {
    const { features } = await open()
    features.putTensor({ data: Float32Array.of(-1, -2, -3, -4, -5, 1, 2, 3, 4, 5), shape: [2, 5], dtype: 'float32' }, [
      'paper',
      'x',
      [7, -10],
    ])
    assert.deepEqual([...features.getTensor(['paper', 'x', 7]).data], [-1, -2, -3, -4, -5])
    assert.deepEqual([...features.getTensor(['paper', 'x', 0]).data], [1, 2, 3, 4, 5])
    features.putTensor({ data: Int32Array.of(5, 6), shape: [2], dtype: 'int32' }, ['paper', 'part', [1, 2]])
    assert.deepEqual(features.getValues(['paper', 'part', { stop: 4 }]), [null, 5, 6, null])
    assert.throws(() => features.getTensor(['paper', 'part', null]), fails('RUNTIME', /Row 0 of table paper/))
  })

  it('keeps a row as it was written when the array changes later', async () => {
    const { features } = await open()
    const data = ramp(5)
    features.putTensor({ data, shape: [1, 5], dtype: 'float32' }, ['paper', 'x', 2])
    data.fill(99)
    assert.deepEqual([...features.getTensor(['paper', 'x', 2]).data], [0, 1, 2, 3, 4])
  })

  it('updates a column whole, its shape and type too', async () => {
    const { features } = await open()
    features.updateTensor({ data: ramp(50, 2), shape: [10, 5], dtype: 'float32' }, ['paper', 'x', null])
    assert.equal(features.getTensor(['paper', 'x', 1]).data[0], 10)
    features.updateTensor({ data: Float64Array.from(ramp(20)), shape: [10, 2], dtype: 'float64' }, ['paper', 'x', null])
    assert.deepEqual(features.getTensorSize(['paper', 'x']), [10, 2])
    assert.throws(
      () => features.updateTensor({ data: ramp(10), shape: [10], dtype: 'float32' }, ['paper', 'nothing', null]),
      fails('UNKNOWN_PROPERTY'),
    )
  })

  it('writes edge columns', async () => {
    const { features, graph } = await open()
    const edges = graph.getEdgeIndex([[...EDGES], 'coo'])[0].length
    features.putTensor({ data: ramp(2 * edges), shape: [edges, 2], dtype: 'float32' }, [EDGES, 'attr', null])
    assert.deepEqual([...features.getTensor([EDGES, 'attr', 3]).data], [6, 7])
    features.putTensor({ data: Float32Array.of(50), shape: [1], dtype: 'float32' }, [EDGES, 'weight', 3])
    assert.deepEqual([...features.getTensor([EDGES, 'weight', 3]).data], [50])
  })

  it('drops a column', async () => {
    const { features, connection } = await open()
    assert.equal(features.removeTensor(['paper', 'year', null]), true)
    assert.throws(() => features.getTensor(['paper', 'year', 0]), fails('UNKNOWN_PROPERTY'))
    await assert.rejects(one(connection, 'MATCH (p:paper) RETURN p.year'), fails('UNKNOWN_PROPERTY'))
    assert.throws(() => features.removeTensor(['paper', 'id', null]), fails('BINDER', /primary key/))
    assert.throws(() => features.removeTensor(['paper', 'x', 3]), fails('INVALID_ARGUMENT', /index must be null/))
  })

  it('refuses what does not fit, and changes nothing', async () => {
    const { database, features } = await open()
    const before = features.backend.snapshot.commitNumber
    const put = (tensor: Tensor, name: string, index: null | readonly number[] = null) => {
      return () => features.putTensor(tensor, ['paper', name, index])
    }
    const bad: readonly (readonly [Tensor, string, readonly number[] | null, RegExp])[] = [
      [{ data: ramp(45), shape: [9, 5], dtype: 'float32' }, 'x', null, /has 9 rows, table paper has 10/],
      [{ data: ramp(40), shape: [10, 4], dtype: 'float32' }, 'x', null, /has type FLOAT\[5\]; .* FLOAT\[4\]/],
      [{ data: Float64Array.from(ramp(50)), shape: [10, 5], dtype: 'float64' }, 'x', null, /DOUBLE\[5\]/],
      [{ data: ramp(10), shape: [2, 5], dtype: 'float32' }, 'x', [1], /has 2 rows, the index names 1/],
      [{ data: ramp(10), shape: [2, 5], dtype: 'float32' }, 'x', [1, 10], /Index 10/],
      [{ data: ramp(9), shape: [10], dtype: 'float32' }, 'new', null, /no tensor of float32 \[10\]/],
      [{ data: ramp(10), shape: [10], dtype: 'int32' }, 'new', null, /no tensor of int32/],
      [{ data: ramp(1), shape: [], dtype: 'float32' }, 'new', null, /no tensor/],
      [{ data: ramp(10), shape: [10], dtype: 'float32' }, 'title', null, /has type STRING/],
    ]
    for (const [tensor, name, index, message] of bad) {
      assert.throws(put(tensor, name, index), fails('INVALID_ARGUMENT', message))
    }
    const ids = { data: BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i)), shape: [10], dtype: 'int64' } as const
    assert.throws(put(ids, 'id'), fails('BINDER', /primary key/))
    assert.throws(() => features.putTensor(ids, ['papr', 'x', null]), fails('UNKNOWN_TABLE', /Did you mean paper/))
    features.refresh()
    assert.equal(features.backend.snapshot.commitNumber, before)
    const connection = new Connection(database)
    await one(connection, 'BEGIN TRANSACTION')
    assert.throws(put({ data: ramp(10), shape: [10], dtype: 'float32' }, 'new'), fails('WRITE_CONFLICT'))
    await one(connection, 'ROLLBACK')
    assert.equal(put({ data: ramp(10), shape: [10], dtype: 'float32' }, 'new')(), true)
  })

  it('writes over many chunks, with rows that were inserted and updated before', async () => {
    const { connection, features } = await open()
    const count = 270_000
    await one(connection, 'CREATE NODE TABLE item(id INT64 PRIMARY KEY, y INT32)')
    await one(connection, `UNWIND range(0, ${count - 1}) AS i CREATE (:item {id: i, y: 1})`)
    await one(connection, 'MATCH (i:item) WHERE i.id < 10 SET i.y = 2')
    features.refresh()
    const data = Int32Array.from({ length: count }, (_, i) => Math.imul(i, 2654435761))
    features.putTensor({ data, shape: [count], dtype: 'int32' }, ['item', 'y', null])
    assert.deepEqual(features.getTensor(['item', 'y', null]).data, data)
    const wide = ramp(count * 4)
    features.putTensor({ data: wide, shape: [count, 4], dtype: 'float32' }, ['item', 'h', null])
    assert.deepEqual(features.getTensor(['item', 'h', null]).data, wide)
    assert.equal(await value(connection, 'MATCH (i:item) WHERE i.id = 200000 RETURN i.y'), data[200_000])
  }).timeout(60_000)
})

import assert from 'node:assert/strict'
import { pageOrder } from '../../../../src/pyg-compat/backend/page-order.ts'
import type { TensorIndex } from '../../../../src/pyg-compat/backend/row-index.ts'
import { fails, one, Scratch } from '../../../api/support/scratch.ts'
import { FEATURES, featureOf, openPapers, type Papers } from './support/papers.ts'

const COUNT = 10
const SEED = Number(process.env['NISABA_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe(`feature store (seed ${SEED})`, () => {
  const scratch = new Scratch()
  let papers: Papers

  before(async () => {
    papers = await openPapers(scratch, COUNT)
  })
  after(() => scratch.end())

  const rowsOf = (index: TensorIndex) => {
    const { data, shape, dtype } = papers.features.getTensor({ groupName: 'paper', attrName: 'x', index })
    assert.equal(dtype, 'float32')
    assert.deepEqual(shape, [data.length / FEATURES, FEATURES])
    const rows = Array.from({ length: shape[0]! }, (_, row) => Number(data[row * FEATURES]))
    for (const [row, paper] of rows.entries()) {
      for (let k = 0; k < FEATURES; k++) assert.equal(data[row * FEATURES + k], featureOf(paper, k))
    }
    return rows
  }

  describe('index', () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    const cases: readonly (readonly [string, TensorIndex, readonly number[]])[] = [
      ['none: all rows', null, all],
      ['an integer: one row', 4, [4]],
      ['a negative integer counts from the end', -1, [9]],
      ['a bigint', 7n, [7]],
      ['a slice', { start: 2, stop: 5 }, [2, 3, 4]],
      ['a slice without ends', {}, all],
      ['a slice without a start', { stop: 3 }, [0, 1, 2]],
      ['a slice without a stop', { start: 8 }, [8, 9]],
      ['a slice with a step', { start: 1, stop: 9, step: 3 }, [1, 4, 7]],
      ['a slice with negative ends', { start: -4, stop: -1 }, [6, 7, 8]],
      ['a slice past the end', { start: 8, stop: 100 }, [8, 9]],
      ['a slice before the start', { start: -100, stop: 2 }, [0, 1]],
      ['a slice with nothing in it', { start: 5, stop: 5 }, []],
      ['a slice backwards', { step: -4 }, [9, 5, 1]],
      ['a slice backwards with ends', { start: 6, stop: 2, step: -2 }, [6, 4]],
      ['an array in any order, with duplicates', [3, 3, 0, 9, 3], [3, 3, 0, 9, 3]],
      ['an array with negative rows', [-1, 0, -10], [9, 0, 0]],
      ['an empty array', [], []],
      ['a Uint32Array', Uint32Array.of(5, 1, 5), [5, 1, 5]],
      ['an Int32Array', Int32Array.of(5, -1), [5, 9]],
      ['a BigInt64Array', BigInt64Array.of(2n, -2n), [2, 8]],
      ['an array of bigints', [2n, 3n], [2, 3]],
      ['a mask', all.map((i) => i % 4 === 1), [1, 5, 9]],
      ['a tensor of integers', { data: Int32Array.of(6, 6), shape: [2], dtype: 'int32' }, [6, 6]],
      ['a tensor of bool', { data: Uint8Array.from(all, (i) => (i > 7 ? 1 : 0)), shape: [10], dtype: 'bool' }, [8, 9]],
    ]
    for (const [name, index, expected] of cases) {
      it(name, () => assert.deepEqual(rowsOf(index), expected))
    }

    const bad: readonly (readonly [string, TensorIndex, RegExp])[] = [
      ['a row past the end', 10, /Index 10 is outside of table paper, which has 10 rows/],
      ['a row before the start', -11, /Index -11 is outside/],
      ['a fraction', 1.5, /Index 1.5 is outside/],
      ['NaN', Number.NaN, /Index NaN/],
      ['an array with a row past the end', [1, 10], /Index 10/],
      ['a Uint32Array with a row past the end', Uint32Array.of(0, 4_000_000_000), /Index 4000000000/],
      ['an array with a fraction', [0.5], /Index 0.5/],
      ['an array with a row before the start', [-11], /Index -11/],
      ['a bigint past the end', [10n], /Index 10/],
      ['a step of 0', { step: 0 }, /step of a slice cannot be 0/],
      ['a slice of fractions', { start: 0.5 }, /0.5/],
      ['a mask that is too short', [true, false], /mask of 2 elements/],
      ['text', 'x' as never, /no index/],
    ]
    for (const [name, index, message] of bad) {
      it(`refuses ${name}`, () => assert.throws(() => rowsOf(index), fails('INVALID_ARGUMENT', message)))
    }

    it('unset is refused, and so is every field that is unset', () => {
      const { features } = papers
      assert.throws(
        () => features.getTensor({ groupName: 'paper', attrName: 'x' }),
        fails('INVALID_ARGUMENT', /index is unset/),
      )
      assert.throws(
        () => features.getTensor({ index: null }),
        fails('INVALID_ARGUMENT', /groupName and attrName are unset/),
      )
      assert.throws(() => features.removeTensor(['paper', 'x']), fails('INVALID_ARGUMENT', /index is unset/))
    })
  })

  it('gives every type its own elements', () => {
    const { features } = papers
    const read = features.getTensor(['paper', 'read', [0, 1, 3]])
    assert.deepEqual(read, { data: Uint8Array.of(1, 0, 1), shape: [3], dtype: 'bool' })
    const year = features.getTensor(['paper', 'year', { stop: 2 }])
    assert.deepEqual(year, { data: BigInt64Array.of(1990n, 1991n), shape: [2], dtype: 'int64' })
    const score = features.getTensor(['paper', 'score', [9, 1]])
    assert.deepEqual(score, { data: Float64Array.of(4.5, 0.5), shape: [2], dtype: 'float64' })
    const weight = features.getTensor([['paper', 'cites', 'paper'], 'weight', { stop: 4 }])
    assert.equal(weight.dtype, 'float32')
    assert.deepEqual(weight.shape, [4])
  })

  it('casts tuples and takes the only table for none', () => {
    const { features } = papers
    assert.deepEqual(features.getTensor(['paper', 'x', 2]), features.getTensor([null, 'X', [2]]))
  })

  it('writes into the array of the caller', () => {
    const out = new Float32Array(20).fill(7)
    const tensor = papers.features.getTensor(['paper', 'x', [9, 8, 7]], { out })
    assert.equal(tensor.data.buffer, out.buffer)
    assert.equal(tensor.data.length, 15)
    assert.equal(out[5], featureOf(8, 0))
    assert.equal(out[15], 7)
    const shared = new Float32Array(new SharedArrayBuffer(40))
    papers.features.getTensor(['paper', 'x', { stop: 2 }], { out: shared })
    assert.equal(shared[6], featureOf(1, 1))
    assert.throws(
      () => papers.features.getTensor(['paper', 'x', null], { out }),
      fails('INVALID_ARGUMENT', /has 50 elements, .* 20/),
    )
    assert.throws(
      () => papers.features.getTensor(['paper', 'x', 0], { out: new Float64Array(20) }),
      fails('INVALID_ARGUMENT', /float32 does not go into a Float64Array/),
    )
  })

  it('reads several tensors', () => {
    const index = Uint32Array.of(3, 1)
    const out = new Float32Array(10)
    const [x, year] = papers.features.multiGetTensor(
      [
        ['paper', 'x', index],
        ['paper', 'year', index],
      ],
      [out],
    )
    assert.equal(x!.data, out)
    assert.deepEqual(year!.data, BigInt64Array.of(1993n, 1991n))
  })

  it('tells shapes, and every column that has one', () => {
    const { features } = papers
    assert.deepEqual(features.getTensorSize({ groupName: 'paper', attrName: 'x' }), [10, 5])
    assert.deepEqual(features.getTensorSize(['paper', 'year']), [10])
    const attrs = features.getAllTensorAttrs()
    assert.deepEqual(
      attrs.map(({ groupName, attrName, index }) => [groupName, attrName, index]),
      [
        ['paper', 'id', undefined],
        ['paper', 'x', undefined],
        ['paper', 'year', undefined],
        ['paper', 'read', undefined],
        ['paper', 'score', undefined],
        [['paper', 'cites', 'paper'], 'weight', undefined],
      ],
    )
    attrs[0]!.index = 3
    assert.equal(features.getAllTensorAttrs()[0]!.index, undefined)
  })

  it('has views', () => {
    const { features } = papers
    const expected = features.getTensor(['paper', 'x', [1, 2]])
    assert.deepEqual(features.view().paper!.x!([1, 2]), expected)
    assert.deepEqual(features.view()('paper')('x')([1, 2]), expected)
    assert.deepEqual(features.view('paper').x!([1, 2]), expected)
    assert.deepEqual(features.view('paper', 'x')({ start: 1, stop: 3 }), expected)
    assert.deepEqual(features.view('paper', 'x')[1], features.getTensor(['paper', 'x', 1]))
    assert.deepEqual(features.view('paper', 'x')(), features.getTensor(['paper', 'x', null]))
    assert.equal(features.view(['paper', 'cites', 'paper'], 'weight')().shape[0], 17)
    assert.throws(() => features.view().papr!.x!(), fails('UNKNOWN_TABLE', /Did you mean paper\?/))
  })

  it('gives other types as values', () => {
    assert.deepEqual(papers.features.getValues(['paper', 'title', [3, 0]]), ['paper 3', 'paper 0'])
    assert.deepEqual(papers.features.getValues(['paper', 'score', { start: 2, stop: 4 }]), [1, null])
  })

  describe('refuses', () => {
    it('a table that is not there, naming the nearest', () => {
      const get = () => papers.features.getTensor(['papers', 'x', 0])
      assert.throws(get, fails('UNKNOWN_TABLE', /Node table papers does not exist. Did you mean paper\?/))
      const rel = () => papers.features.getTensor(['cites', 'weight', 0])
      assert.throws(rel, fails('UNKNOWN_TABLE', /It is a rel table/))
      const edges = () => papers.features.getTensor([['paper', 'cite', 'paper'], 'weight', 0])
      assert.throws(edges, fails('UNKNOWN_TABLE', /Did you mean paper__cites__paper\?/))
    })

    it('a column that is not there, naming the nearest', () => {
      const get = () => papers.features.getTensor(['paper', 'yaer', 0])
      assert.throws(get, fails('UNKNOWN_PROPERTY', /has no column yaer. Did you mean year\?/))
      assert.throws(() => papers.features.getTensorSize(['paper', 'z9']), fails('UNKNOWN_PROPERTY'))
    })

    it('text as a tensor', () => {
      const get = () => papers.features.getTensor(['paper', 'title', 0])
      assert.throws(get, fails('NOT_SUPPORTED', /Column title of table paper has type STRING/))
    })

    it('NULL, naming table, column and row', () => {
      const message = /Row 3 of table paper has no value in column score/
      for (const index of [null, 3, [1, 3], { start: 2, stop: 5 }] as const) {
        assert.throws(() => papers.features.getTensor(['paper', 'score', index]), fails('RUNTIME', message))
      }
      assert.equal(papers.features.getTensor(['paper', 'score', { start: 4 }]).shape[0], 6)
    })
  })
})

describe('feature store over many rows', () => {
  const scratch = new Scratch()
  after(() => scratch.end())

  it('gathers random rows as a naive one does, committed and merged', async () => {
    const count = 140_000
    const { connection, features } = await openPapers(scratch, 10)
    await one(
      connection,
      'CREATE NODE TABLE item(id INT64 PRIMARY KEY, f FLOAT[3], i8 INT8, u64 UINT64, m INT16[2][3], b BOOL[2])',
    )
    await one(
      connection,
      `COPY item FROM (UNWIND range(0, ${count - 1}) AS i
         RETURN i, CAST([i, i + 0.5, -i], 'FLOAT[3]'), CAST(i % 100 - 50, 'INT8'), CAST(i * 1000003, 'UINT64'),
           CAST([[i % 7, 1], [2, 3], [4, i % 5]], 'INT16[2][3]'), CAST([i % 2 = 0, i % 3 = 0], 'BOOL[2]'))`,
    )
    let state = SEED
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const index = Uint32Array.from({ length: 500 }, () => random(count))
    const check = (rows: Uint32Array, at: TensorIndex) => {
      const [f, i8, u64, m, b] = features.multiGetTensor(
        (['f', 'i8', 'u64', 'm', 'b'] as const).map((c) => ['item', c, at]),
      )
      assert.deepEqual(m!.shape, [rows.length, 3, 2])
      assert.equal(m!.dtype, 'int16')
      assert.deepEqual(b!.shape, [rows.length, 2])
      for (const [k, i] of rows.entries()) {
        assert.deepEqual([...f!.data.subarray(3 * k, 3 * k + 3)], [i, i + 0.5, -i])
        assert.equal(i8!.data[k], (i % 100) - 50)
        assert.equal(u64!.data[k], BigInt(i) * 1000003n)
        assert.deepEqual([...m!.data.subarray(6 * k, 6 * k + 6)], [i % 7, 1, 2, 3, 4, i % 5])
        assert.deepEqual([...b!.data.subarray(2 * k, 2 * k + 2)], [i % 2 === 0 ? 1 : 0, i % 3 === 0 ? 1 : 0])
      }
    }
    const stretch = { start: 131_000, stop: 131_200 }
    const stretchRows = Uint32Array.from({ length: 200 }, (_, k) => 131_000 + k)
    features.refresh()
    check(index, index)
    check(stretchRows, stretch)
    await one(connection, 'CHECKPOINT')
    await one(connection, 'MATCH (i:item) WHERE i.id = 131100 SET i.i8 = 99')
    check(index, index)
    features.refresh()
    assert.equal(features.getTensor(['item', 'i8', 131_100]).data[0], 99)
    await one(connection, 'MATCH (i:item) WHERE i.id = 131100 SET i.i8 = 131100 % 100 - 50')
    features.refresh()
    check(stretchRows, stretch)
    check(index, index)
  }).timeout(60_000)

  it('reads rows of a page together: a column larger than the pool is read once, whatever the order', async () => {
    const count = 60_000
    const { database, connection, features } = await openPapers(scratch, 10, 'large')
    await one(connection, 'CREATE NODE TABLE item(id INT64 PRIMARY KEY)')
    await one(connection, `COPY item FROM (UNWIND range(0, ${count - 1}) AS i RETURN i)`)
    features.refresh()
    const data = Float32Array.from({ length: count * 128 }, (_, i) => i % 977)
    features.putTensor({ data, shape: [count, 128], dtype: 'float32' }, ['item', 'x', null])
    const rows = Uint32Array.from({ length: count }, (_, k) => (k * 7919) % count)
    const before = database.bufferPoolStats()
    assert.ok(before.limit < data.byteLength)
    const tensor = features.getTensor(['item', 'x', rows])
    for (let k = 0; k < count; k += 499) {
      assert.deepEqual(
        tensor.data.subarray(128 * k, 128 * k + 128),
        data.subarray(128 * rows[k]!, 128 * rows[k]! + 128),
      )
    }
    const read = database.bufferPoolStats().bytesRead - before.bytesRead
    assert.ok(read < 1.1 * data.byteLength, `${read} bytes read for a column of ${data.byteLength}`)
    const order = pageOrder(rows, 512, count)!
    assert.deepEqual(order.slice().sort(), Uint32Array.from(rows.keys()))
  }).timeout(60_000)
})

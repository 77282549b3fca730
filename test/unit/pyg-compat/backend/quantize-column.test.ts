import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Database } from '../../../../src/database/database.ts'
import { getTorchGeometricRemoteBackend } from '../../../../src/pyg-compat/backend/get-remote-backend.ts'
import { quantizeColumn } from '../../../../src/pyg-compat/backend/quantize-column.ts'
import type { DecodedColumn } from '../../../../src/pyg-compat/features/decoded-column.ts'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import type { Tensor } from '../../../../src/pyg-compat/tensor.ts'
import { halfOf, halfTable } from '../../../../src/util/float16.ts'
import { fails } from '../../../api/support/scratch.ts'
import { digests } from '../loader/support/digest.ts'
import { openDatabase, type TestDatabase } from '../loader/support/golden-database.ts'
import { randomOf } from '../loader/support/paper-database.ts'

const NODES = 3000
const WIDTH = 96

/** Feature j is of the order of 10^(j % 4 - 2); feature 5 is zero everywhere. */
function featuresOf(seed: number): Float32Array {
  const random = randomOf(seed)
  return Float32Array.from({ length: NODES * WIDTH }, (_, i) => {
    const j = i % WIDTH
    return j === 5 ? 0 : (random() * 2 - 1) * 10 ** ((j % 4) - 2)
  })
}

function papers(file: string, x: Float32Array): TestDatabase {
  const random = randomOf(4)
  const below = () => Math.floor(random() * NODES)
  const opened = openDatabase(
    [
      'CREATE NODE TABLE paper(id INT64, w DOUBLE, PRIMARY KEY (id))',
      'CREATE REL TABLE cites(FROM paper TO paper)',
      `UNWIND range(0, ${NODES - 1}) AS i CREATE (:paper {id: i, w: 0.5})`,
      `UNWIND [${Array.from({ length: 4000 }, () => `[${below()},${below()}]`).join()}] AS e
       MATCH (a:paper {id: e[1]}), (b:paper {id: e[2]}) CREATE (a)-[:cites]->(b)`,
    ],
    file,
    8 << 20,
  )
  put(opened, 'x', { data: x, shape: [NODES, WIDTH], dtype: 'float32' })
  return opened
}

function put({ stores }: TestDatabase, attrName: string, tensor: Tensor): void {
  stores[0].putTensor(tensor, { groupName: 'paper', attrName, index: null })
}

/** @returns x of all papers as a loader gives it, by id. */
function allRows({ stores }: TestDatabase, x: string | DecodedColumn | (string | DecodedColumn)[]): Float32Array {
  const loader = new NeighborLoader(stores, { numNeighbors: [1], batchSize: NODES, columns: { x } })
  const [batch] = [...loader]
  const { data, shape } = batch!.x
  const width = shape[1]!
  const rows = new Float32Array(NODES * width)
  batch!.nId.forEach((id, k) => {
    rows.set(data.subarray(k * width, (k + 1) * width) as Float32Array, id * width)
  })
  return rows
}

describe('quantizeColumn', function () {
  this.timeout(60_000)
  let folder: string
  let file: string
  let opened: TestDatabase
  const x = featuresOf(1)

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-quantize-'))
    file = path.join(folder, 'papers.nisaba')
    opened = papers(file, x)
  })
  after(async () => {
    await opened.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('makes bytes that are off by half a scale at most, with a scale per feature that a new process finds again', async () => {
    const made = quantizeColumn(opened.stores[0], 'paper', 'x', 'x8', 'int8')
    assert.deepEqual(made.x, { column: 'x8', scale: 'x8_scale' })
    const scales = made.scales!
    const rows = allRows(opened, made.x)
    let most = 0
    for (let i = 0; i < x.length; i++) {
      const off = Math.abs(rows[i]! - x[i]!) / scales[i % WIDTH]!
      assert.ok(off <= 0.5 + 1e-5, `element ${i} is off by ${off} scales`)
      most = Math.max(most, off)
    }
    assert.ok(most > 0.49, 'and some are off by that much')
    assert.equal(scales[5], 1, 'a feature that is zero everywhere')

    await opened.database.close()
    const database = new Database(file, 8 << 20)
    opened = { database, connection: opened.connection, stores: getTorchGeometricRemoteBackend(database) }
    assert.deepEqual(allRows(opened, { column: 'x8', scale: 'x8_scale' }), rows)
    assert.deepEqual(allRows(opened, { column: 'x8', scale: scales }), rows, 'scales by hand')
    const stored = opened.stores[0].getTensor(['paper', 'x8_scale', [0, NODES - 1]])
    assert.deepEqual([...stored.data], [...scales, ...scales])
  })

  it('makes halves that are the nearest ones', () => {
    const made = quantizeColumn(opened.stores[0], 'paper', 'x', 'x16', 'float16')
    assert.deepEqual([made.x, made.scales], [{ column: 'x16', decode: 'float16' }, null])
    const bits = new Int32Array(allRows(opened, made.x).buffer)
    x.forEach((value, i) => {
      assert.equal(bits[i], halfTable()[halfOf(value)])
    })
  })

  it('decodes every pattern of 16 bits exactly, but refuses NaN', () => {
    const patterns = Uint16Array.from({ length: NODES * WIDTH }, (_, i) => i & 0xffff)
    const isNotANumber = (half: number) => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0
    put(opened, 'bad16', { data: patterns, shape: [NODES, WIDTH], dtype: 'uint16' })
    assert.throws(
      () => allRows(opened, { column: 'bad16', decode: 'float16' }),
      fails('RUNTIME', 'NaN in column bad16'),
    )
    const numbers = patterns.map((half) => (isNotANumber(half) ? 0x7c00 : half))
    put(opened, 'all16', { data: numbers, shape: [NODES, WIDTH], dtype: 'uint16' })
    const bits = new Int32Array(allRows(opened, { column: 'all16', decode: 'float16' }).buffer)
    numbers.forEach((half, i) => {
      assert.equal(bits[i], halfTable()[half])
    })
  })

  it('takes one scale, a zero point, and other columns beside', () => {
    const bytes = Uint8Array.from({ length: NODES * WIDTH }, (_, i) => i % 251)
    put(opened, 'u8', { data: bytes, shape: [NODES, WIDTH], dtype: 'uint8' })
    const plain = allRows(opened, { column: 'u8', scale: 0.25, zeroPoint: 128 })
    bytes.forEach((byte, i) => {
      assert.equal(plain[i], (byte - 128) * 0.25)
    })
    const joined = allRows(opened, ['w', { column: 'u8', scale: 0.25, zeroPoint: 128 }])
    assert.deepEqual([...joined.subarray(0, 4)], [0.5, -32, -31.75, -31.5])
    assert.deepEqual(joined.subarray(WIDTH + 2, 2 * (WIDTH + 1)), plain.subarray(WIDTH, 2 * WIDTH))
  })

  it('gives the same bits whoever makes the batches, and from memory', async () => {
    const options = { numNeighbors: [3, 3], batchSize: 100, shuffle: true, seed: 5 }
    for (const choice of [
      { column: 'x8', scale: 'x8_scale' },
      { column: 'x16', decode: 'float16' as const },
    ]) {
      const columns = { x: choice }
      const expected = await digests(new NeighborLoader(opened.stores, { ...options, columns }), 10)
      for (const numWorkers of [1, 2]) {
        const loader = new NeighborLoader(opened.stores, { ...options, columns, numWorkers, cacheBytes: 1 << 17 })
        assert.deepEqual(await digests(loader, 10), expected)
      }
      const [features, graph] = opened.stores
      const names = ['scale' in choice ? 'x8_scale' : 'w', choice.column]
      const inMemory = {
        nodes: [
          {
            nodeType: 'paper',
            count: NODES,
            columns: Object.fromEntries(names.map((name) => [name, features.getTensor(['paper', name, null])])),
          },
        ],
        edges: [inMemoryEdges(graph.getEdgeIndex({ edgeType: ['paper', 'cites', 'paper'], layout: 'csc' }))],
      }
      const memory = new NeighborLoader(inMemory, { ...options, columns, edgeIds: false })
      const stored = new NeighborLoader(opened.stores, { ...options, columns, edgeIds: false })
      assert.deepEqual(await digests(memory, 5), await digests(stored, 5))
    }
  })

  it('refuses what cannot be decoded so', () => {
    const wrong: [DecodedColumn | Record<string, unknown>, string][] = [
      [{ column: 'x8' }, 'needs a scale'],
      [{ column: 'x8', scale: [1, 2] }, 'rows of 96 elements, but 2 numbers as scale'],
      [{ column: 'x8', scale: Number.NaN }, 'no finite number'],
      [{ column: 'x8', scale: 1, zeroPoint: new Float32Array(95) }, '95 numbers as zeroPoint'],
      [{ column: 'x8', decode: 'float16' }, 'elements of int8; float16 is kept in UINT16'],
      [{ column: 'x16', decode: 'bfloat16' }, 'cannot be decoded as bfloat16'],
      [{ column: 'x16', decode: 'float16', scale: 1 }, 'has no scale'],
      [{ column: 'x', scale: 1 }, 'elements of float32; a scale is for 8 and 16 bits'],
      [{ column: 'x8', scales: 1 }, 'no scales'],
    ]
    for (const [choice, text] of wrong) {
      const make = () =>
        new NeighborLoader(opened.stores, { numNeighbors: [1], columns: { x: choice as unknown as DecodedColumn } })
      assert.throws(make, fails('INVALID_ARGUMENT', text))
    }
    const columns = { x: { column: 'x8', scale: 'x8_scal' } }
    assert.throws(
      () => new NeighborLoader(opened.stores, { numNeighbors: [1], columns }),
      fails('UNKNOWN_PROPERTY', 'x8_scal'),
    )
    const imputed = { numNeighbors: [1], columns: { x: { column: 'x8', scale: 1 } }, impute: 3 }
    assert.throws(() => new NeighborLoader(opened.stores, imputed), fails('INVALID_ARGUMENT', 'impute must be 0'))
  })

  it('refuses a column that cannot be made small, and leaves nothing behind', () => {
    const [features] = opened.stores
    const bad = (value: number) => {
      const data = x.slice()
      data[70 * WIDTH + 3] = value
      features.updateTensor({ data, shape: [NODES, WIDTH], dtype: 'float32' }, ['paper', 'bad', null])
    }
    put(opened, 'bad', { data: x, shape: [NODES, WIDTH], dtype: 'float32' })
    for (const [value, as] of [
      [Number.NaN, 'int8'],
      [Number.POSITIVE_INFINITY, 'int8'],
      [1e5, 'float16'],
    ] as const) {
      bad(value)
      assert.throws(
        () => quantizeColumn(features, 'paper', 'bad', 'made', as),
        fails('RUNTIME', `Row 70 of table paper has ${value} in column bad`),
      )
    }
    assert.throws(() => quantizeColumn(features, 'paper', 'w', 'made', 'int8'), fails('NOT_SUPPORTED', 'FLOAT[n]'))
    assert.throws(() => quantizeColumn(features, 'paper', 'x', 'x8', 'int8'), fails('DUPLICATE_NAME', 'x8'))
    assert.throws(
      () => quantizeColumn(features, 'paper', 'x', 'made', 'int4' as 'int8'),
      fails('INVALID_ARGUMENT', 'int4'),
    )
    assert.throws(() => features.getTensorSize(['paper', 'made', null]), fails('UNKNOWN_PROPERTY', 'made'))
  })

  it('names the row that has no value, unless it is deleted', () => {
    const small = openDatabase([
      'CREATE NODE TABLE v(id INT64, x FLOAT[2], PRIMARY KEY (id))',
      'CREATE (:v {id: 0, x: [1, -2]}), (:v {id: 1}), (:v {id: 2, x: [0.5, 4]})',
    ])
    const [features] = small.stores
    assert.throws(() => quantizeColumn(features, 'v', 'x', 'x8', 'int8'), fails('RUNTIME', 'Row 1 of table v'))
    small.connection.querySync('MATCH (n:v {id: 1}) DELETE n')
    const { scales } = quantizeColumn(features, 'v', 'x', 'x8', 'int8')
    assert.deepEqual([...scales!], [1 / 127, 4 / 127].map(Math.fround))
    assert.deepEqual([...features.getTensor(['v', 'x8', [0, 2]]).data], [127, -64, 64, 127])
    small.database.closeSync()
  })
})

function inMemoryEdges([row, starts]: readonly [Uint32Array, Uint32Array]) {
  return {
    edgeType: ['paper', 'cites', 'paper'] as const,
    neighbours: row,
    starts,
    ids: null,
    columns: {},
  }
}

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openStorage } from '../../../src/storage/open-storage.ts'
import type { ReadView } from '../../../src/storage/read-view.ts'
import type { StorageEngine } from '../../../src/storage/storage-engine.ts'
import { type LogicalType, scalar } from '../../../src/types/logical-type.ts'
import type { Vector } from '../../../src/types/vector.ts'
import { schemaOf, vectorOf } from './support/load-rig.ts'
import { Random, testSeed } from './support/random.ts'

const FEATURES: LogicalType = { id: 'ARRAY', child: scalar('FLOAT'), length: 128 }
const ROWS = 60000
const POOL_BYTES = 16 << 20

/** Feature k of row i; exact in a float. */
function feature(row: number, k: number): number {
  return ((row * 131 + k * 7) % 4096) / 8
}

function featureVector(first: number, count: number): Vector {
  const data = new Float32Array(count * 128)
  for (let i = 0; i < data.length; i++) data[i] = feature(first + (i >> 7), i & 127)
  const elements = { type: scalar('FLOAT'), length: data.length, nullCount: 0, validity: null, data }
  return {
    type: FEATURES,
    length: count,
    nullCount: 0,
    validity: null,
    data: null,
    offsets: null,
    bytes: null,
    children: [{ ...elements, offsets: null, bytes: null, children: [] }],
  }
}

describe('a node table in a database file, pool of 16 MiB', () => {
  const seed = testSeed()
  const schema = schemaOf(scalar('STRING'), FEATURES, scalar('INT64'))
  let folder: string
  let storage: StorageEngine

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-node-table-'))
    storage = openStorage(path.join(folder, 'db'), { bufferPoolBytes: POOL_BYTES, queryMemoryBytes: 1 << 20 })
    const transaction = storage.beginWrite()
    transaction.createNodeTable(schema)
    const loader = transaction.bulkLoadNodes(schema.tableId)
    for (let first = 0; first < ROWS; first += 7000) {
      const count = Math.min(7000, ROWS - first)
      const rows = Array.from({ length: count }, (_, i) => first + i)
      loader.append([
        vectorOf(
          scalar('STRING'),
          rows.map((row) => `key ${row}`),
        ),
        featureVector(first, count),
        vectorOf(
          scalar('INT64'),
          rows.map((row) => row % 97),
        ),
      ])
    }
    assert.equal(loader.finish(), ROWS)
    transaction.commitSync()
    storage.closeSync()
    storage = openStorage(path.join(folder, 'db'), { bufferPoolBytes: POOL_BYTES, queryMemoryBytes: 1 << 20 })
  })

  after(() => {
    storage.closeSync()
    rmSync(folder, { recursive: true })
  })

  function withView(use: (view: ReadView) => void): void {
    const view = storage.openView()
    try {
      use(view)
    } finally {
      view.close()
    }
    assert.equal(storage.stats().pool['pinned'], 0)
  }

  it(`gives back random rows while pages come and go (seed ${seed})`, () => {
    withView((view) => {
      const random = new Random(seed)
      const table = view.nodeTable(schema.tableId)
      const target = new Float32Array(128)
      assert.equal(table.rowCount, ROWS)
      for (let k = 0; k < 3000; k++) {
        const row = random.int(0, ROWS - 1)
        assert.equal(table.lookup(`key ${row}`), row)
        table.column(1).copyElements(row, target, 0)
        assert.equal(target[k & 127], feature(row, k & 127))
        assert.equal(table.column(2).number(row), row % 97)
        assert.equal(table.column(0).string(row), `key ${row}`)
      }
      assert.equal(table.lookup('key'), -1)
      assert.ok(storage.stats().pool['evictions']! > 0)
    })
  })

  it('filters by number and by text', () => {
    withView((view) => {
      const table = view.nodeTable(schema.tableId)
      const selection = new Uint32Array(ROWS)
      const low = { min: 10, minInclusive: true, max: 12, maxInclusive: false, negate: false }
      const wanted = Array.from({ length: ROWS }, (_, row) => row).filter((row) => row % 97 === 10 || row % 97 === 11)
      const kept = table.column(2).filterDense(low, 0, ROWS, selection)
      assert.deepEqual(Array.from(selection.subarray(0, kept)), wanted)
      const text = { min: 'key 5999', max: 'key 6', minInclusive: true, maxInclusive: false, negate: false }
      const found = table.column(0).filterDense(text, 0, ROWS, selection)
      const names = Array.from(selection.subarray(0, found), (row) => `key ${row}`)
      assert.deepEqual(
        names.sort(),
        ['5999', ...Array.from({ length: 10 }, (_, i) => `5999${i}`)].map((n) => `key ${n}`),
      )
    })
  })
})

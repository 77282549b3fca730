import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { digest, digests } from './support/digest.ts'
import { openDatabase, type TestDatabase } from './support/golden-database.ts'
import { randomOf } from './support/paper-database.ts'

const NODES = 50_000
const WIDTH = 128
const EDGES = 150_000

/** Writes a .npy file of format 1. */
function writeNpy(file: string, descr: string, shape: readonly number[], data: Uint8Array): void {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const header = Buffer.alloc(Math.ceil((10 + text.length + 1) / 64) * 64, ' ')
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(header.length - 10, 8)
  header.write(text, 10)
  header[header.length - 1] = 10
  writeFileSync(file, Buffer.concat([header, data]))
}

const bytesOf = (array: Float32Array | BigInt64Array) => new Uint8Array(array.buffer)

describe('a loader over a pool that is smaller than the features', function () {
  this.timeout(240_000)
  let folder: string
  let opened: TestDatabase
  let x: Float32Array

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-loader-'))
    const file = (name: string) => path.join(folder, name)
    const random = randomOf(3)
    x = Float32Array.from({ length: NODES * WIDTH }, (_, i) => Math.fround(Math.sin(i)))
    const ids = BigInt64Array.from({ length: NODES }, (_, i) => BigInt(i))
    const below = () => Math.floor(random() ** 2 * NODES)
    writeNpy(file('ids.npy'), '<i8', [NODES], bytesOf(ids))
    writeNpy(file('x.npy'), '<f4', [NODES, WIDTH], bytesOf(x))
    writeFileSync(file('edges.csv'), Array.from({ length: EDGES }, () => `${below()},${below()}`).join('\n'))
    const statements = [
      `CREATE NODE TABLE paper(id INT64, x FLOAT[${WIDTH}], PRIMARY KEY (id))`,
      'CREATE REL TABLE cites(FROM paper TO paper)',
      `COPY paper FROM ('${file('ids.npy')}', '${file('x.npy')}') BY COLUMN`,
      `COPY cites FROM '${file('edges.csv')}'`,
    ]
    opened = openDatabase(statements, file('papers.nisaba'), 16 << 20)
  })
  after(async () => {
    await opened.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('hands out what was copied in, bit for bit, whoever makes the batches', async () => {
    const options = { numNeighbors: [5, 5], batchSize: 500, shuffle: true, seed: 9 }
    const expected: string[] = []
    let rows = 0
    for await (const batch of new NeighborLoader(opened.stores, options)) {
      const { data } = batch.x
      for (const [k, id] of batch.nId.entries()) {
        const row = Buffer.from(data.buffer, data.byteOffset + k * WIDTH * 4, WIDTH * 4)
        assert.equal(row.compare(Buffer.from(x.buffer, id * WIDTH * 4, WIDTH * 4)), 0, `row ${id}`)
      }
      rows += batch.nId.length
      expected.push(digest(batch))
      batch.dispose()
      if (expected.length === 12) break
    }
    assert.ok(rows > 30_000, 'more rows than the pool holds')
    for (const numWorkers of [1, 2]) {
      const loader = new NeighborLoader(opened.stores, { ...options, numWorkers })
      assert.deepEqual(await digests(loader, 12), expected)
      const { rowsRead, bytesRead } = loader.statistics()
      assert.ok(rowsRead > 0 && bytesRead >= rowsRead * WIDTH * 4, `${rowsRead} rows, ${bytesRead} bytes`)
    }
    const { pins, used, limit } = opened.database.bufferPoolStats()
    assert.equal(pins, 0)
    assert.ok(used <= limit)
  })
})

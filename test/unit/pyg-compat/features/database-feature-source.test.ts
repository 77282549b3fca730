import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { writeNpy } from '../../../../datasets/file-writers.ts'
import { Connection, type Database } from '../../../../src/index.ts'
import {
  type FeatureDatabase,
  type FeatureOptions,
  openDatabaseFeatures,
} from '../../../../src/pyg-compat/features/database-feature-source.ts'
import type { FeatureSource } from '../../../../src/pyg-compat/features/feature-source.ts'
import { MemoryFeatureSource } from '../../../../src/pyg-compat/features/memory-feature-source.ts'
import { arrayOf } from '../../../../src/pyg-compat/features/row-format.ts'
import { one, type Scratch, scratched } from '../../../api/support/scratch.ts'
import { seededRandom } from '../../../property/storage-trace.ts'
import { childrenOf } from '../../storage/rows/support/children.ts'
import { beladyReads, lruReads, skewedBatches } from '../../storage/rows/support/traces.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const MIB = 2 ** 20
const WIDTH = 128
const ROW_BYTES = WIDTH * 4

/** Any bits, those of signalling NaNs too: what goes in must come out. */
function randomRows(random: () => number, rows: number, width = WIDTH): Float32Array {
  const bits = Uint32Array.from({ length: rows * width }, () => random() * 2 ** 32)
  return new Float32Array(bits.buffer)
}

/** Makes a table paper(id, x FLOAT[width]) of these rows. */
async function papersOf(scratch: Scratch, place: string, values: Float32Array, width = WIDTH): Promise<Database> {
  const database = scratch.database(place)
  const connection = new Connection(database)
  const rows = values.length / width
  await one(connection, `CREATE NODE TABLE paper(id INT64 PRIMARY KEY, x FLOAT[${width}])`)
  writeNpy(scratch.file('x.npy'), '<f4', [rows, width], [values])
  writeNpy(scratch.file('id.npy'), '<i8', [rows], [BigInt64Array.from({ length: rows }, (_, i) => BigInt(i))])
  await one(connection, `COPY paper FROM ('${scratch.file('id.npy')}', '${scratch.file('x.npy')}') BY COLUMN`)
  await connection.close()
  return database
}

/** Opens a column, calls `body` with it and gives everything back; checks that it is given back. */
async function withSource(
  database: Database,
  group: string,
  column: string,
  options: FeatureOptions,
  body: (source: FeatureSource, snapshot: FeatureDatabase) => Promise<void> | void,
): Promise<void> {
  const opened = database.openSync()
  const view = opened.storage.openView()
  const snapshot = { view, catalog: opened.catalogOf(view) }
  const source = openDatabaseFeatures(snapshot, group, column, options)
  try {
    await body(source, snapshot)
  } finally {
    source.close()
    source.close()
    view.close()
  }
  assert.equal(opened.storage.stats().pool.pinned, 0)
}

function gather(source: FeatureSource, rows: Uint32Array): Float32Array {
  const target = new Float32Array(rows.length * source.width)
  source.gather(rows, target)
  return target
}

function assertRows(rows: Uint32Array, found: Float32Array, values: Float32Array): void {
  const bits = new Uint32Array(found.buffer)
  const expected = new Uint32Array(values.buffer)
  for (let k = 0; k < rows.length; k++) {
    for (let i = 0; i < WIDTH; i++) {
      if (bits[k * WIDTH + i] === expected[rows[k]! * WIDTH + i]) continue
      assert.fail(`element ${i} of row ${rows[k]} at place ${k}`)
    }
  }
}

describe(`features of a database (seed ${SEED})`, function () {
  this.timeout(120_000)

  for (const [place, threads] of [
    ['file', 2],
    ['file', 0],
    [':memory:', 0],
  ] as const) {
    it(`are bit by bit what was copied in, however often they were evicted (${place}, ${threads} threads)`, () =>
      scratched(async (scratch) => {
        const random = seededRandom(SEED)
        const values = randomRows(random, 20_000)
        const database = await papersOf(scratch, place, values)
        const options = { cacheBytes: MIB, ioThreads: threads }
        await withSource(database, 'paper', 'x', options, (source) => {
          assert.deepEqual([source.dtype, source.rowShape, source.rowCount], ['float32', [WIDTH], 20_000])
          for (let step = 0; step < 40; step++) {
            const batches = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
              Uint32Array.from({ length: Math.floor(random() * 1500) }, () => random() ** 2 * 20_000),
            )
            const announced = random() < 0.6
            if (announced) for (const rows of batches) source.announce(rows)
            if (announced && random() < 0.3) {
              assertRows(batches[0]!, gather(source, batches[0]!), values)
              source.forget()
            }
            for (const rows of batches) assertRows(rows, gather(source, rows), values)
          }
          const { pool } = database.openSync().storage.stats()
          assert.ok(pool.usedBytes <= pool.limitBytes)
        })
      }))
  }

  it('are right also when the process that reads them dies', () =>
    scratched(async (scratch) => {
      const random = seededRandom(SEED)
      const values = randomRows(random, 20_000)
      const database = await papersOf(scratch, 'file', values)
      const readers = (): number[] => childrenOf(process.pid)
      const others = new Set(readers())
      let killed = 0
      await withSource(database, 'paper', 'x', { cacheBytes: MIB, ioThreads: 2 }, (source) => {
        for (let step = 0; step < 60; step++) {
          const rows = Uint32Array.from({ length: 1500 }, () => random() * 20_000)
          source.announce(rows)
          for (const pid of readers()) {
            if (others.has(pid)) continue
            process.kill(pid, 'SIGKILL')
            killed++
          }
          assertRows(rows, gather(source, rows), values)
        }
      })
      assert.ok(killed > 0, 'there was no such process')
    }))

  it('are read from the file about as often as Belady would, less than LRU, and never twice when all fit', () =>
    scratched(async (scratch) => {
      const random = seededRandom(SEED)
      const rowCount = 16_000
      const values = randomRows(random, rowCount)
      const database = await papersOf(scratch, 'file', values)
      const epoch = 20
      const batches = skewedBatches(random, { rowCount, batches: 3 * epoch, rows: 500 })
      const cacheBytes = 2 * MIB
      const capacity = cacheBytes / ROW_BYTES
      await withSource(database, 'paper', 'x', { cacheBytes, ioThreads: 1 }, (source) => {
        const ahead = 25
        const reads: number[] = []
        let before = 0
        for (let b = 0; b < batches.length; b++) {
          for (let a = b === 0 ? 0 : b + ahead - 1; a < Math.min(b + ahead, batches.length); a++)
            source.announce(batches[a]!)
          assertRows(batches[b]!, gather(source, batches[b]!), values)
          const { rowsRead } = source.stats()
          reads.push(rowsRead - before)
          before = rowsRead
        }
        const inEpochs = (numbers: readonly number[]): number => numbers.slice(epoch).reduce((sum, n) => sum + n, 0)
        const best = inEpochs(beladyReads(batches, capacity))
        assert.ok(inEpochs(reads) <= 1.3 * best, `${inEpochs(reads)} rows, Belady ${best}`)
        assert.ok(inEpochs(reads) < inEpochs(lruReads(batches, capacity)))
      })
      await withSource(database, 'paper', 'x', { cacheBytes: 16 * MIB }, (source) => {
        const all = Uint32Array.from({ length: rowCount }, (_, i) => i)
        gather(source, all)
        const { rowsRead, bytesRead } = source.stats()
        assert.equal(rowsRead, rowCount)
        assert.ok(bytesRead < 1.1 * rowCount * ROW_BYTES, `${bytesRead} bytes`)
        for (const rows of batches) gather(source, rows)
        assert.equal(source.stats().rowsRead, rowsRead)
      })
    }))

  it('take one block of the disk for one row, and two more while the cache has room for other rows', () =>
    scratched(async (scratch) => {
      const values = randomRows(seededRandom(SEED), 20_000)
      const database = await papersOf(scratch, 'file', values)
      const rows = Uint32Array.from({ length: 300 }, (_, i) => i * 61)
      const slots = 256
      await withSource(database, 'paper', 'x', { ioThreads: 0, cacheBytes: slots * ROW_BYTES }, (source) => {
        gather(source, rows)
        assert.deepEqual(source.stats(), { rows: 300, rowsRead: 300, bytesRead: 300 * 4096 })
      })
      await withSource(database, 'paper', 'x', { ioThreads: 0 }, (source) => {
        gather(source, rows)
        const { rowsRead, bytesRead } = source.stats()
        assert.equal(rowsRead, 300)
        assert.ok(bytesRead > 2 * 300 * 4096 && bytesRead <= 3 * 300 * 4096, `${bytesRead} bytes`)
      })
    }))

  it('keep to the limit of the pool, and give back what they took', () =>
    scratched(async (scratch) => {
      const values = randomRows(seededRandom(SEED), 40_000)
      const database = await papersOf(scratch, 'file', values)
      await database.close()
      const again = scratch.database('file', { bufferPoolSize: 2 * MIB })
      const opened = again.openSync()
      const before = opened.storage.stats().pool.usedBytes
      await withSource(again, 'paper', 'x', { ioThreads: 0 }, (source) => {
        const all = Uint32Array.from({ length: 40_000 }, (_, i) => i)
        assertRows(all, gather(source, all), values)
        const { usedBytes, limitBytes } = opened.storage.stats().pool
        assert.ok(usedBytes > limitBytes / 2 && usedBytes <= limitBytes, `${usedBytes} of ${limitBytes}`)
      })
      const after = opened.storage.stats().pool.usedBytes
      assert.ok(after <= Math.max(before, 8 * 65_536), `${after} bytes are still used`)
    }))

  it('see the changes of their snapshot, and no later ones', () =>
    scratched(async (scratch) => {
      const values = randomRows(seededRandom(SEED), 3_000).map((_, i) => i % 1_000)
      const database = await papersOf(scratch, 'file', values)
      const connection = new Connection(database)
      const list = (x: number): string => `CAST(${JSON.stringify(new Array(WIDTH).fill(x))}, 'FLOAT[${WIDTH}]')`
      await one(connection, `MATCH (p:paper) WHERE p.id = 5 SET p.x = ${list(7.5)}`)
      await one(connection, `CREATE (p:paper {id: 3000, x: ${list(8.5)}})`)
      await withSource(database, 'paper', 'x', { ioThreads: 0 }, async (source) => {
        assert.equal(source.rowCount, 3_001)
        const rows = Uint32Array.of(5, 6, 3000, 5)
        const check = (): void => {
          const found = gather(source, rows)
          assert.deepEqual([found[0], found[2 * WIDTH], found[4 * WIDTH - 1]], [7.5, 8.5, 7.5])
          assert.deepEqual(found.slice(WIDTH, 2 * WIDTH), values.slice(6 * WIDTH, 7 * WIDTH))
        }
        check()
        await one(connection, `MATCH (p:paper) WHERE p.id = 6 SET p.x = ${list(9.5)}`)
        await one(connection, 'CHECKPOINT')
        check()
      })
    }))

  it('are refused where they are NULL, naming table, column and row, or imputed', () =>
    scratched(async (scratch) => {
      const database = scratch.database('file')
      const connection = new Connection(database)
      await one(connection, `CREATE NODE TABLE t(id INT64 PRIMARY KEY, x FLOAT[64], n INT64)`)
      await one(
        connection,
        `UNWIND range(0, 99) AS i CREATE (:t {id: i, x: CASE WHEN i = 41 THEN NULL ELSE CAST(range(i, i + 63), 'FLOAT[64]') END, n: NULL})`,
      )
      await one(connection, 'CHECKPOINT')
      const rows = Uint32Array.of(40, 41, 42)
      await withSource(database, 't', 'x', { ioThreads: 0 }, (source) => {
        assert.throws(() => gather(source, rows), {
          code: 'RUNTIME',
          message: 'Runtime exception: Row 41 of table t has no value in column x.',
        })
        assert.equal(gather(source, Uint32Array.of(42))[1], 43)
      })
      await withSource(database, 't', 'x', { impute: -1, ioThreads: 0 }, (source) => {
        const found = gather(source, rows)
        assert.deepEqual([found[0], found[64], found[127], found[128]], [40, -1, -1, 42])
      })
      await withSource(database, 't', 'n', { impute: 6 }, (source) => {
        const target = new BigInt64Array(2)
        source.gather(Uint32Array.of(3, 4), target)
        assert.deepEqual([...target], [6n, 6n])
      })
    }))

  it('notice a flipped bit, and name table, column and page', () =>
    scratched(async (scratch) => {
      const values = randomRows(seededRandom(SEED), 3_000).map((_, i) => Math.floor(i / WIDTH) + (i % WIDTH) / 128)
      const database = await papersOf(scratch, 'file', values)
      await database.close()
      const file = readFileSync(scratch.file('file'))
      const row = new Uint8Array(values.buffer, 1234 * ROW_BYTES, ROW_BYTES)
      const at = file.indexOf(row)
      assert.ok(at > 0 && (at % 4096) + ROW_BYTES <= 4096, `row at ${at}`)
      const descriptor = openSync(scratch.file('file'), 'r+')
      writeSync(descriptor, Uint8Array.of(file[at + 100]! ^ 8), 0, 1, at + 100)
      closeSync(descriptor)
      await withSource(scratch.database('file'), 'paper', 'x', { ioThreads: 1 }, (source) => {
        assert.throws(
          () => gather(source, Uint32Array.of(3, 1234, 2900)),
          (error: Error) => {
            assert.match(
              error.message,
              /^Storage exception: .*[Pp]age \d+ .*the checksum of its block \d+ does not match/,
            )
            assert.match(error.message, /paper/)
            return (error as Error & { code: string }).code === 'CORRUPT_PAGE'
          },
        )
        const others = Uint32Array.of(3, 2900, 1300)
        assertRows(others, gather(source, others), values)
      })
    }))

  it('come in every numeric type and shape', () =>
    scratched(async (scratch) => {
      const database = scratch.database('file')
      const connection = new Connection(database)
      await one(
        connection,
        `CREATE NODE TABLE t(id INT64 PRIMARY KEY, a BOOL, b INT8, c UINT64, d DOUBLE, e DATE, f FLOAT[3][2], g INT64[70], h UINT8[64], i DOUBLE[600])`,
      )
      await one(
        connection,
        `COPY t FROM (UNWIND range(0, 499) AS i RETURN i, i % 2 = 0, CAST(i % 100 - 50, 'INT8'), CAST(CAST(i, 'UINT64') + 18446744073709550000, 'UINT64'),
           i / 4.0, date('1970-01-01') + to_days(i), CAST([[i, i + 1, i + 2], [i + 3, i + 4, i + 5]], 'FLOAT[3][2]'), CAST(range(i, i + 69), 'INT64[70]'),
           CAST(list_transform(range(i, i + 63), x -> x % 256), 'UINT8[64]'), CAST(range(i, i + 599), 'DOUBLE[600]'))`,
      )
      const rows = Uint32Array.of(499, 0, 17, 17, 250)
      const cases: [string, string, number[], (row: number, k: number) => number | bigint][] = [
        ['a', 'bool', [], (row) => Number(row % 2 === 0)],
        ['b', 'int8', [], (row) => (row % 100) - 50],
        ['c', 'uint64', [], (row) => BigInt(row) + 18446744073709550000n],
        ['d', 'float64', [], (row) => row / 4],
        ['e', 'int32', [], (row) => row],
        ['f', 'float32', [2, 3], (row, k) => row + k],
        ['g', 'int64', [70], (row, k) => BigInt(row + k)],
        ['h', 'uint8', [64], (row, k) => (row + k) % 256],
        ['i', 'float64', [600], (row, k) => row + k],
      ]
      for (const [column, dtype, shape, value] of cases) {
        await withSource(database, 't', column, { ioThreads: 0 }, (source) => {
          assert.deepEqual([source.dtype, source.rowShape], [dtype, shape], column)
          const target = arrayOf(source.dtype, rows.length * source.width)
          source.gather(rows, target)
          for (let k = 0; k < target.length; k++) {
            assert.equal(target[k], value(rows[Math.floor(k / source.width)]!, k % source.width), `${column} ${k}`)
          }
        })
      }
    }))

  it('are asked for as they should be', () =>
    scratched(async (scratch) => {
      const values = randomRows(seededRandom(SEED), 300)
      const database = await papersOf(scratch, 'file', values)
      await withSource(database, 'paper', 'x', { ioThreads: 0 }, (source, snapshot) => {
        const code = (expected: string): { code: string } => ({ code: expected })
        assert.throws(() => gather(source, Uint32Array.of(0, 300)), code('INVALID_ARGUMENT'))
        assert.throws(() => source.announce(Uint32Array.of(300)), code('INVALID_ARGUMENT'))
        assert.throws(() => source.gather(Uint32Array.of(1), new Float64Array(128)), code('INVALID_ARGUMENT'))
        assert.throws(() => source.gather(Uint32Array.of(1), new Float32Array(127)), code('INVALID_ARGUMENT'))
        const first = Uint32Array.of(1)
        source.announce(first)
        assert.throws(() => gather(source, Uint32Array.of(2)), code('INVALID_ARGUMENT'))
        assertRows(first, gather(source, first), values)
        assert.throws(() => openDatabaseFeatures(snapshot, 'nothing', 'x'), code('UNKNOWN_TABLE'))
        assert.throws(() => openDatabaseFeatures(snapshot, 'paper', 'nothing'), code('UNKNOWN_PROPERTY'))
        assert.throws(() => openDatabaseFeatures(snapshot, ['paper', 'paper', 'paper'], 'x'), code('BINDER'))
        source.close()
        assert.throws(() => gather(source, first), code('CLOSED'))
      })
      const memory = new MemoryFeatureSource(values, 'float32', [WIDTH])
      const rows = Uint32Array.of(299, 0, 0)
      memory.announce(rows)
      assertRows(rows, gather(memory, rows), values)
      assert.throws(() => gather(memory, Uint32Array.of(300)), { code: 'INVALID_ARGUMENT' })
    }))
})

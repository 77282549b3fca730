import assert from 'node:assert/strict'
import type { NodeTableBase } from '../../../src/storage/column-base.ts'
import { extendKeyIndex } from '../../../src/storage/key-index-merge.ts'
import { NodeLoader } from '../../../src/storage/node-bulk-loader.ts'
import { writeDeletedRows } from '../../../src/storage/node-deleted-rows.ts'
import { CHUNK_ROWS } from '../../../src/storage/read-view.ts'
import type { NodeTableSchema } from '../../../src/storage/table-schema.ts'
import { type LogicalType, listOf, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { emptyBase, LoadRig, schemaOf, vectorOf } from './support/load-rig.ts'
import { Random, randomValue, testSeed } from './support/random.ts'

/** Loads rows (arrays of values, the key first) in batches of random sizes. */
function load(
  rig: LoadRig,
  schema: NodeTableSchema,
  base: NodeTableBase,
  rows: readonly (readonly Value[])[],
  options: { batch: () => number; memory?: number } = { batch: () => 1000 },
): NodeTableBase {
  let result: NodeTableBase | null = null
  const existing = base.rowCount === 0 ? null : rig.open(schema, base)
  const loader = new NodeLoader({ schema, base, existing }, rig.loadContext(options.memory), (done) => {
    result = done.base
  })
  for (let from = 0; from < rows.length; ) {
    const part = rows.slice(from, from + options.batch())
    const first = from
    loader.append(
      schema.columns.map((column, k) =>
        vectorOf(
          column.type,
          part.map((row) => row[k]!),
        ),
      ),
      (row) => ({ file: 'f.csv', line: first + row + 1 }),
    )
    from += part.length
  }
  assert.equal(loader.finish(), rows.length)
  return result ?? base
}

const KEY_TYPES: [string, LogicalType, (random: Random, i: number) => Value][] = [
  ['INT64 in sequence', scalar('INT64'), (_, i) => 7 + 5 * i],
  ['INT64 at random', scalar('INT64'), (random, i) => random.int(-(2 ** 40), 2 ** 40) * 4096 + (i % 4096)],
  ['INT64, unsafe', scalar('INT64'), (_, i) => 2n ** 62n + BigInt(i) * 3n],
  ['INT64 sequence with a break', scalar('INT64'), (_, i) => (i < 2000 ? i : i + 1)],
  ['INT8', scalar('INT8'), (_, i) => ((i * 77) % 256) - 128],
  ['UINT64', scalar('UINT64'), (_, i) => 2n ** 64n - 1n - BigInt(i * i)],
  ['INT128', scalar('INT128'), (_, i) => (i % 2 === 0 ? i : 2n ** 100n + BigInt(i))],
  ['SERIAL', scalar('SERIAL'), (_, i) => i],
  ['DOUBLE', scalar('DOUBLE'), (_, i) => i / 3],
  ['FLOAT', scalar('FLOAT'), (_, i) => Math.fround(i + 0.5)],
  ['DECIMAL', { id: 'DECIMAL', precision: 10, scale: 2 }, (_, i) => i * i],
  ['DATE', scalar('DATE'), (_, i) => -i * i],
  ['TIMESTAMP', scalar('TIMESTAMP'), (_, i) => 1e15 + i * i],
  ['STRING', scalar('STRING'), (random, i) => `${randomValue(random, scalar('STRING'), 0)}-${i}`],
  ['UUID', scalar('UUID'), (random) => randomValue(random, scalar('UUID'), 0)],
  ['BLOB', scalar('BLOB'), (_, i) => Uint8Array.of(i & 255, i >> 8, 0)],
]

describe('node bulk loader', () => {
  const seed = testSeed()

  for (const [name, type, make] of KEY_TYPES) {
    for (const memory of [1 << 26, 1]) {
      it(`finds every key: ${name}, ${memory === 1 ? 'spilled' : 'in memory'} (seed ${seed})`, () => {
        const random = new Random(seed)
        const count = type.id === 'INT8' ? 256 : 40000
        const schema = schemaOf(type, scalar('INT32'))
        const rig = new LoadRig()
        const rows = Array.from({ length: count }, (_, i) => [make(random, i), i] as const)
        const base = load(rig, schema, emptyBase(schema), rows, { batch: () => random.int(1, 9000), memory })
        const table = rig.open(schema, base)
        for (let i = 0; i < rows.length; i += 1 + random.int(0, 20)) assert.equal(table.lookup(rows[i]![0]), i)
        assert.equal(table.lookup(null), -1)
        const wrong = Array.from({ length: 50 }, (_, i) => make(random, count + 10 + i))
        if (type.id !== 'INT8') for (const key of wrong) assert.equal(table.lookup(key), -1)
        const hashed = base.keyIndex.parts.every((part) => part.kind === 'hash')
        assert.equal(hashed, !['INT64 in sequence', 'SERIAL'].includes(name))
        if (hashed && count > 1 << 14) assert.equal(rig.spills, memory === 1 ? 1 : 0)
        rig.close()
        assert.equal(rig.pool.pinned, 0)
        assert.equal(rig.memory.used, 0)
      })
    }
  }

  it(`gives back columns of many types loaded in uneven batches, and appended to (seed ${seed})`, () => {
    const random = new Random(seed)
    const types: LogicalType[] = [
      scalar('INT64'),
      scalar('BOOL'),
      scalar('STRING'),
      { id: 'ARRAY', child: scalar('FLOAT'), length: 200 },
      listOf(scalar('STRING')),
      {
        id: 'UNION',
        fields: [
          { name: 'a', type: scalar('INT8') },
          { name: 'b', type: scalar('STRING') },
        ],
      },
      {
        id: 'STRUCT',
        fields: [
          { name: 'a', type: scalar('BOOL') },
          { name: 'b', type: listOf(scalar('INT128')) },
        ],
      },
      { id: 'MAP', key: scalar('STRING'), value: scalar('INTERVAL') },
      scalar('UUID'),
    ]
    const schema = schemaOf(...types)
    const rig = new LoadRig()
    let base = emptyBase(schema)
    const all: Value[][] = []
    for (const count of [3000, 1, 7000]) {
      const rows = Array.from({ length: count }, () =>
        types.map((type, k) => (k === 0 ? all.length * 100000 + random.int(0, 0) : randomValue(random, type))),
      )
      for (const [i, row] of rows.entries()) row[0] = (all.length + i) * 3
      base = load(rig, schema, base, rows, { batch: () => random.int(1, 5000) })
      all.push(...rows)
    }
    assert.equal(base.rowCount, all.length)
    assert.ok(base.columns[3]!.chunks.length > 1, 'wide rows make short chunks')
    const table = rig.open(schema, base)
    for (const [k, type] of types.entries()) {
      const reader = table.column(k)
      for (let row = 0; row < all.length; row += random.int(1, 30)) {
        const value = all[row]![k]!
        assert.equal(reader.isNull(row), value === null)
        assert.deepEqual(list(reader.value(row)), list(value), `${type.id} row ${row}`)
      }
    }
    assert.equal(base.keyIndex.parts.length, 1, 'one sequence over all loads')
    rig.close()
  })

  it(`cuts chunks of long text short (seed ${seed})`, () => {
    const random = new Random(seed)
    const schema = schemaOf(scalar('INT64'), scalar('STRING'))
    const rig = new LoadRig()
    const texts = Array.from({ length: 3000 }, (_, i) => `${i}`.padEnd(random.int(1000, 20000), 'x'))
    const rows = texts.map((text, i) => [i, text])
    const base = load(rig, schema, emptyBase(schema), rows, { batch: () => 700 })
    const column = base.columns[1]!
    assert.ok(column.chunkShift < 17 && column.chunks.length > 1)
    const reader = rig.open(schema, base).column(1)
    for (let row = 0; row < texts.length; row += 7) assert.equal(reader.string(row), texts[row])
    const found = new Uint32Array(CHUNK_ROWS)
    const predicate = { min: texts[2500]!, max: texts[2500]!, minInclusive: true, maxInclusive: true, negate: false }
    assert.equal(reader.filterDense(predicate, 0, texts.length, found), 1)
    assert.equal(found[0], 2500)
    rig.close()
  })

  for (const [name, type, make] of KEY_TYPES) {
    it(`names key, file and line of a duplicate: ${name} (seed ${seed})`, () => {
      const random = new Random(seed)
      const count = type.id === 'INT8' ? 200 : 5000
      const schema = schemaOf(type)
      const rig = new LoadRig()
      const rows = Array.from({ length: count }, (_, i) => [make(random, i)])
      rows[count - 3] = rows[11]!
      assert.throws(() => load(rig, schema, emptyBase(schema), rows), {
        code: 'DUPLICATE_KEY',
        message: new RegExp(`^Runtime exception: Found duplicated primary key value .*f\\.csv, line ${count - 2}\\)$`),
      })
      rig.close()
      assert.equal(rig.pool.pinned, 0)
    })
  }

  it('refuses a NULL key and a key that the table has', () => {
    const schema = schemaOf(scalar('STRING'))
    const rig = new LoadRig()
    assert.throws(() => load(rig, schema, emptyBase(schema), [['a'], ['b'], [null]]), {
      code: 'NULL_KEY',
      facts: { table: 'T', file: 'f.csv', line: 3 },
    })
    const base = load(rig, schema, emptyBase(schema), [['a'], ['b']])
    assert.throws(() => load(rig, schema, base, [['c'], ['b']]), {
      code: 'DUPLICATE_KEY',
      facts: { table: 'T', key: 'b', file: 'f.csv', line: 2 },
    })
    rig.close()
  })

  it('lets the key of a deleted row be used again', () => {
    const schema = schemaOf(scalar('STRING'), scalar('INT64'))
    const rig = new LoadRig()
    const loaded = load(rig, schema, emptyBase(schema), [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    const deleted = writeDeletedRows(Uint32Array.of(0b010), 3, rig.heap)
    const base = load(rig, schema, { ...loaded, deleted, deletedCount: 1 }, [
      ['b', 4],
      ['d', 5],
    ])
    const table = rig.open(schema, base)
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => table.lookup(key)),
      [0, 3, 2, 4],
    )
    assert.deepEqual([table.rowCount, table.liveCount], [5, 4])
    assert.deepEqual(table.deleted, Uint32Array.of(0b010))
    rig.close()
  })

  it('leaves a last chunk that is full alone and writes one that is not again', () => {
    const schema = schemaOf(scalar('INT64'), scalar('INT64'))
    const rig = new LoadRig()
    const random = new Random(seed)
    const make = (from: number, count: number): Value[][] =>
      Array.from({ length: count }, (_, i) => [from + i, random.int(0, 1000)])
    const first = load(rig, schema, emptyBase(schema), make(0, CHUNK_ROWS + 5), { batch: () => 50000 })
    const second = load(rig, schema, first, make(CHUNK_ROWS + 5, 10))
    assert.equal(second.columns[1]!.chunks[0], first.columns[1]!.chunks[0])
    assert.notEqual(second.columns[1]!.chunks[1]!.firstPage, first.columns[1]!.chunks[1]!.firstPage)
    assert.equal(rig.open(schema, second).lookup(CHUNK_ROWS + 14), CHUNK_ROWS + 14)
    rig.close()
  })

  it('does not read the index when the new keys are all above the old ones', () => {
    const schema = schemaOf(scalar('INT64'))
    const rig = new LoadRig()
    const square = (i: number): Value[] => [i * i]
    const base = load(
      rig,
      schema,
      emptyBase(schema),
      Array.from({ length: 100 }, (_, i) => square(i)),
    )
    const before = rig.pool.pins
    let result = base
    const loader = new NodeLoader({ schema, base, existing: rig.open(schema, base) }, rig.loadContext(), (done) => {
      result = done.base
    })
    const afterOpen = rig.pool.pins
    loader.append([vectorOf(scalar('INT64'), [10001, 10003, 10004])])
    assert.equal(rig.pool.pins, afterOpen)
    assert.ok(afterOpen - before <= 100)
    loader.finish()
    assert.equal(rig.open(schema, result).lookup(10003), 101)
    rig.close()
  })

  it(`keeps few index parts over many merges, and finds every key (seed ${seed})`, () => {
    const random = new Random(seed)
    const rig = new LoadRig()
    const type = scalar('STRING')
    const schema = schemaOf(type)
    const keys = Array.from({ length: 3000 }, (_, i) => `k${(i * 7919) % 3001}`)
    let base = emptyBase(schema).keyIndex
    let rows = 0
    let most = 0
    const context = rig.readers()
    while (rows < keys.length) {
      const count = Math.min(random.int(1, 60), keys.length - rows)
      const next = Array.from({ length: count }, (_, i) => rows + i)
      rows += count
      const result = extendKeyIndex(
        {
          type,
          table: 'T',
          base,
          keyOf: (row) => keys[row]!,
          isDeleted: () => false,
          sink: rig.heap,
          context,
          memoryBytes: 1 << 20,
          openSpill: rig.loadContext().openSpill,
        },
        next,
      )
      base = result.base
      most = Math.max(most, base.parts.length)
    }
    assert.ok(most <= 12, `${most} parts`)
    const columns = [
      load(
        rig,
        schema,
        emptyBase(schema),
        keys.map((key) => [key]),
      ).columns[0]!,
    ]
    const table = rig.open(schema, { ...emptyBase(schema), rowCount: rows, columns, keyIndex: base })
    for (const [row, key] of keys.entries()) assert.equal(table.lookup(key), row)
    assert.equal(table.lookup('k3001'), -1)
    rig.close()
  })

  it('abort gives everything back once', () => {
    const schema = schemaOf(scalar('INT64'))
    const rig = new LoadRig()
    const loader = new NodeLoader({ schema, base: emptyBase(schema), existing: null }, rig.loadContext(), () => {
      assert.fail('nothing was loaded')
    })
    loader.append([vectorOf(scalar('INT64'), [3, 1, 2])])
    loader.abort()
    loader.abort()
    assert.equal(rig.aborted, 1)
    rig.close()
  })
})

/** Typed arrays as arrays. */
function list(value: Value): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array)
  return Array.isArray(value) ? value.map(list) : value
}

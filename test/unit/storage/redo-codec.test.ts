import assert from 'node:assert/strict'
import { NodeDelta, RelDelta } from '../../../src/storage/delta-table.ts'
import { encodeRedo, redoCommit, replayRedo } from '../../../src/storage/redo-codec.ts'
import type { NodeTableSchema, RelTableSchema } from '../../../src/storage/table-schema.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import type { Value } from '../../../src/types/value.ts'

/** A few values of every type; null is added to each. */
const SAMPLES: readonly [string, readonly Value[]][] = [
  ['BOOL', [true, false]],
  ['INT8', [-128, 127]],
  ['INT64', [0, -1, 2 ** 53 - 1, 2n ** 62n, -(2n ** 63n)]],
  ['INT32', [70_000, -70_000]],
  ['INT16', [300, -300]],
  ['UINT64', [2n ** 64n - 1n, 5]],
  ['INT128', [2n ** 126n, -(2n ** 127n), 7]],
  ['DECIMAL(38, 4)', [10n ** 30n, -12]],
  ['FLOAT', [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY]],
  ['DOUBLE', [0.1, -0, Number.NaN, 1e300]],
  ['DATE', [-719_528, 20_000]],
  ['TIMESTAMP', [1_700_000_000_000_000, 2n ** 60n]],
  ['INTERVAL', [{ months: -3, days: 40, micros: 2n ** 55n }]],
  ['STRING', ['', 'a', 'é𐍈\u0000', 'x'.repeat(70_000)]],
  ['UUID', ['00112233-4455-6677-8899-aabbccddeeff']],
  ['BLOB', [Uint8Array.of(), Uint8Array.of(0, 255)]],
  ['INT64[]', [[], [1, null, 2n ** 60n]]],
  ['FLOAT[3]', [[1, 2, 3]]],
  ['STRING[][]', [[['a'], null, []]]],
  [
    'MAP(STRING, INT64[])',
    [
      [],
      [
        ['k', [1]],
        ['k', null],
      ],
    ],
  ],
  [
    'STRUCT(a INT64, b STRUCT(c STRING))',
    [
      [1, ['x']],
      [null, null],
    ],
  ],
  [
    'UNION(n INT64, s STRING)',
    [
      [0, 5],
      [1, 'five'],
      [1, 'six'],
    ],
  ],
]

describe('storage/redo-codec', () => {
  for (const [text, samples] of SAMPLES) {
    it(`carries ${text} through inserts and updates`, () => {
      const type = parseType(text)
      const schema: NodeTableSchema = {
        tableId: 3,
        name: 'T',
        primaryKey: 0,
        columns: [
          { columnId: 0, type: parseType('INT64') },
          { columnId: 4, type },
        ],
      }
      const delta = new NodeDelta(schema, 10)
      const since = delta.mark()
      const values = [...samples, null]
      for (const [i, value] of values.entries()) delta.insert([i, value], 6)
      for (const [i, value] of values.entries()) delta.update(i, 4, value, 6)
      delta.delete(3, 6)
      const record = encodeRedo(6, [{ tableId: 3, version: 77, columns: schema.columns, delta, since }])
      assert.equal(redoCommit(record), 6)
      const copy = new NodeDelta(schema, 10)
      replayRedo(record, (tableId, version) => {
        assert.deepEqual([tableId, version], [3, 77])
        return { columns: schema.columns, delta: copy }
      })
      assert.deepEqual(copy.columns.get(4)!.inserted, values)
      assert.deepEqual(copy.columns.get(4)!.updateValues, values)
      assert.deepEqual(copy.deletes.rows, [3])
      assert.equal(copy.rowCommits.countAt(5), 0)
      assert.equal(copy.rowCommits.countAt(6), values.length)
    })
  }

  const rels: RelTableSchema = {
    relTableId: 4,
    fromTableId: 3,
    toTableId: 3,
    columns: [],
    perSource: 'many',
    perTarget: 'many',
    storesBackward: true,
    storesForward: true,
    name: 'R',
  }

  it('carries ends of rels beyond 2^31 and skips sections of other versions', () => {
    const delta = new RelDelta(rels, 5)
    const since = delta.mark()
    delta.insert(4_000_000_000, 1, [], 2)
    delta.delete(7, 4_100_000_000, 3, 2)
    const record = encodeRedo(2, [
      { tableId: 4, version: 1, columns: [], delta, since },
      { tableId: 4, version: 2, columns: [], delta, since },
    ])
    const copy = new RelDelta(rels, 5)
    replayRedo(record, (_, version) => (version === 2 ? { columns: [], delta: copy } : undefined))
    assert.deepEqual(copy.sources, [4_000_000_000])
    assert.deepEqual(copy.deletedTargets, [4_100_000_000])
    assert.equal(copy.fwd.firstInsert(4_000_000_000), 0)
  })

  it('refuses a record that is cut short', () => {
    const delta = new RelDelta(rels, 0)
    const since = delta.mark()
    for (let i = 0; i < 10; i++) delta.insert(i, i, [], 1)
    const record = encodeRedo(1, [{ tableId: 4, version: 1, columns: [], delta, since }])
    const cut = record.subarray(0, record.length - 3)
    assert.throws(() => replayRedo(cut, () => ({ columns: [], delta: new RelDelta(rels, 0) })), /cut short/)
  })
})

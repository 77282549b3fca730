import assert from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { openColumn } from '../../../src/storage/column-reader.ts'
import type { AdjacencyCursor, Direction } from '../../../src/storage/read-view.ts'
import { ReaderContext } from '../../../src/storage/reader-context.ts'
import { RelLoader, type RelLoadResult } from '../../../src/storage/rel-bulk-loader.ts'
import { emptyRelBase, type RelTableBase } from '../../../src/storage/rel-table-base.ts'
import { DeltaRelTableReader } from '../../../src/storage/rel-table-reader.ts'
import type { RelTableSchema } from '../../../src/storage/table-schema.ts'
import { RelTableState } from '../../../src/storage/transaction-table-state.ts'
import { INT64, STRING } from '../../../src/types/logical-type.ts'
import { vectorBuilder } from '../../../src/types/vector-builder.ts'
import { TestPages } from './csr-test-pages.ts'

const PLAIN: RelTableSchema = {
  relTableId: 9,
  fromTableId: 1,
  toTableId: 2,
  columns: [],
  perSource: 'many',
  perTarget: 'many',
  storesForward: true,
  storesBackward: true,
  name: 'R',
}
const WITH_PROPERTIES: RelTableSchema = {
  ...PLAIN,
  columns: [
    { columnId: 0, type: INT64 },
    { columnId: 1, type: STRING },
  ],
}
/** Two and a half node groups. */
const NODES = 330_000

interface Rel {
  readonly source: number
  readonly target: number
  /** Number of the rel in the order of arrival; its properties are made from it. */
  readonly arrival: number
}

function load(pages: TestPages, schema: RelTableSchema, base: RelTableBase, rels: readonly Rel[]): RelTableBase {
  let result: RelLoadResult | undefined
  const loader = new RelLoader({ schema, base, sourceCount: NODES, targetCount: NODES }, pages, (r) => {
    result = r
  })
  for (let from = 0; from < rels.length; from += 5000) {
    const batch = rels.slice(from, from + 5000)
    const builders = schema.columns.map((c) => vectorBuilder(c.type, batch.length))
    for (const { arrival } of batch) {
      builders[0]?.append(arrival)
      builders[1]?.append(arrival % 3 === 0 ? null : `rel ${arrival}`)
    }
    loader.append(
      Uint32Array.from(batch, (r) => r.source),
      Uint32Array.from(batch, (r) => r.target),
      batch.length,
      builders.map((builder) => builder.finish()),
    )
  }
  assert.equal(loader.finish(), rels.length)
  return result?.base ?? base
}

function randomRels(count: number, seed: number, skew: readonly number[] = []): Rel[] {
  let state = seed
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * n)
  }
  return Array.from({ length: count }, (_, arrival) => ({
    source: below(3) === 0 && skew.length > 0 ? skew[below(skew.length)]! : below(NODES),
    target: below(4) === 0 && skew.length > 0 ? skew[below(skew.length)]! : below(NODES),
    arrival,
  }))
}

function check(pages: TestPages, schema: RelTableSchema, base: RelTableBase, loads: readonly (readonly Rel[])[]): void {
  // rel ids: load after load, each in the order of sources (targets where only they are stored), arrivals in order
  const primary = (rel: Rel): number => (schema.storesForward ? rel.source : rel.target)
  const byId = loads.flatMap((rels) => rels.slice().sort((a, b) => primary(a) - primary(b) || a.arrival - b.arrival))
  const readers = new ReaderContext(pages.pool, { tryReserve: () => true, release: () => {} }, 8)
  const state = new RelTableState(schema, 1, base)
  const pins = { now: 0 }
  const reader = new DeltaRelTableReader(state, {
    pool: pages.pool,
    snapshot: { commit: 1, live: false },
    pins: { tryTake: () => (pins.now < 4 ? ++pins.now > 0 : false), give: () => pins.now-- },
    cursors: new Set(),
    openColumn: (table, columnId) =>
      openColumn(table.base.columns.find((c) => c.columnId === columnId)!, null, readers, { table: 'R', column: '' }),
  })
  assert.equal(reader.liveCount, byId.length)
  for (const direction of ['fwd', 'bwd'] as const) {
    if (direction === 'fwd' ? !schema.storesForward : !schema.storesBackward) continue
    const cursor = reader.cursor(direction, true)
    compareLists(cursor, true, direction, byId)
    const plain = reader.cursor(direction, false)
    compareLists(plain, false, direction, byId)
    cursor.close()
    plain.close()
    assert.equal(reader.degreeSum(direction, 0, NODES), byId.length)
    const inside = byId.filter((rel) => {
      const node = direction === 'fwd' ? rel.source : rel.target
      return node >= 1000 && node < 200_001
    })
    assert.equal(reader.degreeSum(direction, 1000, 200_001), inside.length)
  }
  if (schema.columns.length > 0) {
    byId.forEach(({ arrival }, relId) => {
      assert.equal(reader.column(0).value(relId), arrival)
      assert.equal(reader.column(1).value(relId), arrival % 3 === 0 ? null : `rel ${arrival}`)
    })
  }
  readers.close()
  assert.equal(pages.pool.stats().pinned, 0)
  assert.equal(pins.now, 0)
}

function compareLists(cursor: AdjacencyCursor, withIds: boolean, direction: Direction, byId: readonly Rel[]): void {
  const lists = new Map<number, number[]>()
  byId.forEach((rel, relId) => {
    const node = direction === 'fwd' ? rel.source : rel.target
    const list = lists.get(node)
    if (list === undefined) lists.set(node, [relId])
    else list.push(relId)
  })
  for (let node = 0; node < NODES + 10; node += lists.has(node + 1) ? 1 : 7) {
    const ids = lists.get(node) ?? []
    cursor.load(node)
    assert.equal(cursor.hi - cursor.lo, ids.length, `${direction} degree of ${node}`)
    assert.equal(cursor.degree(node), ids.length)
    cursor.load(node)
    ids.forEach((relId, i) => {
      const k = cursor.lo + i
      const { source, target } = byId[relId]!
      if (withIds)
        assert.equal(cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift], relId)
      assert.equal(cursor.neighbours[k], direction === 'fwd' ? target : source, `${direction} neighbour of ${node}`)
    })
  }
}

describe('storage/rel-bulk-loader', function () {
  this.timeout(60_000) // tens of thousands of rels are compared one by one
  it('builds both directions over several groups', () => {
    const pages = new TestPages()
    const rels = randomRels(60_000, 1)
    check(pages, PLAIN, load(pages, PLAIN, emptyRelBase(PLAIN), rels), [rels])
  })

  it('permutes properties into the order of the forward lists', () => {
    const pages = new TestPages()
    const rels = randomRels(30_000, 2)
    check(pages, WITH_PROPERTIES, load(pages, WITH_PROPERTIES, emptyRelBase(WITH_PROPERTIES), rels), [rels])
  })

  it('spills and cuts skewed groups into stretches when memory is short, and streams a single heavy node', () => {
    const pages = new TestPages(64 << 10)
    const rels = randomRels(80_000, 3, [5, 140_000])
    const base = load(pages, WITH_PROPERTIES, emptyRelBase(WITH_PROPERTIES), rels)
    assert.ok(pages.spills > 0)
    check(pages, WITH_PROPERTIES, base, [rels])
  })

  it('merges a second load into the lists of the first and keeps groups that it does not touch', () => {
    const pages = new TestPages(64 << 10)
    const first = randomRels(40_000, 4, [7])
    const before = load(pages, PLAIN, emptyRelBase(PLAIN), first)
    const second = randomRels(30_000, 5, [7, 8]).filter((rel) => rel.source < 131_072)
    const after = load(pages, PLAIN, before, second)
    assert.deepEqual(after.fwd![1], before.fwd![1])
    assert.notDeepEqual(after.fwd![0], before.fwd![0])
    check(pages, PLAIN, after, [first, second])
  })

  it('numbers rels by target when only the lists by target are stored', () => {
    const schema: RelTableSchema = { ...PLAIN, storesForward: false }
    const pages = new TestPages()
    const rels = randomRels(20_000, 6)
    check(pages, schema, load(pages, schema, emptyRelBase(schema), rels), [rels])
  })

  for (const [side, stored] of [
    ['perSource', true],
    ['perSource', false],
    ['perTarget', true],
    ['perTarget', false],
  ] as const) {
    it(`refuses a second rel of a node: ${side}, its lists ${stored ? 'stored' : 'not stored'}`, () => {
      const lists = side === 'perSource' ? { storesForward: stored } : { storesBackward: stored }
      const schema: RelTableSchema = { ...PLAIN, [side]: 'one', ...lists }
      const pages = new TestPages()
      const rel = (source: number, target: number): Rel => ({ source, target, arrival: 0 })
      const base = load(pages, schema, emptyRelBase(schema), [rel(140_000, 150_000)])
      const again = side === 'perSource' ? rel(140_000, 3) : rel(3, 150_000)
      assert.throws(
        () => load(pages, schema, base, [again]),
        (error) =>
          error instanceof DatabaseError &&
          error.code === 'MULTIPLICITY' &&
          error.message.includes(side === 'perSource' ? 'nodeOffset: 140000' : 'nodeOffset: 150000'),
      )
      load(pages, schema, base, [rel(4, 5)])
    })
  }

  it('lays a table of few rels into one page per direction', () => {
    const pages = new TestPages()
    load(pages, PLAIN, emptyRelBase(PLAIN), [
      { source: 0, target: 5, arrival: 0 },
      { source: 2, target: 7, arrival: 1 },
    ])
    assert.equal(pages.pageCount, 2)
  })
})

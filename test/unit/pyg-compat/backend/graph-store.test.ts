import assert from 'node:assert/strict'
import { Connection, Database } from '../../../../src/index.ts'
import type { EdgeLayout } from '../../../../src/pyg-compat/backend/edge-attr.ts'
import type { FeatureStore } from '../../../../src/pyg-compat/backend/feature-store.ts'
import type { GraphStore } from '../../../../src/pyg-compat/backend/graph-store.ts'
import type { EdgeType } from '../../../../src/pyg-compat/edge-type.ts'
import { fails, one, Scratch, value } from '../../../api/support/scratch.ts'

type Edge = readonly [number, number]

const SEVEN: readonly Edge[] = [
  [1, 0],
  [2, 0],
  [3, 1],
  [4, 1],
  [0, 2],
  [5, 2],
  [2, 3],
  [4, 3],
  [6, 4],
  [0, 5],
  [1, 5],
  [3, 6],
  [5, 0],
]
const VV: EdgeType = ['v', 'e', 'v']
const SEED = Number(process.env['NISABA_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

interface Opened {
  readonly connection: Connection
  readonly features: FeatureStore
  readonly graph: GraphStore
}

/** Nodes 0 .. count-1 and rels in the order of `edges`, with the place as column `at`. */
async function openGraph(database: Database, count: number, edges: readonly Edge[], storage = ''): Promise<Opened> {
  const connection = new Connection(database)
  await one(connection, 'CREATE NODE TABLE v(id INT64 PRIMARY KEY)')
  await one(connection, `CREATE REL TABLE e(FROM v TO v, at INT32)${storage}`)
  await one(connection, `UNWIND range(0, ${count - 1}) AS i CREATE (:v {id: i})`)
  await insert(connection, edges)
  const [features, graph] = database.getTorchGeometricRemoteBackend()
  return { connection, features, graph }
}

async function insert(connection: Connection, edges: readonly Edge[]): Promise<void> {
  const rows = edges.map(([source, target], at) => ({ source, target, at }))
  const text =
    'UNWIND $rows AS r MATCH (a:v), (b:v) WHERE a.id = r.source AND b.id = r.target CREATE (a)-[:e {at: r.at}]->(b)'
  for (const row of rows) await one(connection, text, { rows: [row] })
}

/** The edges that a layout stands for, in its order. */
function edgesOf(layout: EdgeLayout, [first, second]: readonly [Uint32Array, Uint32Array]): Edge[] {
  const expand = (pointers: Uint32Array) =>
    [...pointers].slice(1).flatMap((end, node) => new Array<number>(end - pointers[node]!).fill(node))
  const row = layout === 'csr' ? expand(first) : [...first]
  const col = layout === 'csc' ? expand(second) : [...second]
  return row.map((source, k) => [source, col[k]!])
}

function sorted(edges: readonly Edge[], by: 0 | 1): Edge[] {
  return edges
    .map((edge, k) => ({ edge, k }))
    .sort((a, b) => a.edge[by] - b.edge[by] || a.k - b.k)
    .map(({ edge }) => edge)
}

describe(`graph store (seed ${SEED})`, () => {
  const scratch = new Scratch()
  after(() => scratch.end())
  let file = 0
  const database = () => scratch.database(`graph-${++file}`)

  for (const merged of [false, true]) {
    describe(merged ? 'merged' : 'not merged', () => {
      let opened: Opened
      before(async () => {
        opened = await openGraph(database(), 7, SEVEN)
        if (merged) await one(opened.connection, 'CHECKPOINT')
        opened.graph.refresh()
      })

      it('gives the golden graph in the order of its edges', () => {
        const [row, col] = opened.graph.getEdgeIndex({ edgeType: VV, layout: 'coo' })
        assert.deepEqual(edgesOf('coo', [row, col]), SEVEN)
        assert.deepEqual([...opened.graph.getEdgeIds([VV, 'coo'])], [...SEVEN.keys()])
        assert.deepEqual([...opened.features.getTensor([VV, 'at', null]).data], [...SEVEN.keys()])
      })

      it('gives it sorted by target', () => {
        const coo = opened.graph.getEdgeIndex([VV, 'coo', true])
        assert.deepEqual(edgesOf('coo', coo), sorted(SEVEN, 1))
        const [row, colptr] = opened.graph.getEdgeIndex([VV, 'csc'])
        assert.deepEqual([...colptr], [0, 3, 5, 7, 9, 10, 12, 13])
        assert.deepEqual([...row], [1, 2, 5, 3, 4, 0, 5, 2, 4, 6, 0, 1, 3])
        assert.deepEqual([...opened.graph.getEdgeIds([VV, 'csc'])], [0, 1, 12, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      })

      it('gives it by source', () => {
        const [rowptr, col] = opened.graph.getEdgeIndex([VV, 'csr'])
        assert.deepEqual([...rowptr], [0, 2, 4, 6, 8, 10, 12, 13])
        assert.deepEqual([...col], [2, 5, 0, 5, 0, 3, 1, 6, 1, 3, 2, 0, 4])
      })

      it('gives 8-byte ids when asked for', () => {
        const [row, colptr] = opened.graph.getEdgeIndex([VV, 'csc'], { dtype: 'int64' })
        assert.ok(row instanceof BigInt64Array && colptr instanceof BigInt64Array)
        assert.deepEqual([...colptr], [0n, 3n, 5n, 7n, 9n, 10n, 12n, 13n])
        assert.equal(row[2], 5n)
      })

      it('converts, with the places that edges come from', () => {
        const naive = (by: 0 | 1) => {
          const order = [...SEVEN.keys()].sort((a, b) => SEVEN[a]![by] - SEVEN[b]![by] || a - b)
          return Uint32Array.from(order)
        }
        const [, , cooPerm] = opened.graph.coo()
        assert.equal(cooPerm.get('v__e__v'), null)
        const [cscRow, colptr, cscPerm] = opened.graph.csc([VV])
        assert.deepEqual(cscPerm.get('v__e__v'), naive(1))
        assert.deepEqual(edgesOf('csc', [cscRow.get('v__e__v')!, colptr.get('v__e__v')!]), sorted(SEVEN, 1))
        const [rowptr, csrCol, csrPerm] = opened.graph.csr(null)
        assert.deepEqual(csrPerm.get('v__e__v'), naive(0))
        assert.deepEqual(edgesOf('csr', [rowptr.get('v__e__v')!, csrCol.get('v__e__v')!]), sorted(SEVEN, 0))
      })

      it('tells sizes', () => {
        assert.deepEqual(opened.graph.getEdgeSize(VV), [7, 7])
        assert.deepEqual(opened.graph.getAllEdgeAttrs(), [
          { edgeType: ['v', 'e', 'v'], layout: 'coo', isSorted: true, size: [7, 7] },
        ])
        const [row, colptr] = opened.graph.getEdgeIndex({ edgeType: VV, layout: 'csc', size: [9, 9] })
        assert.equal(row.length, 13)
        assert.deepEqual([...colptr.subarray(7)], [13, 13, 13])
      })
    })
  }

  it('gives one layout for all: random graphs with deleted rels, against a naive one', async () => {
    let state = SEED
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    for (const storage of ['', " WITH (storage_direction = 'fwd')"]) {
      const edges = Array.from({ length: 60 }, (): Edge => [random(12), random(12)])
      const { connection, features, graph } = await openGraph(database(), 12, edges, storage)
      const gone = new Set([3, 17, 18, 40].map((k) => k + random(3)))
      await one(connection, `MATCH ()-[r:e]->() WHERE r.at IN [${[...gone].join(', ')}] DELETE r`)
      const kept = edges.filter((_, k) => !gone.has(k))
      const places = [...edges.keys()].filter((k) => !gone.has(k))
      for (const merged of [false, true]) {
        if (merged) await one(connection, 'CHECKPOINT')
        graph.refresh()
        const coo = edgesOf('coo', graph.getEdgeIndex([VV, 'coo']))
        assert.deepEqual(
          [...graph.getEdgeIds([VV, 'coo'])].map((id) => Number(features.getTensor([VV, 'at', id]).data[0])),
          places,
        )
        assert.deepEqual(coo, kept, `storage${storage}, merged ${merged}`)
        for (const [layout, by] of [
          ['csr', 0],
          ['csc', 1],
        ] as const) {
          const found = edgesOf(layout, graph.getEdgeIndex([VV, layout]))
          assert.deepEqual(found, sorted(kept, by))
          const at = features.getTensor([VV, 'at', graph.getEdgeIds([VV, layout])]).data
          assert.deepEqual(
            [...at].map((k) => edges[Number(k)]),
            found,
          )
          const [rows, cols, perms] = graph[layout]()
          assert.deepEqual(edgesOf(layout, [rows.get('v__e__v')!, cols.get('v__e__v')!]), found)
          const perm = perms.get('v__e__v') ?? Uint32Array.from(coo.keys())
          assert.deepEqual(
            [...perm].map((k) => coo[k]),
            found,
          )
        }
      }
    }
  }).timeout(60_000)

  it('puts edges in every layout, and reads them after reopening', async () => {
    const first = database()
    const { connection, graph } = await openGraph(first, 7, [])
    await one(connection, 'CREATE NODE TABLE w(id INT64 PRIMARY KEY)')
    await one(connection, 'UNWIND range(0, 2) AS i CREATE (:w {id: i})')
    const types: Record<EdgeLayout, EdgeType> = { coo: VV, csr: ['v', 'new', 'v'], csc: ['v', 'new', 'w'] }
    const bipartite = SEVEN.filter(([, target]) => target < 3)
    graph.putEdgeIndex([Uint32Array.from(SEVEN, ([s]) => s), Uint32Array.from(SEVEN, ([, t]) => t)], [VV, 'coo'])
    graph.putEdgeIndex(graph.getEdgeIndex([VV, 'csr'], { dtype: 'int64' }), [types.csr, 'csr'])
    const csc = sorted(bipartite, 1)
    const pointers = Uint32Array.of(0, 3, 5, 7)
    graph.putEdgeIndex([Uint32Array.from(csc, ([s]) => s), pointers], [types.csc, 'csc'])
    const check = (store: GraphStore) => {
      assert.deepEqual(edgesOf('coo', store.getEdgeIndex([VV, 'coo', true])), sorted(sorted(SEVEN, 0), 1))
      assert.deepEqual(edgesOf('csr', store.getEdgeIndex([types.csr, 'csr'])), sorted(SEVEN, 0))
      assert.deepEqual(edgesOf('csc', store.getEdgeIndex([types.csc, 'csc'])), csc)
      assert.deepEqual(store.getEdgeSize(types.csc), [7, 3])
    }
    check(graph)
    assert.equal(await value(connection, 'MATCH (:v)-[:new]->(:w) RETURN count(*)'), 7)
    assert.equal(await value(connection, 'MATCH ()-[r:e]->() WHERE r.at IS NULL RETURN count(*)'), 13)
    await first.close()
    const again = new Database(first.path, { bufferPoolSize: 16 * 2 ** 20 })
    const [, reopened] = again.getTorchGeometricRemoteBackend()
    check(reopened)
    assert.equal(reopened.getAllEdgeAttrs().length, 3)
    reopened.removeEdgeIndex([types.csr, 'csr'])
    assert.equal(reopened.getAllEdgeAttrs().length, 2)
    reopened.removeEdgeIndex([types.csc, 'coo'])
    assert.throws(() => reopened.getEdgeIndex([types.csc, 'coo']), fails('UNKNOWN_TABLE'))
    const rest = new Connection(again)
    await one(rest, 'CREATE REL TABLE new(FROM w TO v)')
    await again.close()
  })

  it('keeps edge columns of edges that are there when others are put', async () => {
    const { features, graph } = await openGraph(database(), 7, SEVEN.slice(0, 3))
    graph.putEdgeIndex([Uint32Array.of(6), Uint32Array.of(0)], [VV, 'coo'])
    const ids = graph.getEdgeIds([VV, 'csr'])
    const places = features.getValues([VV, 'at', ids])
    assert.deepEqual(edgesOf('csr', graph.getEdgeIndex([VV, 'csr'])), [...sorted(SEVEN.slice(0, 3), 0), [6, 0]])
    assert.deepEqual(places, [0, 1, 2, null])
  })

  it('refuses what is not there or does not fit', async () => {
    const { graph } = await openGraph(database(), 7, SEVEN)
    const ids = Uint32Array.of(1, 2)
    const bad: readonly (readonly [() => unknown, Parameters<typeof fails>])[] = [
      [
        () => graph.getEdgeIndex([['v', 'f', 'v'], 'coo']),
        ['UNKNOWN_TABLE', /Edge type v__f__v does not exist. Did you mean v__e__v\?/],
      ],
      [() => graph.getEdgeIndex([['v', 'e', 'w'], 'coo']), ['UNKNOWN_TABLE', /Did you mean v__e__v\?/]],
      [() => graph.getEdgeIndex(['v__e__v' as never, 'coo']), ['INVALID_ARGUMENT', /edge type is/]],
      [() => graph.getEdgeIndex([VV, 'coordinates' as never]), ['INVALID_ARGUMENT', /no layout/]],
      [() => graph.getEdgeIndex([VV, 'csr', true]), ['INVALID_ARGUMENT', /not sorted by target/]],
      [() => graph.getEdgeIndex({ edgeType: VV, layout: 'csr', size: [6, 7] }), ['INVALID_ARGUMENT', /size/]],
      [() => graph.csc([['v', 'f', 'v']]), ['UNKNOWN_TABLE', '']],
      [
        () => graph.putEdgeIndex([ids, Uint32Array.of(7, 0)], [VV, 'coo']),
        ['INVALID_ARGUMENT', /Node 7 is outside of table v/],
      ],
      [
        () => graph.putEdgeIndex([ids, Uint32Array.of(0)], [VV, 'coo']),
        ['INVALID_ARGUMENT', /2 sources and 1 targets/],
      ],
      [() => graph.putEdgeIndex([ids, Uint32Array.of(0, 1)], [VV, 'csc']), ['INVALID_ARGUMENT', /Pointers/]],
      [
        () => graph.putEdgeIndex([BigInt64Array.of(-1n), BigInt64Array.of(1n)], [VV, 'coo']),
        ['INVALID_ARGUMENT', /-1 is no id/],
      ],
      [() => graph.putEdgeIndex([ids, ids], [['v', 'v', 'v'], 'coo']), ['INVALID_ARGUMENT', /node table/]],
      [() => graph.putEdgeIndex([ids, ids], [['v', 'e2', 'u'], 'coo']), ['UNKNOWN_TABLE', /Node table u/]],
      [() => graph.removeEdgeIndex([['v', 'f', 'v'], 'coo']), ['UNKNOWN_TABLE', '']],
    ]
    for (const [call, [code, message]] of bad) assert.throws(call, fails(code, message))
    assert.equal(graph.getEdgeIndex([null, 'coo'])[0].length, 13)
  })

  it('reads a large bulk-loaded graph as its rels are numbered', async () => {
    const { graph } = await openGraph(database(), 300, [])
    let state = SEED
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * 300)
    }
    const edges = Array.from({ length: 20_000 }, (): Edge => [random(), random()])
    graph.putEdgeIndex([Uint32Array.from(edges, ([s]) => s), Uint32Array.from(edges, ([, t]) => t)], [VV, 'coo'])
    const coo = edgesOf('coo', graph.getEdgeIndex([VV, 'coo']))
    const key = ([s, t]: Edge) => s * 300 + t
    assert.deepEqual(
      coo.map(key).sort((a, b) => a - b),
      edges.map(key).sort((a, b) => a - b),
    )
    const [row, colptr, perm] = graph.csc()
    const csc = edgesOf('csc', [row.get('v__e__v')!, colptr.get('v__e__v')!])
    const places = perm.get('v__e__v')!
    for (const [k, edge] of csc.entries()) assert.deepEqual(coo[places[k]!], edge)
  })
})

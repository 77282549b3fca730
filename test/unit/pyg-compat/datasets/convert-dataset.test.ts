import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { Connection } from '../../../../src/index.ts'
import { convertDataset } from '../../../../src/pyg-compat/datasets/convert-dataset.ts'
import { fails, one, rows, Scratch, value } from '../../../api/support/scratch.ts'
import { half, npyBytes } from './support/npy-bytes.ts'
import { pickledGraph, pickledInts, pickledSparse } from './support/pickle-writer.ts'
import { writeZip } from './support/zip-file.ts'

const NODES = 20_000
const WIDTH = 4
const EDGES = 300_000

const featureOf = (node: number, k: number) => ((node * 7 + k) % 64) / 8 - 4
const yearOf = (node: number) => 1950 + (node % 70)
const labelOf = (node: number) => (node % 3 === 0 ? node % 172 : null)
const splitOf = (node: number) => (node % 9 === 0 ? 1 : node % 9 === 3 ? 2 : node % 9 === 6 ? 3 : 0)
const sourceOf = (edge: number) => (edge * 31) % NODES
const targetOf = (edge: number) => (edge * 17 + 5) % NODES

function folderOf(scratch: Scratch, name: string, ...parts: readonly string[]): string {
  const folder = path.join(scratch.folder, name)
  for (const part of ['', ...parts]) mkdirSync(path.join(folder, part), { recursive: true })
  return folder
}

function writeSplit(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [part, code] of [
    ['train', 1],
    ['valid', 2],
    ['test', 3],
  ] as const) {
    const ids = Array.from({ length: NODES }, (_, node) => node).filter((node) => splitOf(node) === code)
    writeFileSync(path.join(folder, `${part}.csv.gz`), gzipSync(`${ids.join('\n')}\n`))
  }
}

/** The files of papers100M, with this many nodes and edges. */
function writePapers(folder: string, form: { halves: boolean; deflated: boolean; zip64: boolean }): void {
  const count = NODES * WIDTH
  const features = form.halves
    ? npyBytes(
        '<f2',
        [NODES, WIDTH],
        Uint16Array.from({ length: count }, (_, i) => half(featureOf(Math.floor(i / WIDTH), i % WIDTH))),
      )
    : npyBytes(
        '<f4',
        [NODES, WIDTH],
        Float32Array.from({ length: count }, (_, i) => featureOf(Math.floor(i / WIDTH), i % WIDTH)),
      )
  const edges = BigInt64Array.from({ length: 2 * EDGES }, (_, i) =>
    BigInt(i < EDGES ? sourceOf(i) : targetOf(i - EDGES)),
  )
  const { deflated, zip64 } = form
  const member = (name: string, data: Uint8Array) => ({ name: `${name}.npy`, data, deflated })
  writeZip(
    path.join(folder, 'raw', 'data.npz'),
    [
      member('num_nodes_list', npyBytes('<i8', [1], BigInt64Array.of(BigInt(NODES)))),
      member('edge_index', npyBytes('<i8', [2, EDGES], edges)),
      member('node_feat', features),
      member(
        'node_year',
        npyBytes(
          '<i8',
          [NODES, 1],
          BigInt64Array.from({ length: NODES }, (_, i) => BigInt(yearOf(i))),
        ),
      ),
    ],
    zip64,
  )
  const labels = Float32Array.from({ length: NODES }, (_, i) => labelOf(i) ?? Number.NaN)
  writeZip(
    path.join(folder, 'raw', 'node-label.npz'),
    [member('node_label', npyBytes('<f4', [NODES, 1], labels))],
    zip64,
  )
  writeSplit(path.join(folder, 'split', 'time'))
}

async function checkPapers(connection: Connection, missing: number | null): Promise<void> {
  assert.equal(await value(connection, 'MATCH (p:paper) RETURN count(*)'), NODES)
  assert.equal(await value(connection, 'MATCH ()-[c:cites]->() RETURN count(*)'), EDGES)
  const some = await rows(connection, 'MATCH (p:paper) WHERE p.id % 997 = 0 RETURN p.id, p.x, p.year, p.y, p.split')
  assert.equal(some.length, Math.ceil(NODES / 997))
  for (const row of some) {
    const id = Number(row['p.id'])
    assert.deepEqual(
      [...(row['p.x'] as Float32Array)],
      Array.from({ length: WIDTH }, (_, k) => featureOf(id, k)),
    )
    assert.deepEqual([row['p.year'], row['p.y'], row['p.split']], [yearOf(id), labelOf(id) ?? missing, splitOf(id)])
  }
  const sum = Array.from({ length: EDGES }, (_, e) => sourceOf(e) * 2 + targetOf(e)).reduce((a, b) => a + b, 0)
  assert.equal(Number(await value(connection, 'MATCH (a)-[:cites]->(b) RETURN sum(a.id * 2 + b.id)')), sum)
}

describe('published data sets', () => {
  const scratch = new Scratch()
  after(() => scratch.end())

  describe('ogbn-papers100M', () => {
    const forms = [
      { halves: true, deflated: false, zip64: true },
      { halves: false, deflated: true, zip64: false },
    ]
    for (const [i, form] of forms.entries()) {
      const name = `${form.halves ? 'float16' : 'float32'}, ${form.deflated ? 'deflated' : 'stored'}${form.zip64 ? ', zip64' : ''}`
      it(`goes straight into a database: ${name}`, async () => {
        const raw = folderOf(scratch, `papers-${i}`, 'raw')
        writePapers(raw, form)
        const database = scratch.database(`papers-${i}.nisaba`)
        const seen = new Map<string, number>()
        const progress = (part: string, done: number, total: number | null) => {
          assert.equal(total, part === 'nodes' ? NODES : EDGES)
          seen.set(part, done)
        }
        const converted = await convertDataset('ogbn-papers100M', { raw, out: database, progress })
        assert.deepEqual(converted, {
          nodes: NODES,
          edges: EDGES,
          features: WIDTH,
          nodeTable: 'paper',
          relTable: 'cites',
          kind: 'database',
        })
        assert.deepEqual(
          [...seen],
          [
            ['nodes', NODES],
            ['edges', EDGES],
          ],
        )
        await checkPapers(new Connection(database), null)
      }).timeout(60_000)
    }

    it('becomes files that COPY reads', async () => {
      const raw = folderOf(scratch, 'papers-files', 'raw')
      writePapers(raw, { halves: true, deflated: true, zip64: true })
      const out = path.join(scratch.folder, 'papers-out')
      const converted = await convertDataset('OGBN-papers100m', { raw, out })
      assert.equal(converted.kind, 'files')
      assert.deepEqual(readdirSync(out).sort(), [
        'copy.cypher',
        'edge_index.csv',
        'ids.npy',
        'node_feat.npy',
        'node_label.npy',
        'node_year.npy',
        'schema.cypher',
        'split.npy',
      ])
      const connection = scratch.connection('from-files.nisaba')
      await connection.query(readFileSync(path.join(out, 'schema.cypher'), 'utf8'))
      const copies = readFileSync(path.join(out, 'copy.cypher'), 'utf8').replaceAll(/'([a-z_]+\.)/g, `'${out}/$1`)
      await connection.query(copies)
      await checkPapers(connection, -1)
    }).timeout(60_000)

    it('refuses archives that are not what they should be, and leaves no table behind', async () => {
      const raw = folderOf(scratch, 'papers-bad', 'raw')
      const database = scratch.database('bad.nisaba')
      const convert = () => convertDataset('ogbn-papers100M', { raw, out: database })
      await assert.rejects(convert(), fails('IO', /There is no raw\/data.npz/))
      writePapers(raw, { halves: true, deflated: true, zip64: false })
      const data = path.join(raw, 'raw', 'data.npz')
      const whole = readFileSync(data)
      writeFileSync(data, whole.subarray(0, whole.length >> 1))
      await assert.rejects(convert(), fails('BAD_FILE', /data.npz/))
      const damaged = Buffer.from(whole)
      damaged.fill(0xff, whole.length >> 2, (whole.length >> 2) + 4096)
      writeFileSync(data, damaged)
      await assert.rejects(convert(), fails('BAD_FILE', /data.npz/))
      writeZip(data, [{ name: 'edge_index.npy', data: npyBytes('<i8', [2, 1], BigInt64Array.of(0n, BigInt(NODES))) }])
      await assert.rejects(convert(), fails('BAD_FILE', /no array node_feat, only edge_index/))
      writeZip(data, [
        { name: 'edge_index.npy', data: npyBytes('<i8', [2, 1], BigInt64Array.of(0n, BigInt(NODES))) },
        { name: 'node_feat.npy', data: npyBytes('<f4', [NODES, 1], new Float32Array(NODES)) },
      ])
      await assert.rejects(convert(), fails('BAD_FILE', /20000 is no node; there are 20000/))
      const connection = new Connection(database)
      assert.deepEqual(await rows(connection, 'CALL show_tables() RETURN name'), [])
      await assert.rejects(
        convertDataset('ogbn-paper', { raw, out: database }),
        fails('INVALID_ARGUMENT', /Known are ogbn/),
      )
      await assert.rejects(
        convertDataset('ogbn-arxiv', { raw: `${raw}-no`, out: database }),
        fails('IO', /No such folder/),
      )
    }).timeout(60_000)
  })

  describe('OGB as text', () => {
    const edges = [
      [0, 1],
      [2, 3],
      [19_999, 7],
      [5, 5],
    ]
    const write = (folder: string, split: string, years: boolean) => {
      const put = (name: string, lines: Iterable<string>) =>
        writeFileSync(path.join(folder, 'raw', `${name}.csv.gz`), gzipSync(`${[...lines].join('\n')}\n`))
      const nodes = Array.from({ length: NODES }, (_, node) => node)
      put('num-node-list', [String(NODES)])
      put('num-edge-list', [String(edges.length)])
      put(
        'edge',
        edges.map((edge) => edge.join(',')),
      )
      put(
        'node-feat',
        nodes.map((node) =>
          Array.from({ length: WIDTH }, (_, k) =>
            node === 3 && k === 0 ? '-1.5e-3' : featureOf(node, k).toFixed(6),
          ).join(','),
        ),
      )
      put(
        'node-label',
        nodes.map((node) => String(node % 40)),
      )
      if (years)
        put(
          'node_year',
          nodes.map((node) => String(yearOf(node))),
        )
      writeSplit(path.join(folder, 'split', split))
    }

    it('ogbn-arxiv: directed, with years', async () => {
      const raw = folderOf(scratch, 'arxiv', 'raw')
      write(raw, 'time', true)
      const database = scratch.database('arxiv.nisaba')
      const converted = await convertDataset('ogbn-arxiv', { raw, out: database })
      assert.equal(converted.edges, 4)
      const connection = new Connection(database)
      const all = await rows(
        connection,
        'MATCH (p:paper) WHERE p.id < 20 RETURN p.x, p.year, p.y, p.split ORDER BY p.id',
      )
      for (const [id, row] of all.entries()) {
        const x = Array.from({ length: WIDTH }, (_, k) =>
          id === 3 && k === 0 ? Math.fround(-0.0015) : featureOf(id, k),
        )
        assert.deepEqual([...(row['p.x'] as Float32Array)], x)
        assert.deepEqual([row['p.year'], row['p.y'], row['p.split']], [yearOf(id), id % 40, splitOf(id)])
      }
      const pairs = await rows(connection, 'MATCH (a)-[:cites]->(b) RETURN a.id, b.id ORDER BY a.id')
      assert.deepEqual(
        pairs.map((row) => Object.values(row)),
        [
          [0, 1],
          [2, 3],
          [5, 5],
          [19_999, 7],
        ],
      )
    }).timeout(60_000)

    it('ogbn-products: each edge in both directions', async () => {
      const raw = folderOf(scratch, 'products', 'raw')
      write(raw, 'sales_ranking', false)
      const database = scratch.database('products.nisaba')
      const converted = await convertDataset('ogbn-products', { raw, out: database })
      assert.deepEqual([converted.nodeTable, converted.relTable, converted.edges], ['product', 'bought_with', 8])
      const connection = new Connection(database)
      assert.equal(await value(connection, 'MATCH (:product {id: 7})-[:bought_with]->(b) RETURN b.id'), 19_999)
      await assert.rejects(one(connection, 'MATCH (p:product) RETURN p.year'), fails('UNKNOWN_PROPERTY'))
    }).timeout(60_000)

    it('names file and line of what is no number', async () => {
      const raw = folderOf(scratch, 'arxiv-bad', 'raw')
      write(raw, 'time', true)
      const edgeFile = path.join(raw, 'raw', 'edge.csv.gz')
      const convert = () => convertDataset('ogbn-arxiv', { raw, out: path.join(scratch.folder, 'arxiv-bad-out') })
      writeFileSync(edgeFile, gzipSync('0,1\n1,x\n'))
      await assert.rejects(convert(), fails('BAD_FILE', /edge.csv.gz on line 2: x is no number/))
      writeFileSync(edgeFile, gzipSync('0,1\n1,20000\n'))
      await assert.rejects(convert(), fails('BAD_FILE', /20000 is no node/))
      writeFileSync(edgeFile, 'not compressed')
      await assert.rejects(convert(), fails('BAD_FILE', /edge.csv.gz/))
      writeFileSync(path.join(raw, 'raw', 'node-label.csv.gz'), gzipSync('1\n2\n'))
      await assert.rejects(convert(), fails('BAD_FILE', /node-label.csv.gz: it ends too early/))
    }).timeout(60_000)
  })

  describe('Planetoid', () => {
    // nodes 0-5 are in allx, 8, 6, 7 in tx; 0 and 1 are for training
    const features = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 0],
      [0, 0.5, 0],
      [0, 0, 0],
      [6, 0, 0],
      [7, 0, 0],
      [8, 0, 0],
    ]
    const classes = [0, 1, 1, 0, 1, 0, 1, 0, 1]
    const hot = (node: number) => (classes[node] === 0 ? [1, 0] : [0, 1])
    const tests = [8, 6, 7]
    const graph = new Map([
      [0, [1, 2, 2]],
      [1, [0]],
      [2, [0, 8]],
      [8, [8, 2]],
      [3, []],
    ])

    it('reads the pickles, with the public split', async () => {
      const raw = folderOf(scratch, 'cora')
      const put = (part: string, data: Uint8Array | string) => writeFileSync(path.join(raw, `ind.cora.${part}`), data)
      const ids = [0, 1, 2, 3, 4, 5]
      put('x', pickledSparse([features[0]!, features[1]!]))
      put('y', pickledInts([hot(0), hot(1)]))
      put(
        'allx',
        pickledSparse(
          ids.map((id) => features[id]!),
          'shape',
        ),
      )
      put('ally', pickledInts(ids.map(hot)))
      put('tx', pickledSparse(tests.map((id) => features[id]!)))
      put('ty', pickledInts(tests.map(hot)))
      put('test.index', '8\n6\n7\n')
      put('graph', pickledGraph(graph))
      const database = scratch.database('cora.nisaba')
      const converted = await convertDataset('cora', { raw, out: database })
      assert.deepEqual([converted.nodes, converted.edges, converted.features], [9, 6, 3])
      const connection = new Connection(database)
      const all = await rows(connection, 'MATCH (p:paper) RETURN p.x, p.y, p.split ORDER BY p.id')
      assert.deepEqual(
        all.map((row) => [...(row['p.x'] as Float32Array)]),
        features,
      )
      assert.deepEqual(
        all.map((row) => row['p.y']),
        classes,
      )
      assert.deepEqual(
        all.map((row) => row['p.split']),
        [1, 1, 2, 2, 2, 2, 3, 3, 3],
      )
      const pairs = await rows(connection, 'MATCH (a)-[:cites]->(b) RETURN a.id, b.id ORDER BY a.id, b.id')
      assert.deepEqual(
        pairs.map((row) => Object.values(row)),
        [
          [0, 1],
          [0, 2],
          [1, 0],
          [2, 0],
          [2, 8],
          [8, 2],
        ],
      )
      put('graph', pickledGraph(new Map([[0, [9]]])))
      await assert.rejects(convertDataset('cora', { raw, out: database }), fails('BAD_FILE', /no node; there are 9/))
      put('graph', pickledInts([[1]]))
      await assert.rejects(convertDataset('cora', { raw, out: database }), fails('BAD_FILE', /ind.cora.graph/))
      put('graph', pickledGraph(graph).subarray(0, 30))
      await assert.rejects(convertDataset('cora', { raw, out: database }), fails('BAD_FILE', /cut off/))
    }).timeout(20_000)

    it('reads .content and .cites', async () => {
      const raw = folderOf(scratch, 'citeseer')
      writeFileSync(path.join(raw, 'citeseer.content'), 'a1\t1\t0\tAgents\n7\t0\t1\tML\nc\t1\t1\tAgents\n')
      writeFileSync(path.join(raw, 'citeseer.cites'), 'a1\t7\n7\tc\nmissing\tc\nc\tc\n')
      const database = scratch.database('citeseer.nisaba')
      const converted = await convertDataset('citeseer', { raw, out: database })
      assert.deepEqual([converted.nodes, converted.edges, converted.features], [3, 4, 2])
      const connection = new Connection(database)
      const all = await rows(connection, 'MATCH (p:paper) RETURN p.x, p.y, p.split ORDER BY p.id')
      assert.deepEqual(
        all.map((row) => [[...(row['p.x'] as Float32Array)], row['p.y'], row['p.split']]),
        [
          [[1, 0], 0, 0],
          [[0, 1], 1, 0],
          [[1, 1], 0, 0],
        ],
      )
    })
  })
})

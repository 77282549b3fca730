import assert from 'node:assert/strict'
import type { Batch } from '../../../../src/pyg-compat/loader/batch.ts'
import { LinkNeighborLoader } from '../../../../src/pyg-compat/loader/link-loader.ts'
import { NeighborLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { goldenDatabase, type TestDatabase } from './support/golden-database.ts'
import { type PaperGraph, paperDatabase, paperGraph } from './support/paper-database.ts'

const CITES = ['paper', 'cites', 'paper'] as const
const WRITES = ['author', 'writes', 'paper'] as const

/** Checks a batch against the arrays that the database was filled from. */
function checkBatch(batch: Batch, graph: PaperGraph, fanOut: readonly number[]): void {
  const paper = batch.node('paper')
  const author = batch.node('author')
  for (const [k, id] of paper.ids.entries()) {
    assert.deepEqual(paper.x.data.subarray(4 * k, 4 * k + 4), graph.x.subarray(4 * id, 4 * id + 4))
    assert.equal(paper.column('year').data[k], BigInt(graph.year[id]!))
  }
  for (const [k, id] of author.ids.entries()) assert.equal(author.x.data[k], Math.fround(graph.fame[id]!))
  assert.deepEqual(author.x.shape, [author.numNodes, 1])
  assert.equal(new Set(paper.ids).size, paper.numNodes)
  assert.deepEqual(paper.y.shape, [paper.batchSize])
  for (let k = 0; k < paper.batchSize!; k++) assert.equal(paper.y.data[k], graph.label[paper.ids[k]!])
  assert.equal(author.columns.has('y'), false)
  checkEdges(batch, CITES, graph.cites, fanOut)
  checkEdges(batch, WRITES, graph.writes, fanOut)
  const weights = batch.edge(CITES).column('w')
  for (const [k, edge] of batch.edge(CITES).eId!.entries()) assert.equal(weights.data[k], edge)
}

function checkEdges(
  batch: Batch,
  edgeType: typeof CITES | typeof WRITES,
  edges: PaperGraph['cites'],
  fanOut: readonly number[],
): void {
  const { edgeIndex, eId, numEdges, numSampledEdges } = batch.edge(edgeType)
  const sources = batch.node(edgeType[0]).ids
  const targets = batch.node(edgeType[2])
  const drawn = new Map<number, Set<number>>()
  for (let k = 0; k < numEdges; k++) {
    const target = edgeIndex.data[numEdges + k]!
    assert.deepEqual([sources[edgeIndex.data[k]!], targets.ids[target]], edges[eId![k]!])
    const picked = drawn.get(target) ?? new Set()
    assert.ok(!picked.has(eId![k]!), 'an edge is drawn once')
    drawn.set(target, picked.add(eId![k]!))
  }
  let first = 0
  for (const [hop, wanted] of fanOut.entries()) {
    const last = first + targets.numSampledNodes![hop]!
    for (let local = first; local < last; local++) {
      const degree = edges.filter(([, to]) => to === targets.ids[local]).length
      assert.equal(drawn.get(local)?.size ?? 0, Math.min(degree, wanted))
    }
    first = last
  }
  assert.equal(
    numSampledEdges!.reduce((sum, n) => sum + n, 0),
    numEdges,
  )
}

describe('contents of batches', function () {
  this.timeout(120_000)

  it('are what was put into the database: random graphs against arrays', async () => {
    const first = Number(process.env['NISABA_SEED'] ?? Date.now() % 100000)
    for (let seed = first; seed < first + 3; seed++) {
      const graph = paperGraph(seed, 40, 15)
      const { database, stores } = paperDatabase(graph)
      const loader = new NeighborLoader(stores, {
        numNeighbors: [3, 2],
        inputNodes: 'paper',
        batchSize: 9,
        shuffle: true,
        seed,
        columns: { paper: { other: 'all' }, author: { x: ['fame'] } },
        edgeColumns: { paper__cites__paper: ['w'] },
      })
      const seeds: number[] = []
      for (const batch of loader) {
        try {
          checkBatch(batch, graph, [3, 2])
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error })
        }
        seeds.push(...batch.node('paper').ids.subarray(0, batch.node('paper').batchSize!))
        batch.dispose()
      }
      assert.deepEqual(
        seeds.sort((a, b) => a - b),
        Array.from({ length: 40 }, (_, i) => i),
      )
      await database.close()
    }
  })

  describe('by option', () => {
    let opened: TestDatabase
    let graph: PaperGraph
    before(() => {
      graph = paperGraph(21)
      opened = paperDatabase(graph)
    })
    after(async () => opened.database.close())

    const seedsOf = (inputNodes: ConstructorParameters<typeof NeighborLoader>[1]['inputNodes']) => {
      const loader = new NeighborLoader(opened.stores, {
        numNeighbors: [1],
        batchSize: 1000,
        ...(inputNodes === undefined ? {} : { inputNodes }),
      })
      const [batch] = [...loader]
      return [...batch!.node('paper').ids.subarray(0, batch!.node('paper').batchSize!)]
    }
    const recent = () => [...graph.year.keys()].filter((i) => graph.year[i]! >= 2010)

    it('take seeds from queries, keys, ids, masks', () => {
      const query = 'MATCH (p:paper) WHERE p.year >= 2010 RETURN p'
      assert.deepEqual(seedsOf({ query }).sort(byNumber), recent())
      assert.deepEqual(
        seedsOf(['paper', { query: query.replace('RETURN p', 'RETURN id(p)') }]).sort(byNumber),
        recent(),
      )
      const cited = 'MATCH (:paper)-[:cites]->(p:paper) RETURN p;'
      assert.deepEqual(
        seedsOf({ query: cited }).sort(byNumber),
        [...new Set(graph.cites.map(([, b]) => b))].sort(byNumber),
      )
      const ordered = 'MATCH (p:paper) RETURN id(p) ORDER BY p.year DESC, p.id LIMIT 3'
      const expected = [...graph.year.keys()].sort((a, b) => graph.year[b]! - graph.year[a]! || a - b).slice(0, 3)
      assert.deepEqual(seedsOf({ query: ordered }), expected)
      assert.deepEqual(seedsOf(['paper', { keys: [7, 3n, 11] }]), [7, 3, 11])
      assert.deepEqual(seedsOf(['paper', BigInt64Array.of(4n, 2n) as unknown as number[]]), [4, 2])
      assert.deepEqual(
        seedsOf(['paper', Uint8Array.from({ length: 60 }, (_, i) => (i % 20 === 0 ? 1 : 0))]),
        [0, 20, 40],
      )
      assert.equal(seedsOf(['paper', null]).length, 60)
      assert.equal(seedsOf('PAPER').length, 60)
    })

    it('evaluate seeds and predicates in each epoch’s snapshot', () => {
      const own = paperDatabase(graph)
      const loader = new NeighborLoader(own.stores, {
        numNeighbors: [-1],
        inputNodes: { query: 'MATCH (p:paper) WHERE p.year >= 2019 RETURN p' },
        batchSize: 4,
      })
      const before = loader.length
      own.connection.querySync('MATCH (p:paper) WHERE p.id < 12 SET p.year = 2030')
      assert.equal(loader.length, before)
      const found = [...loader].length
      const expected = [...graph.year.keys()].filter((i) => i < 12 || graph.year[i]! >= 2019).length
      assert.equal(found, Math.ceil(expected / 4))
      assert.equal(loader.length, found)
      own.database.close().catch(() => undefined)
    })

    it('draw exactly the fan-out from what passes a predicate', () => {
      const loader = new NeighborLoader(opened.stores, {
        numNeighbors: { paper__cites__paper: [2], default: [0] },
        inputNodes: 'paper',
        batchSize: 60,
        where: { paper: 'n.year >= 2010', paper__cites__paper: 'r.w % 2 = 0 AND a.id <> b.id' },
      })
      const [batch] = [...loader]
      const { edgeIndex, numEdges, eId } = batch!.edge(CITES)
      const passes = graph.cites.map(([a, b], e) => graph.year[a]! >= 2010 && e % 2 === 0 && a !== b)
      assert.ok(eId!.every((edge) => passes[edge]))
      const counts = new Array<number>(60).fill(0)
      for (let k = 0; k < numEdges; k++) counts[edgeIndex.data[numEdges + k]!]!++
      const wanted = counts.map((_, paper) =>
        Math.min(2, graph.cites.filter(([, b], e) => b === paper && passes[e]).length),
      )
      assert.deepEqual(counts, wanted)
    })

    it('join columns to x and cast them', () => {
      const loader = new NeighborLoader(opened.stores, {
        numNeighbors: [2, 2],
        inputNodes: 'paper',
        batchSize: 20,
        columns: { paper: { x: ['x', 'year', 'y'], y: 'year' } },
        labels: 'all',
      })
      for (const batch of loader) {
        const { x, y, ids } = batch.node('paper')
        assert.deepEqual(x.shape, [ids.length, 6])
        assert.equal(x.dtype, 'float32')
        for (const [k, id] of ids.entries()) {
          const expected = [...graph.x.subarray(4 * id, 4 * id + 4), graph.year[id]!, graph.label[id]!]
          assert.deepEqual([...x.data.subarray(6 * k, 6 * k + 6)], expected)
          assert.equal(y.data[k], graph.year[id])
        }
        assert.equal(y.dtype, 'int32')
        assert.deepEqual(y.shape, [ids.length])
      }
    })

    it('impute NULL and NaN where asked, else name table, column and row', async () => {
      const own = paperDatabase(graph)
      const options = { numNeighbors: [0], inputNodes: 'paper', batchSize: 60, columns: { author: {} } }
      own.connection.querySync("MATCH (p:paper {id: 17}) SET p.x = [1.0, CAST('nan' AS FLOAT), 3.0, 4.0]")
      assert.throws(() => [...new NeighborLoader(own.stores, options)], /Row 17 of table paper has NaN in column x/)
      const [batch] = [...new NeighborLoader(own.stores, { ...options, impute: 5 })]
      assert.deepEqual([...batch!.node('paper').x.data.subarray(68, 72)], [1, 5, 3, 4])
      own.connection.querySync('MATCH (p:paper {id: 17}) SET p.x = [1.0, 2.0, 3.0, 4.0], p.y = NULL')
      await assert.rejects(async () => {
        for await (const _ of new NeighborLoader(own.stores, { ...options, numWorkers: 1 }));
      }, /Row 17 of table paper has no value in column y/)
      const [imputed] = [...new NeighborLoader(own.stores, { ...options, impute: -1 })]
      assert.equal(imputed!.node('paper').y.data[17], -1)
      await own.database.close()
    })

    it('order seeds as samplers say', () => {
      const order = (options: object) => {
        const loader = new NeighborLoader(opened.stores, { numNeighbors: [0], inputNodes: 'paper', ...options })
        const batches = [...loader].map((batch) => [...batch.node('paper').inputId!])
        assert.equal(loader.length, batches.length)
        return batches
      }
      assert.deepEqual(order({ sampler: [5, 3, 9], batchSize: 2 }), [[5, 3], [9]])
      assert.deepEqual(order({ sampler: [5, 3, 9], batchSize: 2, dropLast: true }), [[5, 3]])
      assert.deepEqual(order({ batchSampler: () => [[1], [8, 2, 4]] }), [[1], [8, 2, 4]])
      assert.deepEqual(order({ batchSize: 59, dropLast: true }).length, 1)
      const shuffled = order({ batchSize: 60, shuffle: true, seed: 4 })
      assert.notDeepEqual(shuffled, order({ batchSize: 60, shuffle: true, seed: 5 }))
      assert.deepEqual([...shuffled[0]!].sort(byNumber), [...graph.year.keys()])
      const named = { inputNodes: ['paper', [4, 6]], inputId: [100, 200], batchSize: 2 }
      assert.deepEqual(order(named), [[100, 200]])
    })

    it('of links have labels, negatives and no leaking edge when asked', () => {
      const common = { numNeighbors: [-1], edgeLabelIndex: CITES, batchSize: 30 }
      const binary = new LinkNeighborLoader(opened.stores, { ...common, negSampling: 'binary', excludeEdges: 'self' })
      for (const batch of binary) {
        const edge = batch.edge(CITES)
        const { ids } = batch.node('paper')
        const links = edge.inputId!.length
        assert.deepEqual([...edge.edgeLabel!.data], [...new Array(links).fill(1), ...new Array(links).fill(0)])
        const { data } = edge.edgeLabelIndex!
        for (const [k, link] of edge.inputId!.entries()) {
          assert.deepEqual([ids[data[k]!], ids[data[2 * links + k]!]], graph.cites[link])
        }
        assert.ok(
          edge.eId!.every((id) => !edge.inputId!.includes(id)),
          'a supervision edge carries a message',
        )
        assert.ok(batch.node('paper').y.shape[0]! <= batch.node('paper').numNodes)
      }
      const negSampling = { mode: 'triplet', amount: 2 } as const
      for (const batch of new LinkNeighborLoader(opened.stores, { ...common, negSampling })) {
        const { srcIndex, dstPosIndex, dstNegIndex } = batch.node('paper')
        const links = srcIndex!.data.length
        assert.deepEqual(dstNegIndex!.shape, [links, 2])
        assert.equal(dstPosIndex!.data.length, links)
        assert.equal(batch.edge(CITES).edgeLabel, null)
      }
      const query = 'MATCH (a:paper)-[:cites]->(b:paper) WHERE a.year > b.year RETURN id(a), id(b)'
      const newer = graph.cites.filter(([a, b]) => graph.year[a]! > graph.year[b]!).length
      const labelled = new LinkNeighborLoader(opened.stores, {
        ...common,
        edgeLabelIndex: [CITES, { query }],
        edgeLabel: new Array<number>(newer).fill(0),
        negSampling: 'binary',
        batchSize: newer,
      })
      const [batch] = [...labelled]
      assert.deepEqual([...batch!.edge(CITES).edgeLabel!.data.slice(0, newer)], new Array(newer).fill(1))
    })
  })

  it('are on the batch itself where there is one type of each', async () => {
    const { database, stores } = goldenDatabase()
    const [batch] = [...new NeighborLoader(stores, { numNeighbors: [-1], batchSize: 7, edgeColumns: ['weight'] })]
    assert.deepEqual([...batch!.x.data.subarray(0, 4)], [0, 0, 10, -1])
    assert.deepEqual([...batch!.y.data], [0, 1, 2, 0, 1, 2, 0])
    assert.equal(batch!.edge('v__to__v').column('weight').data[0], batch!.eId![0]! + 0.5)
    await database.close()
  })
})

function byNumber(a: number, b: number): number {
  return a - b
}

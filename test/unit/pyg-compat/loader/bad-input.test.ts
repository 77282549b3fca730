import assert from 'node:assert/strict'
import type { ErrorCode } from '../../../../src/errors/error-code.ts'
import { LinkNeighborLoader } from '../../../../src/pyg-compat/loader/link-loader.ts'
import { HGTLoader, NeighborLoader, NodeLoader } from '../../../../src/pyg-compat/loader/node-loader.ts'
import { fails } from '../../../api/support/scratch.ts'
import type { TestDatabase } from './support/golden-database.ts'
import { paperData, paperDatabase, paperGraph } from './support/paper-database.ts'

const CITES = ['paper', 'cites', 'paper'] as const

/** Options that are wrong in one way, the code of the error and what it says. */
type Wrong = readonly [what: string, options: Record<string, unknown>, code: ErrorCode, text: string | RegExp]

const NODES: readonly Wrong[] = [
  ['an unknown option', { batch_size: 3 }, 'INVALID_ARGUMENT', 'Did you mean batchSize?'],
  ['an option of links', { negSampling: 'binary' }, 'INVALID_ARGUMENT', 'negSampling'],
  ['batch size 0', { batchSize: 0 }, 'INVALID_ARGUMENT', 'batchSize'],
  ['a batch size that is no whole number', { batchSize: 2.5 }, 'INVALID_ARGUMENT', 'batchSize'],
  ['negative workers', { numWorkers: -1 }, 'INVALID_ARGUMENT', 'numWorkers'],
  ['no prefetching', { prefetchFactor: 0 }, 'INVALID_ARGUMENT', 'prefetchFactor'],
  ['a seed that is no integer', { seed: 0.5 }, 'INVALID_ARGUMENT', 'seed'],
  ['an unknown consistency', { consistency: 'hour' }, 'INVALID_ARGUMENT', 'consistency'],
  ['no look-ahead', { lookAhead: { batches: 0 } }, 'INVALID_ARGUMENT', 'lookAhead.batches'],
  ['no fan-out', { numNeighbors: undefined }, 'INVALID_ARGUMENT', 'numNeighbors'],
  ['an empty fan-out', { numNeighbors: [] }, 'INVALID_ARGUMENT', 'no hops'],
  ['a fan-out below -1', { numNeighbors: [-2] }, 'INVALID_ARGUMENT', '-2'],
  [
    'fan-outs of different lengths',
    { numNeighbors: { paper__cites__paper: [1, 2], author__writes__paper: [1] } },
    'INVALID_ARGUMENT',
    'equally long',
  ],
  [
    'a fan-out without a type',
    { numNeighbors: { paper__cites__paper: [1] } },
    'INVALID_ARGUMENT',
    'author__writes__paper',
  ],
  ['a fan-out for no type', { numNeighbors: { a__b__c: [1], default: [1] } }, 'INVALID_ARGUMENT', 'a__b__c'],
  ['an unknown node type', { inputNodes: 'papr' }, 'UNKNOWN_TABLE', 'Did you mean paper?'],
  ['no node type where there are two', { inputNodes: [1, 2, 3] }, 'INVALID_ARGUMENT', '2 node types'],
  ['seeds outside of the table', { inputNodes: ['paper', [3, 60]] }, 'INVALID_ARGUMENT', 'Seed 60 (at position 1)'],
  ['seeds that are no ids', { inputNodes: ['paper', [-1]] }, 'INVALID_ARGUMENT', '-1'],
  ['deleted seeds', { inputNodes: ['author', [0]] }, 'INVALID_ARGUMENT', 'deleted'],
  ['repeated seeds', { inputNodes: ['paper', [3, 4, 3]] }, 'INVALID_ARGUMENT', 'Seed 3 of table paper is given twice'],
  ['a mask of the wrong length', { inputNodes: ['paper', [true, false]] }, 'INVALID_ARGUMENT', 'the mask 2'],
  ['an unknown key', { inputNodes: ['paper', { keys: [5, 999] }] }, 'INVALID_ARGUMENT', 'primary key 999'],
  ['a key of the wrong type', { inputNodes: ['author', { keys: [5] }] }, 'INVALID_ARGUMENT', 'primary key 5'],
  ['a query that is wrong', { inputNodes: { query: 'MATCH (p:papers) RETURN p' } }, 'UNKNOWN_TABLE', 'papers'],
  ['a query that writes', { inputNodes: { query: 'CREATE (p:paper {id: 77}) RETURN p' } }, 'TRANSACTION', 'read-only'],
  ['a query of values', { inputNodes: { query: 'MATCH (p:paper) RETURN p.year' } }, 'INVALID_ARGUMENT', 'not a node'],
  [
    'a query of two columns',
    { inputNodes: { query: 'MATCH (p:paper) RETURN id(p), 1' } },
    'INVALID_ARGUMENT',
    '2 columns',
  ],
  [
    'a query of another type',
    { inputNodes: ['author', { query: 'MATCH (p:paper) RETURN p' }] },
    'INVALID_ARGUMENT',
    'paper',
  ],
  [
    'a query without rows',
    { inputNodes: { query: 'MATCH (p:paper) WHERE false RETURN p' } },
    'INVALID_ARGUMENT',
    'No node',
  ],
  ['times without a column', { inputTime: [1] }, 'INVALID_ARGUMENT', 'timeAttr'],
  ['too few times', { timeAttr: 'year', inputTime: [1] }, 'INVALID_ARGUMENT', 'inputTime'],
  ['an unknown time column', { timeAttr: 'yaer' }, 'UNKNOWN_PROPERTY', 'Did you mean year?'],
  ['an unknown weight column', { weightAttr: 'v' }, 'UNKNOWN_PROPERTY', 'v'],
  ['times and weights', { timeAttr: 'year', weightAttr: 'w' }, 'INVALID_ARGUMENT', 'not both'],
  ['an unknown column', { columns: { paper: { x: 'feat' } } }, 'UNKNOWN_PROPERTY', 'feat'],
  ['a text as features', { columns: { author: { x: 'id' } } }, 'UNKNOWN_PROPERTY', 'id'],
  ['columns of an unknown type', { columns: { papers: { x: 'x' } } }, 'UNKNOWN_TABLE', 'Did you mean paper?'],
  ['columns of no type', { columns: { x: 'x' } }, 'INVALID_ARGUMENT', 'by type'],
  ['edge columns of no type', { edgeColumns: ['w'] }, 'INVALID_ARGUMENT', 'by type'],
  ['edge columns of an unknown type', { edgeColumns: { a__b__c: ['w'] } }, 'UNKNOWN_TABLE', 'a__b__c'],
  ['an unknown edge column', { edgeColumns: { paper__cites__paper: ['x'] } }, 'UNKNOWN_PROPERTY', 'x'],
  ['an unknown kind of labels', { labels: 'none' }, 'INVALID_ARGUMENT', 'labels'],
  ['a predicate for no type', { where: { papers: 'true' } }, 'UNKNOWN_TABLE', 'Did you mean paper?'],
  ['a predicate that is wrong', { where: { paper: 'n.yeer > 1' } }, 'UNKNOWN_PROPERTY', 'yeer'],
  ['shuffling with a sampler', { sampler: [1], shuffle: true }, 'INVALID_ARGUMENT', 'shuffle'],
  ['positions outside of the seeds', { sampler: [60] }, 'INVALID_ARGUMENT', 'Position 60'],
  ['batches with a batch size', { batchSampler: [[1]], batchSize: 2 }, 'INVALID_ARGUMENT', 'batchSize'],
  ['an empty batch', { batchSampler: [[]] }, 'INVALID_ARGUMENT', 'at least one'],
  ['ids for other seeds', { inputId: [1, 2] }, 'INVALID_ARGUMENT', 'inputId'],
]

const LINKS: readonly Wrong[] = [
  ['no edge type', { edgeLabelIndex: undefined }, 'INVALID_ARGUMENT', '2 edge types'],
  ['an unknown edge type', { edgeLabelIndex: ['paper', 'cite', 'paper'] }, 'UNKNOWN_TABLE', 'paper__cites__paper'],
  ['ends outside of the table', { edgeLabelIndex: [CITES, [[1], [60]]] }, 'INVALID_ARGUMENT', '60'],
  ['ends of different numbers', { edgeLabelIndex: [CITES, [[1, 2], [1]]] }, 'INVALID_ARGUMENT', 'as many'],
  [
    'a query of other types',
    { edgeLabelIndex: [CITES, { query: 'MATCH (a:author)-[:writes]->(b) RETURN id(a), id(b)' }] },
    'INVALID_ARGUMENT',
    'author',
  ],
  ['labels for other links', { edgeLabel: [1] }, 'INVALID_ARGUMENT', 'edgeLabel'],
  ['labels beside triplets', { edgeLabel: [1], negSampling: 'triplet' }, 'INVALID_ARGUMENT', 'triplets'],
  ['times without a column', { edgeLabelTime: [1] }, 'INVALID_ARGUMENT', 'timeAttr'],
  ['a column without times', { timeAttr: 'year' }, 'INVALID_ARGUMENT', 'edgeLabelTime'],
  ['unknown negatives', { negSampling: 'some' }, 'INVALID_ARGUMENT', 'negSampling'],
  ['no negatives', { negSampling: { mode: 'binary', amount: 0 } }, 'INVALID_ARGUMENT', /amount|negatives/i],
  ['an unknown exclusion', { excludeEdges: 'all' }, 'INVALID_ARGUMENT', 'excludeEdges'],
]

describe('bad input of loaders', function () {
  this.timeout(120_000)
  let opened: TestDatabase
  before(() => {
    opened = paperDatabase(paperGraph(4))
    opened.connection.querySync("MATCH (a:author {id: 'a0'}) DETACH DELETE a")
  })
  after(async () => opened.database.close())

  for (const [what, options, code, text] of NODES) {
    it(`refuses ${what}`, () => {
      const all = { numNeighbors: [1], inputNodes: 'paper', ...options }
      assert.throws(() => new NeighborLoader(opened.stores, all as never), fails(code, text))
    })
  }

  for (const [what, options, code, text] of LINKS) {
    it(`refuses links with ${what}`, () => {
      const all = { numNeighbors: [1], edgeLabelIndex: CITES, ...options }
      assert.throws(() => new LinkNeighborLoader(opened.stores, all as never), fails(code, text))
    })
  }

  it('refuses what is no data, and what data in memory cannot do', () => {
    const options = { numNeighbors: [1], inputNodes: 'paper' }
    assert.throws(() => new NeighborLoader('papers.db' as never, options), fails('INVALID_ARGUMENT', 'featureStore'))
    const data = paperData(paperGraph(4))
    const query = { query: 'MATCH (p:paper) RETURN p' }
    assert.throws(() => new NeighborLoader(data, { ...options, inputNodes: query }), fails('NOT_SUPPORTED'))
    assert.throws(() => new NeighborLoader(data, { ...options, where: { paper: 'true' } }), fails('NOT_SUPPORTED'))
    const keys = ['paper', { keys: [1] }] as const
    assert.throws(() => new NeighborLoader(data, { ...options, inputNodes: keys }), fails('NOT_SUPPORTED'))
    assert.throws(() => new NodeLoader(data, {} as never, options), fails('INVALID_ARGUMENT', 'sample'))
    assert.throws(() => new HGTLoader(data, { ...options, numSamples: { paper: [1] } }), fails('INVALID_ARGUMENT'))
  })

  it('refuses states of other loaders', () => {
    const options = { numNeighbors: [1], inputNodes: 'paper', batchSize: 10 }
    const state = new NeighborLoader(opened.stores, options).state()
    for (const other of [
      { numNeighbors: [2] },
      { batchSize: 11 },
      { seed: 1 },
      { shuffle: true },
      { inputNodes: 'author' },
    ]) {
      assert.throws(() => new NeighborLoader(opened.stores, { ...options, ...other, state }), fails('INVALID_ARGUMENT'))
    }
    const none = { ...state, epoch: -1 }
    assert.throws(() => new NeighborLoader(opened.stores, { ...options, state: none }), fails('INVALID_ARGUMENT'))
    assert.deepEqual(
      new NeighborLoader(opened.stores, { ...options, state, numWorkers: 2, cacheBytes: 1 << 20 }).state(),
      state,
    )
  })

  it('leaves nothing behind', () => {
    assert.equal(opened.database.bufferPoolStats().pins, 0)
    assert.equal(opened.stores[0].backend.busy, false)
  })
})

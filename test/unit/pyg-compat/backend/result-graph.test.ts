import assert from 'node:assert/strict'
import { Data } from '../../../../src/pyg-compat/data.ts'
import { fails, one, Scratch } from '../../../api/support/scratch.ts'
import { openPapers } from './support/papers.ts'

describe('results as graphs', () => {
  const scratch = new Scratch()
  after(() => scratch.end())

  it('one node type and one edge type give Data', async () => {
    const { connection } = await openPapers(scratch)
    const result = await one(
      connection,
      'MATCH (a:paper)-[c:cites]->(b:paper) WHERE a.id < 3 RETURN a, c, b ORDER BY a.id, b.id',
    )
    const [data, keys, unconverted, edgeProperties] = result.getAsTorchGeometric()
    assert.ok(data instanceof Data)
    assert.deepEqual(new Set(keys['paper']), new Set([0, 1, 2, 3, 4]))
    assert.equal(data.numNodes, 5)
    const position = (id: number) => keys['paper']!.indexOf(id)
    const pairs = [...data.edgeIndex.data.subarray(0, 6)].map((source, k) => [source, data.edgeIndex.data[6 + k]])
    assert.deepEqual(
      pairs,
      [
        [0, 1],
        [0, 2],
        [1, 2],
        [1, 3],
        [2, 3],
        [2, 4],
      ].map(([a, b]) => [position(a!), position(b!)]),
    )
    assert.deepEqual(data.x!.shape, [5, 5])
    for (const [k, id] of keys['paper']!.entries()) assert.equal(data.x!.data[5 * k + 4], Number(id) + 0.5)
    assert.deepEqual(data.column('read').dtype, 'bool')
    assert.deepEqual(
      [...data.column('read').data],
      keys['paper']!.map((id) => (Number(id) % 3 === 0 ? 1 : 0)),
    )
    assert.deepEqual(data.column('year').dtype, 'int64')
    assert.deepEqual(
      unconverted['paper']!['title'],
      keys['paper']!.map((id) => `paper ${String(id)}`),
    )
    assert.deepEqual(
      unconverted['paper']!['score'],
      keys['paper']!.map((id) => (id === 3 ? null : Number(id) / 2)),
    )
    const weight = edgeProperties['paper__cites__paper']!['weight']
    assert.deepEqual(weight, { data: Float32Array.of(0, 0, 1, 1, 2, 2), shape: [6], dtype: 'float32' })
    assert.throws(() => data.column('yeer'), fails('UNKNOWN_PROPERTY', /Did you mean year/))
  })

  it('several types give HeteroData; each node once, whatever column it is in', async () => {
    const { connection } = await openPapers(scratch)
    await one(connection, 'CREATE NODE TABLE author(name STRING PRIMARY KEY, tags INT64[], pair INT64[], year DOUBLE)')
    await one(connection, 'CREATE REL TABLE wrote(FROM author TO paper, note STRING)')
    await one(
      connection,
      "CREATE (:author {name: 'Ada', tags: [1, 2], pair: [1, 2], year: 0.5}), (:author {name: 'Bob', tags: [3], pair: [3, 4], year: 1.5})",
    )
    await one(connection, 'MATCH (a:author), (p:paper) WHERE p.id < 2 CREATE (a)-[:wrote {note: a.name}]->(p)')
    const result = await one(connection, 'MATCH (a:author)-[w:wrote]->(p:paper), (p)-[c:cites]->(q:paper) RETURN *')
    const [data, keys, unconverted, edges] = result.get_as_torch_geometric()
    assert.deepEqual([...data.nodeTypes].sort(), ['author', 'paper'])
    assert.deepEqual(data.edgeTypes.map((type) => type.join(' ')).sort(), ['author wrote paper', 'paper cites paper'])
    assert.equal(data.node('author').numNodes, 2)
    assert.equal(data.node('paper').numNodes, 4)
    assert.equal(data.edge(['author', 'wrote', 'paper']).numEdges, 4)
    assert.equal(data.edge('paper__cites__paper').numEdges, 4)
    assert.deepEqual(data.node('author').column('pair').shape, [2, 2])
    assert.deepEqual(data.node('author').column('year').dtype, 'float64')
    assert.deepEqual(Object.keys(unconverted['author']!).sort(), ['name', 'tags'])
    const ada = keys['author']!.indexOf('Ada')
    assert.deepEqual(unconverted['author']!['tags']![ada], [1, 2])
    const { data: index } = data.edge(['author', 'wrote', 'paper']).edgeIndex
    const notes = edges['author__wrote__paper']!['note'] as string[]
    for (const [k, note] of notes.entries()) assert.equal(keys['author']![index[k]!], note)
    assert.throws(() => data.node('autor'), fails('UNKNOWN_TABLE', /Did you mean author/))
    const summary = data.toJSON()
    assert.equal(summary.nodes['paper']!['x'], 'float32 [4, 5]')
  })

  it('takes nodes of several tables in one column, and paths', async () => {
    const { connection } = await openPapers(scratch)
    await one(connection, 'CREATE NODE TABLE other(id INT64 PRIMARY KEY, year INT64, title STRING)')
    await one(connection, "CREATE (:other {id: 1, year: 5, title: 't'})")
    const mixed = await one(connection, 'MATCH (n) RETURN n')
    const [data] = mixed.getAsTorchGeometric()
    assert.equal(data.node('paper').numNodes, 10)
    assert.deepEqual(data.node('other').column('year'), { data: BigInt64Array.of(5n), shape: [1], dtype: 'int64' })
    assert.equal(data.node('other').columns.has('x'), false)
    const paths = await one(connection, 'MATCH p = (a:paper)-[:cites*1..2]->(b:paper) WHERE a.id = 0 RETURN p')
    const [graph, keys] = paths.getAsTorchGeometric()
    assert.deepEqual([...keys['paper']!].sort(), [0, 1, 2, 3, 4])
    assert.equal(graph.numEdges, 6)
    const nodes = await one(connection, 'MATCH (p:paper) RETURN p')
    assert.equal(nodes.getAsTorchGeometric()[0].numEdges, 0)
  })

  it('refuses rels without their nodes, and results without a graph', async () => {
    const { connection } = await openPapers(scratch)
    const rels = await one(connection, 'MATCH (:paper)-[c:cites]->(:paper) RETURN c')
    assert.throws(() => rels.getAsTorchGeometric(), fails('INVALID_ARGUMENT', /RETURN the nodes with their rels/))
    const numbers = await one(connection, 'RETURN 1')
    assert.throws(() => numbers.getAsTorchGeometric(), fails('INVALID_ARGUMENT', /no nodes and no rels/))
    numbers.close()
    assert.throws(() => numbers.getAsTorchGeometric(), fails('CLOSED'))
  })
})

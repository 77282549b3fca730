import { EdgeStore, HeteroData, NodeStore } from '../../../../../src/pyg-compat/data.ts'
import type { Tensor } from '../../../../../src/pyg-compat/tensor.ts'
import { openDatabase, type TestDatabase } from './golden-database.ts'

/** A random graph of papers and authors, as arrays. */
export interface PaperGraph {
  readonly papers: number
  readonly authors: number
  /** [papers, 4] */
  readonly x: Float32Array
  readonly year: number[]
  readonly label: number[]
  readonly fame: Float64Array
  /** Edges in insertion order. */
  readonly cites: readonly (readonly [number, number])[]
  readonly writes: readonly (readonly [number, number])[]
}

/** @returns numbers of [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export function paperGraph(seed: number, papers = 60, authors = 25): PaperGraph {
  const random = randomOf(seed)
  const below = (n: number) => Math.floor(random() * n)
  return {
    papers,
    authors,
    x: Float32Array.from({ length: papers * 4 }, () => Math.fround(random() * 2 - 1)),
    year: Array.from({ length: papers }, () => 2000 + below(20)),
    label: Array.from({ length: papers }, () => below(5)),
    fame: Float64Array.from({ length: authors }, () => random()),
    cites: Array.from({ length: papers * 5 }, () => [below(papers), below(papers)] as const),
    writes: Array.from({ length: papers * 2 }, () => [below(authors), below(papers)] as const),
  }
}

/** @returns the graph in a database: paper(id, x FLOAT[4], year, y), author(id, fame DOUBLE), cites(w), writes. */
export function paperDatabase(graph: PaperGraph, file?: string, poolBytes?: number): TestDatabase {
  const papers = Array.from({ length: graph.papers }, (_, i) => {
    const x = [...graph.x.subarray(4 * i, 4 * i + 4)].join(', ')
    return `(:paper {id: ${i}, x: [${x}], year: ${graph.year[i]}, y: ${graph.label[i]}})`
  })
  const authors = [...graph.fame].map((fame, i) => `(:author {id: 'a${i}', fame: ${fame}})`)
  return openDatabase(
    [
      'CREATE NODE TABLE paper(id INT64, x FLOAT[4], year INT64, y INT64, PRIMARY KEY (id))',
      'CREATE NODE TABLE author(id STRING, fame DOUBLE, PRIMARY KEY (id))',
      'CREATE REL TABLE cites(FROM paper TO paper, w DOUBLE)',
      'CREATE REL TABLE writes(FROM author TO paper)',
      `CREATE ${papers.join(', ')}`,
      `CREATE ${authors.join(', ')}`,
      `UNWIND [${graph.cites.map(([a, b], e) => `[${a}, ${b}, ${e}]`).join(', ')}] AS e
       MATCH (a:paper {id: e[1]}), (b:paper {id: e[2]}) CREATE (a)-[:cites {w: e[3]}]->(b)`,
      `UNWIND [${graph.writes.map(([a, b]) => `['a${a}', '${b}']`).join(', ')}] AS e
       MATCH (a:author {id: e[1]}), (b:paper {id: CAST(e[2] AS INT64)}) CREATE (a)-[:writes]->(b)`,
    ],
    file,
    poolBytes,
  )
}

/** @returns the same graph in memory. */
export function paperData(graph: PaperGraph): HeteroData {
  const ints = (values: readonly number[]): Tensor => {
    return { data: BigInt64Array.from(values, BigInt), shape: [values.length], dtype: 'int64' }
  }
  const edgeIndex = (edges: readonly (readonly [number, number])[]): Tensor<'int32'> => {
    const data = Int32Array.from([...edges.map(([a]) => a), ...edges.map(([, b]) => b)])
    return { data, shape: [2, edges.length], dtype: 'int32' }
  }
  const w = Float64Array.from(graph.cites, (_, e) => e)
  return new HeteroData(
    [
      new NodeStore({
        nodeType: 'paper',
        numNodes: graph.papers,
        columns: new Map<string, Tensor>([
          ['x', { data: graph.x, shape: [graph.papers, 4], dtype: 'float32' }],
          ['year', ints(graph.year)],
          ['y', ints(graph.label)],
        ]),
      }),
      new NodeStore({
        nodeType: 'author',
        numNodes: graph.authors,
        columns: new Map<string, Tensor>([['fame', { data: graph.fame, shape: [graph.authors], dtype: 'float64' }]]),
      }),
    ],
    [
      new EdgeStore({
        edgeType: ['paper', 'cites', 'paper'],
        edgeIndex: edgeIndex(graph.cites),
        columns: new Map<string, Tensor>([['w', { data: w, shape: [w.length], dtype: 'float64' }]]),
      }),
      new EdgeStore({
        edgeType: ['author', 'writes', 'paper'],
        edgeIndex: edgeIndex(graph.writes),
        columns: new Map(),
      }),
    ],
  )
}

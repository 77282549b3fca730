import { readFileSync } from 'node:fs'
import { DatabaseError } from '../../errors/database-error.ts'
import { type Dataset, NO_LABEL, SPLITS } from './dataset.ts'
import { MemoryDataset } from './memory-dataset.ts'
import { type Pickled, readPickle } from './pickle.ts'
import { adjacencyOf, type Matrix, matrixOf } from './pickled-arrays.ts'
import { RawFolder } from './raw-folder.ts'

/** Nodes after the training part that Planetoid's public split takes for validation. */
const VALIDATION_NODES = 500

/**
 * Cora, CiteSeer or PubMed as Planetoid publishes them, ind.<name>.{x,y,tx,ty,allx,ally,graph,test.index}, with the public split; or, where those are
 * not there, as <name>.content and <name>.cites, without a split.
 *
 * Planetoid's edges mean both directions: each stands twice, duplicates and loops onto itself as the files have them are left out. The
 * few tens of megabytes are read at once.
 * @param name 'cora', 'citeseer' or 'pubmed'.
 * @throws {DatabaseError} IO, BAD_FILE.
 */
export async function openPlanetoid(folder: string, name: string): Promise<Dataset> {
  const raw = new RawFolder(folder)
  if (raw.find(...inFolders(`ind.${name}.graph`)) !== null) return readPickled(raw, name)
  return readContent(raw, name)
}

function inFolders(file: string): string[] {
  return [`raw/${file}`, file]
}

function readPickled(raw: RawFolder, name: string): Dataset {
  const path = (part: string) => raw.require(...inFolders(`ind.${name}.${part}`))
  const load = (part: string): Pickled => readPickle(readFileSync(path(part)), path(part))
  const matrix = (part: string) => matrixOf(load(part), path(part))
  const [y, tx, ty, allx, ally] = ['y', 'tx', 'ty', 'allx', 'ally'].map(matrix) as [
    Matrix,
    Matrix,
    Matrix,
    Matrix,
    Matrix,
  ]
  const tests = readFileSync(path('test.index'), 'latin1').trim().split(/\s+/).map(Number)
  // isolated test nodes of CiteSeer are in no list: their rows stay empty
  const nodes = Math.max(allx.rows + tests.length, Math.max(...tests) + 1)
  const features = allx.columns
  const x = new Float32Array(nodes * features)
  const labels = new Int32Array(nodes).fill(NO_LABEL)
  const splits = new Uint8Array(nodes)
  splits.fill(SPLITS.train, 0, y.rows)
  splits.fill(SPLITS.valid, y.rows, Math.min(nodes, y.rows + VALIDATION_NODES))
  x.set(allx.data)
  for (let row = 0; row < ally.rows; row++) labels[row] = classOf(ally, row)
  for (const [k, node] of tests.entries()) {
    x.set(tx.data.subarray(k * features, (k + 1) * features), node * features)
    labels[node] = classOf(ty, k)
    splits[node] = SPLITS.test
  }
  const edges = bothWays(edgesOf(adjacencyOf(load('graph'), path('graph'))), nodes, path('graph'))
  return new MemoryDataset({ features, x, labels, splits, ...edges })
}

function classOf({ columns, data }: Matrix, row: number): number {
  const found = data.subarray(row * columns, (row + 1) * columns).indexOf(1)
  return found < 0 ? NO_LABEL : found
}

function* edgesOf(lists: ReadonlyMap<number, readonly number[]>): Generator<readonly [number, number]> {
  for (const [node, neighbours] of lists) for (const other of neighbours) yield [node, other]
}

/** @returns every edge in both directions, each once, sorted by source and target. */
function bothWays(
  edges: Iterable<readonly [number, number]>,
  nodes: number,
  file: string,
): { sources: Uint32Array; targets: Uint32Array } {
  const keys = new Set<number>()
  for (const [a, b] of edges) {
    if (!(a >= 0 && a < nodes && b >= 0 && b < nodes)) {
      throw new DatabaseError('BAD_FILE', `Error in file ${file}: ${a} or ${b} is no node; there are ${nodes}.`)
    }
    if (a === b) continue
    keys.add(a * nodes + b)
    keys.add(b * nodes + a)
  }
  const sorted = Float64Array.from(keys).sort()
  return {
    sources: Uint32Array.from(sorted, (key) => Math.floor(key / nodes)),
    targets: Uint32Array.from(sorted, (key) => key % nodes),
  }
}

function readContent(raw: RawFolder, name: string): Dataset {
  const content = raw.require(...inFolders(`${name}.content`))
  const rows = readFileSync(content, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/\s+/))
  const features = (rows[0]?.length ?? 2) - 2
  const ids = new Map(rows.map((row, k) => [row[0]!, k] as const))
  const classes = new Map<string, number>()
  const x = new Float32Array(rows.length * features)
  const labels = new Int32Array(rows.length)
  for (const [k, row] of rows.entries()) {
    if (row.length !== features + 2) {
      const text = `Error in file ${content} on line ${k + 1}: ${row.length} fields, the first line has ${features + 2}.`
      throw new DatabaseError('BAD_FILE', text, { facts: { file: content, line: k + 1 } })
    }
    for (let i = 0; i < features; i++) x[k * features + i] = Number(row[i + 1]!)
    const label = row[features + 1]!
    if (!classes.has(label)) classes.set(label, classes.size)
    labels[k] = classes.get(label)!
  }
  const cites = raw.require(...inFolders(`${name}.cites`))
  const edges = bothWays(citations(readFileSync(cites, 'utf8'), ids), rows.length, cites)
  return new MemoryDataset({ features, x, labels, splits: new Uint8Array(rows.length), ...edges })
}

/** Lines "cited citing". Papers without content, of which CiteSeer has some, are left out. */
function* citations(text: string, ids: ReadonlyMap<string, number>): Generator<readonly [number, number]> {
  for (const line of text.trimEnd().split('\n')) {
    const [cited, citing] = line
      .trim()
      .split(/\s+/)
      .map((id) => ids.get(id))
    if (cited !== undefined && citing !== undefined) yield [citing, cited]
  }
}

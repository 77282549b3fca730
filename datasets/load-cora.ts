import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Cora in memory: see datasets/cora/README.md. */
export interface Cora {
  readonly nodes: number
  readonly features: number
  readonly classes: number
  /** [nodes, features] rows sum to 1. */
  readonly x: Float32Array
  /** [nodes] */
  readonly y: Int32Array
  /** [2, 10556] sources, then targets; both directions, sorted by target, then by source. */
  readonly edgeIndex: Int32Array
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

const WORDS = 1433
const CLASSES = 7

/** Lines of a CSV file without its header. */
function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)
}

/** @param folder that has papers.csv and links.csv. */
export function loadCora(folder: string): Cora {
  const papers = linesOf(path.join(folder, 'papers.csv')).map((line) => line.split(','))
  const nodes = papers.length
  const x = new Float32Array(nodes * WORDS)
  papers.forEach(([, , list], paper) => {
    const words = list === '' ? [] : list!.split(' ').map(Number)
    for (const word of words) x[paper * WORDS + word] = 1 / words.length
  })
  const links = linesOf(path.join(folder, 'links.csv')).map((line) => line.split(',').map(Number) as [number, number])
  const edges = links.flatMap(([a, b]): [number, number][] => [
    [a, b],
    [b, a],
  ])
  edges.sort(([s1, t1], [s2, t2]) => t1 - t2 || s1 - s2)
  const part = (name: string) => Int32Array.from(papers.flatMap(([, split], paper) => (split === name ? [paper] : [])))
  return {
    nodes,
    features: WORDS,
    classes: CLASSES,
    x,
    y: Int32Array.from(papers, ([label]) => Number(label)),
    edgeIndex: Int32Array.from([...edges.map(([s]) => s), ...edges.map(([, t]) => t)]),
    train: part('train'),
    validation: part('validation'),
    test: part('test'),
  }
}

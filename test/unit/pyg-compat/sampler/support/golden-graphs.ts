import type { GraphData } from './database-of.ts'

function pairs(text: string): { sources: Uint32Array; targets: Uint32Array } {
  const found = [...text.matchAll(/\((\d+),(\d+)\)/g)]
  return {
    sources: Uint32Array.from(found, ([, source]) => Number(source)),
    targets: Uint32Array.from(found, ([, , target]) => Number(target)),
  }
}

const TIMES = [5, 1, 9, 5, 2, 3, 7]

/** Seven nodes with times, thirteen edges e0 … e12. */
export const SEVEN: GraphData = {
  nodes: [{ nodeType: 'v', count: 7, columns: { time: TIMES } }],
  edges: [
    {
      edgeType: ['v', 'to', 'v'],
      ...pairs('(1,0)(2,0)(3,1)(4,1)(0,2)(5,2)(2,3)(4,3)(6,4)(0,5)(1,5)(3,6)(5,0)'),
      // the time of an edge is that of its source: sampling by either must agree
      columns: { time: [1, 2, 3, 4, 0, 5, 2, 4, 6, 0, 1, 3, 5].map((source) => TIMES[source]!) },
    },
  ],
}

const WRITES = pairs('(0,0)(1,0)(1,1)(2,2)(3,2)(3,4)')

/** Authors write papers, papers cite papers, and the writing turned round. */
export const AUTHORS: GraphData = {
  nodes: [
    { nodeType: 'a', count: 4 },
    { nodeType: 'p', count: 5 },
  ],
  edges: [
    { edgeType: ['a', 'writes', 'p'], ...WRITES },
    { edgeType: ['p', 'cites', 'p'], ...pairs('(1,0)(2,0)(3,1)(4,2)') },
    { edgeType: ['p', 'rev_writes', 'a'], sources: WRITES.targets, targets: WRITES.sources },
  ],
}

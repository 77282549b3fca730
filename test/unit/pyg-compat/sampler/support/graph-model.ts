import type { GraphData } from './database-of.ts'

/** One edge of a model; its place in the list is its id. */
export interface ModelEdge {
  readonly source: number
  readonly target: number
  readonly time: number
  readonly weight: number
  alive: boolean
}

/** A graph as plain objects, so that what is drawn from it can be judged without any code of the sampler. */
export interface GraphModel {
  readonly nodes: Map<string, { alive: boolean; time: number }[]>
  readonly edges: { readonly edgeType: readonly [string, string, string]; readonly list: ModelEdge[] }[]
}

/** Random integers below a bound. */
export type Below = (bound: number) => number

export function randomOf(seed: number): Below {
  let state = seed | 0
  return (bound) => {
    state = (state + 0x9e3779b9) | 0
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return ((x ^ (x >>> 15)) >>> 0) % bound
  }
}

/** Two node types, four edge types, hubs, parallel edges and loops among them. */
export function randomModel(below: Below): GraphModel {
  const nodes = new Map([
    ['a', nodesOf(5 + below(10), below)],
    ['b', nodesOf(5 + below(25), below)],
  ])
  const edges = (
    [
      ['a', 'x', 'b'],
      ['b', 'y', 'b'],
      ['b', 'rev_x', 'a'],
      ['a', 'z', 'a'],
    ] as const
  ).map((edgeType) => ({
    edgeType,
    list: Array.from({ length: below(120) }, () => randomEdge(nodes, edgeType, below)),
  }))
  return { nodes, edges }
}

export function randomEdge(
  nodes: GraphModel['nodes'],
  edgeType: readonly [string, string, string],
  below: Below,
): ModelEdge {
  const pick = (type: string) => {
    const live = nodes.get(type)!.flatMap((node, id) => (node.alive ? [id] : []))
    return live[below(3) === 0 ? 0 : below(live.length)]!
  }
  return { source: pick(edgeType[0]), target: pick(edgeType[2]), time: below(20), weight: below(5), alive: true }
}

/** @returns the model as arrays. Only for models in which everything is alive. */
export function dataOf({ nodes, edges }: GraphModel): GraphData {
  return {
    nodes: [...nodes].map(([nodeType, list]) => ({
      nodeType,
      count: list.length,
      columns: { time: list.map((node) => node.time) },
    })),
    edges: edges.map(({ edgeType, list }) => ({
      edgeType,
      sources: Uint32Array.from(list, (edge) => edge.source),
      targets: Uint32Array.from(list, (edge) => edge.target),
      columns: {
        number: list.map((_, id) => id),
        time: list.map((edge) => edge.time),
        weight: list.map((edge) => edge.weight),
      },
    })),
  }
}

/** @returns a deep copy. */
export function copyOf(model: GraphModel): GraphModel {
  return structuredClone(model)
}

function nodesOf(count: number, below: Below): { alive: boolean; time: number }[] {
  return Array.from({ length: count }, () => ({ alive: true, time: below(20) }))
}

import type { EdgeType } from '../edge-type.ts'
import type { SeedNodes } from './sampler-options.ts'

/** End points of P links and, behind them, of their negatives (copy after copy of all links; the last copy may be cut short). */
export interface LinkEnds {
  /** [P + N], or [P] for triplets. */
  readonly sources: Uint32Array
  /** [P + N]. */
  readonly targets: Uint32Array
  /** [P] times of the links. */
  readonly times: Float64Array | null
  readonly links: number
}

/** Seeds made of links. */
export interface LinkSeeds {
  readonly groups: readonly SeedNodes[]
  /** Local ids of the end points, as many and in the order of {@link LinkEnds}. */
  readonly sources: Int32Array
  readonly targets: Int32Array
  /** By tree; empty unless disjoint. */
  readonly linkOfTree: Uint32Array
}

/** @returns seeds, sources' type first. Cost: sorts the end points, unless disjoint. */
export function seedsOfLinks(edgeType: EdgeType, ends: LinkEnds, disjoint: boolean): LinkSeeds {
  return disjoint ? seedsOfTrees(edgeType, ends) : distinctSeeds(edgeType, ends)
}

function distinctSeeds([sourceType, , targetType]: EdgeType, { sources, targets }: LinkEnds): LinkSeeds {
  const linkOfTree = new Uint32Array(0)
  if (sourceType === targetType) {
    const ids = distinct(joined(sources, targets))
    const groups = [{ nodeType: sourceType, ids }]
    return { groups, sources: placesIn(ids, sources), targets: placesIn(ids, targets), linkOfTree }
  }
  const sourceIds = distinct(sources.slice())
  const targetIds = distinct(targets.slice())
  return {
    groups: [
      { nodeType: sourceType, ids: sourceIds },
      { nodeType: targetType, ids: targetIds },
    ],
    sources: placesIn(sourceIds, sources),
    targets: placesIn(targetIds, targets),
    linkOfTree,
  }
}

function seedsOfTrees([sourceType, , targetType]: EdgeType, { sources, targets, times, links }: LinkEnds): LinkSeeds {
  const count = sources.length + targets.length
  const linkOfTree = new Uint32Array(count)
  for (let k = 0; k < sources.length; k++) linkOfTree[k] = k % links
  for (let k = 0; k < targets.length; k++) linkOfTree[sources.length + k] = k % links
  const timesOf = (from: number, to: number) =>
    times === null ? {} : { times: Float64Array.from(linkOfTree.subarray(from, to), (link) => times[link]!) }
  const isOneType = sourceType === targetType
  const groups = isOneType
    ? [{ nodeType: sourceType, ids: joined(sources, targets), ...timesOf(0, count) }]
    : [
        { nodeType: sourceType, ids: sources, ...timesOf(0, sources.length) },
        { nodeType: targetType, ids: targets, ...timesOf(sources.length, count) },
      ]
  const firstTarget = isOneType ? sources.length : 0
  return {
    groups,
    sources: Int32Array.from(sources, (_, k) => k),
    targets: Int32Array.from(targets, (_, k) => firstTarget + k),
    linkOfTree,
  }
}

/** Sorts in place. @returns the distinct elements, a view of the array's start. */
function distinct(ids: Uint32Array): Uint32Array {
  ids.sort()
  let count = 0
  for (let i = 0; i < ids.length; i++) if (i === 0 || ids[i] !== ids[i - 1]) ids[count++] = ids[i]!
  return ids.subarray(0, count)
}

/** @returns for each value its place in `sorted`, which has it. */
function placesIn(sorted: Uint32Array, values: Uint32Array): Int32Array {
  return Int32Array.from(values, (value) => {
    let from = 0
    let to = sorted.length - 1
    while (from < to) {
      const middle = (from + to) >>> 1
      if (sorted[middle]! < value) from = middle + 1
      else to = middle
    }
    return from
  })
}

function joined(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

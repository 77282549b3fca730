import type { Hop, RecursiveSpec } from '../../plan/operator.ts'
import type { Run } from '../run.ts'
import { AllShortestSearch } from './recursive-all-shortest.ts'
import { BreadthFirstSearch } from './recursive-breadth-first.ts'
import { RecursiveGraph } from './recursive-graph.ts'
import { LevelSearch } from './recursive-levels.ts'
import { RecursivePathValues } from './recursive-path-values.ts'
import { PathSearch } from './recursive-paths.ts'
import type { RecursiveSearch, SearchOptions } from './recursive-search.ts'
import { TargetDistances } from './recursive-target.ts'
import { WeightedSearch } from './recursive-weighted.ts'

/** Ways to search. */
export type SearchKind = 'breadth-first' | 'reachable' | 'all-shortest' | 'weighted' | 'levels' | 'paths'

/** Everything that a search is made from. */
export interface SearchPlan {
  readonly kind: SearchKind
  readonly options: SearchOptions
  readonly recursive: RecursiveSpec
  readonly hops: readonly Hop[]
  /** The hops the other way round, or null where they are not all stored so. */
  readonly backHops: readonly Hop[] | null
  readonly startTables: readonly number[]
  readonly reversed: boolean
}

/** Bound ends of shorter paths are found fast enough without looking from both sides. */
const LEAST_UPPER_FOR_DISTANCES = 3

/** @returns the cheapest way that gives what is asked for. */
export function searchKind(options: SearchOptions, hops: readonly Hop[]): SearchKind {
  const { semantic, lower, keepsPaths, needsLength, isDistinct } = options
  const isReached = isDistinct && !keepsPaths
  switch (semantic) {
    case 'WSHORTEST':
    case 'ALL_WSHORTEST':
      return 'weighted'
    case 'SHORTEST':
      return 'breadth-first'
    case 'ALL_SHORTEST':
      return isReached ? 'breadth-first' : 'all-shortest'
    default:
      // there and back over one rel is a walk but no trail, so a trail back to the start is more than being reachable
      if (isReached && !needsLength && lower <= 1 && (semantic !== 'TRAIL' || !isUndirected(hops))) return 'reachable'
      return semantic === 'WALK' && !keepsPaths ? 'levels' : 'paths'
  }
}

function isUndirected(hops: readonly Hop[]): boolean {
  return hops.some((h) => hops.some((other) => h.relTable === other.relTable && h.direction !== other.direction))
}

/** Makes the search of an operator for a run. */
export function createSearch(run: Run, plan: SearchPlan): RecursiveSearch {
  const { kind, options, recursive, hops, startTables } = plan
  const isWeighted = kind === 'weighted'
  const withRelIds =
    options.keepsPaths ||
    isWeighted ||
    recursive.relPredicate !== null ||
    (kind === 'paths' && options.semantic === 'TRAIL')
  const graph = new RecursiveGraph(run, {
    hops,
    tables: [...startTables, ...options.endTables],
    withRelIds,
    weights: isWeighted ? recursive.weight!.sources : [],
  })
  const values = options.keepsPaths ? new RecursivePathValues(run, graph, recursive.pathType!, plan.reversed) : null
  switch (kind) {
    case 'breadth-first':
    case 'reachable':
      return new BreadthFirstSearch(graph, options, values, kind === 'reachable')
    case 'all-shortest':
      return new AllShortestSearch(run, graph, options, values)
    case 'weighted':
      return new WeightedSearch(run, graph, options, values)
    case 'levels':
      return new LevelSearch(graph, options, distancesFor(run, plan, graph))
    case 'paths':
      return new PathSearch(run, graph, options, values, distancesFor(run, plan, graph))
  }
}

function distancesFor(run: Run, plan: SearchPlan, graph: RecursiveGraph): TargetDistances | null {
  const { isBound, upper } = plan.options
  // known distances go stale when the statement itself changes rels
  if (!isBound || upper < LEAST_UPPER_FOR_DISTANCES || plan.backHops === null || run.context.transaction !== null)
    return null
  const tables = graph.tables.map((t) => t.table)
  const back = new RecursiveGraph(run, { hops: plan.backHops, tables, withRelIds: false, weights: [] })
  return new TargetDistances(back, upper)
}

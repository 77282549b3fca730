import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { NeighborSamplerOptions, TimeOptions } from '../sampler/sampler-options.ts'
import type { SamplerSpec } from './batch-sampler.ts'
import type { LoaderOptions, NeighborOptions } from './loader-options.ts'
import type { LoaderSource, PinnedSource, SourceSchema } from './loader-source.ts'
import { evaluatePredicates } from './predicate-filters.ts'

/**
 * @returns the sampler of neighbour loaders in a snapshot, with predicates evaluated.
 * @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_TABLE, UNKNOWN_PROPERTY, and whatever the predicates' queries say.
 */
export function neighborSpec(
  source: LoaderSource,
  { schema }: PinnedSource,
  options: NeighborOptions & LoaderOptions,
): SamplerSpec {
  const { numNeighbors, seed = 0, weightAttr, timeAttr, where } = options
  if (typeof numNeighbors !== 'object' || numNeighbors === null) {
    throw new DatabaseError('INVALID_ARGUMENT', 'numNeighbors is a list per hop, or lists by edge type.')
  }
  const wanted: { -readonly [K in keyof NeighborSamplerOptions]: NeighborSamplerOptions[K] | undefined } = {
    numNeighbors,
    seed,
    replace: options.replace,
    disjoint: options.disjoint,
    subgraphType: options.subgraphType,
    direction: options.direction,
    labor: options.labor,
    mapBudgetBytes: options.mapBudgetBytes,
    weightColumn: weightAttr,
    // columns of edges are read by edge id
    withEdgeIds: options.edgeColumns === undefined ? options.edgeIds : true,
  }
  if (timeAttr !== undefined) wanted.time = timeOptions(schema, timeAttr, options.temporalStrategy)
  if (where !== undefined) Object.assign(wanted, evaluatePredicates(source, schema, where))
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
  return { kind: 'neighbor', options: Object.fromEntries(given) as unknown as NeighborSamplerOptions }
}

/** Whether the column is one of nodes or of edges follows from where there is one. */
function timeOptions(schema: SourceSchema, column: string, strategy: 'uniform' | 'last' = 'uniform'): TimeOptions {
  if (strategy !== 'uniform' && strategy !== 'last') {
    throw new DatabaseError('INVALID_ARGUMENT', `temporalStrategy is 'uniform' or 'last', not ${String(strategy)}.`)
  }
  const nodes = schema.nodeTypes.map((type) => schema.nodeColumns(type))
  const edges = schema.edgeTypes.map((type) => schema.edgeColumns(type))
  const onNodes = nodes.some((columns) => columns.has(column))
  const onEdges = edges.some((columns) => columns.has(column))
  if (onNodes && onEdges) {
    const text = `timeAttr ${column} is a column of nodes and of edges: times are those of one of them.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { column } })
  }
  if (!onNodes && !onEdges) {
    const known = [...nodes, ...edges].flatMap((columns) => [...columns.keys()])
    const text = `No node type and no edge type has a column ${column} for timeAttr.${didYouMean(column, known)}`
    throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { column } })
  }
  return { on: onNodes ? 'node' : 'edge', column, strategy }
}

import { DatabaseError } from '../../errors/database-error.ts'
import type { EdgeType } from '../edge-type.ts'
import { edgeTypeKey } from '../edge-type.ts'
import { Admission } from './admission.ts'
import { CheckedColumn } from './checked-column.ts'
import type { Chooser } from './chooser.ts'
import { hopsOf, resolveFanOut } from './fan-out.ts'
import { LaborChooser } from './labor-chooser.ts'
import { LaborScope } from './labor-scope.ts'
import { RecentChooser } from './recent-chooser.ts'
import type { RelationPlan } from './relation-sampler.ts'
import { type Relation, relationsOf, requireKnown } from './relations.ts'
import type { NumberColumn, SamplerGraph } from './sampler-graph.ts'
import type { NeighborSamplerOptions, SubgraphType, TimeOptions } from './sampler-options.ts'
import { UniformChooser } from './uniform-chooser.ts'
import { WeightedChooser } from './weighted-chooser.ts'

/** Default of `mapBudgetBytes`. */
const MAP_BUDGET_BYTES = 64 << 20

/** Options that were checked against a graph, with the columns they name. */
export interface SamplerPlan {
  readonly seed: number
  readonly hops: number
  readonly disjoint: boolean
  readonly subgraphType: SubgraphType
  readonly mapBudgetBytes: number
  readonly time: TimeOptions | null
  /** Times by node type, for types that have them; empty unless times are those of nodes. */
  readonly nodeTimes: ReadonlyMap<string, CheckedColumn>
  readonly relations: readonly RelationPlan[]
  readonly labor: LaborScope | null
}

/** @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_PROPERTY, TYPE_MISMATCH. */
export function planSampler(graph: SamplerGraph, options: NeighborSamplerOptions): SamplerPlan {
  requireConsistent(options)
  const relations = relationsOf(graph.edgeTypes, options.direction)
  const counts = resolveFanOut(
    options.numNeighbors,
    relations.map(({ key }) => key),
  )
  requireKnown(Object.keys(options.nodeFilters ?? {}), graph.nodeTypes, 'the node filters')
  requireKnown(Object.keys(options.edgeFilters ?? {}), graph.edgeTypes.map(edgeTypeKey), 'the edge filters')
  const seed = options.seed ?? 0
  const columns = columnsOf(graph, options)
  const labor = options.labor === undefined ? null : new LaborScope(seed, options.labor)
  return {
    seed,
    hops: hopsOf(options.numNeighbors),
    disjoint: options.disjoint === true || options.time !== undefined,
    subgraphType: options.subgraphType ?? 'directional',
    mapBudgetBytes: options.mapBudgetBytes ?? MAP_BUDGET_BYTES,
    time: options.time ?? null,
    nodeTimes: columns.nodeTimes,
    relations: relations.map((relation, at) => planRelation(relation, counts[at]!, options, columns, labor)),
    labor,
  }
}

interface Columns {
  readonly nodeTimes: ReadonlyMap<string, CheckedColumn>
  readonly edgeTimes: ReadonlyMap<string, CheckedColumn>
  readonly weights: ReadonlyMap<string, CheckedColumn>
}

function planRelation(
  relation: Relation,
  counts: readonly number[],
  options: NeighborSamplerOptions,
  columns: Columns,
  labor: LaborScope | null,
): RelationPlan {
  const [neighbourType] = relation.edgeType
  const replace = options.replace ?? false
  const edgeTimes = columns.edgeTimes.get(relation.storedKey)
  const admission = new Admission({
    nodeFilter: options.nodeFilters?.[neighbourType] ?? null,
    edgeFilter: options.edgeFilters?.[relation.storedKey] ?? null,
    times: edgeTimes ?? columns.nodeTimes.get(neighbourType) ?? null,
    timesOfEdges: edgeTimes !== undefined,
  })
  const weights = columns.weights.get(relation.storedKey)
  let chooser: Chooser | null = null
  if (weights !== undefined) chooser = new WeightedChooser(weights, replace)
  else if (labor !== null) chooser = new LaborChooser(labor.streamOf(neighbourType))
  else if (options.time?.strategy === 'last') chooser = new RecentChooser(replace)
  return {
    relation,
    counts,
    replace,
    withEdgeIds: options.withEdgeIds ?? true,
    readsEdges: admission.readsEdges || weights !== undefined,
    admission,
    chooser,
    uniform: new UniformChooser(replace),
  }
}

function requireConsistent(options: NeighborSamplerOptions): void {
  const { weightColumn, time, labor, replace, seed = 0 } = options
  if (!Number.isSafeInteger(seed)) throw invalid(`The seed of a sampler is a whole number, not ${seed}.`)
  if (weightColumn !== undefined && time !== undefined) {
    throw invalid('Sampling is by weight or in time, not both.')
  }
  if (labor !== undefined && (replace === true || weightColumn !== undefined || time !== undefined)) {
    throw invalid("'labor' goes with neither replacement nor weights nor times.")
  }
}

function columnsOf(graph: SamplerGraph, { time, weightColumn }: NeighborSamplerOptions): Columns {
  const none: ReadonlyMap<string, CheckedColumn> = new Map()
  const ofNodes = (name: string) =>
    checkedColumns(
      graph.nodeTypes,
      name,
      (type) => graph.nodeNumbers(type, name),
      (type) => type,
    )
  const ofEdges = (name: string, least?: number) =>
    checkedColumns<EdgeType>(graph.edgeTypes, name, (type) => graph.edgeNumbers(type, name), edgeTypeKey, least)
  return {
    nodeTimes: time?.on === 'node' ? ofNodes(time.column) : none,
    edgeTimes: time?.on === 'edge' ? ofEdges(time.column) : none,
    weights: weightColumn === undefined ? none : ofEdges(weightColumn, 0),
  }
}

/** @returns the columns of this name, by type; types without one are left out. @throws {DatabaseError} UNKNOWN_PROPERTY when all are; TYPE_MISMATCH. */
function checkedColumns<Type>(
  types: readonly Type[],
  name: string,
  open: (type: Type) => NumberColumn,
  keyOf: (type: Type) => string,
  least?: number,
): ReadonlyMap<string, CheckedColumn> {
  const columns = new Map<string, CheckedColumn>()
  let missing: unknown
  for (const type of types) {
    try {
      columns.set(keyOf(type), new CheckedColumn(open(type), `${keyOf(type)}.${name}`, least))
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'UNKNOWN_PROPERTY') throw error
      missing = error
    }
  }
  if (columns.size === 0 && missing !== undefined) throw missing
  return columns
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}

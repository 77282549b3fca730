import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { labelsBesideNegatives } from '../sampler/link-sampler.ts'
import type { EdgeLabelIndex, LinkChoice, Numbers } from './loader-options.ts'
import type { LinkList, LoaderSource, PinnedSource, SourceSchema } from './loader-source.ts'
import { placesOf } from './query-rows.ts'
import type { LinkLabels, LinkOptions, LinkSeeds } from './seeds.ts'
import { elementsOfNumbers, isTensor, requireCount, sharedIds, sharedNumbers } from './shared-arrays.ts'

/** What the options say about seed links. */
export interface LinksChoice {
  readonly edgeLabelIndex: EdgeLabelIndex | undefined
  readonly edgeLabel: Numbers | undefined
  readonly edgeLabelTime: Numbers | undefined
  readonly inputId: Numbers | undefined
  readonly options: LinkOptions
  readonly timed: boolean
}

/**
 * @returns the seed links in a snapshot.
 * @throws {DatabaseError} INVALID_ARGUMENT: no type named where there are several, end points outside of their tables, labels or times of another length,
 *   labels beside triplets, times without timeAttr or the other way round; UNKNOWN_TABLE; whatever queries say.
 */
export function chooseLinks(source: LoaderSource, pinned: PinnedSource, choice: LinksChoice): LinkSeeds {
  const [edgeType, links] = splitChoice(pinned.schema, choice.edgeLabelIndex)
  const { sources, targets, ids } = linkList(source, pinned, edgeType, links)
  if (sources.length !== targets.length) throw invalid('Links need as many sources as targets.')
  requireEnds(pinned.schema, edgeType[0], sources)
  requireEnds(pinned.schema, edgeType[2], targets)
  const count = sources.length
  const times = choice.edgeLabelTime === undefined ? null : elementsOfNumbers(choice.edgeLabelTime)
  if ((times !== null) !== choice.timed) throw invalid('edgeLabelTime is given if and only if timeAttr is.')
  const inputIds = choice.inputId === undefined ? null : elementsOfNumbers(choice.inputId)
  if (inputIds !== null) requireCount(inputIds, count, 'inputId')
  return {
    kind: 'links',
    edgeType,
    sources: sharedIds(sources, 'Sources of links'),
    targets: sharedIds(targets, 'Targets of links'),
    ids: ids === null ? null : sharedIds(ids, 'Ids of links'),
    labels: labelsOf(choice, count),
    times: times === null ? null : sharedNumbers(times, count, 'edgeLabelTime'),
    inputIds: inputIds === null ? null : sharedIds(inputIds, 'Elements of inputId'),
    options: choice.options,
    timed: choice.timed,
  }
}

function splitChoice(schema: SourceSchema, given: EdgeLabelIndex | undefined): [EdgeType, LinkChoice] {
  if (isEdgeType(given)) return [requireEdgeType(schema, given), null]
  if (Array.isArray(given) && isEdgeType(given[0])) return [requireEdgeType(schema, given[0]), given[1] as LinkChoice]
  if (schema.edgeTypes.length === 1) return [schema.edgeTypes[0]!, (given as LinkChoice | undefined) ?? null]
  const text = `The graph has ${schema.edgeTypes.length} edge types: name the links' one, edgeLabelIndex: [['a', 'to', 'b'], …].`
  throw invalid(text)
}

function isEdgeType(value: unknown): value is EdgeType {
  return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'string')
}

function requireEdgeType({ edgeTypes }: SourceSchema, wanted: EdgeType): EdgeType {
  const key = edgeTypeKey(wanted)
  const found = edgeTypes.find((known) => edgeTypeKey(known) === key)
  if (found !== undefined) return found
  const text = `The graph has no edge type ${key}.${didYouMean(key, edgeTypes.map(edgeTypeKey))}`
  throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { edgeType: key } })
}

function linkList(source: LoaderSource, pinned: PinnedSource, edgeType: EdgeType, links: LinkChoice): LinkList {
  if (links === null) return pinned.allEdges(edgeType)
  if (typeof links === 'object' && 'query' in links) return queriedLinks(source, pinned, edgeType, links.query)
  if (isTensor(links)) {
    const data = elementsOfNumbers(links)
    if (links.shape[0] !== 2) throw invalid(`Links have shape [2, P], not [${links.shape.join(', ')}].`)
    const half = data.length / 2
    const ids = sharedIds(data, 'End points of links')
    return { sources: ids.subarray(0, half), targets: ids.subarray(half), ids: null }
  }
  if (!Array.isArray(links) || links.length !== 2) {
    throw invalid('edgeLabelIndex is null, [2, P], [sources, targets], an edge type, or [edge type, …].')
  }
  const [sources, targets] = links as readonly [Numbers, Numbers]
  const asIds = (numbers: Numbers) => sharedIds(elementsOfNumbers(numbers), 'End points of links')
  return { sources: asIds(sources), targets: asIds(targets), ids: null }
}

function queriedLinks(source: LoaderSource, pinned: PinnedSource, edgeType: EdgeType, query: string): LinkList {
  const result = source.query(query)
  if (result.columns.length !== 2) {
    throw invalid(
      `A query for links returns two columns of nodes, RETURN id(a), id(b), not ${result.columns.length}: ${query}`,
    )
  }
  const ends = [0, 1].map((at) => {
    const { tables, offsets } = placesOf(result, at, query)
    const wanted = at === 0 ? edgeType[0] : edgeType[2]
    const other = tables.find((table) => pinned.nodeTypeOf(table) !== wanted)
    if (other === undefined) return offsets
    throw invalid(
      `Column ${at + 1} of a query for links has nodes of ${pinned.nodeTypeOf(other)}, not ${wanted}: ${query}`,
    )
  })
  return { sources: ends[0]!, targets: ends[1]!, ids: null }
}

function requireEnds(schema: SourceSchema, nodeType: string, nodes: Uint32Array): void {
  for (let i = 0; i < nodes.length; i++) {
    if (schema.hasNode(nodeType, nodes[i]!)) continue
    const text = `End point ${nodes[i]} of link ${i} is no node of table ${nodeType}.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: nodeType, node: nodes[i]!, link: i } })
  }
}

/** Labels in their own type; whole numbers in a plain array are int32. Beside binary negatives 0 is for these. */
function labelsOf({ edgeLabel, options }: LinksChoice, count: number): LinkLabels | null {
  if (edgeLabel === undefined) return null
  const mode = options.negSampling?.mode
  if (mode === 'triplet') throw invalid('edgeLabel does not go with triplets.')
  const given = elementsOfNumbers(edgeLabel)
  requireCount(given, count, 'edgeLabel')
  const numbers = sharedNumbers(given, count, 'edgeLabel')
  const labels: LinkLabels =
    given instanceof Float32Array || given instanceof Float64Array || given instanceof Int32Array
      ? given
      : numbers.every((label) => label === (label | 0))
        ? Int32Array.from(numbers)
        : Float32Array.from(numbers)
  return mode === 'binary' ? labelsBesideNegatives(labels) : labels
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}

import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { InputNodes, NodeChoice, Numbers } from './loader-options.ts'
import type { LoaderSource, PinnedSource, SourceSchema } from './loader-source.ts'
import { queryNodes } from './query-rows.ts'
import type { NodeSeeds } from './seeds.ts'
import { elementsOfNumbers, isTensor, requireCount, sharedIds, sharedNumbers } from './shared-arrays.ts'

/** What the options say about seed nodes. */
export interface SeedChoice {
  readonly inputNodes: InputNodes | undefined
  readonly inputTime: Numbers | undefined
  readonly inputId: Numbers | undefined
  /** Trees may share their seed only when they are apart. */
  readonly allowRepeats: boolean
}

/** Ids of one node type, and what they are called when nobody names them otherwise. */
interface ChosenNodes {
  readonly nodeType: string
  readonly ids: Uint32Array
  /** For masks, PyG reports the ids themselves. */
  readonly reported: Uint32Array | null
}

/**
 * @returns the seeds in a snapshot. Queries, keys and "all" are evaluated in it; a node that a query finds twice counts once.
 * @throws {DatabaseError} INVALID_ARGUMENT: no type named where there are several, ids outside of the table or deleted, repeated ids, masks, times or
 *   ids of another length; UNKNOWN_TABLE; whatever queries say.
 */
export function chooseSeeds(source: LoaderSource, pinned: PinnedSource, choice: SeedChoice): NodeSeeds {
  const { nodeType, ids, reported } = chooseNodes(source, pinned, choice.inputNodes)
  requireLive(pinned.schema, nodeType, ids)
  if (!choice.allowRepeats) requireDistinct(nodeType, ids)
  const times = choice.inputTime === undefined ? null : elementsOfNumbers(choice.inputTime)
  const inputIds = choice.inputId === undefined ? null : elementsOfNumbers(choice.inputId)
  if (inputIds !== null) requireCount(inputIds, ids.length, 'inputId')
  return {
    kind: 'nodes',
    nodeType,
    ids,
    times: times === null ? null : sharedNumbers(times, ids.length, 'inputTime'),
    inputIds: inputIds === null ? reported : sharedIds(inputIds, 'Elements of inputId'),
  }
}

function chooseNodes(source: LoaderSource, pinned: PinnedSource, input: InputNodes | undefined): ChosenNodes {
  const { schema } = pinned
  if (typeof input === 'string') return allNodes(schema, requireType(schema, input))
  if (isTyped(input)) return chooseOf(source, pinned, requireType(schema, input[0]), input[1])
  return chooseOf(source, pinned, null, input ?? null)
}

function isTyped(input: InputNodes | undefined): input is readonly [string, NodeChoice] {
  return Array.isArray(input) && input.length === 2 && typeof input[0] === 'string'
}

function chooseOf(source: LoaderSource, pinned: PinnedSource, named: string | null, choice: NodeChoice): ChosenNodes {
  const { schema } = pinned
  if (typeof choice === 'object' && choice !== null && 'query' in choice) {
    return chosenByQuery(source, pinned, named, choice.query)
  }
  const nodeType = named ?? onlyType(schema)
  if (choice === null) return allNodes(schema, nodeType)
  if (typeof choice === 'object' && 'keys' in choice && !ArrayBuffer.isView(choice) && !Array.isArray(choice)) {
    return {
      nodeType,
      ids: sharedIds(pinned.offsetsOf(nodeType, choice.keys as ArrayLike<number>), 'Seeds'),
      reported: null,
    }
  }
  const mask = maskOf(choice as Numbers | readonly boolean[])
  if (mask !== null) return chosenByMask(schema, nodeType, mask)
  return { nodeType, ids: sharedIds(elementsOfNumbers(choice as Numbers), 'Seeds'), reported: null }
}

function allNodes(schema: SourceSchema, nodeType: string): ChosenNodes {
  const ids = nodesThat(schema.nodeCount(nodeType), (node) => schema.hasNode(nodeType, node))
  return { nodeType, ids, reported: null }
}

/** @returns the nodes below `count` that pass, in shared memory. */
function nodesThat(count: number, passes: (node: number) => boolean): Uint32Array {
  const ids = new Uint32Array(new SharedArrayBuffer(count * 4))
  let found = 0
  for (let node = 0; node < count; node++) if (passes(node)) ids[found++] = node
  return ids.subarray(0, found)
}

function maskOf(choice: Numbers | readonly boolean[]): ArrayLike<number | boolean> | null {
  if (isTensor(choice)) return choice.dtype === 'bool' ? (choice.data as Uint8Array) : null
  if (choice instanceof Uint8Array) return choice
  if (choice === undefined || choice === null || typeof choice !== 'object' || !('length' in choice)) {
    throw invalid('inputNodes is null, ids, a mask, a type, [type, …], { query } or { keys }.')
  }
  return choice.length > 0 && typeof choice[0] === 'boolean' ? (choice as readonly boolean[]) : null
}

function chosenByMask(schema: SourceSchema, nodeType: string, mask: ArrayLike<number | boolean>): ChosenNodes {
  const count = schema.nodeCount(nodeType)
  if (mask.length !== count) {
    throw invalid(`A mask has one element per node: ${nodeType} has ${count}, the mask ${mask.length}.`)
  }
  const ids = nodesThat(count, (node) => Boolean(mask[node]))
  return { nodeType, ids, reported: ids }
}

function chosenByQuery(source: LoaderSource, pinned: PinnedSource, named: string | null, query: string): ChosenNodes {
  const { tables, offsets } = queryNodes(source, query)
  const table = tables[0]
  if (tables.some((other) => other !== table)) {
    throw invalid(`A query for seeds returns nodes of one table, not of several: ${query}`)
  }
  const found = table === undefined ? named : pinned.nodeTypeOf(table)
  if (found === null) throw invalid(`No node passes: ${query}`)
  if (named !== null && found !== named)
    throw invalid(`The query for seeds of ${named} returns nodes of ${found}: ${query}`)
  return { nodeType: found, ids: firstOfEach(offsets), reported: null }
}

/** @returns the ids without repeats, in shared memory. */
function firstOfEach(offsets: Uint32Array): Uint32Array {
  const seen = new Uint32Array((largestOf(offsets) >>> 5) + 1)
  const ids = new Uint32Array(new SharedArrayBuffer(offsets.byteLength))
  let found = 0
  for (const node of offsets) {
    const bit = 1 << (node & 31)
    if ((seen[node >>> 5]! & bit) !== 0) continue
    seen[node >>> 5]! |= bit
    ids[found++] = node
  }
  return ids.subarray(0, found)
}

function largestOf(ids: Uint32Array): number {
  let largest = 0
  for (let i = 0; i < ids.length; i++) if (ids[i]! > largest) largest = ids[i]!
  return largest
}

function onlyType({ nodeTypes }: SourceSchema): string {
  if (nodeTypes.length === 1) return nodeTypes[0]!
  throw invalid(`The graph has ${nodeTypes.length} node types: name the seeds' one, inputNodes: ['paper', …].`)
}

/** @throws {DatabaseError} UNKNOWN_TABLE with the nearest name. */
export function requireType({ nodeTypes }: SourceSchema, nodeType: string): string {
  const lower = nodeType.toLowerCase()
  const found =
    nodeTypes.find((known) => known === nodeType) ?? nodeTypes.find((known) => known.toLowerCase() === lower)
  if (found !== undefined) return found
  const text = `The graph has no node type ${nodeType}.${didYouMean(nodeType, nodeTypes)}`
  throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { table: nodeType } })
}

function requireLive(schema: SourceSchema, nodeType: string, ids: Uint32Array): void {
  const count = schema.nodeCount(nodeType)
  for (let i = 0; i < ids.length; i++) {
    const node = ids[i]!
    if (schema.hasNode(nodeType, node)) continue
    const text =
      node < count
        ? `Seed ${node} (at position ${i}) is a deleted node of table ${nodeType}.`
        : `Seed ${node} (at position ${i}) is outside of table ${nodeType}, which has ${count} rows.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: nodeType, node, position: i } })
  }
}

function requireDistinct(nodeType: string, ids: Uint32Array): void {
  const seen = new Uint32Array((largestOf(ids) >>> 5) + 1)
  for (let i = 0; i < ids.length; i++) {
    const node = ids[i]!
    const bit = 1 << (node & 31)
    if ((seen[node >>> 5]! & bit) !== 0) {
      const text = `Seed ${node} of table ${nodeType} is given twice (again at position ${i}). Remove repeats, or set disjoint.`
      throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: nodeType, node, position: i } })
    }
    seen[node >>> 5]! |= bit
  }
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}

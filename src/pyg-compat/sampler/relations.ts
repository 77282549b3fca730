import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { SampleDirection } from './sampler-options.ts'

/** One way from nodes to neighbours: an edge type as it is reported, and the stored edges behind it. */
export interface Relation {
  /** [type of the neighbour, relation, type of the node that draws]. */
  readonly edgeType: EdgeType
  readonly key: string
  /** The edge type of the graph. */
  readonly stored: EdgeType
  readonly storedKey: string
  readonly direction: SampleDirection
}

const REVERSE_PREFIX = 'rev_'

/** @returns the name that PyG gives to the edges of a relation when they are turned round. */
export function reverseName(relation: string): string {
  return relation.startsWith(REVERSE_PREFIX) ? relation.slice(REVERSE_PREFIX.length) : REVERSE_PREFIX + relation
}

/**
 * @returns the relations to sample, in the order of the graph's edge types.
 * @throws {DatabaseError} INVALID_ARGUMENT: a direction for a type that does not exist; two relations of one name.
 */
export function relationsOf(
  edgeTypes: readonly EdgeType[],
  direction: SampleDirection | Readonly<Record<string, SampleDirection>> = 'in',
): readonly Relation[] {
  const keys = edgeTypes.map(edgeTypeKey)
  if (typeof direction !== 'string') requireKnown(Object.keys(direction), keys, 'the directions')
  const relations = edgeTypes.flatMap((stored, at) =>
    relationsOfType(stored, typeof direction === 'string' ? direction : (direction[keys[at]!] ?? 'in')),
  )
  const seen = new Set<string>()
  for (const { key } of relations) {
    if (seen.has(key)) throw invalid(`Edge type ${key} is both stored and the reverse of another: sample one of them.`)
    seen.add(key)
  }
  return relations
}

/** @throws {DatabaseError} INVALID_ARGUMENT when a key is not one of `known`. */
export function requireKnown(keys: readonly string[], known: readonly string[], where: string): void {
  const unknown = keys.find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(`Unknown type ${unknown} in ${where}. Known: ${known.join(', ')}.`)
}

function relationsOfType(stored: EdgeType, direction: SampleDirection): Relation[] {
  const [source, relation, target] = stored
  const reverse: EdgeType = [target, reverseName(relation), source]
  if (direction === 'in') return [relationOf(stored, stored, 'in')]
  if (direction === 'out') return [relationOf(reverse, stored, 'out')]
  if (source === target) return [relationOf(stored, stored, 'both')]
  return [relationOf(stored, stored, 'in'), relationOf(reverse, stored, 'out')]
}

function relationOf(edgeType: EdgeType, stored: EdgeType, direction: SampleDirection): Relation {
  return { edgeType, key: edgeTypeKey(edgeType), stored, storedKey: edgeTypeKey(stored), direction }
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}

import { DatabaseError } from '../../errors/database-error.ts'
import type { RowBitset } from '../../storage/read-view.ts'
import { didYouMean } from '../did-you-mean.ts'
import { edgeTypeKey } from '../edge-type.ts'
import type { LoaderSource, SourceSchema } from './loader-source.ts'
import { queryNodes } from './query-rows.ts'

/** Nodes and edges that may be drawn: bits by offset and by rel id, in shared memory. */
export interface PredicateFilters {
  readonly nodeFilters: Readonly<Record<string, RowBitset>>
  readonly edgeFilters: Readonly<Record<string, RowBitset>>
}

/**
 * Evaluates predicates over the newest commit, one query each.
 * @param where by node type, over `n`; by 'src__rel__dst', over `r` from `a` to `b`.
 * @throws {DatabaseError} UNKNOWN_TABLE; whatever the queries say.
 */
export function evaluatePredicates(
  source: LoaderSource,
  schema: SourceSchema,
  where: Readonly<Record<string, string>>,
): PredicateFilters {
  const nodeFilters: Record<string, RowBitset> = {}
  const edgeFilters: Record<string, RowBitset> = {}
  for (const [type, predicate] of Object.entries(where)) {
    const edgeType = schema.edgeTypes.find((known) => edgeTypeKey(known) === type)
    if (schema.nodeTypes.includes(type)) {
      const query = `MATCH (n:${quoted(type)}) WHERE (${predicate}) RETURN id(n)`
      nodeFilters[type] = bitsOf(source, query, schema.nodeCount(type))
    } else if (edgeType !== undefined) {
      const [from, relation, to] = edgeType.map(quoted)
      const query = `MATCH (a:${from})-[r:${relation}]->(b:${to}) WHERE (${predicate}) RETURN id(r)`
      edgeFilters[type] = bitsOf(source, query, schema.edgeCount(edgeType))
    } else {
      const known = [...schema.nodeTypes, ...schema.edgeTypes.map(edgeTypeKey)]
      const text = `The option where names ${type}, which is no node type and no edge type.${didYouMean(type, known)}`
      throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { type } })
    }
  }
  return { nodeFilters, edgeFilters }
}

function bitsOf(source: LoaderSource, query: string, count: number): RowBitset {
  const { offsets } = queryNodes(source, query)
  const bits = new Uint32Array(new SharedArrayBuffer(((count + 31) >>> 5) * 4))
  for (const offset of offsets) bits[offset >>> 5]! |= 1 << (offset & 31)
  return bits
}

function quoted(name: string | undefined): string {
  return `\`${name}\``
}

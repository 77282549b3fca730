import { DatabaseError } from '../../errors/database-error.ts'
import { edgeTypeKey } from '../edge-type.ts'
import { IdSet } from './id-set.ts'
import type { ExcludedEdges } from './sampler-options.ts'

/** Edges of one stored type that must not be drawn: by id, or by their end points. */
export class EdgeExclusion {
  readonly #ids: IdSet | null
  readonly #pairs: IdSet | null

  private constructor(ids: IdSet | null, pairs: IdSet | null) {
    this.#ids = ids
    this.#pairs = pairs
  }

  /**
   * @param parts of one stored type. @returns null when they name no edge.
   * @throws {DatabaseError} INVALID_ARGUMENT: sources and targets of different lengths.
   */
  static of(parts: readonly ExcludedEdges[]): EdgeExclusion | null {
    const ids = parts.reduce((sum, part) => sum + (part.ids?.length ?? 0), 0)
    const pairs = parts.reduce((sum, part) => sum + pairCount(part), 0)
    if (ids + pairs === 0) return null
    const idSet = ids === 0 ? null : new IdSet(ids)
    const pairSet = pairs === 0 ? null : new IdSet(pairs)
    for (const part of parts) {
      if (part.ids !== undefined) for (const id of part.ids) idSet!.add(id)
      for (let i = 0; i < pairCount(part); i++) pairSet!.add(part.sources![i]!, part.targets![i]!)
    }
    return new EdgeExclusion(idSet, pairSet)
  }

  has(source: number, target: number, edge: number): boolean {
    return (this.#ids?.has(edge) ?? false) || (this.#pairs?.has(source, target) ?? false)
  }
}

function pairCount({ edgeType, sources, targets }: ExcludedEdges): number {
  if (sources?.length !== targets?.length) {
    throw new DatabaseError(
      'INVALID_ARGUMENT',
      `Excluded edges of ${edgeTypeKey(edgeType)}: sources and targets differ in length.`,
    )
  }
  return sources?.length ?? 0
}

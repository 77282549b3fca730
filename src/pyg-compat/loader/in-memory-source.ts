import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { FeatureSource } from '../features/feature-source.ts'
import { MemoryFeatureSource } from '../features/memory-feature-source.ts'
import { MemoryGraph } from '../sampler/memory-graph.ts'
import type { Tensor } from '../tensor.ts'
import type { InMemoryGraph } from './in-memory-graph.ts'
import type { ThreadSource } from './thread-source.ts'

/** @returns a source over arrays. @throws {DatabaseError} INVALID_ARGUMENT for a graph whose arrays do not fit each other. */
export function openInMemory(graph: InMemoryGraph): ThreadSource {
  const nodes = graph.nodes.map(({ nodeType, count, columns }) => ({ nodeType, count, columns: numbersOf(columns) }))
  const edges = graph.edges.map((type) => ({ ...type, columns: numbersOf(type.columns) }))
  return {
    graph: new MemoryGraph(nodes, edges),
    openColumn: (group, column) => openColumn(graph, group, column),
    close: () => undefined,
  }
}

/** Scalar columns as samplers read them (weights, times); 64-bit integers are converted when somebody asks for the column. */
function numbersOf(columns: Readonly<Record<string, Tensor>>): Record<string, ArrayLike<number>> {
  const numbers: Record<string, ArrayLike<number>> = {}
  for (const [name, { data, shape }] of Object.entries(columns)) {
    if (shape.length !== 1) continue
    let converted: ArrayLike<number> | null = null
    Object.defineProperty(numbers, name, {
      enumerable: true,
      get: () => {
        converted ??= isWide(data) ? Float64Array.from(data as BigInt64Array, Number) : data
        return converted
      },
    })
  }
  return numbers
}

function isWide(data: Tensor['data']): data is BigInt64Array | BigUint64Array {
  return data instanceof BigInt64Array || data instanceof BigUint64Array
}

function openColumn({ nodes, edges }: InMemoryGraph, group: string | EdgeType, column: string): FeatureSource {
  const columns =
    typeof group === 'string'
      ? nodes.find(({ nodeType }) => nodeType === group)?.columns
      : edges.find(({ edgeType }) => edgeTypeKey(edgeType) === edgeTypeKey(group))?.columns
  const tensor = columns?.[column]
  if (tensor === undefined) {
    const name = typeof group === 'string' ? group : edgeTypeKey(group)
    throw new DatabaseError('UNKNOWN_PROPERTY', `${name} has no column ${column}.`, {
      facts: { table: name, column },
    })
  }
  return new MemoryFeatureSource(tensor.data, tensor.dtype, tensor.shape.slice(1))
}

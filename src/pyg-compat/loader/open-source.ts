import { DatabaseError } from '../../errors/database-error.ts'
import { FeatureStore } from '../backend/feature-store.ts'
import { GraphStore } from '../backend/graph-store.ts'
import { HeteroData } from '../data.ts'
import { DatabaseLoaderSource } from './database-loader-source.ts'
import { type InMemoryGraph, inMemoryGraphOf } from './in-memory-graph.ts'
import { InMemoryLoaderSource } from './in-memory-loader-source.ts'
import type { LoaderSource } from './loader-source.ts'

/** What loaders take: the stores of a database, a graph as Data or HeteroData, or a graph in typed arrays. */
export type LoaderData = readonly [FeatureStore, GraphStore] | HeteroData | InMemoryGraph

/** @throws {DatabaseError} INVALID_ARGUMENT for anything else; stores of two databases; a graph that does not fit together. */
export function openLoaderSource(data: LoaderData): LoaderSource {
  if (data instanceof HeteroData) return new InMemoryLoaderSource(inMemoryGraphOf(data))
  if (isStores(data)) {
    const [features, graph] = data
    if (features.backend === graph.backend) return new DatabaseLoaderSource(features.backend)
    throw new DatabaseError('INVALID_ARGUMENT', 'The feature store and the graph store are of two remote backends.')
  }
  if (typeof data === 'object' && data !== null && 'nodes' in data && 'edges' in data)
    return new InMemoryLoaderSource(data)
  const text = 'Loaders read from [featureStore, graphStore], Data, HeteroData, or { nodes, edges } in typed arrays.'
  throw new DatabaseError('INVALID_ARGUMENT', text)
}

function isStores(data: LoaderData): data is readonly [FeatureStore, GraphStore] {
  return Array.isArray(data) && data[0] instanceof FeatureStore && data[1] instanceof GraphStore
}

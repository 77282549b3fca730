import type { Database } from '../../database/database.ts'
import { FeatureStore } from './feature-store.ts'
import { GraphStore } from './graph-store.ts'
import { RemoteBackend } from './remote-backend.ts'

/** What PyG's loaders take for their data. Both read the same snapshot; closing one closes both. */
export type RemoteStores = readonly [featureStore: FeatureStore, graphStore: GraphStore]

/**
 * @param numThreads threads that loaders over the stores may use; 0, null or nothing: one per processor.
 * @returns stores that read the newest commit until they are refreshed, whatever is written meanwhile. They hold it until they or the database
 *   are closed, which keeps replaced pages on disk.
 * @throws {DatabaseError} INVALID_ARGUMENT, CLOSED, and as opening the database does.
 */
export function getTorchGeometricRemoteBackend(database: Database, numThreads?: number | null): RemoteStores {
  const backend = new RemoteBackend(database, numThreads ?? 0)
  return [new FeatureStore(backend), new GraphStore(backend)]
}

/**
 * Nisaba: an embedded property-graph database for Node.js.
 *
 * `new Database(path)`, `new Connection(database)`, `await connection.query('MATCH (p:paper) RETURN count(*)')`.
 */
import { Connection, type Parameters } from './database/connection.ts'
import { type BufferPoolStats, Database } from './database/database.ts'
import { PreparedStatement } from './database/prepared-statement.ts'
import { QueryResult, type QueryTiming, type Row, type RowTextForm } from './database/query-result.ts'
import { PACKAGE_VERSION } from './database/version.ts'
import { DatabaseError } from './errors/database-error.ts'
import { getTorchGeometricRemoteBackend, type RemoteStores } from './pyg-compat/backend/get-remote-backend.ts'
import { resultGraph, type TorchGeometricGraph } from './pyg-compat/backend/result-graph.ts'

export type { CheckReport } from './database/check-database.ts'
export type { DatabaseOptions } from './database/config.ts'
export type { ProgressCallback, ProgressDetail } from './database/execute-statement.ts'
export type { JsValue, NodeId, NodeValue, RecursiveRelValue, RelValue } from './database/js-value.ts'
export type { ErrorCode, ErrorFacts } from './errors/error-code.ts'
export type { Span } from './errors/span.ts'
export type { BufferPoolStats, Parameters, QueryTiming, RemoteStores, Row, RowTextForm, TorchGeometricGraph }
export { Connection, Database, DatabaseError, PreparedStatement, QueryResult }

/** Version of this package. */
export const VERSION: string = PACKAGE_VERSION

/** Number of the file format that this version writes. */
export const STORAGE_VERSION: number = Database.getStorageVersion()

declare module './database/database.ts' {
  interface Database {
    /**
     * @param numThreads threads that loaders over the stores may use; nothing: one per processor.
     * @returns a feature store and a graph store over the newest commit, for the loaders of `nisaba/pyg`. They stay at that commit until they are
     * refreshed, and end with `close()` of either or of the database.
     * @throws {DatabaseError} INVALID_ARGUMENT, CLOSED, and as opening the database does.
     */
    getTorchGeometricRemoteBackend(numThreads?: number | null): RemoteStores
    /** {@link getTorchGeometricRemoteBackend} by its Python name. */
    get_torch_geometric_remote_backend(numThreads?: number | null): RemoteStores
  }
}

declare module './database/result-conversions.ts' {
  interface ResultConversions {
    getAsTorchGeometric(): TorchGeometricGraph
  }
}

// here and not in the classes: they belong to a layer that knows nothing of graph learning
Database.prototype.getTorchGeometricRemoteBackend = function (numThreads) {
  return getTorchGeometricRemoteBackend(this, numThreads)
}
Database.prototype.get_torch_geometric_remote_backend = Database.prototype.getTorchGeometricRemoteBackend
QueryResult.prototype.getAsTorchGeometric = function () {
  return resultGraph(this)
}
QueryResult.prototype.get_as_torch_geometric = QueryResult.prototype.getAsTorchGeometric

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

export type { DatabaseOptions } from './database/config.ts'
export type { ProgressCallback, ProgressDetail } from './database/execute-statement.ts'
export type { JsValue, NodeId, NodeValue, RecursiveRelValue, RelValue } from './database/js-value.ts'
export type { ErrorCode, ErrorFacts } from './errors/error-code.ts'
export type { Span } from './errors/span.ts'
export type { BufferPoolStats, Parameters, QueryTiming, Row, RowTextForm }
export { Connection, Database, DatabaseError, PreparedStatement, QueryResult }

/** Version of this package. */
export const VERSION: string = PACKAGE_VERSION

/** Number of the file format that this version writes. */
export const STORAGE_VERSION: number = Database.getStorageVersion()

import { Connection } from '../../../../../src/database/connection.ts'
import { Database } from '../../../../../src/database/database.ts'
import {
  getTorchGeometricRemoteBackend,
  type RemoteStores,
} from '../../../../../src/pyg-compat/backend/get-remote-backend.ts'

/** The graph of PyG's golden vectors: edges in insertion order. */
export const GOLDEN_EDGES: readonly (readonly [number, number])[] = [
  [1, 0],
  [2, 0],
  [3, 1],
  [4, 1],
  [0, 2],
  [5, 2],
  [2, 3],
  [4, 3],
  [6, 4],
  [0, 5],
  [1, 5],
  [3, 6],
  [5, 0],
]

/** Times of the golden nodes. */
export const GOLDEN_TIMES = [5, 1, 9, 5, 2, 3, 7]

/** An open database with its stores. */
export interface TestDatabase {
  readonly database: Database
  readonly connection: Connection
  readonly stores: RemoteStores
}

/** @returns what `statements` make, in memory unless a path is given. */
export function openDatabase(statements: readonly string[], file = ':memory:', poolBytes = 64 << 20): TestDatabase {
  const database = new Database(file, poolBytes)
  const connection = new Connection(database)
  for (const statement of statements) connection.querySync(statement)
  return { database, connection, stores: getTorchGeometricRemoteBackend(database) }
}

/** @returns the golden graph: nodes v with time, x (two floats, ten times the id and its negative), y (id modulo 3) and year. */
export function goldenDatabase(file?: string): TestDatabase {
  const nodes = GOLDEN_TIMES.map(
    (time, id) =>
      `(:v {id: ${id}, time: ${time}, x: [${id * 10}, ${-id}], y: ${id % 3}, name: 'v${id}', w: ${id / 2}})`,
  )
  const edges = GOLDEN_EDGES.map(
    ([from, to], e) => `MATCH (a:v {id: ${from}}), (b:v {id: ${to}}) CREATE (a)-[:to {weight: ${e + 0.5}}]->(b)`,
  )
  return openDatabase(
    [
      'CREATE NODE TABLE v(id INT64, time INT64, x FLOAT[2], y INT64, name STRING, w DOUBLE, PRIMARY KEY (id))',
      'CREATE REL TABLE to(FROM v TO v, weight DOUBLE)',
      `CREATE ${nodes.join(', ')}`,
      ...edges,
    ],
    file,
  )
}

import { writeNpy } from '../../../../../datasets/file-writers.ts'
import { Connection, type Database } from '../../../../../src/index.ts'
import type { FeatureStore } from '../../../../../src/pyg-compat/backend/feature-store.ts'
import type { GraphStore } from '../../../../../src/pyg-compat/backend/graph-store.ts'
import { one, type Scratch } from '../../../../api/support/scratch.ts'

/** A database of papers, open. */
export interface Papers {
  readonly database: Database
  readonly connection: Connection
  readonly features: FeatureStore
  readonly graph: GraphStore
}

export const FEATURES = 5

/** Feature k of paper i. */
export function featureOf(paper: number, k: number): number {
  return Math.fround(paper + k / 8)
}

/**
 * Papers 0 .. count-1 with columns x FLOAT[5], year INT64, read BOOL, title STRING, score DOUBLE (NULL in paper 3); paper i cites i + 1 and i + 2
 * with weight i.
 * @param place as Scratch.database takes it.
 */
export async function openPapers(scratch: Scratch, count = 10, place = ':memory:'): Promise<Papers> {
  const database = scratch.database(place)
  const connection = new Connection(database)
  await one(
    connection,
    `CREATE NODE TABLE paper(id INT64 PRIMARY KEY, x FLOAT[${FEATURES}], year INT64, read BOOL, title STRING, score DOUBLE)`,
  )
  await one(connection, 'CREATE REL TABLE cites(FROM paper TO paper, weight FLOAT)')
  const values = Float32Array.from({ length: count * FEATURES }, (_, i) =>
    featureOf(Math.floor(i / FEATURES), i % FEATURES),
  )
  writeNpy(scratch.file('x.npy'), '<f4', [count, FEATURES], [values])
  writeNpy(scratch.file('id.npy'), '<i8', [count], [BigInt64Array.from({ length: count }, (_, i) => BigInt(i))])
  await one(connection, `COPY paper(id, x) FROM ('${scratch.file('id.npy')}', '${scratch.file('x.npy')}') BY COLUMN`)
  await one(
    connection,
    `MATCH (p:paper) SET p.year = 1990 + p.id % 30, p.read = p.id % 3 = 0, p.title = 'paper ' + CAST(p.id, 'STRING'),
       p.score = CASE WHEN p.id = 3 THEN NULL ELSE p.id / 2.0 END`,
  )
  await one(
    connection,
    'MATCH (a:paper), (b:paper) WHERE b.id = a.id + 1 OR b.id = a.id + 2 CREATE (a)-[:cites {weight: a.id}]->(b)',
  )
  const [features, graph] = database.getTorchGeometricRemoteBackend(2)
  return { database, connection, features, graph }
}

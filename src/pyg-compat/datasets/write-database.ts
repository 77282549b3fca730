import { Connection } from '../../database/connection.ts'
import type { Database } from '../../database/database.ts'
import type { OpenDatabase } from '../../database/open-database.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import { FLOAT, INT64, type LogicalType, scalar } from '../../types/logical-type.ts'
import type { StoredRows } from '../../types/stored-rows.ts'
import type { Vector, VectorData } from '../../types/vector.ts'
import { storedRows } from '../backend/tensor-vector.ts'
import { type Dataset, type DatasetNodes, NO_LABEL } from './dataset.ts'
import type { DatasetProgress } from './progress.ts'
import { schemaOf } from './write-folder.ts'

/**
 * Creates the tables of a data set and loads them, without files between. Labels that are not known become NULL.
 * @returns the number of edges. Memory: that of a bulk load, whatever the size; edges are sorted in temporary files beside the database.
 * @throws {DatabaseError} DUPLICATE_NAME if a table is there already; what reading and loading say. Tables that were created are dropped again.
 */
export async function writeDatabase(dataset: Dataset, database: Database, progress: DatasetProgress): Promise<number> {
  const connection = new Connection(database)
  const created: string[] = []
  try {
    for (const [k, statement] of schemaOf(dataset).entries()) {
      await connection.query(statement)
      created.unshift(k === 0 ? dataset.nodeTable : dataset.relTable)
    }
    const opened = database.openSync()
    await inTransaction(opened, (tx) => loadNodes(dataset, opened, tx, progress))
    return await inTransaction(opened, (tx) => loadEdges(dataset, opened, tx, progress))
  } catch (error) {
    for (const table of created) await connection.query(`DROP TABLE ${table}`).catch(() => undefined)
    throw error
  } finally {
    await connection.close()
  }
}

async function inTransaction<T>({ storage }: OpenDatabase, work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
  const tx = storage.beginWrite()
  try {
    const result = await work(tx)
    await tx.commit()
    return result
  } catch (error) {
    tx.rollback()
    throw error
  }
}

async function loadNodes(dataset: Dataset, opened: OpenDatabase, tx: WriteTransaction, progress: DatasetProgress) {
  const table = opened.catalogOf(tx.view).requireTable(dataset.nodeTable)
  const loader = tx.bulkLoadNodes(table.id)
  for await (const batch of dataset.readNodes()) {
    loader.append(columnsOf(batch, dataset))
    progress('nodes', batch.first + batch.count, dataset.nodes)
  }
  loader.finish()
}

async function loadEdges(dataset: Dataset, opened: OpenDatabase, tx: WriteTransaction, progress: DatasetProgress) {
  const table = opened.catalogOf(tx.view).requireTable(dataset.relTable)
  const loader = tx.bulkLoadRels(table.kind === 'rel' ? table.pairs[0]!.id : table.id)
  let edges = 0
  for await (const { sources, targets, count } of dataset.readEdges()) {
    loader.append(sources, targets, count, [])
    edges += count
    progress('edges', edges, dataset.edges)
  }
  for (const _ of loader.finishSteps()) await new Promise((resolve) => setImmediate(resolve))
  return edges
}

/** In the order of the schema: id, x, year, y, split. */
function columnsOf(batch: DatasetNodes, { features, hasYears }: Dataset): (Vector | StoredRows)[] {
  const { first, count } = batch
  const ids = BigInt64Array.from({ length: count }, (_, k) => BigInt(first + k))
  const x = storedRows(batch.features, { id: 'ARRAY', child: FLOAT, length: features }, count)
  const year = hasYears ? [vector(INT64, count, BigInt64Array.from(batch.years!, BigInt))] : []
  const splits = new Int8Array(batch.splits.buffer, batch.splits.byteOffset, count)
  return [vector(INT64, count, ids), x, ...year, labelsOf(batch), vector(scalar('INT8'), count, splits)]
}

function labelsOf({ labels, count }: DatasetNodes): Vector {
  const validity = new Uint8Array((count + 7) >> 3)
  const data = new BigInt64Array(count)
  let nullCount = 0
  for (let k = 0; k < count; k++) {
    if (labels[k] === NO_LABEL) {
      nullCount++
      continue
    }
    validity[k >> 3]! |= 1 << (k & 7)
    data[k] = BigInt(labels[k]!)
  }
  return { ...vector(INT64, count, data), nullCount, validity: nullCount === 0 ? null : validity }
}

function vector(type: LogicalType, length: number, data: VectorData | null): Vector {
  return { type, length, nullCount: 0, validity: null, data, offsets: null, bytes: null, children: [] }
}

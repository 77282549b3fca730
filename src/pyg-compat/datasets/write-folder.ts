import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { NpyWriter } from '../../io/npy-writer.ts'
import { PairWriter } from '../../io/pair-writer.ts'
import type { Dataset, DatasetNodes } from './dataset.ts'
import type { DatasetProgress } from './progress.ts'

/** Files of a converted data set: arrays with a row per node, and pairs of ids. */
export const DATASET_FILES = {
  ids: 'ids.npy',
  features: 'node_feat.npy',
  years: 'node_year.npy',
  labels: 'node_label.npy',
  splits: 'split.npy',
  edges: 'edge_index.csv',
} as const

/**
 * Writes a data set as files that COPY reads, with the statements that load them: schema.cypher and copy.cypher.
 * @returns the number of edges. Memory: the data set's own, and a buffer of 1 MiB.
 */
export async function writeFolder(dataset: Dataset, folder: string, progress: DatasetProgress): Promise<number> {
  mkdirSync(folder, { recursive: true })
  const place = (file: string) => path.join(folder, file)
  const { nodes, features, hasYears } = dataset
  const writers = {
    ids: new NpyWriter(place(DATASET_FILES.ids), '<i8', [nodes]),
    features: new NpyWriter(place(DATASET_FILES.features), '<f4', [nodes, features]),
    years: hasYears ? new NpyWriter(place(DATASET_FILES.years), '<i8', [nodes]) : null,
    labels: new NpyWriter(place(DATASET_FILES.labels), '<i8', [nodes]),
    splits: new NpyWriter(place(DATASET_FILES.splits), '|i1', [nodes]),
  }
  for await (const batch of dataset.readNodes()) {
    writers.ids.write(idsOf(batch))
    writers.features.write(batch.features)
    writers.years?.write(wide(batch.years!))
    writers.labels.write(wide(batch.labels))
    writers.splits.write(batch.splits)
    progress('nodes', batch.first + batch.count, nodes)
  }
  for (const writer of Object.values(writers)) writer?.close()
  const edges = await writeEdges(dataset, place(DATASET_FILES.edges), progress)
  writeFileSync(place('schema.cypher'), `${schemaOf(dataset).join(';\n')};\n`)
  writeFileSync(place('copy.cypher'), `${copiesOf(dataset).join(';\n')};\n`)
  return edges
}

/** @returns the statements that create the tables of a data set. */
export function schemaOf({ nodeTable, relTable, features, hasYears }: Dataset): string[] {
  const year = hasYears ? ' year INT64,' : ''
  return [
    `CREATE NODE TABLE ${nodeTable}(id INT64, x FLOAT[${features}],${year} y INT64, split INT8, PRIMARY KEY (id))`,
    `CREATE REL TABLE ${relTable}(FROM ${nodeTable} TO ${nodeTable})`,
  ]
}

function copiesOf({ nodeTable, relTable, hasYears }: Dataset): string[] {
  const { ids, features, years, labels, splits, edges } = DATASET_FILES
  const files = [ids, features, ...(hasYears ? [years] : []), labels, splits].map((file) => `'${file}'`).join(', ')
  return [`COPY ${nodeTable} FROM (${files}) BY COLUMN`, `COPY ${relTable} FROM '${edges}'`]
}

async function writeEdges(dataset: Dataset, file: string, progress: DatasetProgress): Promise<number> {
  const writer = new PairWriter(file)
  let edges = 0
  for await (const { sources, targets, count } of dataset.readEdges()) {
    for (let k = 0; k < count; k++) writer.write(sources[k]!, targets[k]!)
    edges += count
    progress('edges', edges, dataset.edges)
  }
  writer.close()
  return edges
}

function idsOf({ first, count }: DatasetNodes): BigInt64Array {
  return wide(Int32Array.from({ length: count }, (_, k) => first + k))
}

function wide(values: Int32Array): BigInt64Array {
  const wider = new BigInt64Array(values.length)
  const words = new Int32Array(wider.buffer)
  for (let k = 0; k < values.length; k++) {
    words[2 * k] = values[k]!
    words[2 * k + 1] = values[k]! >> 31
  }
  return wider
}

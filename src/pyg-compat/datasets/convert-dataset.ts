import { statSync } from 'node:fs'
import { Database } from '../../database/database.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { Dataset } from './dataset.ts'
import { OGB_ARXIV, OGB_PRODUCTS, openOgbCsv } from './ogb-csv.ts'
import { openPapers100M } from './papers100m.ts'
import { openPlanetoid } from './planetoid.ts'
import type { DatasetProgress } from './progress.ts'
import { writeDatabase } from './write-database.ts'
import { writeFolder } from './write-folder.ts'

/** Published data sets that can be converted. */
export const DATASETS = ['ogbn-papers100M', 'ogbn-arxiv', 'ogbn-products', 'cora', 'citeseer', 'pubmed'] as const

/** Name of a published data set. */
export type DatasetName = (typeof DATASETS)[number]

/** What was converted. */
export interface ConvertedDataset {
  readonly nodes: number
  readonly edges: number
  /** Numbers per node. */
  readonly features: number
  readonly nodeTable: string
  readonly relTable: string
  /** What was written: files for COPY, or a database. */
  readonly kind: 'files' | 'database'
}

/** Where a data set is read from and written to. */
export interface ConvertOptions {
  /** Folder with the published files, as they were unpacked. */
  readonly raw: string
  /** An open database, the path of one (a file, or a new name that ends in .nisaba or .db), or a folder for .npy and CSV files. */
  readonly out: Database | string
  readonly progress?: DatasetProgress
}

/**
 * Turns the published files of a data set into .npy and CSV files or straight into a database, as a stream: memory does not grow with the data set,
 * but for one byte a node. docs/papers100m.md tells what the largest one takes.
 * @throws {DatabaseError} INVALID_ARGUMENT for another name; IO, BAD_FILE for files that are missing or not what they should be; what loading says.
 */
export async function convertDataset(name: string, options: ConvertOptions): Promise<ConvertedDataset> {
  const dataset = await open(name, options.raw)
  const progress = options.progress ?? (() => undefined)
  try {
    const { out } = options
    const toDatabase = typeof out !== 'string' || isDatabasePath(out)
    const edges = toDatabase
      ? await intoDatabase(dataset, out, progress)
      : await writeFolder(dataset, out as string, progress)
    const { nodes, features, nodeTable, relTable } = dataset
    return { nodes, edges, features, nodeTable, relTable, kind: toDatabase ? 'database' : 'files' }
  } finally {
    await dataset.close()
  }
}

/** Folders are folders; files, and what is to be one by its name, are databases. */
function isDatabasePath(out: string): boolean {
  const there = statSync(out, { throwIfNoEntry: false })
  return there === undefined ? /\.(nisaba|db)$/.test(out) : there.isFile()
}

async function intoDatabase(dataset: Dataset, out: Database | string, progress: DatasetProgress): Promise<number> {
  if (typeof out !== 'string') return writeDatabase(dataset, out, progress)
  const database = new Database(out)
  try {
    return await writeDatabase(dataset, database, progress)
  } finally {
    await database.close()
  }
}

function open(name: string, raw: string): Promise<Dataset> {
  const known = DATASETS.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  switch (known) {
    case 'ogbn-papers100M':
      return openPapers100M(raw)
    case 'ogbn-arxiv':
      return openOgbCsv(raw, OGB_ARXIV)
    case 'ogbn-products':
      return openOgbCsv(raw, OGB_PRODUCTS)
    case undefined: {
      const text = `There is no data set ${name}.${didYouMean(name, DATASETS)} Known are ${DATASETS.join(', ')}.`
      throw new DatabaseError('INVALID_ARGUMENT', text)
    }
    default:
      return openPlanetoid(raw, known)
  }
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatSize } from '../byte-size.ts'
import { didYouMean } from '../closest-name.ts'
import { painter } from '../paint.ts'
import { ProgressBar } from '../progress-bar.ts'
import type { ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import type { SubcommandOptions } from './run-subcommand.ts'

/** What a data set is made from. */
export interface DatasetRequest {
  /** Folder, or database where the data set can go into one. */
  readonly folder: string
  /** Folder with the published files; undefined: not given. */
  readonly raw?: string | undefined
  /** Undefined: as usual. */
  readonly nodes?: number | undefined
  readonly seed?: number | undefined
  readonly onProgress: (file: string, done: number, total: number) => void
}

/** A data set that the shell can make. */
interface Dataset {
  readonly name: string
  readonly description: string
  /** @returns a sentence about what was made, and a command that loads it. */
  make(request: DatasetRequest): Promise<{ readonly summary: string; readonly next: string }>
}

const DATASETS: readonly Dataset[] = [
  {
    name: 'citations',
    description: 'generated papers that cite each other, with a feature vector, a year and a class (100,000 nodes)',
    make: makeCitations,
  },
  published('ogbn-papers100M', '111 million papers, 1.6 billion citations (docs/papers100m.md says what it takes)'),
  published('ogbn-arxiv', '169,343 papers, 1.2 million citations'),
  published('ogbn-products', '2.4 million products, 62 million pairs bought together'),
  published('cora', "2,708 papers; Planetoid's files, or cora.content and cora.cites"),
  published('citeseer', "3,327 papers; Planetoid's files, or citeseer.content and citeseer.cites"),
  published('pubmed', "19,717 papers; Planetoid's files"),
]

/** `nisaba dataset [name] --out <dir>`; without a name, lists what there is. @returns the exit code. @throws {ShellError} */
export async function makeDataset(
  name: string | undefined,
  options: SubcommandOptions,
  { output, messages }: ShellStreams,
): Promise<number> {
  if (name === undefined) {
    for (const set of DATASETS) output.write(`${set.name}: ${set.description}\n`)
    return 0
  }
  const set = DATASETS.find((d) => d.name.toLowerCase() === name.toLowerCase())
  const names = DATASETS.map((d) => d.name)
  if (set === undefined) {
    throw new ShellError(`There is no data set ${name}.${didYouMean(name, names) || ` There are ${names.join(', ')}.`}`)
  }
  const folder = options['out']
  if (typeof folder !== 'string') throw new ShellError(`Where to? nisaba dataset ${set.name} --out <dir>`)
  const bar = new ProgressBar(messages, painter(messages.isTTY === true))
  const { summary, next } = await set.make({
    folder,
    raw: options['raw'] as string | undefined,
    nodes: options['nodes'] as number | undefined,
    seed: options['seed'] as number | undefined,
    onProgress: (file, done, total) => bar.update(done / Math.max(1, total), 0, 1, { done, total, unit: file }),
  })
  bar.finish()
  messages.write(`${summary}\n${next}\n`)
  return 0
}

/** A data set whose published files are converted. */
function published(name: string, description: string): Dataset {
  return { name, description: `${description}; needs --raw`, make: (request) => convert(name, request) }
}

async function convert(name: string, { raw, folder, onProgress }: DatasetRequest) {
  if (raw === undefined) {
    throw new ShellError(`Where are the published files? nisaba dataset ${name} --raw <dir> --out <dir|db>`)
  }
  const { convertDataset } = await import('../../pyg-compat/index.ts')
  const progress = (part: string, done: number, total: number | null) => onProgress(part, done, total ?? done)
  const made = await convertDataset(name, { raw, out: folder, progress })
  const count = (n: number) => n.toLocaleString('en-US')
  const summary = `${count(made.nodes)} nodes of ${made.features} numbers, ${count(made.edges)} edges in ${folder}`
  const tables = `--node-table ${made.nodeTable} --rel-table ${made.relTable}`
  const next =
    made.kind === 'database'
      ? `nisaba ${folder} -c "MATCH (n:${made.nodeTable}) RETURN count(*)"`
      : `nisaba import ${path.basename(folder)}.nisaba ${folder} ${tables}`
  return { summary, next }
}

/** What this file needs of datasets/generate-citations.ts, which is no part of src/ and is loaded when it is asked for. */
interface CitationGenerator {
  generateCitations(
    folder: string,
    options: { readonly papers?: number; readonly seed?: number },
    progress: (state: { readonly file: string; readonly done: number; readonly total: number }) => void,
  ): { readonly options: { readonly papers: number }; readonly citations: number; readonly bytes: number }
}

/** Beside the bundle in the package; in its own folder where files are transpiled one by one. */
const GENERATOR_PLACES = ['./generate-citations.js', '../../../datasets/generate-citations.js']

async function makeCitations({ folder, nodes, seed, onProgress }: DatasetRequest) {
  const place = GENERATOR_PLACES.map((p) => new URL(p, import.meta.url)).find((url) => existsSync(fileURLToPath(url)))
  if (place === undefined) throw new ShellError('The generator of citations is missing from this installation.')
  const { generateCitations } = (await import(place.href)) as CitationGenerator
  const options = { ...(nodes === undefined ? {} : { papers: nodes }), ...(seed === undefined ? {} : { seed }) }
  const made = generateCitations(folder, options, ({ file, done, total }) => onProgress(file, done, total))
  const { papers } = made.options
  const count = (n: number) => n.toLocaleString('en-US')
  return {
    summary: `${count(papers)} papers, ${count(made.citations)} citations, ${formatSize(made.bytes)} in ${folder}`,
    next: `nisaba import ${path.basename(folder)}.nisaba ${folder} --node-table paper --rel-table cites`,
  }
}

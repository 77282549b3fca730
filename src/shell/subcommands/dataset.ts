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
  readonly folder: string
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
  const set = DATASETS.find((d) => d.name === name.toLowerCase())
  const names = DATASETS.map((d) => d.name)
  if (set === undefined) {
    throw new ShellError(`There is no data set ${name}.${didYouMean(name, names) || ` There are ${names.join(', ')}.`}`)
  }
  const folder = options['out']
  if (typeof folder !== 'string') throw new ShellError(`Where to? nisaba dataset ${set.name} --out <dir>`)
  const bar = new ProgressBar(messages, painter(messages.isTTY === true))
  const { summary, next } = await set.make({
    folder,
    nodes: options['nodes'] as number | undefined,
    seed: options['seed'] as number | undefined,
    onProgress: (file, done, total) => bar.update(done / Math.max(1, total), 0, 1, { done, total, unit: file }),
  })
  bar.finish()
  messages.write(`${summary}\n${next}\n`)
  return 0
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

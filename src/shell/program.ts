import { Command, InvalidArgumentError, Option } from 'commander'
import { VERSION } from '../index.ts'
import { parseSize } from './byte-size.ts'
import { didYouMean } from './closest-name.ts'
import { isOutputMode, OUTPUT_MODES, type OutputMode } from './render/modes.ts'

/** Something that `-c` or `-f` asked for, in the order of the command line. */
export interface Job {
  readonly kind: 'text' | 'file'
  readonly value: string
}

/** The command line of the shell, checked. */
export interface ShellOptions {
  readonly path: string
  readonly readOnly: boolean
  /** Bytes; 0: the default. */
  readonly bufferPoolSize: number
  /** 0: the default. */
  readonly threads: number
  /** Null: box on a terminal, else csv. */
  readonly mode: OutputMode | null
  readonly stats: boolean
  readonly progressBar: boolean
  readonly colour: boolean
  /** Null: `~/.nisabarc`, if it is there. */
  readonly init: string | null
  /** File or folder of the history; null: `~/.nisaba`. */
  readonly pathHistory: string | null
  readonly jobs: readonly Job[]
  readonly keepsGoing: boolean
  readonly maxRows: number
}

/** What the program does once the command line is understood. */
export interface ProgramActions {
  shell(options: ShellOptions): Promise<void>
  /** @param options of the sub-command, by their long names. */
  subcommand(name: SubcommandName, args: readonly string[], options: Readonly<Record<string, unknown>>): Promise<void>
}

/** Names of the sub-commands. */
export type SubcommandName = 'import' | 'export' | 'schema' | 'info' | 'check' | 'dataset' | 'train'

interface RawOptions {
  readonly readOnly?: boolean
  readonly bufferPoolSize?: number
  readonly threads?: number
  readonly mode?: OutputMode
  readonly stats: boolean
  readonly progressBar: boolean
  readonly color: boolean
  readonly init?: string
  readonly pathHistory?: string
  readonly continue?: boolean
  readonly maxRows: number
}

function size(text: string): number {
  const bytes = parseSize(text)
  if (bytes === null) throw new InvalidArgumentError('A size is a number with a unit, such as 512MB or 40GB.')
  return bytes
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number, 0 or more.')
  return Number(text)
}

function realNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It takes a number.')
  return value
}

function mode(text: string): OutputMode {
  const word = text.toLowerCase()
  if (isOutputMode(word)) return word
  throw new InvalidArgumentError(`There are ${OUTPUT_MODES.join(', ')}.${didYouMean(word, OUTPUT_MODES)}`)
}

const POOL_OPTION = ['-d, --buffer-pool-size <size>', 'page memory, such as 512MB or 40GB'] as const

/** @returns the parser of `nisaba`'s command line. */
export function makeProgram(actions: ProgramActions): Command {
  const jobs: Job[] = []
  const collect = (kind: Job['kind']) => (value: string) => {
    jobs.push({ kind, value })
    return value
  }
  const program = new Command('nisaba')
    .description('Runs Cypher on a Nisaba database: at a prompt, from -c and -f, or from a pipe.')
    .usage('[options] [path]\n       nisaba <command> …')
    .argument('[path]', 'database file; none: in memory')
    .option('-c, --command <text>', 'run these statements or this :command and leave; may be repeated', collect('text'))
    .option('-f, --file <file>', 'run the statements of a file and leave; may be repeated', collect('file'))
    .option('-r, --read-only', 'open without writing')
    .option(...POOL_OPTION, size)
    .option('--threads <n>', 'most threads per query', wholeNumber)
    .addOption(
      new Option(
        '-m, --mode <mode>',
        `how results are written: ${OUTPUT_MODES.join(', ')}; default box on a terminal, else csv`,
      ).argParser(mode),
    )
    .option('--max-rows <n>', 'most rows drawn of a result; 0: all', wholeNumber, 20)
    .option('-s, --no-stats', 'no counts and times after results')
    .option('-b, --no-progress-bar', 'no progress bar')
    .option('-i, --init <file>', 'run this script first, instead of ~/.nisabarc')
    .option('-p, --path-history <path>', 'file or folder of the history, instead of ~/.nisaba')
    .option('--continue', 'go on after a statement that failed')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .version(VERSION, '-v, --version')
    .helpOption('-h, --help', 'this text')
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .action(async (path: string | undefined, options: RawOptions) => {
      await actions.shell(shellOptions(path, options, jobs))
    })
  addSubcommands(program, actions)
  return program
}

function shellOptions(path: string | undefined, raw: RawOptions, jobs: readonly Job[]): ShellOptions {
  return {
    path: path ?? ':memory:',
    readOnly: raw.readOnly ?? false,
    bufferPoolSize: raw.bufferPoolSize ?? 0,
    threads: raw.threads ?? 0,
    mode: raw.mode ?? null,
    stats: raw.stats,
    progressBar: raw.progressBar,
    colour: raw.color,
    init: raw.init ?? null,
    pathHistory: raw.pathHistory ?? null,
    jobs,
    keepsGoing: raw.continue ?? false,
    maxRows: raw.maxRows,
  }
}

function addSubcommands(program: Command, actions: ProgramActions): void {
  const add = (name: SubcommandName, usage: string, description: string) => {
    const command = program.command(`${name} ${usage}`).description(description)
    command.action(async (...given: unknown[]) => {
      const args = given
        .slice(0, -2)
        .flat()
        .filter((a) => a !== undefined) as string[]
      await actions.subcommand(name, args, given.at(-2) as Record<string, unknown>)
    })
    return command
  }
  add('import', '<db> <files...>', 'load .npy and .csv files, or a folder of them, into a database')
    .option('--dry-run', 'print the statements instead of running them')
    .option('--node-table <name>', 'name of the table that .npy files make')
    .option('--rel-table <name>', 'name of the table that edge_index.csv and the like make')
    .option(...POOL_OPTION, size)
  add(
    'export',
    '<db> <dir>',
    'write the tables as .csv with schema.cypher and copy.cypher; nisaba import reads them back',
  ).option('--schema-only', 'write schema.cypher alone')
  add('schema', '<db> [table]', 'print the statements that create the tables')
  add('info', '<db>', 'tables, rows, bytes by table and column, encodings').option('--json', 'as one JSON document')
  add('check', '<db>', 'verify every page and reference; exit code 1 if something is wrong')
  add('dataset', '[name]', 'generate a data set or convert a published one, or list those that there are')
    .option(
      '-o, --out <dir>',
      'folder for its files; published ones also go into a database (a name that ends in .nisaba)',
    )
    .option('--raw <dir>', 'folder with the published files, unpacked')
    .option('--nodes <n>', 'its size', wholeNumber)
    .option('--seed <n>', 'another one of its kind', wholeNumber)
  addTrainOptions(add('train', '<db>', 'train a graph neural network on a node table and write a report'))
}

function addTrainOptions(train: Command): void {
  train
    .option('--table <name>', 'node table; default: the only one with the features and the label')
    .option('--edges <name>', 'rel table from it to itself; default: the only one')
    .option('--features <columns>', 'feature columns, separated by commas; default x')
    .option('--label <column>', 'column with the classes, whole numbers from 0; default y')
    .option('--split-column <column>', 'column that says train, validation or test (or 0, 1, 2)')
    .option('--split <fractions>', 'shares to train, validate and test on; default 0.6,0.2,0.2')
    .option('--train-query <cypher>', 'nodes to train on, RETURN p or RETURN id(p)')
    .option('--validation-query <cypher>', 'nodes to validate on')
    .option('--test-query <cypher>', 'nodes to test on')
    .option('--model <name>', 'sage, gcn, gat, mlp or inception (the papers100M model); default sage')
    .option('--hidden <n>', 'width of the hidden layers; default 128', wholeNumber)
    .option('--norm <name>', 'normalisation between layers: none, batch or layer; default batch')
    .option('--dropout <share>', 'default 0.3', realNumber)
    .option('--fan-out <numbers>', 'neighbours per hop, as many as there are layers; default 10,10')
    .option('--symmetric', 'follow edges both ways')
    .option('--batch-size <n>', 'default 512', wholeNumber)
    .option('--epochs <n>', 'default 10', wholeNumber)
    .option('--lr <number>', 'learning rate; default 0.01', realNumber)
    .option('--weight-decay <number>', 'default 0', realNumber)
    .option('--patience <n>', 'epochs without a better validation before it ends', wholeNumber)
    .option('--backend <name>', 'tfjs-node-gpu, webgpu, tfjs-node, wasm or cpu; default: the first that works')
    .option('--workers <n>', 'threads that sample and gather ahead; default 0', wholeNumber)
    .option(...POOL_OPTION, size)
    .option('--impute <number>', 'stands for missing features; without it they are refused', realNumber)
    .option('--seed <n>', 'of weights, dropout, order and draws; default 1', wholeNumber)
    .option('--report <file>', 'where the report goes; default training-report.html')
    .option('--out <dir>', 'folder for the weights, in the format of TensorFlow.js, and for checkpoints')
    .option('--resume', 'go on from the checkpoint in --out')
    .option('--predict <column>', 'write the class that the model predicts for each node into this column')
}

import { Command } from 'commander'
import { Connection, Database, VERSION } from '../index.ts'
import { prompt } from './prompt.ts'
import { errorText, runText, type ShellDisplay, type ShellStreams } from './run-statement.ts'
import { splitStatements } from './split-statements.ts'

interface ShellOptions {
  readonly readOnly?: boolean
  readonly bufferPoolSize?: string
  readonly threads?: string
  readonly command?: string
  readonly stats: boolean
  readonly maxRows: string
}

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 }

/** @returns bytes of a size such as `512MB`, or null if it is none. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?B?)$/i.exec(text.trim())
  if (match === null) return null
  const unit = match[2]!.toUpperCase()
  const factor = UNITS[unit === '' || unit.endsWith('B') ? unit : `${unit}B`]
  return factor === undefined ? null : Math.floor(Number(match[1]) * factor)
}

/**
 * The command `nisaba`: opens a database and runs statements from -c, from a pipe, or from a prompt.
 * @returns the exit code: 0, or 1 after the first statement that failed.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('nisaba')
    .description('Runs Cypher on a Nisaba database.')
    .argument('[path]', 'database file; none: in memory')
    .option('-c, --command <text>', 'run these statements and leave')
    .option('-r, --read-only', 'open without writing')
    .option('-d, --buffer-pool-size <size>', 'page memory, such as 512MB or 40GB')
    .option('--threads <n>', 'most threads per query')
    .option('-s, --no-stats', 'do not show counts and times')
    .option('--max-rows <n>', 'most rows drawn of a result; 0: all', '20')
    .version(VERSION, '-v, --version')
  program.parse([...argv], { from: 'user' })
  const streams: ShellStreams = { output: process.stdout, messages: process.stderr }
  try {
    return await runShell(program.args[0] ?? ':memory:', program.opts<ShellOptions>(), streams)
  } catch (error) {
    streams.messages.write(errorText(error))
    return 1
  }
}

async function runShell(file: string, options: ShellOptions, streams: ShellStreams): Promise<number> {
  const poolBytes = options.bufferPoolSize === undefined ? 0 : parseSize(options.bufferPoolSize)
  if (poolBytes === null) throw new Error(`not a size: ${options.bufferPoolSize}`)
  const database = new Database(file, {
    bufferPoolSize: poolBytes,
    readOnly: options.readOnly ?? false,
    numThreads: Number(options.threads ?? 0),
  })
  const connection = new Connection(database)
  const display: ShellDisplay = {
    maxRows: Number(options.maxRows),
    maxWidth: process.stdout.isTTY ? process.stdout.columns : 0,
    statistics: options.stats && process.stdout.isTTY,
  }
  try {
    await connection.init()
    if (options.command !== undefined) return await runAll(connection, options.command, streams, display)
    if (!process.stdin.isTTY) return await runAll(connection, await readAll(process.stdin), streams, display)
    await prompt(connection, streams, display)
    return 0
  } finally {
    await connection.close()
    await database.close()
  }
}

async function runAll(
  connection: Connection,
  text: string,
  streams: ShellStreams,
  display: ShellDisplay,
): Promise<number> {
  const { statements, rest } = splitStatements(text)
  for (const statement of rest.trim() === '' ? statements : [...statements, rest]) {
    if (!(await runText(connection, statement, streams, display))) return 1
  }
  return 0
}

async function readAll(input: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

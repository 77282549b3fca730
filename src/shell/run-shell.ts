import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Connection, Database, VERSION } from '../index.ts'
import { wantsColour } from './paint.ts'
import { movesCursor, plainPrompt } from './plain-prompt.ts'
import type { ShellOptions } from './program.ts'
import { readPieces, runScript } from './run-script.ts'
import { type Outcome, ShellSession, type ShellStreams } from './session.ts'
import { newShellState, type ShellState } from './shell-state.ts'

/** Opens a database and runs what the command line, a pipe or a person at the prompt says. @returns the exit code. */
export async function runShell(options: ShellOptions, streams: ShellStreams): Promise<number> {
  const database = new Database(options.path, {
    bufferPoolSize: options.bufferPoolSize,
    readOnly: options.readOnly,
    numThreads: options.threads,
  })
  const connection = new Connection(database)
  try {
    await connection.init()
    const session = new ShellSession(database, connection, stateOf(options, streams), streams)
    const outcome = await runSession(session, options)
    session.close()
    return outcome === 'failed' ? 1 : 0
  } finally {
    await connection.close()
    await database.close()
  }
}

function stateOf(options: ShellOptions, { output }: ShellStreams): ShellState {
  const isTerminal = output.isTTY === true
  return newShellState({
    mode: options.mode ?? (isTerminal ? 'box' : 'csv'),
    maxRows: options.maxRows,
    stats: options.stats && isTerminal,
    progressBar: options.progressBar && movesCursor(process.env),
    colour: options.colour && wantsColour(isTerminal, process.env),
  })
}

async function runSession(session: ShellSession, options: ShellOptions): Promise<Outcome> {
  const begun = await runInit(session, options)
  if (begun !== 'ok' && !(begun === 'failed' && options.keepsGoing)) return begun
  const { keepsGoing } = options
  if (options.jobs.length > 0) {
    let failed = begun === 'failed'
    for (const { kind, value } of options.jobs) {
      const script = kind === 'text' ? { pieces: [value], name: null } : fileScript(value)
      const outcome = await runScript(script.pieces, session, { name: script.name, keepsGoing })
      if (outcome === 'quit') break
      if (outcome === 'failed' && !keepsGoing) return 'failed'
      failed ||= outcome === 'failed'
    }
    return failed ? 'failed' : 'ok'
  }
  if (!process.stdin.isTTY) return runScript(standardInput(), session, { name: 'stdin', keepsGoing })
  greet(session)
  setTimeout(() => warmUp(session), WARM_UP_AFTER_MS).unref()
  if (!movesCursor(process.env)) return plainPrompt(session, process.stdin, process.stdout)
  const { prompt } = await import('./prompt.ts')
  await prompt({
    connection: session.connection,
    state: session.state,
    historyPlace: options.pathHistory ?? undefined,
    run: async (text) => PROMPT_OUTCOMES[await session.run(text)],
  })
  return 'ok'
}

const PROMPT_OUTCOMES = { ok: 'done', failed: 'failed', quit: 'leave' } as const

function greet(session: ShellSession): void {
  const { database, paint } = session
  const place = database.path === ':memory:' ? 'in memory' : database.path
  session.tell(`${paint('bold', `Nisaba ${VERSION}`)} ${paint('grey', `${place}; :help lists the commands`)}`)
}

/** After the first prompt is on the screen, and before anybody has typed a statement. */
const WARM_UP_AFTER_MS = 60

/** The parser is built at the first statement, in 0.1 s that nobody needs to wait for. */
function warmUp({ connection, running }: ShellSession): void {
  if (!running && !connection.busy) connection.prepareSync('RETURN 1')
}

/** `-f -` is standard input. */
function fileScript(file: string): { pieces: AsyncIterable<string>; name: string } {
  return file === '-' ? { pieces: standardInput(), name: 'stdin' } : { pieces: readPieces(file), name: file }
}

async function* standardInput(): AsyncGenerator<string> {
  process.stdin.setEncoding('utf8')
  for await (const piece of process.stdin) yield piece as unknown as string
}

/** The script of `-i`, or `~/.nisabarc` where a person will type; scripts and pipes should not depend on the machine. */
async function runInit(session: ShellSession, options: ShellOptions): Promise<Outcome> {
  const usual = path.join(os.homedir(), '.nisabarc')
  const isInteractive = options.jobs.length === 0 && process.stdin.isTTY === true
  const file = options.init ?? (isInteractive && existsSync(usual) ? usual : null)
  if (file === null) return 'ok'
  const outcome = await runScript(readPieces(file), session, { name: file, keepsGoing: options.keepsGoing })
  // a mistake in one's own settings shall not lock anybody out
  return options.init === null && outcome === 'failed' ? 'ok' : outcome
}

import { createReadStream } from 'node:fs'
import { ScriptReader } from './script.ts'
import type { Outcome, ShellSession } from './session.ts'
import { ShellError } from './shell-error.ts'

/** How a script is run. */
export interface ScriptOptions {
  /** For error messages; null: a text of the command line, whose errors need no place. */
  readonly name: string | null
  /** Go on after a statement that failed. */
  readonly keepsGoing: boolean
  /** Runs within a command that runs already. */
  readonly nested?: boolean
}

/**
 * Runs the statements and commands of a script as they arrive.
 * @returns 'failed' if one failed, after the first or, if it keeps going, at the end; 'quit' at once when a command says so.
 */
export async function runScript(
  pieces: AsyncIterable<string> | Iterable<string>,
  session: ShellSession,
  options: ScriptOptions,
): Promise<Outcome> {
  const reader = new ScriptReader()
  let failed = false
  const runParts = async (parts: ReturnType<ScriptReader['push']>): Promise<'done' | Outcome> => {
    for (const part of parts) {
      const place = options.name === null ? undefined : { name: options.name, line: part.line }
      const outcome = await (options.nested ? session.runNested(part.text, place) : session.run(part.text, place))
      if (outcome === 'quit') return 'quit'
      if (outcome === 'failed' && !options.keepsGoing) return 'failed'
      failed ||= outcome === 'failed'
    }
    return 'done'
  }
  for await (const piece of pieces) {
    const outcome = await runParts(reader.push(piece))
    if (outcome !== 'done') return outcome
  }
  const outcome = await runParts(reader.end())
  if (outcome !== 'done') return outcome
  return failed ? 'failed' : 'ok'
}

/** @returns the text of a file in pieces. Characters are never cut. @throws {ShellError} if it cannot be read. */
export async function* readPieces(file: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(file, 'utf8')) yield piece as string
  } catch (error) {
    throw new ShellError(`Cannot read ${file}: ${(error as Error).message}`)
  }
}

import { closeSync, openSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readPieces, runScript } from '../run-script.ts'
import type { Outcome, ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'

const DEEPEST = 16
const depths = new WeakMap<ShellSession, number>()

/** `:read <file>`: runs a script; stops at the first error. @throws {ShellError} for scripts that read each other without end. */
export async function readScript(argument: string, session: ShellSession): Promise<Outcome> {
  const file = fileArgument(argument, ':read')
  const depth = (depths.get(session) ?? 0) + 1
  if (depth > DEEPEST) throw new ShellError(`${file} is read ${DEEPEST} scripts deep. Does it read itself?`)
  depths.set(session, depth)
  try {
    return await runScript(readPieces(file), session, { name: file, keepsGoing: false, nested: true })
  } finally {
    depths.set(session, depth - 1)
  }
}

/** `:output [file]`. @throws {ShellError} if the file cannot be written. */
export function setOutput(argument: string, session: ShellSession): undefined {
  session.redirect(argument === '' ? null : fileArgument(argument, ':output'))
}

/** `:once <file>`. @throws {ShellError} if the file cannot be written. */
export function setOnce(argument: string, session: ShellSession): undefined {
  const file = fileArgument(argument, ':once')
  try {
    closeSync(openSync(file, 'a')) // now, not when the query has run
  } catch (error) {
    throw new ShellError(`Cannot write ${file}: ${(error as Error).message}`)
  }
  session.state.once = file
}

/** @returns the path of an argument: quotes around it and `~/` are understood. @throws {ShellError} without one. */
function fileArgument(argument: string, command: string): string {
  const bare = argument.replace(/^(['"])(.*)\1$/, '$2')
  if (bare === '') throw new ShellError(`${command} needs a file.`)
  return bare.startsWith('~/') ? path.join(os.homedir(), bare.slice(2)) : bare
}

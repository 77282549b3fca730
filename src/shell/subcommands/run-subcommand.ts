import type { SubcommandName } from '../program.ts'
import type { ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'

/** Runs a sub-command. @returns the exit code. @throws {ShellError} {DatabaseError} */
export async function runSubcommand(
  name: SubcommandName,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  streams: ShellStreams,
): Promise<number> {
  throw new ShellError(`${name} ${args} ${options} ${streams}`)
}

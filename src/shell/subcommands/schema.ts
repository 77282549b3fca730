import { runCommand } from '../commands/run-command.ts'
import type { ShellStreams } from '../session.ts'
import { withSession } from './open-session.ts'

/** `nisaba schema <db> [table]`. @returns the exit code. @throws {ShellError} for an unknown table. */
export async function printSchema(file: string, table: string | undefined, streams: ShellStreams): Promise<number> {
  return withSession(file, { readOnly: true }, streams, async (session) => {
    await runCommand(`:schema ${table ?? ''}`, session)
    return 0
  })
}

import { didYouMean } from './closest-name.ts'
import { errorText } from './error-text.ts'
import { painter, wantsColour } from './paint.ts'
import { makeProgram, type ProgramActions, type ShellOptions } from './program.ts'
import type { ShellStreams } from './session.ts'

/**
 * The command `nisaba`. Results go to standard output, everything else to standard error.
 * @param argv arguments after the program's name.
 * @returns the exit code: 0, or 1 after a statement that failed, a wrong command line or a check that found something.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const streams: ShellStreams = { output: process.stdout, messages: process.stderr }
  leaveQuietly(process.stdout)
  const run: { exitCode: number } = { exitCode: 0 }
  const actions: ProgramActions = {
    shell: async (options) => {
      run.exitCode = await startShell(options, streams)
    },
    subcommand: async (name, args, options) => {
      const { runSubcommand } = await import('./subcommands/run-subcommand.ts')
      run.exitCode = await runSubcommand(name, args, options, streams)
    },
  }
  const program = makeProgram(actions)
  program.exitOverride((error) => {
    throw error
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    // commander has said what is wrong, or has shown help or version
    if (isCommanderError(error)) {
      const hint =
        error.exitCode === 0
          ? ''
          : didYouMean(
              argv[0] ?? '',
              program.commands.map((c) => c.name()),
            )
      if (hint !== '') streams.messages.write(`${hint.trim()}\n`)
      return error.exitCode
    }
    streams.messages.write(errorText(error, painter(wantsColour(process.stderr.isTTY, process.env))))
    return 1
  }
  return run.exitCode
}

async function startShell(options: ShellOptions, streams: ShellStreams): Promise<number> {
  const { runShell } = await import('./run-shell.ts')
  return runShell(options, streams)
}

function isCommanderError(error: unknown): error is Error & { exitCode: number } {
  return (
    error instanceof Error && 'exitCode' in error && String((error as { code?: unknown }).code).startsWith('commander.')
  )
}

/** Whoever reads the output may stop reading (`| head`): that is no error of ours. */
function leaveQuietly(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

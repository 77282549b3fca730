import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { runScript } from './run-script.ts'
import type { Outcome, ShellSession } from './session.ts'

const PROMPT = 'nisaba> '

/** @returns whether the terminal can move its cursor: one of `TERM=dumb` (an editor's window, a printer) only takes lines. */
export function movesCursor(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['TERM'] !== 'dumb'
}

/**
 * The prompt of a terminal without cursor control: the terminal's own line input, no completion, no colours. Goes on after errors, until the user leaves.
 * Ctrl-C stops a running statement, or leaves where none runs.
 */
export async function plainPrompt(session: ShellSession, input: Readable, output: Writable): Promise<Outcome> {
  const lines = createInterface({ input, terminal: false })
  const onInterrupt = (): void => {
    if (session.running) session.interrupt()
    else lines.close()
  }
  process.on('SIGINT', onInterrupt)
  try {
    await runScript(prompted(lines, output), session, { name: null, keepsGoing: true })
    return 'ok'
  } finally {
    process.off('SIGINT', onInterrupt)
    lines.close()
  }
}

async function* prompted(lines: AsyncIterable<string>, output: Writable): AsyncGenerator<string> {
  output.write(PROMPT)
  for await (const line of lines) {
    yield `${line}\n`
    output.write(PROMPT)
  }
  output.write('\n')
}

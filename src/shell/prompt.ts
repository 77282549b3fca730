import { createInterface } from 'node:readline'
import type { Connection } from '../index.ts'
import { historyFile, readHistory, remember } from './history.ts'
import { runText, type ShellDisplay, type ShellStreams } from './run-statement.ts'
import { splitStatements } from './split-statements.ts'

const PROMPT = 'nisaba> '
const CONTINUATION = '   ...> '
const HELP = `Statements end with ';' and may take several lines.
  :help    this text
  :quit    leave (also Ctrl-D)
`

/**
 * The interactive prompt: reads lines until a `;` ends a statement, runs it, and goes on until :quit or the end of input.
 * Ctrl-C stops a running statement, or drops what was typed; twice on an empty line it leaves.
 */
export async function prompt(connection: Connection, streams: ShellStreams, display: ShellDisplay): Promise<void> {
  const file = historyFile()
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
    history: readHistory(file),
    historySize: 1000,
    removeHistoryDuplicates: true,
  })
  let typed = ''
  let running = false
  let emptyInterrupts = 0
  lines.on('SIGINT', () => {
    if (running) {
      connection.interrupt()
      return
    }
    emptyInterrupts = typed === '' && lines.line === '' ? emptyInterrupts + 1 : 0
    typed = ''
    if (emptyInterrupts >= 2) lines.close()
    else ask('')
  })
  const ask = (text: string) => {
    lines.setPrompt(text.trim() === '' ? PROMPT : CONTINUATION)
    lines.prompt()
  }
  ask('')
  for await (const line of lines) {
    emptyInterrupts = 0
    if (typed.trim() === '' && line.trim().startsWith(':')) {
      if (/^:(quit|exit)\b/.test(line.trim())) break
      streams.messages.write(line.trim() === ':help' ? HELP : `Unknown command ${line.trim()}; try :help.\n`)
      ask('')
      continue
    }
    const { statements, rest } = splitStatements(`${typed}${line}\n`)
    typed = rest.trim() === '' ? '' : rest
    running = true
    for (const statement of statements) {
      remember(file, statement)
      await runText(connection, statement, streams, display)
    }
    running = false
    ask(typed)
  }
  lines.close()
}

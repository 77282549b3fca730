import type { Connection } from '../index.ts'
import { InteractiveReader } from './editor/interactive-reader.ts'
import { InterruptGuard } from './editor/interrupt-guard.ts'
import { SchemaCache } from './editor/schema-cache.ts'
import { History, historyFile } from './history.ts'
import type { ShellState } from './shell-state.ts'

/** How a text that was typed at the prompt ended. */
export type PromptOutcome = 'done' | 'failed' | 'leave'

/** What a prompt needs of the session. */
export interface PromptHost {
  /** Where statements run, and where completion reads the schema. */
  readonly connection: Connection
  readonly state: ShellState
  /** File or folder of the history; undefined: in the home folder. */
  readonly historyPlace?: string | undefined
  /** Runs a command line (begins with `:`) or one or more statements, and shows what they give. */
  run(text: string): Promise<PromptOutcome>
}

/** Milliseconds after the first prompt at which the watcher thread starts: not before the user sees something. */
const GUARD_AFTER_MS = 30

/** Milliseconds after a prompt at which completion reads what it needs: people look at a result before they type. */
const WARM_AFTER_MS = 150

/**
 * The interactive prompt on the terminal of standard input and output: reads with the editor, runs, and goes on until the user leaves.
 * Ctrl-C stops a running statement within 100 ms, also one that keeps this thread busy.
 */
export async function prompt(host: PromptHost): Promise<void> {
  const { connection, state } = host
  const knowledge = new SchemaCache(connection, () => state.parameters.keys())
  const reader = new InteractiveReader({
    input: process.stdin,
    output: process.stdout,
    state,
    history: new History(historyFile(host.historyPlace)),
    knowledge,
    interrupt: () => Atomics.store(connection.interruptFlag, 0, 1),
  })
  const restore = () => reader.close()
  process.once('exit', restore)
  let guard: InterruptGuard | null = null
  const later = setTimeout(() => {
    guard = new InterruptGuard(connection.interruptFlag)
  }, GUARD_AFTER_MS)
  try {
    for (;;) {
      const warming = setTimeout(() => knowledge.warm(), WARM_AFTER_MS)
      const text = await reader.read()
      clearTimeout(warming)
      if (text === null) break
      guard ??= new InterruptGuard(connection.interruptFlag)
      const outcome = await reader.run(() => host.run(text), guard)
      // a Ctrl-C behind the last statement must not stop the next
      Atomics.store(connection.interruptFlag, 0, 0)
      knowledge.ran(text, outcome === 'done')
      if (outcome === 'leave') break
    }
  } finally {
    clearTimeout(later)
    reader.close()
    process.off('exit', restore)
    await guard?.close()
  }
}

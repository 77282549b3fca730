import type { ReadStream, WriteStream } from 'node:tty'
import type { History } from '../history.ts'
import type { ShellState } from '../shell-state.ts'
import type { StatementReader } from '../statement-reader.ts'
import { complete } from './complete.ts'
import { Editor, type EditorEvent } from './editor.ts'
import type { InterruptGuard } from './interrupt-guard.ts'
import type { Key } from './key.ts'
import type { Knowledge } from './knowledge.ts'
import { Screen } from './screen.ts'
import { Terminal } from './terminal.ts'

const PROMPT = 'nisaba> '
const CONTINUATION = '   ...> '
const HINT = '(Ctrl-C again or Ctrl-D leaves)\r\n'
const BELL = '\u0007'

/** What an interactive reader works with. */
export interface ReaderParts {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly state: ShellState
  readonly history: History
  readonly knowledge: Knowledge
  /** Stops what runs, from this thread. */
  readonly interrupt: () => void
}

/** Something typed: a key or a pasted text. */
type Typed = Key | { readonly kind: 'paste'; readonly text: string }

/**
 * Reads statements from a terminal with the editor. State: idle ──read──► editing ──(Enter)──► idle, and idle ──run──► running ──► idle.
 * What is typed while a statement runs waits for the next prompt; Ctrl-C then stops the statement.
 */
export class InteractiveReader implements StatementReader {
  readonly #parts: ReaderParts
  readonly #terminal: Terminal
  readonly #screen: Screen
  readonly #editor: Editor
  #answer: ((text: string | null) => void) | null = null
  #waiting: Typed[] = []
  #drawing = false
  #interrupts = 0
  #running = false
  #ended = false

  constructor(parts: ReaderParts) {
    this.#parts = parts
    const { state, history, knowledge } = parts
    this.#terminal = new Terminal(parts.input, parts.output, {
      key: (key) => this.#take(key),
      paste: (text) => this.#take({ kind: 'paste', text }),
      resize: () => this.#drawSoon(),
      end: () => this.#end(),
    })
    this.#screen = new Screen(this.#terminal, {
      prompt: PROMPT,
      continuation: CONTINUATION,
      colour: () => state.colour,
    })
    this.#editor = new Editor({
      history: () => history.entries,
      multiline: () => state.multiline,
      highlight: () => state.colour && state.highlight,
      complete: (text, cursor) => complete(text, cursor, knowledge),
    })
  }

  async read(): Promise<string | null> {
    if (this.#ended) return null
    this.#terminal.open()
    this.#editor.reset()
    this.#screen.forget()
    const answer = new Promise<string | null>((resolve) => {
      this.#answer = resolve
    })
    this.#draw()
    const waiting = this.#waiting
    this.#waiting = []
    for (const typed of waiting) this.#take(typed)
    return answer
  }

  /** Runs a statement: Ctrl-C stops it, other keys wait for the next prompt. @param guard sees Ctrl-C when this thread does not. */
  async run<T>(work: () => Promise<T>, guard: InterruptGuard): Promise<T> {
    this.#running = true
    const release = keepAlive()
    const watched = guard.start()
    if (watched) this.#terminal.pauseKeys()
    try {
      return await work()
    } finally {
      this.#running = false
      release()
      if (watched) this.#terminal.resumeKeys(guard.stop())
    }
  }

  close(): void {
    this.#terminal.close()
  }

  #end(): void {
    this.#ended = true
    this.#reply(null)
  }

  #take(typed: Typed): void {
    if (this.#answer === null) {
      const isInterrupt = typed.kind === 'named' && typed.name === 'ctrl-c'
      if (!isInterrupt) this.#waiting.push(typed)
      else if (this.#running) {
        this.#waiting = []
        this.#parts.interrupt()
      }
      return
    }
    if (typed.kind === 'paste') this.#editor.paste(typed.text)
    else this.#follow(this.#editor.press(typed))
    this.#drawSoon()
  }

  #follow(event: EditorEvent): void {
    if (event.kind !== 'interrupt') this.#interrupts = 0
    switch (event.kind) {
      case 'none':
        return
      case 'bell':
        this.#terminal.write(BELL)
        return
      case 'clear-screen':
        this.#screen.clear(this.#view())
        return
      case 'suspend':
        this.#suspend()
        return
      case 'leave':
        this.#screen.finish(this.#view())
        this.#reply(null)
        return
      case 'interrupt':
        this.#giveUp(event.wasEmpty)
        return
      case 'submit':
        this.#screen.finish(this.#view())
        this.#editor.reset()
        if (event.text === '') return
        this.#parts.history.add(event.text)
        this.#reply(event.text)
    }
  }

  #giveUp(wasEmpty: boolean): void {
    this.#screen.finish(this.#view(), '^C')
    this.#editor.reset()
    this.#interrupts = wasEmpty ? this.#interrupts + 1 : 0
    if (this.#interrupts >= 2) this.#reply(null)
    else if (wasEmpty) this.#terminal.write(HINT)
  }

  #reply(text: string | null): void {
    const answer = this.#answer
    this.#answer = null
    answer?.(text)
  }

  /** Ctrl-Z: the process stops as any other of the user's terminal does, and draws its prompt anew when it goes on. */
  #suspend(): void {
    if (process.platform === 'win32') return
    this.#screen.finish(this.#view())
    this.#terminal.close()
    const release = keepAlive()
    process.once('SIGCONT', () => {
      release()
      this.#terminal.open()
      this.#drawSoon()
    })
    process.kill(process.pid, 'SIGTSTP')
  }

  /** Draws once for all keys that arrive together. */
  #drawSoon(): void {
    if (this.#drawing) return
    this.#drawing = true
    setImmediate(() => {
      this.#drawing = false
      if (this.#answer !== null) this.#draw()
    })
  }

  #draw(): void {
    this.#screen.draw(this.#view())
  }

  #view() {
    return this.#editor.view(this.#terminal.size().columns)
  }
}

/** With its input paused the process may have nothing left that it waits for, and would end. @returns what lets it end again. */
function keepAlive(): () => void {
  const timer = setInterval(() => undefined, 60_000)
  return () => clearInterval(timer)
}

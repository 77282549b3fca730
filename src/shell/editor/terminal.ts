import { emitKeypressEvents } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { type Key, keyOf, type RawKey } from './key.ts'
import type { ScreenTarget } from './screen.ts'

const PASTE_ON = '\u001b[?2004h'
const PASTE_OFF = '\u001b[?2004l'
const FALLBACK_SIZE = { columns: 80, rows: 24 }

/** Who listens to a terminal. */
export interface TerminalListener {
  key(key: Key): void
  /** A text that was pasted, at once. */
  paste(text: string): void
  resize(): void
  /** The terminal is gone. */
  end(): void
}

/**
 * The user's terminal: raw keys in, text out. Between {@link open} and {@link close} nothing is echoed and Ctrl-C is a key.
 * A paste arrives as one text where the terminal marks it.
 */
export class Terminal implements ScreenTarget {
  readonly #input: ReadStream
  readonly #output: WriteStream
  readonly #listener: TerminalListener
  #pasted: string | null = null
  #isOpen = false

  constructor(input: ReadStream, output: WriteStream, listener: TerminalListener) {
    this.#input = input
    this.#output = output
    this.#listener = listener
    emitKeypressEvents(input)
  }

  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    this.#input.setRawMode(true)
    this.#input.on('keypress', this.#onKey)
    this.#input.on('end', this.#onEnd)
    this.#output.on('resize', this.#onResize)
    this.#output.write(PASTE_ON)
    this.#input.resume()
  }

  /** Gives the terminal back as it was. Twice does nothing. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#output.write(PASTE_OFF)
    this.#input.off('keypress', this.#onKey)
    this.#input.off('end', this.#onEnd)
    this.#output.off('resize', this.#onResize)
    this.#input.setRawMode(false)
    this.#input.pause()
  }

  /** Stops reading keys; somebody else reads them. The terminal stays raw. */
  pauseKeys(): void {
    this.#input.pause()
  }

  /** Reads keys again, first those that came in between. */
  resumeKeys(typed: Buffer): void {
    if (typed.length > 0) this.#input.unshift(typed)
    this.#input.resume()
  }

  write(text: string): void {
    this.#output.write(text)
  }

  size(): { columns: number; rows: number } {
    // a terminal that does not know its size says 0
    return {
      columns: this.#output.columns || FALLBACK_SIZE.columns,
      rows: this.#output.rows || FALLBACK_SIZE.rows,
    }
  }

  readonly #onResize = () => this.#listener.resize()
  readonly #onEnd = () => this.#listener.end()

  readonly #onKey = (text: string | undefined, raw: RawKey) => {
    if (raw.name === 'paste-start') {
      this.#pasted = ''
      return
    }
    if (raw.name === 'paste-end') {
      const pasted = this.#pasted ?? ''
      this.#pasted = null
      this.#listener.paste(pasted)
      return
    }
    if (this.#pasted !== null) {
      this.#pasted += raw.sequence ?? text ?? ''
      return
    }
    const key = keyOf(text, raw)
    if (key !== null) this.#listener.key(key)
  }
}

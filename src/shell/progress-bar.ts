import type { Writable } from 'node:stream'
import { formatSize } from './byte-size.ts'
import type { Paint } from './paint.ts'
import { shorten } from './render/text-width.ts'
import { terminalWidth } from './terminal-width.ts'

const SHOWN_AFTER_MS = 1000
const REDRAWN_AFTER_MS = 50
const WIDTH = 30

/** How far something is, in numbers. */
export interface BarDetail {
  readonly done: number
  readonly total: number
  /** What is counted; bytes are written as sizes. */
  readonly unit: string
  /** Rows read so far, where bytes are counted. */
  readonly rows?: number
}

/** A stream that may be a terminal. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/**
 * A bar for whatever lasts over a second; shows itself only then, only on a terminal, and removes itself at the end.
 * State: hidden ──(a second has passed)──► drawn ──finish──► hidden.
 */
export class ProgressBar {
  readonly #out: TerminalStream
  readonly #paint: Paint
  readonly #now: () => number
  readonly #started: number
  #drawnAt = 0
  #drawn = false

  /** @param now clock in milliseconds; another one for tests. */
  constructor(out: TerminalStream, paint: Paint, now: () => number = () => performance.now()) {
    this.#out = out
    this.#paint = paint
    this.#now = now
    this.#started = now()
  }

  /** @param share 0 to 1 of the running pipeline. @param finished pipelines of `pipelines` that are done. */
  update(share: number, finished: number, pipelines: number, detail: BarDetail): void {
    const now = this.#now()
    if (this.#out.isTTY !== true || now - this.#started < SHOWN_AFTER_MS) return
    if (this.#drawn && now - this.#drawnAt < REDRAWN_AFTER_MS) return
    this.#drawnAt = now
    this.#drawn = true
    const part = Math.min(1, Math.max(0, share))
    const full = Math.round(part * WIDTH)
    const percent = `${String(Math.floor(part * 100)).padStart(3)}%`
    const stage = pipelines > 1 ? `  pipeline ${Math.min(finished + 1, pipelines)}/${pipelines}` : ''
    const seconds = `  ${((now - this.#started) / 1000).toFixed(0)} s`
    const text = shorten(`${percent}  ${amount(detail)}${stage}${seconds}`, terminalWidth(this.#out) - WIDTH - 2)
    const bar = this.#paint('green', '█'.repeat(full)) + this.#paint('grey', '░'.repeat(WIDTH - full))
    this.#out.write(`\r${bar} ${text}\u001b[K`)
  }

  finish(): void {
    if (this.#drawn) this.#out.write('\r\u001b[2K')
    this.#drawn = false
  }
}

function amount({ done, total, unit, rows }: BarDetail): string {
  if (unit === 'bytes') {
    const read = rows === undefined ? '' : `${rows.toLocaleString('en-US')} rows, `
    return `${read}${formatSize(done)} of ${formatSize(total)}`
  }
  return `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit}`
}

import type { Writable } from 'node:stream'

const SHOWN_AFTER_MS = 1000
const WIDTH = 30

/**
 * A bar for whatever lasts over a second; shows itself only then, only on a terminal, and removes itself at the end.
 * State: hidden ──(a second has passed)──► drawn ──finish──► hidden.
 */
export class ProgressBar {
  readonly #out: Writable & { readonly isTTY?: boolean }
  readonly #title: string
  readonly #started = performance.now()
  #drawn = ''

  constructor(out: Writable & { readonly isTTY?: boolean }, title: string) {
    this.#out = out
    this.#title = title
  }

  /** @param share 0 to 1. */
  update(share: number): void {
    if (this.#out.isTTY !== true || performance.now() - this.#started < SHOWN_AFTER_MS) return
    const full = Math.round(Math.min(1, Math.max(0, share)) * WIDTH)
    const text = `\r${this.#title} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${Math.floor(share * 100)}%`
    if (text === this.#drawn) return
    this.#drawn = text
    this.#out.write(text)
  }

  finish(): void {
    if (this.#drawn !== '') this.#out.write('\r\u001b[2K')
    this.#drawn = ''
  }
}

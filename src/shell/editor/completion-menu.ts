import type { Candidate, Completion } from './complete.ts'
import type { LineBuffer } from './line-buffer.ts'

/** The longest text that all begin with, case ignored; written as in the first. */
function commonStart(texts: readonly string[]): string {
  const first = texts[0] ?? ''
  let length = first.length
  for (const text of texts) {
    let same = 0
    while (same < length && text[same]?.toLowerCase() === first[same]!.toLowerCase()) same++
    length = same
  }
  return first.slice(0, length)
}

/**
 * What Tab has offered. The first Tab writes what all candidates share and lists them; each further one writes the next in its place.
 * A single candidate is written at once, and there is no menu.
 */
export class CompletionMenu {
  readonly candidates: readonly Candidate[]
  readonly #before: { readonly text: string; readonly cursor: number }
  readonly #start: number
  readonly #typed: string
  #selected = -1

  private constructor(completion: Completion, before: { text: string; cursor: number }) {
    this.candidates = completion.candidates
    this.#before = before
    this.#start = completion.start
    this.#typed = before.text.slice(completion.start, completion.end)
  }

  /** Applies a completion to the buffer. @returns the menu if there is something to choose; `null` without candidates; `'done'` otherwise. */
  static open(buffer: LineBuffer, completion: Completion): CompletionMenu | 'done' | null {
    const { candidates, start, end } = completion
    if (candidates.length === 0) return null
    const before = { text: buffer.text, cursor: buffer.cursor }
    if (candidates.length === 1) {
      const written = candidates[0]!.text + candidates[0]!.suffix
      if (buffer.text.slice(start, end) === written) return null
      // what follows already is not written twice
      const { suffix } = candidates[0]!
      const follows = suffix !== '' && buffer.text.startsWith(suffix, end)
      buffer.replace(start, end, follows ? candidates[0]!.text : written)
      return 'done'
    }
    const menu = new CompletionMenu(completion, before)
    const shared = commonStart(candidates.map((c) => c.text))
    if (shared.length > end - start && shared.toLowerCase().startsWith(menu.#typed.toLowerCase())) {
      buffer.replace(start, end, shared)
    }
    return menu
  }

  /** Index of the candidate that is written; -1: none yet. */
  get selected(): number {
    return this.#selected
  }

  /** Writes the next candidate (step 1) or the one before (step -1). */
  select(buffer: LineBuffer, step: 1 | -1): void {
    const count = this.candidates.length
    this.#selected = this.#selected < 0 && step < 0 ? count - 1 : (this.#selected + step + count) % count
    const candidate = this.candidates[this.#selected]!
    buffer.replace(this.#start, buffer.cursor, candidate.text)
  }

  /** Writes what stood there before the first Tab. */
  restore(buffer: LineBuffer): void {
    buffer.set(this.#before.text, this.#before.cursor)
  }
}

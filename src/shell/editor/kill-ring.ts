const KEPT = 60

/** Killed texts, newest last. */
export class KillRing {
  readonly #texts: string[] = []
  #shown = 0

  add(text: string): void {
    this.#texts.push(text)
    if (this.#texts.length > KEPT) this.#texts.shift()
    this.#shown = this.#texts.length - 1
  }

  /** Joins a text to the newest kill, on the side that the kill went to. */
  extend(text: string, direction: 'forward' | 'backward'): void {
    const newest = this.#texts.pop() ?? ''
    this.add(direction === 'forward' ? newest + text : text + newest)
  }

  /** @returns the newest kill; null if there is none. */
  newest(): string | null {
    this.#shown = this.#texts.length - 1
    return this.#texts.at(-1) ?? null
  }

  /** @returns the kill before the one that was given last, around the ring; null if there is none. */
  older(): string | null {
    if (this.#texts.length === 0) return null
    this.#shown = (this.#shown + this.#texts.length - 1) % this.#texts.length
    return this.#texts[this.#shown]!
  }
}

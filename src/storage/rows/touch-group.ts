import { touchLines } from '../../util/memory-moves.ts'

/**
 * Scattered rows that will be read next. Touching all their cache lines, in a loop that does nothing else, has the memory system fetch them at a time, where reading row by
 * row waits for one after the other (see {@link GroupedCopy}). Nothing of what is loaded is used: a page that leaves its frame meanwhile makes no difference.
 */
export class TouchGroup {
  readonly #rowWords: number
  readonly #sources: Int32Array[] = []
  readonly #origins: number[] = []
  #count = 0
  /** Keeps the compiler from leaving out loads whose only use is that they were made. */
  sum = 0

  constructor(rowBytes: number) {
    this.#rowWords = rowBytes >>> 2
  }

  /** Puts a row that begins at word `origin` of its memory on the list. */
  add(source: Int32Array, origin: number): void {
    const i = this.#count++
    this.#sources[i] = source
    this.#origins[i] = origin
  }

  /** Touches the rows of the list, and empties it. */
  touch(): void {
    const count = this.#count
    this.#count = 0
    const rowWords = this.#rowWords
    const sources = this.#sources
    const origins = this.#origins
    let sum = 0
    for (let i = 0; i < count; i++) sum ^= touchLines(sources[i]!, origins[i]!, rowWords)
    this.sum = sum
  }
}

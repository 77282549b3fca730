/** Bytes that come one after the other. Memory: the piece that came last. */
export class ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  #at = 0

  /** @param source pieces of any length, such as a stream gives them. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]()
  }

  /** Fills `target`. @returns the number of bytes, fewer only at the end. */
  async read(target: Uint8Array): Promise<number> {
    let done = 0
    while (done < target.length && (await this.#more())) {
      const count = Math.min(target.length - done, this.#piece.length - this.#at)
      target.set(this.#piece.subarray(this.#at, this.#at + count), done)
      this.#at += count
      done += count
    }
    return done
  }

  /** Leaves bytes out. @returns how many there were, fewer only at the end. */
  async skip(bytes: number): Promise<number> {
    let done = 0
    while (done < bytes && (await this.#more())) {
      const count = Math.min(bytes - done, this.#piece.length - this.#at)
      this.#at += count
      done += count
    }
    return done
  }

  /** @returns what is there of the current piece, or null at the end. It belongs to the stream. */
  async next(): Promise<Uint8Array | null> {
    if (!(await this.#more())) return null
    const rest = this.#piece.subarray(this.#at)
    this.#at = this.#piece.length
    return rest
  }

  /** Ends the source early. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }

  async #more(): Promise<boolean> {
    while (this.#at === this.#piece.length) {
      const { done, value } = await this.#pieces.next()
      if (done === true) return false
      this.#piece = value
      this.#at = 0
    }
    return true
  }
}

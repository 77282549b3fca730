import { FileWriter } from './file-writer.ts'

const BUFFER_BYTES = 1 << 20
const COMMA = 44
const NEWLINE = 10

/** Writes pairs of unsigned integers as lines of a CSV file: `12,345`. Memory: one buffer of 1 MiB. */
export class PairWriter {
  readonly #writer: FileWriter
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #at = 0

  constructor(path: string) {
    this.#writer = new FileWriter(path)
  }

  write(a: number, b: number): void {
    if (this.#at > BUFFER_BYTES - 32) this.#flush()
    this.#digits(a)
    this.#buffer[this.#at++] = COMMA
    this.#digits(b)
    this.#buffer[this.#at++] = NEWLINE
  }

  /** @returns the length of the file in bytes. */
  close(): number {
    this.#flush()
    this.#writer.close()
    return this.#writer.bytes
  }

  #flush(): void {
    this.#writer.write(this.#buffer.subarray(0, this.#at))
    this.#at = 0
  }

  #digits(value: number): void {
    let length = 1
    for (let power = 10; power <= value; power *= 10) length++
    let rest = value
    for (let i = this.#at + length - 1; i >= this.#at; i--) {
      const tenth = Math.floor(rest / 10)
      this.#buffer[i] = 48 + rest - tenth * 10
      rest = tenth
    }
    this.#at += length
  }
}

import { closeSync, openSync, writeSync } from 'node:fs'

/** Writes bytes to a new file from first to last. */
export class FileWriter {
  readonly #descriptor: number
  /** Written so far. */
  bytes = 0

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w')
  }

  write(data: Uint8Array): void {
    for (let done = 0; done < data.length; ) done += writeSync(this.#descriptor, data, done, data.length - done)
    this.bytes += data.length
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

import { closeSync, openSync, writeSync } from 'node:fs'

const BUFFER_BYTES = 1 << 20
const COMMA = 44
const NEWLINE = 10

/** Writes bytes to a new file from first to last. */
class FileWriter {
  readonly #descriptor: number
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

/**
 * Writes an .npy file, version 1.0.
 * @param elementType numpy's name, e.g. `<f4`; the bytes must be of that type, on a little-endian machine.
 * @param pieces gives the rows in order, in pieces of any size; each may be reused once the next one is asked for.
 * @returns the length of the file in bytes.
 */
export function writeNpy(
  path: string,
  elementType: string,
  shape: readonly number[],
  pieces: Iterable<ArrayBufferView>,
): number {
  const text = `{'descr': '${elementType}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const padding = 64 - ((10 + text.length + 1) % 64)
  const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${text}${' '.repeat(padding % 64)}\n`, 'latin1')
  header.writeUInt16LE(header.length - 10, 8)
  const writer = new FileWriter(path)
  writer.write(header)
  for (const piece of pieces) writer.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))
  writer.close()
  return writer.bytes
}

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

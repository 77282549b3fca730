import { FileWriter } from './file-writer.ts'

/** Writes an .npy file, version 1.0, piece by piece. */
export class NpyWriter {
  readonly #writer: FileWriter

  /**
   * @param elementType numpy's name, e.g. `<f4`; the pieces must be of that type, on a little-endian machine.
   * @param shape of the whole array, which the pieces must make up.
   */
  constructor(path: string, elementType: string, shape: readonly number[]) {
    const text = `{'descr': '${elementType}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
    const padding = 64 - ((10 + text.length + 1) % 64)
    const header = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${text}${' '.repeat(padding % 64)}\n`, 'latin1')
    header.writeUInt16LE(header.length - 10, 8)
    this.#writer = new FileWriter(path)
    this.#writer.write(header)
  }

  /** Appends elements, which may be changed afterwards. */
  write(piece: ArrayBufferView): void {
    this.#writer.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))
  }

  /** @returns the length of the file in bytes. */
  close(): number {
    this.#writer.close()
    return this.#writer.bytes
  }
}

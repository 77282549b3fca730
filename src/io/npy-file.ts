import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { ioError } from './io-error.ts'
import { badNpy, NPY_PREFIX_BYTES, type NpyHeader, npyHeadBytes, parseNpyHeader } from './npy-header.ts'

/**
 * An open .npy file. Holds one file descriptor and nothing of the body: rows are read where the caller wants them.
 * Row r of an array of shape [n, a, b, …] is its a*b*… elements, in the order of the file.
 */
export class NpyFile {
  readonly path: string
  readonly header: NpyHeader
  /** First number of the shape. */
  readonly rows: number
  /** Elements of one row: the product of the other numbers of the shape, 1 for a 1-D array. */
  readonly rowElements: number
  readonly elementBytes: number
  readonly rowBytes: number
  #descriptor: number | undefined

  constructor(path: string, descriptor: number, header: NpyHeader) {
    this.path = path
    this.header = header
    this.rows = header.shape[0]!
    this.rowElements = header.shape.slice(1).reduce((product, size) => product * size, 1)
    this.elementBytes = header.kind === undefined ? 0 : Number(header.kind.slice(1))
    this.rowBytes = this.rowElements * this.elementBytes
    this.#descriptor = descriptor
  }

  /** Element type as the file writes it, e.g. `<f4`. */
  get elementType(): string {
    return this.header.elementType
  }

  get shape(): readonly number[] {
    return this.header.shape
  }

  /**
   * Copies rows [start, start + count) as the file has them to the start of `target`, which may lie over a SharedArrayBuffer.
   * Cost: one positioned read (more if the system gives less), no copy on the way, no allocation.
   * @throws {DatabaseError} BAD_FILE if the file has become shorter meanwhile; IO if the system refuses.
   */
  readRows(start: number, count: number, target: Uint8Array): void {
    const total = count * this.rowBytes
    let done = 0
    while (done < total) {
      const position = this.header.dataOffset + start * this.rowBytes + done
      const got = this.#read(target, done, Math.min(total - done, MAX_READ_BYTES), position)
      if (got === 0) throw badNpy(this.path, `the file ends at byte ${position}, inside its data.`)
      done += got
    }
  }

  /** Closes the descriptor; a second call does nothing. */
  close(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #read(target: Uint8Array, offset: number, length: number, position: number): number {
    if (this.#descriptor === undefined) throw badNpy(this.path, 'the file was closed.')
    try {
      return readSync(this.#descriptor, target, offset, length, position)
    } catch (cause) {
      throw ioError('read', this.path, cause)
    }
  }
}

const MAX_READ_BYTES = 1 << 30 // a single read of 2 GiB or more is refused by Node

/**
 * Opens an .npy file and checks its head against its length.
 * @returns an open file; the caller closes it.
 * @throws {DatabaseError} IO: missing or unreadable. BAD_FILE: empty, wrong magic, unsupported version, broken header,
 *   an element type that is not a boolean, integer or float, Fortran order, no dimension, truncated body.
 */
export function openNpy(path: string): NpyFile {
  const descriptor = openFile(path)
  try {
    const bytes = fstatSync(descriptor).size
    const prefix = readHead(descriptor, path, NPY_PREFIX_BYTES)
    const header = parseNpyHeader(readHead(descriptor, path, Math.min(npyHeadBytes(prefix, path), bytes)), path)
    checkHeader(header, bytes, path)
    return new NpyFile(path, descriptor, header)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw ioError('open', path, cause)
  }
}

function readHead(descriptor: number, path: string, bytes: number): Uint8Array {
  const head = new Uint8Array(bytes)
  try {
    return head.subarray(0, readSync(descriptor, head, 0, bytes, 0))
  } catch (cause) {
    throw ioError('read', path, cause)
  }
}

function checkHeader(header: NpyHeader, fileBytes: number, path: string): void {
  const { elementType, kind, fortranOrder, shape, dataOffset } = header
  if (kind === undefined) {
    throw badNpy(path, `unsupported element type ${elementType}: only booleans, integers and floats can be read.`, {
      elementType,
    })
  }
  if (fortranOrder) {
    throw badNpy(path, 'Fortran-order NPY files are not supported: save the array in C order.')
  }
  if (shape.length === 0) throw badNpy(path, 'the array has shape (), that is no rows.')
  const expected = shape.reduce((product, size) => product * size, 1) * Number(kind.slice(1))
  const actual = fileBytes - dataOffset
  if (!Number.isSafeInteger(expected) || actual < expected) {
    throw badNpy(path, `the data is truncated: expected ${expected} bytes, found ${actual}.`, { expected, actual })
  }
}

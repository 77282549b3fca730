import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'

/**
 * A temporary file for what a query cannot hold in memory: typed arrays are appended, and read back by position. It has no
 * name once it is open (on systems that allow it), so that nothing is left of it however the process ends. The file is
 * created by the first append. Used by one thread.
 */
export class SpillFile {
  readonly #directory: string
  #descriptor = -1
  #path: string | null = null
  #byteLength = 0
  #closed = false

  /** @param directory where the file goes: beside the database, or for a database in memory the system's own (default). */
  constructor(directory: string = tmpdir()) {
    this.#directory = directory
  }

  /** Bytes appended so far. */
  get byteLength(): number {
    return this.#byteLength
  }

  /**
   * Writes the bytes of a typed array at the end; the caller may change it afterwards.
   * @returns their position, for {@link read}.
   * @throws {DatabaseError} DISK_FULL, IO, CLOSED.
   */
  append(data: ArrayBufferView): number {
    const position = this.#byteLength
    const bytes = bytesOf(data)
    try {
      const descriptor = this.#openDescriptor()
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
      }
    } catch (error) {
      throw spillError(error, this.#directory)
    }
    this.#byteLength = position + bytes.length
    return position
  }

  /**
   * Fills a typed array with the bytes from a position on.
   * @throws {DatabaseError} IO (also when the file ends before), CLOSED.
   */
  read(position: number, target: ArrayBufferView): void {
    const bytes = bytesOf(target)
    try {
      const descriptor = this.#openDescriptor()
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(descriptor, bytes, done, bytes.length - done, position + done)
        if (count === 0) throw new Error(`it has no ${bytes.length} bytes at position ${position}`)
        done += count
      }
    } catch (error) {
      throw spillError(error, this.#directory)
    }
  }

  /** Forgets everything that was appended; the space is used again. */
  clear(): void {
    this.#byteLength = 0
  }

  /** Deletes the file. Twice does nothing. */
  close(): void {
    this.#closed = true
    if (this.#descriptor >= 0) closeSync(this.#descriptor)
    this.#descriptor = -1
    if (this.#path !== null) unlinkSync(this.#path)
    this.#path = null
  }

  #openDescriptor(): number {
    if (this.#closed) throw new DatabaseError('CLOSED', 'The temporary file is closed.')
    if (this.#descriptor < 0) {
      const name = path.join(this.#directory, `.nisaba-spill-${process.pid}-${crypto.randomUUID()}`)
      this.#descriptor = openSync(name, 'wx+', 0o600)
      this.#path = name
      if (process.platform !== 'win32') {
        unlinkSync(name)
        this.#path = null
      }
    }
    return this.#descriptor
  }
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function spillError(error: unknown, directory: string): DatabaseError {
  if (error instanceof DatabaseError) return error
  const facts = { path: directory }
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EFBIG') {
    const text = `No space left for temporary files in ${directory}.`
    return new DatabaseError('DISK_FULL', text, { facts, cause: error })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new DatabaseError('IO', `Temporary file in ${directory}: ${reason}`, { facts, cause: error })
}

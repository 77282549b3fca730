import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { DatabaseError } from '../../errors/database-error.ts'
import { ByteStream } from './byte-stream.ts'
import { NpyStream } from './npy-stream.ts'

/** An .npz file of numpy: a zip archive (zip64 too) of .npy arrays, stored or deflated, read as streams. */
export class NpzArchive {
  readonly path: string
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>

  private constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.path = path
    this.#zip = zip
    this.#entries = entries
  }

  /** Reads the directory of the archive. @throws {DatabaseError} IO, BAD_FILE. */
  static async open(path: string): Promise<NpzArchive> {
    const { open } = await import('yauzl')
    return new Promise((resolve, reject) => {
      open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
        if (error !== null) return reject(asDatabaseError(path, error))
        const entries = new Map<string, Entry>()
        zip.on('error', (problem: Error) => reject(asDatabaseError(path, problem)))
        zip.on('entry', (entry: Entry) => {
          entries.set(entry.fileName.replace(/\.npy$/, ''), entry)
          zip.readEntry()
        })
        zip.on('end', () => resolve(new NpzArchive(path, zip, entries)))
        zip.readEntry()
      })
    })
  }

  /** Names of the arrays. */
  get names(): string[] {
    return [...this.#entries.keys()]
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** @returns a stream over an array; several may be open at once. @throws {DatabaseError} BAD_FILE without such an array. */
  async array(name: string): Promise<NpyStream> {
    const entry = this.#entries.get(name)
    if (entry === undefined) {
      const text = `Error in file ${this.path}: it has no array ${name}, only ${this.names.join(', ')}.`
      throw new DatabaseError('BAD_FILE', text, { facts: { file: this.path, array: name } })
    }
    const stream = await new Promise<Readable>((resolve, reject) => {
      this.#zip.openReadStream(entry, (error, readable) => {
        if (error !== null) reject(asDatabaseError(this.path, error))
        else resolve(readable)
      })
    })
    return NpyStream.open(new ByteStream(explained(stream, this.path)), `${this.path}: ${name}`)
  }

  close(): void {
    this.#zip.close()
  }
}

async function* explained(stream: Readable, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (error) {
    throw asDatabaseError(path, error as Error)
  }
}

function asDatabaseError(path: string, cause: Error): DatabaseError {
  const isSystem = 'code' in cause && typeof cause.code === 'string' && cause.code.startsWith('E')
  return new DatabaseError(isSystem ? 'IO' : 'BAD_FILE', `Error in file ${path}: ${cause.message}`, {
    facts: { file: path },
    cause,
  })
}

import { createReadStream, existsSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DatabaseError } from '../../errors/database-error.ts'
import { ByteStream } from './byte-stream.ts'
import { SPLITS } from './dataset.ts'
import { NumberLines } from './number-lines.ts'

/** The files of a data set as they were unpacked: OGB's raw/ and split/ folders, or a folder with all files. */
export class RawFolder {
  readonly folder: string

  /** @throws {DatabaseError} IO if there is no such folder. */
  constructor(folder: string) {
    this.folder = folder
    if (!existsSync(folder)) throw new DatabaseError('IO', `No such folder: ${folder}`, { facts: { file: folder } })
  }

  /** @returns the first of these files that is there, or null. Names are paths within the folder. */
  find(...names: readonly string[]): string | null {
    return names.map((name) => path.join(this.folder, name)).find((file) => existsSync(file)) ?? null
  }

  /** @throws {DatabaseError} IO naming every place that was looked at. */
  require(...names: readonly string[]): string {
    const found = this.find(...names)
    if (found !== null) return found
    throw new DatabaseError('IO', `There is no ${names.join(' and no ')} in ${this.folder}.`, {
      facts: { file: path.join(this.folder, names[0] ?? '') },
    })
  }

  /** @returns the numbers of a text file, inflated if it ends in .gz. */
  numbers(file: string): NumberLines {
    return new NumberLines(this.bytes(file), file)
  }

  /** @returns the bytes of a file, inflated if it ends in .gz. */
  bytes(file: string): ByteStream {
    return openBytes(file)
  }

  /**
   * Reads which node is in which part, from lists of ids: train.csv.gz, valid.csv.gz, test.csv.gz in one of the folders.
   * @returns [nodes] of {@link SPLITS}. @throws {DatabaseError} IO, BAD_FILE.
   */
  async splits(nodes: number, folders: readonly string[]): Promise<Uint8Array> {
    const splits = new Uint8Array(nodes)
    for (const [part, code] of Object.entries(SPLITS)) {
      if (part === 'none') continue
      const file = this.require(...folders.flatMap((folder) => [`${folder}/${part}.csv.gz`, `${folder}/${part}.csv`]))
      await this.#mark(file, code, splits)
    }
    return splits
  }

  async #mark(file: string, code: number, splits: Uint8Array): Promise<void> {
    const lines = this.numbers(file)
    const ids = new Float64Array(1 << 14)
    for (let count = ids.length; count === ids.length; ) {
      count = await lines.read(ids)
      for (let k = 0; k < count; k++) {
        const id = ids[k]!
        if (!(id >= 0 && id < splits.length && Number.isInteger(id))) throw badNode(file, id, splits.length)
        splits[id] = code
      }
    }
  }
}

/** @returns the bytes of a file, inflated if its name ends in .gz. */
function openBytes(file: string): ByteStream {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 })
  if (!file.endsWith('.gz')) return new ByteStream(explained(raw, file))
  // errors of either stream come out of the iteration
  const inflated = createGunzip({ chunkSize: 1 << 18 })
  pipeline(raw, inflated, () => undefined)
  return new ByteStream(explained(inflated, file))
}

async function* explained(stream: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    const cause = error as NodeJS.ErrnoException
    const code = cause.code?.startsWith('Z_') === true ? 'BAD_FILE' : 'IO'
    throw new DatabaseError(code, `Error in file ${file}: ${cause.message}`, { facts: { file }, cause })
  }
}

/** The refusal of an id that is none of a node. */
export function badNode(file: string, id: number, nodes: number): DatabaseError {
  const text = `Error in file ${file}: ${id} is no node; there are ${nodes}.`
  return new DatabaseError('BAD_FILE', text, { facts: { file, id, nodes } })
}

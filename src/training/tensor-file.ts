import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'

/** One named tensor of a file. */
export interface NamedValues {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** TensorFlow.js's description of a group of weights: what a weights manifest is a list of. */
interface WeightGroup {
  readonly paths: readonly string[]
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: 'float32' }[]
}

/** Writes `<base>.json`, a TensorFlow.js weights manifest, and `<base>.bin` into a folder that exists. */
export function writeTensors(folder: string, base: string, tensors: readonly NamedValues[]): void {
  const bytes = Buffer.concat(
    tensors.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  )
  const group: WeightGroup = {
    paths: [`${base}.bin`],
    weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
  }
  writeFileSync(path.join(folder, `${base}.bin`), bytes)
  writeFileSync(path.join(folder, `${base}.json`), `${JSON.stringify([group], null, 1)}\n`)
}

/** @throws {DatabaseError} BAD_FILE when the two files are not what {@link writeTensors} writes, IO when they cannot be read. */
export function readTensors(folder: string, base: string): NamedValues[] {
  const [group] = JSON.parse(readText(path.join(folder, `${base}.json`))) as WeightGroup[]
  const file = readBytes(path.join(folder, `${base}.bin`))
  const tensors: NamedValues[] = []
  let at = 0
  for (const { name, shape } of group!.weights) {
    const count = shape.reduce((a, b) => a * b, 1)
    const end = at + 4 * count
    if (end > file.byteLength) throw new DatabaseError('BAD_FILE', `${base}.bin ends inside of '${name}'.`)
    // A copy starts at an aligned address, wherever the file's buffer does.
    const part = Uint8Array.from(file.subarray(at, end))
    tensors.push({ name, shape, values: new Float32Array(part.buffer) })
    at = end
  }
  if (at !== file.byteLength)
    throw new DatabaseError('BAD_FILE', `${base}.bin has ${file.byteLength - at} bytes too many.`)
  return tensors
}

function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8')
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new DatabaseError('IO', `Cannot read ${file}: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Replaces a folder by what `write` puts into an empty one. Whoever is killed midway leaves the old one, or the new one, or the old one under
 * `<folder>.old`, where {@link finishReplace} finds it.
 */
export function replaceFolder(folder: string, write: (fresh: string) => void): void {
  const fresh = `${folder}.new`
  const old = `${folder}.old`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  write(fresh)
  finishReplace(folder)
  rmSync(old, { recursive: true, force: true })
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(fresh, folder)
  rmSync(old, { recursive: true, force: true })
}

/** Puts back what a replacement that was killed had set aside. */
export function finishReplace(folder: string): void {
  const old = `${folder}.old`
  if (!existsSync(folder) && existsSync(old)) renameSync(old, folder)
}

import { DatabaseError } from '../../errors/database-error.ts'

/** Where a loader is, as plain data: batches before (epoch, batch) were handed out. Survives JSON. */
export interface LoaderState {
  readonly epoch: number
  /** Next batch of the epoch. */
  readonly batch: number
  readonly seed: number
  /** Of the graph's size and everything that decides what batches hold. */
  readonly fingerprint: string
  /** Commit that batches were read from, for the record: another commit of a graph of the same size is not refused. */
  readonly commitNumber: number
}

/**
 * @param fingerprint of the loader that is to go on.
 * @throws {DatabaseError} INVALID_ARGUMENT when the state is none, or of a loader that makes other batches.
 */
export function checkState(state: LoaderState, fingerprint: string, seed: number): void {
  const { epoch, batch } = state
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(batch) || epoch < 0 || batch < 0) {
    throw new DatabaseError('INVALID_ARGUMENT', 'The state of a loader is what state() gave.')
  }
  if (state.seed !== seed || state.fingerprint !== fingerprint) {
    const text = 'The state is of a loader with another seed, other options or another graph: its batches would differ.'
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { epoch, batch, seed: state.seed } })
  }
}

/** @returns a short text that differs whenever the value differs, in all likelihood. Typed arrays count by their elements. */
export function fingerprintOf(value: unknown): string {
  const hash = new Hash()
  add(hash, value)
  return hash.text()
}

function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) hash.view(value)
  else if (Array.isArray(value)) {
    hash.string(`[${value.length}`)
    for (const element of value) add(hash, element)
  } else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value).sort()) {
      const part = (value as Record<string, unknown>)[key]
      if (part === undefined || typeof part === 'function') continue
      hash.string(key)
      add(hash, part)
    }
  } else hash.string(String(value))
}

/** FNV-1a in two lanes of 32 bits. */
class Hash {
  #a = 0x811c9dc5
  #b = 0x2f0b4a27

  bytes(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      this.#a = Math.imul(this.#a ^ bytes[i]!, 0x01000193)
      this.#b = Math.imul(this.#b ^ bytes[i]!, 0x5bd1e995) ^ (this.#b >>> 15)
    }
  }

  /** Word by word, and the bytes that are left. */
  view({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
    const whole = byteOffset % 4 === 0 ? byteLength >>> 2 : 0
    const words = new Int32Array(buffer, whole === 0 ? 0 : byteOffset, whole)
    for (let i = 0; i < whole; i++) {
      this.#a = Math.imul(this.#a ^ words[i]!, 0x01000193)
      this.#a ^= this.#a >>> 13
      this.#b = Math.imul(this.#b ^ words[i]!, 0x5bd1e995) ^ (this.#b >>> 15)
    }
    this.bytes(new Uint8Array(buffer, byteOffset + whole * 4, byteLength - whole * 4))
  }

  string(text: string): void {
    this.bytes(new TextEncoder().encode(text))
    this.bytes(Uint8Array.of(0))
  }

  text(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
  }
}

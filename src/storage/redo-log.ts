const FIRST_SEGMENT_BYTES = 64 << 10
const LARGEST_SEGMENT_BYTES = 4 << 20

/**
 * Commit records since the last merge, in shared memory, so that a snapshot for a worker thread is a list of buffers. A record is a u32 with its
 * length and its bytes; length 0 means that the next record starts in the next segment. Append-only: readers know how many records are theirs.
 */
export class RedoLog {
  readonly segments: SharedArrayBuffer[] = []
  #count = 0
  #bytes = 0
  #at = 0

  get count(): number {
    return this.#count
  }

  /** Bytes of all records. */
  get bytes(): number {
    return this.#bytes
  }

  append(record: Uint8Array): void {
    const needed = record.length + 4
    let segment = this.segments.at(-1)
    if (segment === undefined || this.#at + needed > segment.byteLength) {
      const doubled = segment === undefined ? FIRST_SEGMENT_BYTES : segment.byteLength * 2
      segment = new SharedArrayBuffer(Math.max(needed, Math.min(doubled, LARGEST_SEGMENT_BYTES)))
      this.segments.push(segment)
      this.#at = 0
    }
    new DataView(segment).setUint32(this.#at, record.length, true)
    new Uint8Array(segment, this.#at + 4, record.length).set(record)
    this.#at += needed
    this.#count++
    this.#bytes += needed
  }
}

/** Calls `visit` with records [from, to) of a log. Cost: a step over the records before `from`. */
export function readRedoLog(
  segments: readonly SharedArrayBuffer[],
  from: number,
  to: number,
  visit: (record: Uint8Array, index: number) => void,
): void {
  let index = 0
  for (const segment of segments) {
    const view = new DataView(segment)
    for (let at = 0; index < to && at + 4 <= segment.byteLength; index++) {
      const length = view.getUint32(at, true)
      if (length === 0) break
      if (index >= from) visit(new Uint8Array(segment, at + 4, length), index)
      at += 4 + length
    }
  }
}

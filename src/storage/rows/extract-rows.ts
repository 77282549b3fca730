import { crc32 } from 'node:zlib'
import { BLOCK_BYTES, BLOCKS_PER_PAGE } from '../../bufferpool/page-source.ts'

/*
 * What a thread that wants rows and whoever reads their blocks say to each other: little-endian words, so that it can go through a pipe.
 *
 *     request:  tag, first block, number of blocks, number of checks, number of pieces, checks and pieces: from, to (bytes after the start of the first block)
 *     answer:   tag, number of bytes that follow or FAILED_READ, number of checks, a checksum per check, pieces
 */

/** Bytes of a request before its checks and pieces. */
export const REQUEST_HEADER_BYTES = 20

/** Bytes of an answer before its content. */
export const ANSWER_HEADER_BYTES = 8

/** Number of bytes of an answer to a request whose blocks could not be read. */
export const FAILED_READ = 0xffffffff

/** Most blocks from the first block of a request to the end of its last row. */
export const MAX_REQUEST_BLOCKS = 32

/** Most blocks that a read fetches: a row may lie over all of a page. */
export const MAX_READ_BLOCKS = MAX_REQUEST_BLOCKS + 2 * BLOCKS_PER_PAGE

/** Most bytes of a request: no piece is narrower than 64 bytes, and pieces that touch are one. */
export const MAX_REQUEST_BYTES = REQUEST_HEADER_BYTES + MAX_READ_BLOCKS * (8 + (8 * BLOCK_BYTES) / 128)

/** Most bytes of an answer. */
export const MAX_ANSWER_BYTES = ANSWER_HEADER_BYTES + 4 + MAX_READ_BLOCKS * (4 + BLOCK_BYTES)

/** Blocks of the file that follow each other. */
export interface BlockRange {
  readonly start: number
  readonly count: number
}

/** Writes requests; a checksum is of at most a block. */
export class RequestWriter {
  readonly view: DataView
  #checks = 0
  #pieces: number[] = []

  /** @param buffer large enough for a header, and for a check and a piece of every block and row that a request can have. */
  constructor(buffer: ArrayBuffer) {
    this.view = new DataView(buffer)
  }

  begin(tag: number, { start, count }: BlockRange): void {
    this.view.setUint32(0, tag, true)
    this.view.setUint32(4, start, true)
    this.view.setUint32(8, count, true)
    this.#checks = 0
    this.#pieces.length = 0
  }

  addCheck(from: number, to: number): void {
    this.#setPair(REQUEST_HEADER_BYTES + 8 * this.#checks++, from, to)
  }

  /** Bytes that are wanted; those that follow the last ones make one piece with them. */
  addPiece(from: number, to: number): void {
    const last = this.#pieces.length - 1
    if (last > 0 && this.#pieces[last] === from) this.#pieces[last] = to
    else this.#pieces.push(from, to)
  }

  /** @returns bytes of the request. */
  end(): number {
    const pieces = this.#pieces
    this.view.setUint32(12, this.#checks, true)
    this.view.setUint32(16, pieces.length / 2, true)
    let at = REQUEST_HEADER_BYTES + 8 * this.#checks
    for (let i = 0; i < pieces.length; i += 2, at += 8) this.#setPair(at, pieces[i]!, pieces[i + 1]!)
    return at
  }

  #setPair(at: number, from: number, to: number): void {
    this.view.setUint32(at, from, true)
    this.view.setUint32(at + 4, to, true)
  }
}

/** @returns bytes of the request at a place, or 0 if not even its header has come. */
export function requestBytes(view: DataView, at: number): number {
  if (at + REQUEST_HEADER_BYTES > view.byteLength) return 0
  return REQUEST_HEADER_BYTES + 8 * (view.getUint32(at + 12, true) + view.getUint32(at + 16, true))
}

/** @returns bytes of the answer to a request, its header included. */
export function answerBytes(request: DataView, at: number): number {
  const checks = request.getUint32(at + 12, true)
  const end = at + requestBytes(request, at)
  let bytes = ANSWER_HEADER_BYTES + 4 + 4 * checks
  for (let p = at + REQUEST_HEADER_BYTES + 8 * checks; p < end; p += 8) {
    bytes += request.getUint32(p + 4, true) - request.getUint32(p, true)
  }
  return bytes
}

/** Writes the answer to a request. @param blocks content of its blocks. @param to where the answer begins in `answer`. */
export function writeAnswer(request: DataView, at: number, blocks: Uint8Array, answer: DataView, to: number): void {
  const bytes = new Uint8Array(answer.buffer as ArrayBuffer, answer.byteOffset, answer.byteLength)
  const checks = request.getUint32(at + 12, true)
  const end = at + requestBytes(request, at)
  let p = at + REQUEST_HEADER_BYTES
  let out = to + ANSWER_HEADER_BYTES
  answer.setUint32(out, checks, true)
  out += 4
  for (let check = 0; check < checks; check++, p += 8, out += 4) {
    answer.setUint32(out, crc32(piece(p)), true)
  }
  for (; p < end; p += 8) {
    const content = piece(p)
    bytes.set(content, out)
    out += content.length
  }
  answer.setUint32(to, request.getUint32(at, true), true)
  answer.setUint32(to + 4, out - to - ANSWER_HEADER_BYTES, true)

  function piece(pair: number): Uint8Array {
    return blocks.subarray(request.getUint32(pair, true), request.getUint32(pair + 4, true))
  }
}

/** Writes the answer to a request whose blocks could not be read: a header only. */
export function writeFailure(request: DataView, at: number, answer: DataView, to: number): void {
  answer.setUint32(to, request.getUint32(at, true), true)
  answer.setUint32(to + 4, FAILED_READ, true)
}

/** @returns the blocks of a request. */
export function blocksOf(request: DataView, at: number): BlockRange {
  return { start: request.getUint32(at + 4, true), count: request.getUint32(at + 8, true) }
}

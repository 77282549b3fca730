import { openSync, read } from 'node:fs'
import { BLOCK_BYTES } from '../../bufferpool/page-source.ts'
import {
  ANSWER_HEADER_BYTES,
  answerBytes,
  blocksOf,
  MAX_ANSWER_BYTES,
  MAX_READ_BLOCKS,
  requestBytes,
  writeAnswer,
  writeFailure,
} from './extract-rows.ts'

/*
 * Entry of a process that reads rows of one file for another process, many at a time, and ends with it: `node row-read-process.js <file>`. Requests come
 * through its input, answers go, in any order, to its output. See row-reader.ts for why it is a process.
 */

/** Reads under way. libuv's ring has 64 entries; what does not fit goes to its threads, which is slower. */
const DEPTH = 56

/** Bytes of answers that are sent together: 256 KiB, and the largest one fits. */
const OUT_BYTES = MAX_ANSWER_BYTES

const descriptor = openSync(process.argv[2]!, 'r')
const idle = Array.from({ length: DEPTH }, () => Buffer.alloc(BLOCK_BYTES))
/** What has come in; requests before `begun` are under way or done. */
let incoming = view(Buffer.alloc(0))
let begun = 0
let out = Buffer.alloc(OUT_BYTES)
/** Buffers of the same size that were sent: the memory of all that were ever sent would only come back now and then. */
const sentBefore: Buffer<ArrayBuffer>[] = []
let outBytes = 0
let isSending = false

process.on('SIGINT', () => {}) // the owner's to handle: a terminal sends it to both
process.stdout.on('error', () => process.exit())
process.stdin.on('end', () => process.exit())
process.stdin.on('data', (chunk: Buffer) => {
  const rest = Buffer.from(incoming.buffer, incoming.byteOffset + begun, incoming.byteLength - begun)
  incoming = view(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]))
  begun = 0
  beginReads()
})

function beginReads(): void {
  while (idle.length > 0) {
    const bytes = requestBytes(incoming, begun)
    if (bytes === 0 || begun + bytes > incoming.byteLength) return
    beginRead(incoming, begun)
    begun += bytes
  }
}

function beginRead(requests: DataView, at: number): void {
  const { start, count } = blocksOf(requests, at)
  const bytes = Math.min(count, MAX_READ_BLOCKS) * BLOCK_BYTES
  let buffer = idle.pop()!
  if (buffer.length < bytes) buffer = Buffer.alloc(bytes)
  read(descriptor, buffer, 0, bytes, start * BLOCK_BYTES, (error, done) => {
    answer(requests, at, error === null ? buffer.fill(0, done, bytes) : null)
    idle.push(buffer)
    beginReads()
  })
}

/** @param blocks what was read, in zeros where the file ends; null if it failed. */
function answer(requests: DataView, at: number, blocks: Buffer | null): void {
  const bytes = blocks === null ? ANSWER_HEADER_BYTES : answerBytes(requests, at)
  if (outBytes + bytes > out.length) send()
  const target = view(out)
  if (blocks === null) writeFailure(requests, at, target, outBytes)
  else writeAnswer(requests, at, blocks, target, outBytes)
  outBytes += bytes
  if (isSending) return
  isSending = true
  setImmediate(send)
}

/** Answers of one turn of the loop go together: a call of the kernel for each would cost as much as the reads. */
function send(): void {
  isSending = false
  if (outBytes === 0) return
  const sent = out
  process.stdout.write(sent.subarray(0, outBytes), () => sentBefore.push(sent))
  out = sentBefore.pop() ?? Buffer.alloc(OUT_BYTES)
  outBytes = 0
}

function view(buffer: Buffer): DataView<ArrayBuffer> {
  return new DataView(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length)
}

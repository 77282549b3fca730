import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freeBuffers } from '../../util/free-buffers.ts'
import { ANSWER_HEADER_BYTES, FAILED_READ } from './extract-rows.ts'

/** Threads of the process where the kernel does not let it use io_uring. */
const FALLBACK_THREADS = '16'

/** What becomes of requests. */
export interface RowReaderEvents {
  /** @param answer without its header; valid during the call. */
  arrived(tag: number, answer: Uint8Array): void
  failed(tag: number): void
  /** There is no process, or none any more; nothing that was asked and has not been answered will be. Once. */
  ended(): void
  /** Everything that has come was handed on. */
  idle(): void
}

/**
 * Reads rows of a file, many at a time, through a process of its own. libuv reads through io_uring only in a process that was started with
 * UV_USE_IO_URING, which is not for a library to decide for its host; and with io_uring the kernel starts and ends reads by the dozen: half the processor
 * time of reads made one by one in threads, and twice the reads (docs/decisions/rows-read-singly.md). Where io_uring is forbidden the process uses threads.
 *
 * Used by a thread that lets its event loop turn. The process ends with its owner.
 */
export class RowReader {
  readonly #process: ChildProcess
  readonly #events: RowReaderEvents
  readonly #header = Buffer.alloc(ANSWER_HEADER_BYTES)
  #headerBytes = 0
  #tag = 0
  /** Of the answer that is coming in: what has come, and the number of bytes still to come. */
  #parts: Buffer[] = []
  #left = 0
  #outgoing: Buffer[] = []
  #hasEnded = false

  /** Starts the process; that it could not be started is told by `ended`. @throws {Error} where processes may not be started. */
  constructor(file: string, events: RowReaderEvents) {
    this.#events = events
    const entry = fileURLToPath(new URL('./row-read-process.js', import.meta.url))
    this.#process = spawn(process.execPath, ['--max-semi-space-size=1', entry, file], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // NODE_OPTIONS may be about the host, such as a debugger's port
      env: { ...process.env, UV_USE_IO_URING: '1', UV_THREADPOOL_SIZE: FALLBACK_THREADS, NODE_OPTIONS: '' },
      windowsHide: true,
    })
    const end = (): void => this.#end()
    this.#process.on('error', end)
    this.#process.on('exit', end)
    this.#process.stdin!.on('error', end)
    this.#process.stdout!.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** Asks for rows; {@link send} sends it on its way. @param request is copied. */
  ask(request: Uint8Array): void {
    this.#outgoing.push(Buffer.from(request))
  }

  send(): void {
    if (this.#outgoing.length === 0) return
    this.#process.stdin!.write(Buffer.concat(this.#outgoing))
    this.#outgoing = []
  }

  /** Ends the process. Tells nothing any more. */
  close(): void {
    this.#hasEnded = true
    this.#process.stdin!.end()
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#events.ended()
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at += this.#left > 0 ? this.#takeContent(chunk, at) : this.#takeHeader(chunk, at)
    }
    if (chunk.length === chunk.buffer.byteLength) freeBuffers([chunk.buffer as ArrayBuffer])
    if (!this.#hasEnded) this.#events.idle()
  }

  /** @returns bytes taken. */
  #takeHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerBytes, at, at + ANSWER_HEADER_BYTES - this.#headerBytes)
    this.#headerBytes += taken
    if (this.#headerBytes < ANSWER_HEADER_BYTES) return taken
    this.#headerBytes = 0
    this.#tag = this.#header.readUInt32LE(0)
    const bytes = this.#header.readUInt32LE(4)
    if (bytes === FAILED_READ) this.#events.failed(this.#tag)
    else this.#left = bytes
    return taken
  }

  /** @returns bytes taken. */
  #takeContent(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + this.#left)
    this.#left -= part.length
    if (this.#left > 0) {
      this.#parts.push(Buffer.from(part)) // it outlives the chunk
      return part.length
    }
    this.#events.arrived(this.#tag, this.#parts.length === 0 ? part : Buffer.concat([...this.#parts, part]))
    this.#parts = []
    return part.length
  }
}

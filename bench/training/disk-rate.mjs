// Random reads of 4 KiB from a file at depth 32: 32 threads, each reading one block at a time, past the operating system's cache where it lets us.
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const BLOCK = 4096
const THREADS = 32

/** The rate of a shared disk changes by the minute: to be measured before and after what it is compared with. @returns reads per second, and whether they went past the cache. */
export async function diskRate(file, milliseconds = 1500) {
  const results = await Promise.all(
    Array.from({ length: THREADS }, (_, seed) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { file, milliseconds, seed } })
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    }),
  )
  return {
    perSecond: results.reduce((sum, { reads, ms }) => sum + (1000 * reads) / ms, 0),
    direct: results.every(({ direct }) => direct),
  }
}

/** Reads past the cache need an aligned buffer; where memory begins cannot be asked, so that it is tried. */
function openDirect(file) {
  const memory = Buffer.alloc(3 * BLOCK)
  try {
    const fd = openSync(file, constants.O_RDONLY | (constants.O_DIRECT ?? 0))
    for (let at = 0; at < BLOCK; at += 16) {
      try {
        readSync(fd, memory, at, BLOCK, 0)
        return { fd, memory, at, direct: constants.O_DIRECT !== undefined }
      } catch (error) {
        if (error.code !== 'EINVAL') throw error
      }
    }
    closeSync(fd)
  } catch (error) {
    if (error.code !== 'EINVAL') throw error
  }
  return { fd: openSync(file, 'r'), memory, at: 0, direct: false }
}

function measure({ file, milliseconds, seed }) {
  const { fd, memory, at, direct } = openDirect(file)
  const blocks = Math.floor(statSync(file).size / BLOCK)
  let state = seed * 0x9e3779b9
  let reads = 0
  const started = performance.now()
  while (performance.now() - started < milliseconds) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    readSync(fd, memory, at, BLOCK, Math.floor((state / 2 ** 32) * blocks) * BLOCK)
    reads++
  }
  closeSync(fd)
  parentPort.postMessage({ reads, ms: performance.now() - started, direct })
}

if (!isMainThread && workerData?.milliseconds !== undefined) measure(workerData)

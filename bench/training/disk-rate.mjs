// Random reads of 4 KiB from a file at depth 32, past the operating system's cache where it lets us: by 32 threads, each reading one block at a time, and by
// one process with 32 reads under way in io_uring. What the disk gives is what the better of them gets.
import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, read, readSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const BLOCK = 4096
const DEPTH = 32
const PROCESS_ARGUMENT = '--read-blocks'
const SELF = fileURLToPath(import.meta.url)

/** The rate of a shared disk changes by the minute: to be measured before and after what it is compared with. @returns reads per second, and whether they went past the cache. */
export async function diskRate(file, milliseconds = 1500) {
  const byThreads = await threadsRate(file, milliseconds)
  const byProcess = await processRate(file, milliseconds)
  return byProcess.perSecond > byThreads.perSecond ? byProcess : byThreads
}

async function threadsRate(file, milliseconds) {
  const results = await Promise.all(
    Array.from({ length: DEPTH }, (_, seed) => {
      const worker = new Worker(SELF, { workerData: { file, milliseconds, seed } })
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    }),
  )
  return {
    perSecond: results.reduce((sum, { reads, ms }) => sum + (1000 * reads) / ms, 0),
    direct: results.every(({ direct }) => direct),
  }
}

function processRate(file, milliseconds) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SELF, PROCESS_ARGUMENT, file, String(milliseconds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_USE_IO_URING: '1', UV_THREADPOOL_SIZE: String(DEPTH) },
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`exit code ${code}`))))
  })
}

/** Reads past the cache need an aligned buffer; where memory begins cannot be asked, so that it is tried. */
function openDirect(file, buffers) {
  const memory = Buffer.alloc((buffers + 1) * BLOCK)
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

/** @returns a function that gives random places of blocks. */
function randomPlaces(file, seed) {
  const blocks = Math.floor(statSync(file).size / BLOCK)
  let state = seed * 0x9e3779b9
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * blocks) * BLOCK
  }
}

function measureThread({ file, milliseconds, seed }) {
  const { fd, memory, at, direct } = openDirect(file, 1)
  const next = randomPlaces(file, seed)
  let reads = 0
  const started = performance.now()
  while (performance.now() - started < milliseconds) {
    readSync(fd, memory, at, BLOCK, next())
    reads++
  }
  closeSync(fd)
  parentPort.postMessage({ reads, ms: performance.now() - started, direct })
}

function measureProcess(file, milliseconds) {
  const { fd, memory, at, direct } = openDirect(file, DEPTH)
  const next = randomPlaces(file, DEPTH)
  let reads = 0
  let underWay = 0
  const started = performance.now()
  const begin = (slot) => {
    underWay++
    read(fd, memory, at + slot * BLOCK, BLOCK, next(), (error) => {
      if (error) throw error
      reads++
      underWay--
      const ms = performance.now() - started
      if (ms < milliseconds) begin(slot)
      else if (underWay === 0) process.stdout.write(JSON.stringify({ perSecond: (1000 * reads) / ms, direct }))
    })
  }
  for (let slot = 0; slot < DEPTH; slot++) begin(slot)
}

if (!isMainThread && workerData?.milliseconds !== undefined) measureThread(workerData)
if (isMainThread && process.argv[2] === PROCESS_ARGUMENT) measureProcess(process.argv[3], Number(process.argv[4]))

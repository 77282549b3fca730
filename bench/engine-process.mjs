// Runs inside one engine's process: opens databases, runs statements, and times what it is told to. Talks with the driver by IPC.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const [engine, databasePath, poolBytes] = process.argv.slice(2)
const PACKAGES = { kuzu: 'kuzu', ladybug: '@ladybugdb/core' }
const THREADS = 2

async function load() {
  if (engine === 'nisaba') return import(path.join(here, '..', 'dist', 'index.js'))
  return createRequire(import.meta.url)(PACKAGES[engine])
}

const api = await load()
let database
let connection
const prepared = new Map()

async function open() {
  database = new api.Database(databasePath, Number(poolBytes))
  connection = new api.Connection(database, THREADS)
  await connection.init()
}

async function close() {
  prepared.clear()
  await connection.close()
  await database.close()
}

function plain(_key, value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}n`
  if (ArrayBuffer.isView(value)) return Array.from(value)
  return value
}

/** Rows as one comparable text: sorted unless their order is part of the answer, hashed when long. */
function answerOf(rows, ordered) {
  const lines = rows.map((row) => JSON.stringify(Object.values(row), plain))
  if (!ordered) lines.sort()
  const text = lines.join('\n')
  return text.length <= 400
    ? text
    : `${rows.length} rows, ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

async function rowsOf(text, parameters) {
  if (parameters === undefined) return (await connection.query(text)).getAll()
  let statement = prepared.get(text)
  if (statement === undefined) {
    statement = await connection.prepare(text)
    if (!statement.isSuccess()) throw new Error(statement.getErrorMessage())
    prepared.set(text, statement)
  }
  return (await connection.execute(statement, parameters)).getAll()
}

function memory() {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024
  return { anonymous: field('RssAnon'), peak: field('VmHWM') }
}

const COMMANDS = {
  async open() {
    const started = performance.now()
    await open()
    return { ms: performance.now() - started }
  },
  async close() {
    await close()
    return {}
  },
  /** Opens, runs one statement, closes; the time up to its rows counts. */
  async openAndQuery({ text }) {
    const started = performance.now()
    await open()
    const rows = await rowsOf(text)
    const ms = performance.now() - started
    await close()
    return { ms, answer: answerOf(rows, true) }
  },
  async run({ text, parameters, ordered, arrow }) {
    const started = performance.now()
    if (arrow && engine === 'nisaba') {
      const result = await connection.query(text, parameters)
      const table = await result.toArrow()
      return { ms: performance.now() - started, answer: `${table.numRows} rows` }
    }
    const rows = await rowsOf(text, parameters)
    const ms = performance.now() - started
    return { ms, answer: arrow ? `${rows.length} rows` : answerOf(rows, ordered) }
  },
  /** Many statements one after the other; the time of all of them. */
  async batch({ statements }) {
    const times = []
    const started = performance.now()
    let answer = ''
    for (const { text, parameters, ordered } of statements) {
      const before = performance.now()
      answer = answerOf(await rowsOf(text, parameters), ordered)
      times.push(performance.now() - before)
    }
    times.sort((a, b) => a - b)
    return { ms: performance.now() - started, medianMs: times[times.length >> 1], answer }
  },
  async memory() {
    return memory()
  },
  async bufferPool() {
    return engine === 'nisaba' ? database.bufferPoolStats() : {}
  },
  async remove() {
    for (const suffix of ['', '-lock', '.wal', '.shadow', '.tmp', '.lock'])
      rmSync(`${databasePath}${suffix}`, { recursive: true, force: true })
    return {}
  },
}

/** Largest delay of a 10 ms timer since the last question: how long this thread's event loop stood still. */
let worstDelay = 0
let lastTick = performance.now()
setInterval(() => {
  const now = performance.now()
  worstDelay = Math.max(worstDelay, now - lastTick - 10)
  lastTick = now
}, 10).unref()

process.on('message', async ({ id, command, options }) => {
  worstDelay = 0
  lastTick = performance.now()
  try {
    const value = await COMMANDS[command](options ?? {})
    process.send({ id, value: { ...value, timerDelayMs: worstDelay } })
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) })
  }
})
process.send({ ready: true })

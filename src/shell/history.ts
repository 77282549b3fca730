import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const KEPT = 1000
const SECRET = /(?:\b|_)(password|secret|access_key|api_key|token)(?:\b|_)/i
const FILE_NAME = 'history.txt'

/** @returns the file that statements are remembered in. @param place file or folder of `--path-history`; none: a folder in the home folder. */
export function historyFile(place = path.join(os.homedir(), '.nisaba', FILE_NAME)): string {
  const isFolder = /[\\/]$/.test(place) || statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? path.join(place, FILE_NAME) : place
}

/**
 * Statements that were run, kept in a text file between sessions: newest last, each once, at most 1000.
 *
 * File: an entry ends with LF; the line breaks inside an entry are CR LF, so that a file of plain lines is one too. Only the owner may read it.
 * Sessions at the same time each append their own.
 */
export class History {
  readonly #file: string
  #entries: string[]

  /** Reads the file. One that is missing or cannot be read is an empty history; one that has grown long is cut. */
  constructor(file: string) {
    this.#file = file
    const stored = readEntries(file)
    this.#entries = withoutRepeats(stored).slice(-KEPT)
    if (stored.length > 2 * KEPT) this.#rewrite()
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries
  }

  /**
   * Remembers a statement; one that was there already moves to the end. Those that seem to hold a secret are not kept; a file that
   * cannot be written is no reason to stop.
   */
  add(statement: string): void {
    const entry = statement.replaceAll('\r', '').trim()
    if (entry === '' || entry === this.#entries.at(-1) || SECRET.test(entry)) return
    this.#entries = [...this.#entries.filter((e) => e !== entry), entry].slice(-KEPT)
    attempt(() => {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 })
      appendFileSync(this.#file, encode(entry), { mode: 0o600 })
      // a file that came from elsewhere may have been open to all
      chmodSync(this.#file, 0o600)
    })
  }

  #rewrite(): void {
    attempt(() => {
      const next = `${this.#file}.${process.pid}.new`
      writeFileSync(next, this.#entries.map(encode).join(''), { mode: 0o600 })
      renameSync(next, this.#file)
    })
  }
}

function encode(entry: string): string {
  return `${entry.replaceAll('\n', '\r\n')}\n`
}

function readEntries(file: string): string[] {
  try {
    const entries = readFileSync(file, 'utf8').split(/(?<!\r)\n/)
    return entries.map((e) => e.replaceAll('\r\n', '\n').trim()).filter((e) => e !== '')
  } catch {
    return []
  }
}

/** The last of equal entries stays. */
function withoutRepeats(entries: readonly string[]): string[] {
  return [...new Set([...entries].reverse())].reverse()
}

function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // A read-only home folder only means that nothing is remembered.
  }
}

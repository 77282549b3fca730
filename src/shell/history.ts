import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const KEPT = 1000
const SECRET = /\b(password|secret|access_key|token)\b/i

/** @returns the file that statements are remembered in. */
export function historyFile(folder = path.join(os.homedir(), '.nisaba')): string {
  return path.join(folder, 'history.txt')
}

/** @returns remembered statements, newest first, as readline wants them; none if the file cannot be read. */
export function readHistory(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((l) => l !== '')
    return lines.slice(-KEPT).reverse()
  } catch {
    return []
  }
}

/** Remembers a statement on one line. Those that seem to hold a secret are not; a history that cannot be written is no reason to stop. */
export function remember(file: string, statement: string): void {
  if (SECRET.test(statement)) return
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    appendFileSync(file, `${statement.replace(/\s*\n\s*/g, ' ')}\n`, { mode: 0o600 })
  } catch {
    // A read-only home folder only means that nothing is remembered.
  }
}

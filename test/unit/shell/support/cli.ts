import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const CLI = path.resolve(import.meta.dirname, '..', '..', '..', '..', 'src', 'cli.js')

/** What a run of the program left. */
export interface CliRun {
  readonly code: number | null
  readonly output: string
  readonly messages: string
}

/** Runs the real program in a folder. @param input what a pipe gives it; null: nothing, at once. */
export async function nisaba(
  args: readonly string[],
  options: { readonly input?: string | null; readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<CliRun> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? process.cwd(),
    // nobody's own settings and history
    env: { ...process.env, HOME: tmpdir(), NO_COLOR: '', FORCE_COLOR: '', ...options.env },
  })
  let output = ''
  let messages = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output, messages }
}

/** Runs work in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-shell-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

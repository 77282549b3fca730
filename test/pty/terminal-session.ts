import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Longest wait for something on the screen; a busy machine may need a while to start a process. */
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 20

/** @returns why no pseudo-terminal can be had here; null if it can. */
export function whyNoTerminal(): string | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-pty-'))
  const tmux = (...args: string[]) =>
    spawnSync('tmux', ['-u', '-S', path.join(folder, 'tmux'), ...args], { encoding: 'utf8', env: environment() })
  try {
    const { status, error, stderr } = tmux('-f', '/dev/null', 'new-session', '-d', 'read line')
    if (error !== undefined) return 'tmux is not installed'
    if (status !== 0) return `tmux cannot start: ${stderr.trim()}`
    tmux('kill-server')
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Variables of a terminal with colours and UTF-8, whatever the test itself runs in. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', TMUX: '', NO_COLOR: '', FORCE_COLOR: '' }
}

/** A process in a pseudo-terminal of tmux: keys in, the screen out. */
export class TerminalSession {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-pty-'))
  readonly #socket = path.join(this.folder, 'tmux')

  /** @param command program and arguments; it runs in {@link folder}, which is its home folder too. */
  constructor(command: readonly string[], size: { columns: number; rows: number }) {
    const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    const cd = `cd '${this.folder}'; HOME='${this.folder}'; export HOME`
    // with job control, so that Ctrl-Z stops the process; then the lines that are typed are run
    const shell = `set -m; ${cd}; ${quoted}; echo "left with $?"; while read line; do eval "$line"; done`
    const geometry = ['-x', String(size.columns), '-y', String(size.rows)]
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'test', ...geometry, shell)
  }

  /** Types a text, byte by byte as a terminal sends it. */
  type(text: string): void {
    const bytes = [...Buffer.from(text)].map((b) => b.toString(16).padStart(2, '0'))
    this.#tmux('send-keys', '-t', 'test', '-H', ...bytes)
  }

  /** Presses keys by tmux's names: `Enter`, `C-c`, `M-b`, `Up`, `Tab`. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', 'test', ...keys)
  }

  /** Pastes a text as terminals do, marked as such if the process asked for it. */
  paste(text: string): void {
    this.#tmux('set-buffer', '-b', 'clip', text)
    this.#tmux('paste-buffer', '-p', '-b', 'clip', '-t', 'test')
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 'test', '-x', String(columns), '-y', String(rows))
  }

  /** What can be read, without blanks at the ends of lines. @param colours with the sequences that colour it. */
  screen(colours = false): string {
    const text = this.#tmux('capture-pane', '-p', ...(colours ? ['-e'] : []), '-t', 'test')
    return text.replace(/[^\S\n]+$/gm, '').trimEnd()
  }

  /** Waits until the screen holds. @returns it. @throws {Error} with the screen, if it never does. */
  async until(holds: RegExp | ((screen: string) => boolean)): Promise<string> {
    const test = typeof holds === 'function' ? holds : (screen: string) => holds.test(screen)
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const screen = this.screen()
      if (test(screen)) return screen
      if (Date.now() > end) throw new Error(`the screen never showed ${String(holds)}:\n${screen}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }

  /** Ends the process and deletes its folder. */
  end(): void {
    try {
      this.#tmux('kill-server')
    } catch {
      // it has ended by itself
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-u', '-S', this.#socket, ...args], { encoding: 'utf8', env: environment() })
  }
}

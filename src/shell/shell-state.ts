import type { JsValue } from '../index.ts'
import type { OutputMode } from './render/modes.ts'

/** What commands change: one object for the whole session, read by whoever shows or edits something. */
export interface ShellState {
  mode: OutputMode
  /** Most rows drawn of a result; 0: all. */
  maxRows: number
  /** Width of tables in columns; 0: that of the terminal, or no limit without one. */
  maxWidth: number
  /** Counts after results. */
  stats: boolean
  /** Times after results; only with `stats`. */
  timer: boolean
  /** Enter runs a statement only when it ends with `;`. */
  multiline: boolean
  /** Colours in the line that is typed. */
  highlight: boolean
  /** The plan of each query is shown before it runs. */
  explain: boolean
  progressBar: boolean
  /** Colours in results on standard output, and in messages on a terminal; never in files. */
  readonly colour: boolean
  /** Values of `$name`, without the dollar sign. */
  readonly parameters: Map<string, JsValue>
  /** File of `:output`; null: standard output. */
  output: string | null
  /** File of `:once`, for the next result. */
  once: string | null
}

/** @returns the state that a session begins with. */
export function newShellState(start: Partial<ShellState> = {}): ShellState {
  return {
    mode: 'box',
    maxRows: 20,
    maxWidth: 0,
    stats: true,
    timer: true,
    multiline: true,
    highlight: true,
    explain: false,
    progressBar: true,
    colour: false,
    parameters: new Map(),
    output: null,
    once: null,
    ...start,
  }
}

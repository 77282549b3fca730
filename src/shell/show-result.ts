import { writeFileSync } from 'node:fs'
import type { QueryResult } from '../index.ts'
import type { OutputTarget } from './output-target.ts'
import { type Paint, painter } from './paint.ts'
import { graphPage } from './render/graph-html.ts'
import { collectGraph } from './render/graph-model.ts'
import { graphSvg, PICTURE_LIMIT } from './render/graph-svg.ts'
import type { Shown } from './render/renderer.ts'
import { RENDERERS } from './render/renderers.ts'
import { type ResultView, viewOf } from './render/result-view.ts'
import type { ShellState } from './shell-state.ts'

/** Text is written in pieces of about this many characters. */
const PIECE_LENGTH = 1 << 16
/** After so long the event loop has a turn, so that Ctrl-C is noticed. */
const SLICE_MS = 30

/** How and where a result is shown. */
export interface ShowOptions {
  readonly state: ShellState
  readonly target: OutputTarget
  /** Columns of the terminal; 0: unknown. */
  readonly terminalWidth: number
  /** Asked between pieces; true ends the output. */
  readonly stopped: () => boolean
  /** The statement, for captions. */
  readonly statement: string
}

/** Statements whose answer is a sentence, not a result. */
const SAYS_SOMETHING =
  /^\s*(copy|alter|drop|comment\s+on|create\s+(node|rel|macro|sequence|type)|install|import|export)\b/i

/** @returns the sentences that a statement answers with, or null if its answer is a result. */
export function messageOf(result: QueryResult, statement: string): readonly string[] | null {
  const names = result.getColumnNamesSync()
  if (names.length !== 1 || names[0] !== 'result' || !SAYS_SOMETHING.test(statement)) return null
  return Array.from({ length: result.getNumTuples() }, (_row, i) => result.getRowText(i)[0] ?? '')
}

/** Writes a result in the mode of the session. @returns what of it was drawn. */
export async function showResult(result: QueryResult, options: ShowOptions): Promise<Shown> {
  const { state, target } = options
  if (isPlan(result, state)) return showView(planLines(result), { ...options, state: { ...state, mode: 'list' } })
  if (state.mode === 'graph' && target.file !== null && /\.(html?|svg)$/i.test(target.file)) {
    return showPicture(result, target.file, options.statement)
  }
  return showView(viewOf(result), options)
}

/** Writes any rows in the mode of the session. */
export async function showView(
  view: ResultView,
  { state, target, terminalWidth, stopped }: ShowOptions,
): Promise<Shown> {
  const width = state.maxWidth > 0 ? state.maxWidth : target.isTerminal ? terminalWidth : 0
  const paint: Paint = painter(state.colour && target.file === null)
  const pieces = RENDERERS[state.mode](view, { maxRows: state.maxRows, maxWidth: width, paint })
  let text = ''
  let sliceStart = performance.now()
  for (;;) {
    const step = pieces.next()
    if (step.done) {
      if (text !== '') target.write(text)
      return step.value
    }
    text += step.value
    if (text.length < PIECE_LENGTH) continue
    target.write(text)
    text = ''
    if (performance.now() - sliceStart < SLICE_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    if (stopped()) return { rows: 0, columns: 0 }
    sliceStart = performance.now()
  }
}

/** EXPLAIN's lines are read as they are, where results are drawn for people. */
function isPlan(result: QueryResult, { mode }: ShellState): boolean {
  const names = result.getColumnNamesSync()
  return (
    names.length === 1 && names[0] === 'explain result' && (mode === 'box' || mode === 'table' || mode === 'column')
  )
}

function planLines(result: QueryResult): ResultView {
  const view = viewOf(result)
  const [name, ...rest] = Array.from({ length: view.rowCount }, (_row, i) => view.text(i, 'full')[0] ?? '')
  return { names: [name ?? ''], types: ['STRING'], rowCount: rest.length, text: (i) => [rest[i]!], values: () => [] }
}

/** A picture is a document of its own: it replaces what the file held. */
function showPicture(result: QueryResult, file: string, caption: string): Shown {
  const view = viewOf(result)
  const model = collectGraph(view, PICTURE_LIMIT)
  const svg = graphSvg(model)
  writeFileSync(file, /\.svg$/i.test(file) ? svg : graphPage(svg, caption))
  return { rows: model.rows, columns: view.names.length }
}

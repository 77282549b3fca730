import type { Paint } from '../paint.ts'
import type { ResultView } from './result-view.ts'

/** How a result is drawn. Modes that write data, not drawings, take no notice of it. */
export interface RenderOptions {
  /** Most rows drawn; of longer results the first and last are. 0: all. */
  readonly maxRows: number
  /** Columns of the terminal that a drawing may take. 0: no limit. */
  readonly maxWidth: number
  readonly paint: Paint
}

/** What of a result was drawn. */
export interface Shown {
  readonly rows: number
  readonly columns: number
}

/**
 * Writes a result piece by piece; each piece ends at a line's end, so that whoever consumes them may stop in between.
 * Cost: only rows that are drawn are formatted.
 */
export type Renderer = (view: ResultView, options: RenderOptions) => Generator<string, Shown, void>

/** @returns what a mode says that draws everything. */
export function allOf(view: ResultView): Shown {
  return { rows: view.rowCount, columns: view.names.length }
}

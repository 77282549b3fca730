import type { JsValue, QueryResult } from '../../index.ts'

/** What a mode may ask of a result. Only rows that are asked for are formatted. */
export interface ResultView {
  readonly names: readonly string[]
  /** Type names as the dialect prints them. */
  readonly types: readonly string[]
  readonly rowCount: number
  /** Printed form of a row's values; null for NULL (but JSON's own `null` in the form `json`). */
  text(row: number, form: 'full' | 'short' | 'json'): readonly (string | null)[]
  values(row: number): readonly JsValue[]
}

/** @returns a result as modes see it; it must stay open meanwhile. */
export function viewOf(result: QueryResult): ResultView {
  return {
    names: result.getColumnNamesSync(),
    types: result.getColumnDataTypesSync(),
    rowCount: result.getNumTuples(),
    text: (row, form) => result.getRowText(row, form),
    values: (row) => result.getRowValues(row),
  }
}

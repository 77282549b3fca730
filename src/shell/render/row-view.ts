import type { JsValue } from '../../index.ts'
import type { ResultView } from './result-view.ts'

/** A column of rows that the shell makes itself. */
export interface RowColumn {
  readonly name: string
  readonly type: 'STRING' | 'INT64'
}

/** @returns rows of texts and whole numbers as a result. */
export function rowView(
  columns: readonly RowColumn[],
  rows: readonly (readonly (string | number | null)[])[],
): ResultView {
  return {
    names: columns.map((c) => c.name),
    types: columns.map((c) => c.type),
    rowCount: rows.length,
    text: (row, form) => rows[row]!.map((v) => (form === 'json' ? JSON.stringify(v) : v === null ? null : String(v))),
    values: (row) => rows[row]! as JsValue[],
  }
}

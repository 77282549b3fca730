import type { QueryTiming } from '../index.ts'
import type { Shown } from './render/renderer.ts'

/** What a statement gave, for the line after its result. */
export interface FooterFacts {
  readonly rows: number
  readonly columns: number
  readonly shown: Shown
  /** Null: no times. */
  readonly timing: QueryTiming | null
}

/** @returns the line after a result: rows, columns, how many of them were drawn, and the times. */
export function footerText({ rows, columns, shown, timing }: FooterFacts): string {
  const parts: string[] = []
  if (columns > 0) {
    const drawn = shown.rows < rows && shown.rows > 0 ? `, ${shown.rows} shown` : ''
    const drawnColumns = shown.columns < columns && shown.columns > 0 ? `, ${shown.columns} shown` : ''
    parts.push(`(${count(rows, 'tuple')}${drawn})`, `(${count(columns, 'column')}${drawnColumns})`)
  }
  if (timing !== null) {
    parts.push(`Time: ${duration(timing.compilingMs)} (compiling), ${duration(timing.executingMs)} (executing)`)
  }
  return parts.join(' ')
}

function count(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
}

function duration(ms: number): string {
  return ms < 10_000 ? `${ms.toFixed(2)} ms` : `${(ms / 1000).toFixed(2)} s`
}

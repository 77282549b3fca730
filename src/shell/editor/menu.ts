import stringWidth from 'string-width'
import type { Candidate } from './complete.ts'

/** A piece of a line below the typed text. */
export interface FooterPiece {
  readonly text: string
  readonly style: 'plain' | 'selected' | 'dim' | 'error'
}

/** Lines below the typed text. */
export type Footer = readonly (readonly FooterPiece[])[]

const MOST_LINES = 8
const GAP = 2

/**
 * The candidates of a completion in columns, read downwards, and a line about the selected one.
 * @param selected index of the selected candidate; -1: none.
 */
export function menuLines(candidates: readonly Candidate[], selected: number, columns: number): Footer {
  const labels = candidates.map((c) => shorten(c.label, Math.max(1, columns - GAP)))
  const width = Math.max(...labels.map((l) => stringWidth(l))) + GAP
  const across = Math.max(1, Math.floor(columns / width))
  const lines = Math.min(MOST_LINES, Math.ceil(labels.length / across))
  const page = lines * across
  const first = selected < 0 ? 0 : Math.floor(selected / page) * page
  const rows = Array.from({ length: lines }, (_x, row) =>
    gridRow(labels, selected, { first, row, lines, across, width }),
  )
  const detail = selected < 0 ? '' : candidates[selected]!.detail
  const more =
    labels.length > page ? `${first + 1} to ${Math.min(labels.length, first + page)} of ${labels.length}` : ''
  const about = [more, detail].filter((t) => t !== '').join('  ')
  return about === '' ? rows : [...rows, [{ text: shorten(about, columns - 1), style: 'dim' }]]
}

interface Grid {
  readonly first: number
  readonly row: number
  readonly lines: number
  readonly across: number
  readonly width: number
}

function gridRow(labels: readonly string[], selected: number, grid: Grid): FooterPiece[] {
  const pieces: FooterPiece[] = []
  for (let column = 0; column < grid.across; column++) {
    const index = grid.first + column * grid.lines + grid.row
    const label = labels[index]
    if (label === undefined) break
    pieces.push({ text: label, style: index === selected ? 'selected' : 'plain' })
    pieces.push({ text: ' '.repeat(grid.width - stringWidth(label)), style: 'plain' })
  }
  return pieces.slice(0, -1)
}

function shorten(text: string, width: number): string {
  const clean = text.replace(/\p{Cc}/gu, ' ')
  return stringWidth(clean) <= width ? clean : `${[...clean].slice(0, Math.max(0, width - 1)).join('')}…`
}

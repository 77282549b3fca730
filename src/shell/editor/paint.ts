import type { HighlightStyle } from './highlight.ts'

/** Styles of everything that the editor draws. */
export type Paint = HighlightStyle | 'prompt' | 'selected' | 'dim' | 'off'

/** Parameters of "select graphic rendition"; the sixteen colours that every theme of a terminal has chosen to be readable. */
const CODES: Readonly<Record<Paint, string>> = {
  keyword: '1;34',
  function: '36',
  string: '32',
  number: '33',
  parameter: '35',
  comment: '90',
  command: '1;35',
  error: '31',
  match: '1;4',
  found: '7',
  ghost: '90',
  prompt: '1',
  selected: '7',
  dim: '90',
  off: '0',
}

/** @returns the escape sequence that begins a style; `off` ends all. */
export function paint(style: Paint): string {
  return `\u001b[${CODES[style]}m`
}

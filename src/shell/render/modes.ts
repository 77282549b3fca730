/** Every output mode, in the order that `:help` lists them. */
export const OUTPUT_MODES = [
  'box',
  'table',
  'column',
  'line',
  'list',
  'csv',
  'tsv',
  'json',
  'jsonlines',
  'markdown',
  'html',
  'latex',
  'graph',
  'trash',
] as const

/** How results are written. */
export type OutputMode = (typeof OUTPUT_MODES)[number]

/** @returns whether a word names an output mode. */
export function isOutputMode(word: string): word is OutputMode {
  return (OUTPUT_MODES as readonly string[]).includes(word)
}

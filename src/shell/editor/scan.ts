import { isKeyword } from './keywords.ts'

/** What a piece of text is, for colours, brackets and completion. `name` is a name in back-quotes. */
export type ScanKind = 'word' | 'keyword' | 'name' | 'string' | 'number' | 'parameter' | 'comment' | 'symbol'

/** A piece of a text that is being typed. Half-open range of UTF-16 offsets. */
export interface ScanToken {
  readonly kind: ScanKind
  readonly start: number
  readonly end: number
  /** False for a string, name or comment without its end. */
  readonly closed: boolean
}

const PARTS = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<string>'[^'\\]*(?:\\[\s\S][^'\\]*)*(?:'|\\?$)|"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$))`,
    '(?<name>`[^`]*(?:`|$))',
    String.raw`(?<parameter>\$[\p{ID_Continue}\p{Sc}]*)`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)`,
    String.raw`(?<word>[\p{ID_Start}_][\p{ID_Continue}\p{Sc}]*)`,
    String.raw`(?<symbol>\.\.|[\s\S])`,
  ].join('|'),
  'uy',
)

/**
 * Cuts a text into tokens without white space, whatever is wrong with it: unlike the parser's lexer it also says where comments are and goes on
 * after an open quote. Cost: one pass.
 */
export function scan(text: string): ScanToken[] {
  const tokens: ScanToken[] = []
  for (let at = 0; at < text.length; ) {
    PARTS.lastIndex = at
    const found = PARTS.exec(text)!
    const image = found[0]
    const kind = kindOf(found.groups!, image)
    if (kind !== null) tokens.push({ kind, start: at, end: at + image.length, closed: isClosed(kind, image) })
    at += image.length
  }
  return tokens
}

const KINDS = ['comment', 'string', 'name', 'parameter', 'number', 'symbol'] as const

function kindOf(groups: Readonly<Record<string, string | undefined>>, image: string): ScanKind | null {
  if (groups['space'] !== undefined) return null
  if (groups['word'] !== undefined) return isKeyword(image) ? 'keyword' : 'word'
  return KINDS.find((kind) => groups[kind] !== undefined)!
}

function isClosed(kind: ScanKind, image: string): boolean {
  if (kind === 'comment') return image.startsWith('//') || (image.length >= 4 && image.endsWith('*/'))
  if (kind === 'name') return image.length > 1 && image.endsWith('`')
  if (kind !== 'string') return true
  return image.length > 1 && image.endsWith(image[0]!) && !endsEscaped(image)
}

/** Whether the last character stands behind an odd number of backslashes. */
function endsEscaped(image: string): boolean {
  let backslashes = 0
  while (image[image.length - 2 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

import { type ScanToken, scan } from './scan.ts'
import { bracketPairs } from './statement-state.ts'

/** How a piece of the typed text is drawn. */
export type HighlightStyle =
  | 'keyword'
  | 'function'
  | 'string'
  | 'number'
  | 'parameter'
  | 'comment'
  | 'command'
  | 'error'
  | 'match'
  | 'found'
  /** A continuation that is offered, behind the cursor. */
  | 'ghost'

/** A styled piece; half-open range of UTF-16 offsets. */
export interface HighlightSpan {
  readonly start: number
  readonly end: number
  readonly style: HighlightStyle
}

/** A longer text, such as a pasted script, has no colours: each key would cost more than a person notices. */
const LONGEST = 32 * 1024

const LITERALS: ReadonlySet<string> = new Set(['TRUE', 'FALSE', 'NULL'])

/**
 * Styles of a text that is being typed: a word in front of `(` is a function, open quotes and brackets without a partner are errors, and the bracket
 * at (or just before) the cursor is shown with its partner. A `:` command is one piece. Spans are in order and do not overlap.
 */
export function highlight(text: string, cursor: number): HighlightSpan[] {
  const command = /^\s*:\w*/.exec(text)
  if (command !== null) return [{ start: 0, end: command[0].length, style: 'command' }]
  if (text.length > LONGEST) return []
  const tokens = scan(text)
  const spans = new Map<number, HighlightSpan>()
  for (const [i, token] of tokens.entries()) {
    const style = styleOf(text, tokens, i)
    if (style !== null) spans.set(token.start, { start: token.start, end: token.end, style })
  }
  for (const [at, style] of bracketStyles(text, tokens, cursor)) spans.set(at, { start: at, end: at + 1, style })
  return [...spans.values()].sort((a, b) => a.start - b.start)
}

function styleOf(text: string, tokens: readonly ScanToken[], index: number): HighlightStyle | null {
  const token = tokens[index]!
  if (!token.closed) return token.kind === 'comment' ? 'comment' : 'error'
  const next = tokens[index + 1]
  const image = text.slice(token.start, token.end)
  switch (token.kind) {
    case 'word': {
      const called = next !== undefined && text[next.start] === '(' && next.start === token.end
      return called && !isTableName(text, tokens, index) ? 'function' : null
    }
    case 'keyword':
      if (isName(text, tokens, index)) return null
      return LITERALS.has(image.toUpperCase()) ? 'number' : 'keyword'
    case 'string':
    case 'number':
    case 'parameter':
    case 'comment':
      return token.kind
    default:
      return null
  }
}

/** Keywords behind `.` are properties, behind `(x:` tables. */
function isName(text: string, tokens: readonly ScanToken[], index: number): boolean {
  const before = tokens[index - 1]
  return before !== undefined && (text[before.start] === '.' || text[before.start] === ':') && before.kind === 'symbol'
}

/** `CREATE NODE TABLE Person(` names a table. */
function isTableName(text: string, tokens: readonly ScanToken[], index: number): boolean {
  const before = tokens[index - 1]
  return before !== undefined && /^(table|exists|copy)$/i.test(text.slice(before.start, before.end))
}

function bracketStyles(text: string, tokens: readonly ScanToken[], cursor: number): Map<number, HighlightStyle> {
  const styles = new Map<number, HighlightStyle>()
  const brackets = bracketPairs(text, tokens)
  const ended = statementEnd(text, tokens)
  for (const b of brackets) {
    // a bracket that is still being filled is no mistake yet
    const missing = b.partner === null && (!b.opens || b.at < ended)
    if (missing) styles.set(b.at, 'error')
  }
  const at = brackets.find((b) => b.at === cursor) ?? brackets.find((b) => b.at === cursor - 1)
  if (at !== undefined && at.partner !== null) {
    styles.set(at.at, 'match')
    styles.set(at.partner, 'match')
  }
  return styles
}

/** Offset of the last `;`; -1 without one. */
function statementEnd(text: string, tokens: readonly ScanToken[]): number {
  return tokens.findLast((t) => t.kind === 'symbol' && text[t.start] === ';')?.start ?? -1
}

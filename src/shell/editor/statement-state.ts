import { type ScanToken, scan } from './scan.ts'

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * How far a typed text is: nothing but blanks and comments; still open; or one that Enter may run, because its last token is a `;`
 * outside of quotes, comments and brackets.
 */
export type StatementState = 'empty' | 'open' | 'complete'

/** @returns how far a text is. Closing brackets too many keep nothing open: the parser shall say what is wrong with them. */
export function statementState(text: string): StatementState {
  const tokens = scan(text)
  const last = tokens.findLast((t) => t.kind !== 'comment')
  if (tokens.some((t) => !t.closed)) return 'open'
  if (last === undefined) return 'empty'
  if (text.slice(last.start, last.end) !== ';') return 'open'
  // a blank line after the end is how to run what has an open bracket by mistake
  if (/;[^\S\n]*\n[^\S\n]*\n\s*$/.test(text)) return 'complete'
  return bracketPairs(text, tokens).some((b) => b.partner === null && b.opens) ? 'open' : 'complete'
}

/** A bracket and its partner. */
export interface Bracket {
  readonly at: number
  readonly opens: boolean
  /** Offset of the partner; null if there is none. */
  readonly partner: number | null
}

/** @returns all brackets outside of quotes and comments, in order. A `;` ends the search for partners. */
export function bracketPairs(text: string, tokens: readonly ScanToken[]): Bracket[] {
  const found: { at: number; opens: boolean; partner: number | null }[] = []
  let open: { at: number; opens: boolean; partner: number | null }[] = []
  for (const token of tokens) {
    if (token.kind !== 'symbol') continue
    const image = text[token.start]!
    if (image === ';') open = []
    const opens = image in CLOSER
    if (!opens && image !== ')' && image !== ']' && image !== '}') continue
    const bracket = { at: token.start, opens, partner: null as number | null }
    found.push(bracket)
    if (opens) open.push(bracket)
    else pair(bracket, open, text)
  }
  return found
}

function pair(
  closing: { at: number; partner: number | null },
  open: { at: number; partner: number | null }[],
  text: string,
): void {
  const opening = open.at(-1)
  if (opening === undefined || CLOSER[text[opening.at]!] !== text[closing.at]) return
  open.pop()
  opening.partner = closing.at
  closing.partner = opening.at
}

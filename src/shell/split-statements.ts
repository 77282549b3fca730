import { scan } from './editor/scan.ts'

/** A statement of a text. */
export interface StatementPart {
  /** With its `;`, trimmed. */
  readonly text: string
  /** Offset of its first token. */
  readonly start: number
}

/** Statements of a text, and what is left after the last `;` outside of quotes and comments. */
export interface SplitText {
  readonly statements: readonly StatementPart[]
  /** Offset of what is left. */
  readonly restStart: number
  /** Offset of the first token that is left; null if there are only white space and comments. */
  readonly rest: number | null
}

/** Cuts a text at each `;` that ends a statement. A `;` in quotes or comments ends nothing; statements without a token are left out. */
export function splitStatements(text: string): SplitText {
  const statements: StatementPart[] = []
  let restStart = 0
  let first = -1
  for (const token of scan(text)) {
    if (token.kind === 'comment' && token.closed) continue
    const isEnd = token.kind === 'symbol' && text[token.start] === ';'
    if (!isEnd) {
      if (first < 0) first = token.start
      continue
    }
    if (first >= 0) statements.push({ text: text.slice(first, token.end), start: first })
    restStart = token.end
    first = -1
  }
  return { statements, restStart, rest: first < 0 ? null : first }
}

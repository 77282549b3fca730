import { DatabaseError } from '../errors/database-error.ts'
import type { Span } from '../errors/span.ts'

/** Longest part of a line that is shown; of longer lines (generated queries) only the neighbourhood of the place. */
const EXCERPT = 240

/**
 * Makes the error of a text that is not Cypher.
 *
 * The message has three or four lines: the reason with `(line: n, offset: m)`, where m counts from 0 in its line; that
 * line in double quotes; carets under the place; and a hint, where there is one.
 * @param span the place, of which at most the part in its first line is marked.
 * @param hint a whole sentence.
 * @returns the error; nothing is thrown.
 */
export function syntaxError(source: string, span: Span, reason: string, hint?: string): DatabaseError {
  const offset = span.column - 1
  const lines = [`${reason} (line: ${span.line}, offset: ${offset})`, ...excerpt(source, span)]
  if (hint !== undefined) lines.push(hint)
  return new DatabaseError('SYNTAX', lines.join('\n'), {
    span,
    facts: { line: span.line, column: span.column, reason },
  })
}

function excerpt(source: string, span: Span): [string, string] {
  const lineStart = span.start - span.column + 1
  const newline = source.indexOf('\n', span.start)
  const lineEnd = newline === -1 ? source.length : newline
  const isShort = lineEnd - lineStart <= EXCERPT
  const from = isShort ? lineStart : Math.max(lineStart, span.start - EXCERPT / 2)
  const to = isShort ? lineEnd : Math.min(lineEnd, span.start + EXCERPT / 2)
  const shown = source.slice(from, to).replace(/\r$/, '')
  const prefix = from > lineStart ? '…' : ''
  const suffix = to < lineEnd ? '…' : ''
  // The caret row starts with the same tabs as the line, so that both are shifted alike.
  const padding = (prefix + source.slice(from, span.start)).replace(/[^\t]/g, ' ')
  const carets = '^'.repeat(Math.max(1, Math.min(span.end, to) - span.start))
  return [`"${prefix}${shown}${suffix}"`, ` ${padding}${carets}`]
}

import { DatabaseError } from '../errors/database-error.ts'
import type { Span } from '../errors/span.ts'

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
  const lineStart = source.lastIndexOf('\n', span.start - 1) + 1
  const newline = source.indexOf('\n', span.start)
  const lineEnd = newline === -1 ? source.length : newline
  const line = source.slice(lineStart, lineEnd).replace(/\r$/, '')
  const width = Math.max(1, Math.min(span.end, lineEnd) - span.start)
  const offset = span.start - lineStart
  // The caret row starts with the same tabs as the line, so that both are shifted alike.
  const padding = line.slice(0, offset).replace(/[^\t]/g, ' ')
  const lines = [`${reason} (line: ${span.line}, offset: ${offset})`, `"${line}"`, ` ${padding}${'^'.repeat(width)}`]
  if (hint !== undefined) lines.push(hint)
  return new DatabaseError('SYNTAX', lines.join('\n'), {
    span,
    facts: { line: span.line, column: span.column, reason },
  })
}

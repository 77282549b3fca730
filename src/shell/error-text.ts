import { DatabaseError } from '../index.ts'
import type { Paint } from './paint.ts'
import { printable, shorten, textWidth } from './render/text-width.ts'
import { ShellError } from './shell-error.ts'

/** Where a failed statement came from. */
export interface ErrorPlace {
  /** The text that spans refer to. */
  readonly statement: string
  /** Of a script: its name and the line that the statement begins on, 1-based. */
  readonly script?: { readonly name: string; readonly line: number } | undefined
}

/** Width of the excerpt where the terminal's is not known. */
const EXCERPT_WIDTH = 100

/**
 * @returns an error as the shell shows it: its message, then, where the database knows the place, the line of the statement with carets under
 * the token, then the suggestion. What is no error of the database or of its user is a bug and keeps its stack.
 */
export function errorText(error: unknown, paint: Paint, place: ErrorPlace | null = null, maxWidth = 0): string {
  if (error instanceof ShellError) return `${paint('red', 'Error:')} ${error.message}\n`
  if (!(error instanceof DatabaseError)) {
    return `${paint('red', 'Error:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
  }
  const { message, hint } = messageParts(error)
  const [prefix, rest] = splitPrefix(message)
  const lines = [`${prefix === '' ? '' : `${paint('red', prefix)} `}${rest}`]
  const line = (place?.script?.line ?? 1) - 1 + (error.span?.line ?? 1)
  if (place !== null && error.span !== undefined) {
    const width = maxWidth > 0 ? maxWidth : EXCERPT_WIDTH
    lines.push(...excerpt(place.statement, error.span, { firstLine: line, width, paint }))
  }
  if (hint !== '') lines.push(paint('green', hint))
  if (place?.script !== undefined) lines[0] = `${place.script.name}:${line}: ${lines[0]}`
  return `${lines.join('\n')}\n`
}

/** Parser errors repeat the query and the caret in their message, which the shell draws itself. */
function messageParts(error: DatabaseError): { message: string; hint: string } {
  const reason = error.facts['reason']
  if (error.code === 'SYNTAX' && typeof reason === 'string') {
    const hints = error.message
      .split('\n')
      .slice(1)
      .filter((line) => /^(Did you mean|\S.* is a reserved word)/.test(line))
    return { message: `Parser exception: ${reason}`, hint: hints.at(-1) ?? '' }
  }
  const found = /^([\s\S]*?) (Did you mean [\s\S]*\?)$/.exec(error.message)
  return found === null ? { message: error.message, hint: '' } : { message: found[1]!, hint: found[2]! }
}

function splitPrefix(message: string): [string, string] {
  const found = /^(\w[\w ]* exception:) ([\s\S]*)$/.exec(message)
  return found === null ? ['', message] : [found[1]!, found[2]!]
}

interface Excerpt {
  readonly firstLine: number
  readonly width: number
  readonly paint: Paint
}

/** The line that a span begins on, cut around it if it is long, and carets under the span. */
function excerpt(
  statement: string,
  span: { readonly start: number; readonly end: number },
  { firstLine, width, paint }: Excerpt,
): string[] {
  const lineStart = statement.lastIndexOf('\n', span.start - 1) + 1
  const newline = statement.indexOf('\n', span.start)
  const lineEnd = newline < 0 ? statement.length : newline
  const shown = (text: string) => printable(text.replaceAll('\t', ' ').replace(/\r$/, ''))
  let before = shown(statement.slice(lineStart, Math.min(span.start, lineEnd)))
  const token = shown(statement.slice(span.start, Math.min(Math.max(span.end, span.start), lineEnd)))
  const after = shown(statement.slice(Math.min(Math.max(span.end, span.start), lineEnd), lineEnd))
  const gutter = String(firstLine)
  const room = Math.max(20, width - gutter.length - 3)
  const most = Math.max(0, Math.min(room >> 1, room - textWidth(token)))
  if (textWidth(before) > most && textWidth(before + token + after) > room) before = `…${tail(before, most - 1)}`
  const marked = shorten(token, Math.max(1, room - textWidth(before)))
  const end = shorten(after, room - textWidth(before) - textWidth(marked))
  const bar = paint('blue', `${gutter} |`)
  const carets = paint('red', '^'.repeat(Math.max(1, textWidth(marked))))
  return [
    `${bar} ${before}${paint('bold', marked)}${end}`,
    `${paint('blue', `${' '.repeat(gutter.length)} |`)} ${' '.repeat(textWidth(before))}${carets}`,
  ]
}

/** The end of a text that takes at most `width` columns. */
function tail(text: string, width: number): string {
  const characters = [...text]
  let used = 0
  let from = characters.length
  while (from > 0) {
    const next = textWidth(characters[from - 1]!)
    if (used + next > width) break
    used += next
    from--
  }
  return characters.slice(from).join('')
}

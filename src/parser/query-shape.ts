import type { Span } from '../errors/span.ts'
import type { Clause } from './ast.ts'
import { syntaxError } from './syntax-error.ts'

const UPDATING: ReadonlySet<Clause['kind']> = new Set(['create', 'merge', 'set', 'delete'])

/**
 * Checks the order of the clauses of a single query: RETURN only at the end, WITH between updating and reading clauses,
 * and RETURN or an updating clause last. A lone CALL passes, because it may be a call for effect.
 * @throws {DatabaseError} SYNTAX at the first clause that is out of place, or after the last one.
 */
export function checkQueryShape(source: string, clauses: readonly Clause[]): void {
  let updating = false
  clauses.forEach((clause, i) => {
    if (clause.kind === 'return' && i < clauses.length - 1) {
      throw syntaxError(source, firstWord(clause.span, 6), 'RETURN can only be used at the end of the query')
    }
    if (clause.kind === 'with') updating = false
    else if (UPDATING.has(clause.kind)) updating = true
    else if (updating && clause.kind !== 'return') throw missingWith(source, clause)
  })
  const last = clauses.at(-1)
  if (last === undefined || last.kind === 'return' || UPDATING.has(last.kind)) return
  if (clauses.length === 1 && last.kind === 'call' && last.where === undefined && last.yields.length === 0) return
  throw unfinished(source, last)
}

function missingWith(source: string, clause: Clause): Error {
  const word = source.slice(clause.span.start).match(/^\w+/)?.[0] ?? ''
  const reason = `Invalid input <${word}>: WITH is required between an updating clause and a reading clause`
  return syntaxError(source, firstWord(clause.span, word.length), reason)
}

function unfinished(source: string, last: Clause): Error {
  const before = source.slice(0, last.span.end)
  const column = last.span.end - before.lastIndexOf('\n')
  const span = { start: last.span.end, end: last.span.end, line: before.split('\n').length, column }
  return syntaxError(
    source,
    span,
    'Invalid input <end of query>: expected RETURN or an updating clause at the end of the query',
  )
}

function firstWord(span: Span, length: number): Span {
  return { ...span, end: span.start + length }
}

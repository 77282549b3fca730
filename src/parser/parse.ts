import { DatabaseError } from '../errors/database-error.ts'
import type { Span } from '../errors/span.ts'
import type { Expression, Statement, TypeNode } from './ast.ts'
import { spanOf, textOf } from './grammar/base-grammar.ts'
import { CypherGrammar } from './grammar/statement-grammar.ts'
import { findHint } from './hint.ts'
import { tokenize } from './lexer.ts'
import { Mismatch } from './mismatch.ts'
import type { Rule } from './recognizer.ts'
import { syntaxError } from './syntax-error.ts'
import { END_TYPE, type Token } from './token.ts'
import { LITERAL } from './tokens.ts'

let grammar: CypherGrammar | undefined

/**
 * Parses a text of one or more statements separated by semicolons.
 *
 * Cost: linear in the text, some 10 µs for a short query; more for the first statement of a kind, when the rules it needs are learnt.
 * @returns at least one statement.
 * @throws {DatabaseError} SYNTAX with place, excerpt, what was expected and perhaps the word that was meant; also for a
 *   text without any statement.
 */
export function parse(text: string): Statement[] {
  return run(text, (parser) => parser.statements)
}

/**
 * Parses a text that is one expression, as stored with a DEFAULT or a macro.
 * @throws {DatabaseError} SYNTAX as {@link parse}.
 */
export function parseExpression(text: string): Expression {
  return run(text, (parser) => parser.expression)
}

/**
 * Parses a text that is one type, as in `cast(x, 'INT64[]')`.
 * @throws {DatabaseError} SYNTAX as {@link parse}.
 */
export function parseType(text: string): TypeNode {
  return run(text, (parser) => parser.type)
}

/** Chooses the rule to start with. */
type Start<T> = (parser: CypherGrammar) => Rule<T>

function run<T>(text: string, start: Start<T>): T {
  const tokens = tokenize(text)
  if (tokens.length === 0) throw new DatabaseError('SYNTAX', 'Query is empty.')
  const outcome = attempt(text, tokens, start)
  if ('result' in outcome) return outcome.result
  throw outcome.failure instanceof DatabaseError ? outcome.failure : describe(text, tokens, outcome.failure, start)
}

/** What came of parsing: a tree, or where the text is none, or the error that a grammar action threw. */
type Outcome<T> = { readonly result: T } | { readonly failure: Mismatch | DatabaseError }

function attempt<T>(text: string, tokens: readonly Token[], start: Start<T>): Outcome<T> {
  grammar ??= new CypherGrammar()
  grammar.source = text
  try {
    return { result: grammar.run(start(grammar), tokens) }
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof Mismatch) return { failure: error }
    // Recursive descent: some five hundred parentheses within each other exhaust the stack.
    if (!(error instanceof RangeError)) throw error
    return { failure: new DatabaseError('SYNTAX', 'The query is nested too deeply.', { cause: error }) }
  } finally {
    grammar.source = '' // the parser lives on; a text of many megabytes should not
    grammar.reset()
  }
}

function describe<T>(text: string, tokens: readonly Token[], mismatch: Mismatch, start: Start<T>): DatabaseError {
  const { token } = mismatch
  const span = token.type === END_TYPE ? endOf(text) : spanOf(token)
  if (token.type === LITERAL.invalid) {
    return syntaxError(text, span, textOf(token))
  }
  const actual = token.type === END_TYPE ? 'end of query' : token.image
  const hint = findHint(tokens, tokens.indexOf(token), (changed) => reach(text, changed, start))
  return syntaxError(text, span, `Invalid input <${actual}>: expected ${mismatch.message}`, hint)
}

/** @returns how many tokens are accepted from the start: all of them when the text parses. */
function reach<T>(text: string, tokens: readonly Token[], start: Start<T>): number {
  const outcome = attempt(text, tokens, start)
  if ('result' in outcome) return tokens.length
  const { failure } = outcome
  if (failure instanceof DatabaseError) {
    const position = failure.span?.start ?? 0
    return tokens.filter((token) => token.startOffset < position).length
  }
  const at = tokens.indexOf(failure.token)
  return at === -1 ? tokens.length : at
}

function endOf(text: string): Span {
  const trimmed = text.trimEnd()
  const end = trimmed.length
  return { start: end, end, line: trimmed.split('\n').length, column: end - trimmed.lastIndexOf('\n') }
}

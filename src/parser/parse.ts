import { EOF, type IRecognitionException, type IToken } from 'chevrotain'
import { DatabaseError } from '../errors/database-error.ts'
import type { Span } from '../errors/span.ts'
import type { Expression, Statement, TypeNode } from './ast.ts'
import { type Rule, spanOf, textOf } from './grammar/base-grammar.ts'
import { CypherGrammar } from './grammar/statement-grammar.ts'
import { findHint } from './hint.ts'
import { tokenize } from './lexer.ts'
import { syntaxError } from './syntax-error.ts'
import { LITERAL } from './tokens.ts'

let grammar: CypherGrammar | undefined

/**
 * Parses a text of one or more statements separated by semicolons.
 *
 * Cost: linear in the text, some 10 µs for a short query; the first call builds the grammar.
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

/** What came of parsing: a tree, or what Chevrotain found, or the error that a grammar action threw. */
type Outcome<T> = { readonly result: T } | { readonly failure: IRecognitionException | DatabaseError }

function attempt<T>(text: string, tokens: IToken[], start: Start<T>): Outcome<T> {
  grammar ??= new CypherGrammar()
  grammar.source = text
  grammar.input = tokens
  try {
    const result = start(grammar).call(grammar)
    const [failure] = grammar.errors
    return failure === undefined ? { result } : { failure }
  } catch (error) {
    if (error instanceof DatabaseError) return { failure: error }
    // Recursive descent: some five hundred parentheses within each other exhaust the stack.
    if (!(error instanceof RangeError)) throw error
    return { failure: new DatabaseError('SYNTAX', 'The query is nested too deeply.', { cause: error }) }
  } finally {
    grammar.source = '' // the parser lives on; a text of many megabytes should not
    grammar.input = []
  }
}

function describe<T>(text: string, tokens: IToken[], exception: IRecognitionException, start: Start<T>): DatabaseError {
  const { token } = exception
  const span = token.tokenType === EOF ? endOf(text) : spanOf(token)
  if (token.tokenType === LITERAL.invalid) {
    return syntaxError(text, span, textOf(token))
  }
  const actual = token.tokenType === EOF ? 'end of query' : token.image
  const hint = findHint(tokens, tokens.indexOf(token), (changed) => reach(text, changed, start))
  return syntaxError(text, span, `Invalid input <${actual}>: expected ${exception.message}`, hint)
}

/** @returns how many tokens are accepted from the start: all of them when the text parses. */
function reach<T>(text: string, tokens: IToken[], start: Start<T>): number {
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

import { EOF, type IRecognitionException, type IToken } from 'chevrotain'
import { DatabaseError } from '../errors/database-error.ts'
import type { Span } from '../errors/span.ts'
import type { Statement } from './ast.ts'
import { spanOf, textOf } from './grammar/base-grammar.ts'
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
  const tokens = tokenize(text)
  if (tokens.length === 0) throw new DatabaseError('SYNTAX', 'Query is empty.')
  const outcome = attempt(text, tokens)
  if (outcome instanceof DatabaseError) throw outcome
  if (Array.isArray(outcome)) return outcome
  throw describe(text, tokens, outcome)
}

/** @returns the statements, or what Chevrotain found, or the error that a grammar action threw. */
function attempt(text: string, tokens: IToken[]): Statement[] | IRecognitionException | DatabaseError {
  grammar ??= new CypherGrammar()
  grammar.source = text
  grammar.input = tokens
  try {
    const statements = grammar.statements()
    return grammar.errors[0] ?? statements
  } catch (error) {
    if (error instanceof DatabaseError) return error
    // Recursive descent: some five hundred parentheses within each other exhaust the stack.
    if (error instanceof RangeError)
      return new DatabaseError('SYNTAX', 'The query is nested too deeply.', { cause: error })
    throw error
  }
}

function describe(text: string, tokens: IToken[], exception: IRecognitionException): DatabaseError {
  const { token } = exception
  const span = token.tokenType === EOF ? endOf(text) : spanOf(token)
  if (token.tokenType === LITERAL.invalid) {
    return syntaxError(text, span, textOf(token))
  }
  const actual = token.tokenType === EOF ? 'end of query' : token.image
  const hint = findHint(tokens, tokens.indexOf(token), (changed) => reach(text, changed))
  return syntaxError(text, span, `Invalid input <${actual}>: expected ${exception.message}`, hint)
}

/** @returns how many tokens are accepted from the start: all of them when the text parses. */
function reach(text: string, tokens: IToken[]): number {
  const outcome = attempt(text, tokens)
  if (Array.isArray(outcome)) return tokens.length
  if (outcome instanceof DatabaseError) {
    const start = outcome.span?.start ?? 0
    return tokens.filter((token) => token.startOffset < start).length
  }
  const at = tokens.indexOf(outcome.token)
  return at === -1 ? tokens.length : at
}

function endOf(text: string): Span {
  const trimmed = text.trimEnd()
  const end = trimmed.length
  return { start: end, end, line: trimmed.split('\n').length, column: end - trimmed.lastIndexOf('\n') }
}

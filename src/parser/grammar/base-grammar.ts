import {
  EmbeddedActionsParser,
  EOF,
  type IToken,
  MismatchedTokenException,
  type ParserMethod,
  type TokenType,
} from 'chevrotain'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { Name } from '../ast.ts'
import { expectationMessages } from '../expectation.ts'
import { FirstSetLookahead } from '../first-set-lookahead.ts'
import { syntaxError } from '../syntax-error.ts'
import { SYMBOL, VOCABULARY } from '../tokens.ts'

/** A part of Chevrotain that its typings leave out; the version is pinned. */
const recorder = EmbeddedActionsParser.prototype as unknown as { enableRecording(): void }

/** A grammar rule without arguments that gives a `T`. */
export type Rule<T> = ParserMethod<[], T>

/**
 * What all grammar files share. The grammar is one class, cut by topic into a chain of subclasses:
 * base, expression, pattern, query, definition, statement. Rules look one token ahead; where that is not enough an
 * explicit GATE looks at the next tokens. Actions build the tree directly; those that look into a node (rather than
 * only keep it) stand in ACTION, because Chevrotain runs every rule once with dummies to learn the grammar.
 */
export abstract class BaseGrammar extends EmbeddedActionsParser {
  /** The text that is being parsed; set before each parse. */
  source = ''

  constructor(validate: boolean) {
    super([...VOCABULARY], {
      maxLookahead: 1,
      skipValidations: !validate,
      errorMessageProvider: expectationMessages,
      ...(validate ? {} : { lookaheadStrategy: new FirstSetLookahead() }),
    })
  }

  /**
   * Chevrotain records the grammar by putting a hundred methods on the parser and deleting them afterwards, which leaves it in V8's slow form. Here they lie on an
   * object between the parser and its class while it is recorded.
   */
  protected enableRecording(): void {
    const methods = Object.create(Object.getPrototypeOf(this))
    recorder.enableRecording.call(methods)
    Object.setPrototypeOf(this, methods)
    this.RECORDING_PHASE = true
  }

  protected disableRecording(): void {
    Object.setPrototypeOf(this, Object.getPrototypeOf(Object.getPrototypeOf(this)))
    this.RECORDING_PHASE = false
  }

  /** Like RULE, with the result type taken from the field's annotation. */
  protected rule<T>(name: string, body: () => T): Rule<T> {
    return this.RULE(name, body)
  }

  /** Consumes a token and gives what it stands for. */
  protected word<T extends string>(type: TokenType, meaning: T): T {
    this.CONSUME(type)
    return meaning
  }

  /** @returns the span from the start of `first` to the end of the token consumed last. */
  protected spanFrom(first: IToken): Span {
    return spanBetween(first, this.LA(0))
  }

  /** Whether the next tokens are of these types, in this order. */
  protected ahead(...types: TokenType[]): boolean {
    return types.every((type, i) => this.isNext(i + 1, type))
  }

  /** Whether the token `distance` positions ahead (1: the next) has `type` or is in category `type`. */
  protected isNext(distance: number, type: TokenType): boolean {
    const token = this.LA(distance)
    return token.tokenTypeIdx === type.tokenTypeIdx || type.categoryMatchesMap?.[token.tokenTypeIdx] === true
  }

  /** Whether a single query may end before the next token. */
  protected atQueryEnd(): boolean {
    return [EOF, SYMBOL.semicolon, SYMBOL.rightParen, SYMBOL.rightBrace].some((type) => this.isNext(1, type))
  }

  /** @throws {DatabaseError} SYNTAX with `reason`, always; the caret goes under `span`. */
  protected fail(reason: string, span: Span): never {
    throw syntaxError(this.source, span, reason)
  }

  /**
   * Refuses a token as the grammar itself would.
   * @throws {MismatchedTokenException} always; parse.ts makes the error of it, with a hint where there is one.
   */
  protected unexpected(token: IToken, expected: string): never {
    const exception = new MismatchedTokenException(expected, token, this.LA(0))
    this.errors = [...this.errors, exception]
    throw exception
  }

  /** Refuses a statement as a whole. @throws {DatabaseError} SYNTAX with `reason` alone, always; `span` goes with it. */
  protected refuse(reason: string, span: Span): never {
    throw new DatabaseError('SYNTAX', reason, { span })
  }
}

/** @returns the place of one token. */
export function spanOf(token: IToken): Span {
  return spanBetween(token, token)
}

/** @returns the place from the start of `first` to the end of `last` (an empty one at `first` if `last` lies before it). */
export function spanBetween(first: IToken, last: IToken): Span {
  const start = first.startOffset
  const end = Math.max(start, (last.endOffset ?? start) + 1)
  return { start, end, line: first.startLine ?? 1, column: first.startColumn ?? 1 }
}

/** @returns the place from the start of `first` to the end of `last`. */
export function joinSpans(first: Span, last: Span): Span {
  return { start: first.start, end: last.end, line: first.line, column: first.column }
}

/** @returns the name that an identifier, an unreserved keyword or (as the key of a struct) a string stands for. */
export function nameOf(token: IToken): Name {
  return { text: textOf(token), span: spanOf(token) }
}

/** @returns the value of a name, string or parameter token. */
export function textOf(token: IToken): string {
  const { payload } = token
  return typeof payload === 'string' ? payload : token.image
}

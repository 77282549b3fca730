import { ERROR_CODES, type ErrorCode, type ErrorFacts } from './error-code.ts'
import type { Span } from './span.ts'

/** What an error carries besides its code and text. */
export interface ErrorDetail {
  /** Place in the query text, where there is one. */
  readonly span?: Span | undefined
  /** The facts that the message mentions, as data. */
  readonly facts?: ErrorFacts | undefined
  readonly cause?: unknown
}

/**
 * Every failure that the database reports to its user.
 *
 * `message` is `<Kind> exception: <text>` with the kinds that Kùzu's users know; codes whose prefix is empty
 * (interruption, transaction state) have the bare text. Unexpected internal states carry the code INTERNAL.
 */
export class DatabaseError extends Error {
  readonly code: ErrorCode
  readonly span: Span | undefined
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, text: string, detail: ErrorDetail = {}) {
    const prefix = ERROR_CODES[code]
    super(prefix === '' ? text : `${prefix}: ${text}`, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'DatabaseError'
    this.code = code
    this.span = detail.span
    this.facts = detail.facts ?? {}
  }
}

/** A DatabaseError as plain data, so that it can cross a thread boundary. */
export interface ErrorMessageData {
  readonly code: ErrorCode
  readonly message: string
  readonly span: Span | undefined
  readonly facts: ErrorFacts
  readonly stack: string | undefined
}

/** @returns the plain form of any thrown thing; what is not a DatabaseError becomes INTERNAL with its own text. */
export function errorToData(error: unknown): ErrorMessageData {
  if (error instanceof DatabaseError) {
    return { code: error.code, message: error.message, span: error.span, facts: error.facts, stack: error.stack }
  }
  const known = error instanceof Error ? error : new Error(String(error))
  return {
    code: 'INTERNAL',
    message: `Internal exception: ${known.message}`,
    span: undefined,
    facts: {},
    stack: known.stack,
  }
}

/** Rebuilds an error from {@link errorToData}; the message is taken as it is, without a second prefix. */
export function errorFromData(data: ErrorMessageData): DatabaseError {
  const error = new DatabaseError(data.code, '', { span: data.span, facts: data.facts })
  error.message = data.message
  if (data.stack !== undefined) error.stack = data.stack
  return error
}

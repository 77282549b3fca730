import type { DatabaseError } from '../errors/database-error.ts'
import type { Statement } from '../parser/ast.ts'

/**
 * A statement that was parsed once and can be run often with other parameters. Made by {@link Connection.prepare}; preparing a bad text
 * does not throw: {@link isSuccess} tells, and running it throws the error.
 */
export class PreparedStatement {
  /** @internal */
  readonly text: string
  /** @internal */
  readonly statement: Statement | null
  /** Why the text cannot be run, or null. */
  readonly error: DatabaseError | null

  constructor(text: string, statement: Statement | null, error: DatabaseError | null) {
    this.text = text
    this.statement = statement
    this.error = error
  }

  isSuccess(): boolean {
    return this.error === null
  }

  /** @returns the message of {@link error}, or the empty string. */
  getErrorMessage(): string {
    return this.error?.message ?? ''
  }
}

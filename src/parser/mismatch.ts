import type { Token } from './token.ts'

/** Says that a token cannot stand where it stands; `message` is what was expected. parse.ts makes a DatabaseError of it. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
  /** The token; END when more was expected. */
  readonly token: Token

  constructor(expected: string, token: Token) {
    super(expected)
    this.token = token
  }
}

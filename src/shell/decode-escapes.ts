import { scan } from './editor/scan.ts'

/** An escape that stands for a character, or any other one, which stays. */
const ESCAPE = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|[\s\S])/g

/**
 * @returns a statement in whose string literals `\uXXXX` and `\UXXXXXXXX` have become the characters that they name, which the dialect itself does not do.
 * Numbers that are no character stay as they are.
 */
export function decodeEscapes(statement: string): string {
  if (!/\\u/i.test(statement)) return statement
  let decoded = ''
  let end = 0
  for (const token of scan(statement)) {
    if (token.kind !== 'string') continue
    decoded += statement.slice(end, token.start) + decodeLiteral(statement.slice(token.start, token.end))
    end = token.end
  }
  return decoded + statement.slice(end)
}

function decodeLiteral(literal: string): string {
  return literal.replace(ESCAPE, (written: string, short: string | undefined, long: string | undefined) => {
    const isLong = written[1] === 'U'
    const digits = isLong ? long : short
    if (digits === undefined) return written
    const code = Number.parseInt(digits, 16)
    if (code === 0 || code > 0x10ffff) return written
    const character = isLong ? String.fromCodePoint(code) : String.fromCharCode(code)
    // what would end the literal, or begin another escape, is written so that it does not
    return /['"\\]/.test(character) ? `\\${character}` : character
  })
}

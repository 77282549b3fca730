import { DatabaseError } from '../../errors/database-error.ts'

/** Reads `true`, `false`, `t`, `f`, `1` or `0` in any case, spaces around it allowed. @throws {DatabaseError} CONVERSION for other texts. */
export function parseBool(text: string): boolean {
  switch (text.trim().toLowerCase()) {
    case 'true':
    case 't':
    case '1':
      return true
    case 'false':
    case 'f':
    case '0':
      return false
    default:
      throw new DatabaseError('CONVERSION', `Value ${text} is not a valid boolean`)
  }
}

/**
 * Reads 32 hexadecimal digits in any case, with dashes anywhere between them and in braces or not.
 * @returns the lower-case form with dashes.
 * @throws {DatabaseError} CONVERSION for other texts.
 */
export function parseUuid(text: string): string {
  const trimmed = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text
  const digits = trimmed.replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new DatabaseError('CONVERSION', `Invalid UUID: ${text}`)
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  )
}

import { DatabaseError } from '../errors/database-error.ts'

/** @returns the text of a BLOB: printable ASCII as it is, other bytes as `\xAA`. */
export function formatBlob(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    const plain = byte >= 32 && byte < 127 && byte !== 0x5c && byte !== 0x27 && byte !== 0x22
    text += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}

/**
 * Reads text of ASCII characters and `\xAA` escapes.
 * @throws {DatabaseError} CONVERSION for a broken escape or a character outside ASCII.
 */
export function parseBlob(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  let used = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x5c) {
      const code = text.slice(i, i + 4)
      if (!/^\\x[0-9a-fA-F]{2}$/.test(code)) throw badEscape(code)
      bytes[used++] = Number.parseInt(code.slice(2), 16)
      i += 3
    } else if (unit < 0x80) {
      bytes[used++] = unit
    } else {
      throw new DatabaseError(
        'CONVERSION',
        'Invalid byte encountered in STRING -> BLOB conversion. All non-ascii characters must be escaped with hex codes (e.g. \\xAA)',
      )
    }
  }
  return bytes.slice(0, used)
}

function badEscape(code: string): DatabaseError {
  const text =
    code.length < 4
      ? 'Invalid hex escape code encountered in string -> blob conversion: unterminated escape code at end of string'
      : `Invalid hex escape code encountered in string -> blob conversion: ${code}`
  return new DatabaseError('CONVERSION', text)
}

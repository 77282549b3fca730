const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Places of the 16 bytes in the text of 36 characters. */
const TEXT_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

/**
 * Reads the 36 ASCII characters of a UUID as 16 bytes in the order of the text.
 * @param from where the text starts in `text`; `at` where the bytes go in `target`.
 */
export function parseUuid(text: Uint8Array, from: number, target: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const place = from + TEXT_AT[i]!
    target[at + i] = (hexDigit(text[place]!) << 4) | hexDigit(text[place + 1]!)
  }
}

/** '0'..'9' have low bits 0..9; letters of either case have low bits 1..6 and bit 6 set. */
function hexDigit(char: number): number {
  return (char & 15) + (char >> 6) * 9
}

/** @returns the text, lower-case and dashed, of the 16 bytes at `at`. */
export function printUuid(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += HEX[bytes[at + i]!]!
  }
  return text
}

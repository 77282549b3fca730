import assert from 'node:assert/strict'
import { decodeEscapes } from '../../../src/shell/decode-escapes.ts'

describe('escapes of characters in the shell', () => {
  const cases: readonly (readonly [string, string])[] = [
    [String.raw`RETURN '\u00e9 \U0001F600'`, "RETURN 'é 😀'"],
    [String.raw`RETURN "\ud83d\ude00"`, 'RETURN "😀"'],
    [String.raw`RETURN '\\u0041'`, String.raw`RETURN '\\u0041'`],
    [String.raw`RETURN '\u0027 \u0022 \u005c'`, String.raw`RETURN '\' \" \\'`],
    [String.raw`RETURN '\t\u12'`, String.raw`RETURN '\t\u12'`],
    [String.raw`RETURN '\U00110000 \u0000'`, String.raw`RETURN '\U00110000 \u0000'`],
    [String.raw`// \u0041 '\u0041'`, String.raw`// \u0041 '\u0041'`],
    [String.raw`RETURN '\u0041' + x, '\U00000042'`, "RETURN 'A' + x, 'B'"],
  ]
  for (const [given, decoded] of cases) {
    it(given, () => {
      assert.equal(decodeEscapes(given), decoded)
    })
  }
})

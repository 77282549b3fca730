import { deepEqual, equal } from 'node:assert/strict'
import { tokenize } from '../../../src/parser/lexer.ts'
import { KEYWORD, LITERAL, SYMBOL } from '../../../src/parser/tokens.ts'

const images = (text: string): string[] => tokenize(text).map(({ image }) => image)
const payload = (text: string): unknown => tokenize(text)[0]?.payload
const typeOf = (text: string): unknown => tokenize(text)[0]?.tokenType

describe('lexer', () => {
  it('separates range dots from decimal points', () => {
    deepEqual(images('1..3 1.5 .5 ..5 1e3 1.5E-3 n.x'), [
      '1',
      '..',
      '3',
      '1.5',
      '.5',
      '..',
      '5',
      '1e3',
      '1.5E-3',
      'n',
      '.',
      'x',
    ])
    equal(typeOf('1e3'), LITERAL.float)
    equal(typeOf('.5'), LITERAL.float)
    equal(typeOf('10'), LITERAL.integer)
  })

  it('takes no number with a leading zero', () => {
    deepEqual(images('01'), ['0', '1'])
    deepEqual(images('0x10'), ['0', 'x10'])
  })

  it('finds keywords in any case and keeps the spelling', () => {
    const [token] = tokenize('rEturn')
    equal(token?.tokenType, KEYWORD.RETURN)
    equal(token?.image, 'rEturn')
    equal(typeOf('returned'), LITERAL.identifier)
  })

  it('accepts names of any script, dollar signs inside and back-quotes around', () => {
    for (const name of ['é', '变量', '_x1', 'a$b']) equal(payload(name), name)
    equal(payload('`a b`'), 'a b')
    equal(payload('`a``b`'), 'a`b')
    equal(typeOf('`RETURN`'), LITERAL.identifier)
  })

  it('drops the backslash of an escape, as 0.11.3 does', () => {
    equal(payload(String.raw`'a\'b\"c\\d'`), `a'b"c\\d`)
    equal(payload(String.raw`"\t\N\u0041"`), 'tNu0041')
    equal(payload(`"it's"`), "it's")
    equal(payload("'two\nlines'"), 'two\nlines')
  })

  it('says what is wrong with a string, a name, a comment or a character', () => {
    const reason = (text: string): string => String(tokenize(text).at(-1)?.payload)
    equal(tokenize("'abc").at(-1)?.tokenType, LITERAL.invalid)
    equal(reason("x 'abc"), "Invalid input <'>: the string that starts here is not closed")
    equal(
      reason(String.raw`'a\qb'`),
      String.raw`Invalid input <\q>: unknown escape in a string (a backslash itself is written \\)`,
    )
    equal(reason('`abc'), 'Invalid input <`>: the name that starts here is not closed by a back-quote')
    equal(reason('``'), "'' is not a valid token name. Token names cannot be empty or contain any null-bytes")
    equal(reason('1 /* x'), 'Invalid input </*>: the comment that starts here is not closed')
    equal(reason('a 😀 b'), 'Invalid input <😀>: unexpected character')
    equal(reason('$ x'), 'Invalid input <$>: a parameter needs a name, as in $name or $1')
  })

  it('skips white space and both kinds of comment', () => {
    deepEqual(images('a /* b\n // */ c // d\r\n e\u00a0f'), ['a', 'c', 'e', 'f'])
  })

  it('counts lines and columns from 1, in UTF-16 units', () => {
    const places = tokenize("a\n  '😀\n' b\n/*\n*/ c").map(({ startLine, startColumn, startOffset }) => [
      startLine,
      startColumn,
      startOffset,
    ])
    deepEqual(places, [
      [1, 1, 0],
      [2, 3, 4],
      [3, 3, 10],
      [5, 4, 18],
    ])
  })

  it('keeps typographic dashes and arrow heads apart from operators', () => {
    deepEqual(
      tokenize('– 〈 ⟩ - < >').map(({ tokenType }) => tokenType),
      [SYMBOL.dash, SYMBOL.leftHead, SYMBOL.rightHead, SYMBOL.minus, SYMBOL.less, SYMBOL.greater],
    )
  })

  it('reads a long string in one go', () => {
    const text = "x\\'".repeat(300_000)
    equal(String(payload(`'${text}'`)).length, 600_000)
  })
})

import assert from 'node:assert/strict'
import { quoteName } from '../../../src/catalog/quote-name.ts'
import { parse } from '../../../src/parser/parse.ts'
import { KEYWORDS } from '../../../src/shell/editor/keywords.ts'

describe('quoteName', () => {
  it('quotes what the parser would not take as a name, and nothing else', () => {
    for (const word of [...KEYWORDS, 'Person', '_x1', 'two words', 'ünïcode', '1st', 'a`b', '']) {
      let isName = word !== ''
      try {
        parse(`RETURN 1 AS ${word}`)
      } catch {
        isName = false
      }
      const quoted = quoteName(word)
      if (isName && /^[\w]+$/.test(word)) assert.equal(quoted, word)
      else if (!isName) assert.ok(quoted.startsWith('`'), word)
      if (word !== '') parse(`RETURN 1 AS ${quoted}`)
    }
  })
})

import assert from 'node:assert/strict'
import { highlight } from '../../../../src/shell/editor/highlight.ts'

/** `|` is the cursor; without one it is at the end. @returns style and text of each span. */
function styles(marked: string): string[] {
  const cursor = marked.includes('|') ? marked.indexOf('|') : marked.length
  const text = marked.replace('|', '')
  return highlight(text, cursor).map((s) => `${s.style} ${text.slice(s.start, s.end)}`)
}

describe('highlight', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['return 1', ['keyword return', 'number 1']],
    ['x.match', []],
    ['(a:Order', []],
    ['RETURN \'a\' + "b"', ['keyword RETURN', "string 'a'", 'string "b"']],
    ["RETURN 'a", ['keyword RETURN', "error 'a"]],
    ['RETURN null, true', ['keyword RETURN', 'number null', 'number true']],
    ['RETURN $x', ['keyword RETURN', 'parameter $x']],
    ['size(x', ['function size']],
    ['CREATE NODE TABLE Person(id', ['keyword CREATE', 'keyword NODE', 'keyword TABLE']],
    ['1 // a (', ['number 1', 'comment // a (']],
    ['/* open', ['comment /* open']],
    ['`a b', ['error `a b']],
    ['(a))| ', ['error )']],
    ['(a)|', ['match (', 'match )']],
    ['|(a)', ['match (', 'match )']],
    ['[(a|]', ['error [', 'error (', 'error ]'].slice(2)],
    ['(a; ', ['error (']],
    ['(a', []],
    ["('(')|", ['match (', "string '('", 'match )']],
    [':mode csv', ['command :mode']],
  ]
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(styles(text), expected))
  }

  it('gives spans in order that do not overlap', () => {
    const text = "MATCH (a {x: [1, 'b']}) WHERE f(a.x) = $p RETURN /* c */ a;"
    for (let cursor = 0; cursor <= text.length; cursor++) {
      let last = 0
      for (const span of highlight(text, cursor)) {
        assert.ok(span.start >= last && span.end > span.start)
        last = span.end
      }
    }
  })
})

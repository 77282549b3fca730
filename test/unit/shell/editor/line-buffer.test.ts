import assert from 'node:assert/strict'
import { BUFFER_KEYS } from '../../../../src/shell/editor/key-bindings.ts'
import { LineBuffer } from '../../../../src/shell/editor/line-buffer.ts'

/** `|` is the cursor. */
function buffer(text: string): LineBuffer {
  const b = new LineBuffer()
  b.reset(text.replace('|', ''), text.indexOf('|'))
  return b
}

function shown(b: LineBuffer): string {
  return `${b.text.slice(0, b.cursor)}|${b.text.slice(b.cursor)}`
}

function after(text: string, ...keys: string[]): string {
  const b = buffer(text)
  for (const key of keys) {
    const command = BUFFER_KEYS.get(key)
    if (command === undefined) b.insert(key)
    else command(b)
  }
  return shown(b)
}

const FLAG = '\u{1F1E9}\u{1F1EA}'
const FAMILY = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}'
const E_ACUTE = 'e\u0301'

describe('LineBuffer', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['ab|c', ['ctrl-a', 'x'], 'x|abc'],
    ['a\nb|c\nd', ['ctrl-a'], 'a\n|bc\nd'],
    ['a\nb|c\nd', ['ctrl-e'], 'a\nbc|\nd'],
    ['ab|c', ['ctrl-b'], 'a|bc'],
    ['ab|c', ['ctrl-f'], 'abc|'],
    ['|abc', ['left'], '|abc'],
    [`x${FAMILY}|y`, ['left'], `x|${FAMILY}y`],
    [`x${FAMILY}|y`, ['backspace'], 'x|y'],
    [`x|${FLAG}y`, ['delete'], 'x|y'],
    [`${E_ACUTE}|`, ['backspace'], '|'],
    [`|${E_ACUTE}x`, ['right'], `${E_ACUTE}|x`],
    ['a\n|b', ['backspace'], 'a|b'],
    ['MATCH (a:Person| )', ['alt-b'], 'MATCH (a:|Person )'],
    ['MATCH (a:|Person )', ['ctrl-left', 'ctrl-left'], '|MATCH (a:Person )'],
    ['|MATCH (a:Person )', ['alt-f', 'ctrl-right'], 'MATCH (a| :Person )'.replace(' :', ':').replace('| ', '|')],
    ['größe| x', ['alt-b'], '|größe x'],
    ['MATCH (a:|Person )', ['alt-d'], 'MATCH (a:| )'],
    ['MATCH (a:Person| )', ['alt-backspace'], 'MATCH (a:| )'],
    ['MATCH (a:Person| )', ['ctrl-w'], 'MATCH | )'],
    ['ab|cd\nef', ['ctrl-k'], 'ab|\nef'],
    ['ab|\nef', ['ctrl-k'], 'ab|ef'],
    ['x\nab|cd', ['ctrl-u'], 'x\n|cd'],
    ['one two| three', ['ctrl-w', 'ctrl-e', 'ctrl-y'], 'one  threetwo|'],
    ['one two |three', ['alt-d', 'alt-backspace', 'ctrl-y'], 'one two three|'],
    ['a b|', ['ctrl-w', 'ctrl-a', 'ctrl-k', 'ctrl-y', 'alt-y'], 'b|'],
    ['a b|', ['ctrl-w', 'ctrl-a', 'ctrl-k', 'ctrl-y', 'alt-y', 'alt-y'], 'a |'],
    ['ab|', ['ctrl-t'], 'ba|'],
    ['a|bc', ['ctrl-t'], 'ba|c'],
    [`x${FAMILY}|`, ['ctrl-t'], `${FAMILY}x|`],
    ['|match', ['alt-u'], 'MATCH|'],
    ['|mATCH', ['alt-c'], 'Match|'],
    ['a|', ['b', 'c', ' ', 'd', 'ctrl-_'], 'abc|'],
    ['a|', ['b', 'c', ' ', 'd', 'ctrl-_', 'ctrl-_'], 'a|'],
    ['a|', ['b', 'c', ' ', 'd', 'ctrl-_', 'ctrl-_', 'alt-_'], 'abc|'],
    ['abc|', ['ctrl-u', 'ctrl-_'], 'abc|'],
  ]
  for (const [before, keys, expected] of cases) {
    it(`${JSON.stringify(before)} ${keys.join(' ')}`, () => assert.equal(after(before, ...keys), expected))
  }

  it('keeps the column over a short line', () => {
    const b = buffer('abcdef\nx\nghijk|l')
    assert.ok(b.moveUp())
    assert.equal(shown(b), 'abcdef\nx|\nghijkl')
    assert.ok(b.moveUp())
    assert.equal(shown(b), 'abcde|f\nx\nghijkl')
    assert.ok(!b.moveUp())
    assert.ok(b.moveDown())
    assert.ok(b.moveDown())
    assert.equal(shown(b), 'abcdef\nx\nghijk|l')
    assert.ok(!b.moveDown())
  })

  it('stays between graphemes and finds its way back, whatever is pressed', () => {
    const seed = Number(process.env['NISABA_SEED'] ?? Math.floor(Math.random() * 1e9))
    const next = generator(seed)
    const keys = [...BUFFER_KEYS.keys()].filter((k) => !k.startsWith('alt-_') && k !== 'ctrl-_')
    const typed = ['a', ' ', '\n', 'ß', FLAG, FAMILY, E_ACUTE, '(', '漢']
    const b = new LineBuffer()
    let changes = 0
    for (let i = 0; i < 400; i++) {
      const before = b.text
      const key = next() < 0.6 ? null : keys[Math.floor(next() * keys.length)]!
      if (key === null) b.insert(typed[Math.floor(next() * typed.length)]!)
      else BUFFER_KEYS.get(key)!(b)
      if (b.text !== before) changes++
      const boundaries = new Set(Array.from(new Intl.Segmenter().segment(b.text), (s) => s.index).concat(b.text.length))
      // a typed mark may join what stands before it; then the cursor is behind the whole
      assert.ok(
        boundaries.has(b.cursor) || b.text.slice(0, b.cursor).endsWith('\u200d'),
        `seed ${seed}, step ${i}, ${key}`,
      )
    }
    assert.ok(changes > 100)
    while (b.undo());
    assert.equal(b.text, '', `seed ${seed}`)
  })
})

/** Numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

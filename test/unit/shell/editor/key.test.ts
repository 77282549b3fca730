import assert from 'node:assert/strict'
import { emitKeypressEvents } from 'node:readline'
import { PassThrough } from 'node:stream'
import { type Key, keyOf, type RawKey } from '../../../../src/shell/editor/key.ts'
import { BUFFER_KEYS, EDITOR_KEYS } from '../../../../src/shell/editor/key-bindings.ts'

/** What terminals send, and the key that it is. */
const SEQUENCES: Readonly<Record<string, string>> = {
  '\u0001': 'ctrl-a',
  '\u0003': 'ctrl-c',
  '\u0004': 'ctrl-d',
  '\u0007': 'ctrl-g',
  '\u000b': 'ctrl-k',
  '\u000c': 'ctrl-l',
  '\u0012': 'ctrl-r',
  '\u0013': 'ctrl-s',
  '\u0014': 'ctrl-t',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u0019': 'ctrl-y',
  '\u001a': 'ctrl-z',
  '\u001f': 'ctrl-_',
  '\u001b_': 'alt-_',
  '\t': 'tab',
  '\u001b[Z': 'shift-tab',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b\r': 'alt-enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u001b\u007f': 'alt-backspace',
  '\u001bb': 'alt-b',
  '\u001bf': 'alt-f',
  '\u001bd': 'alt-d',
  '\u001by': 'alt-y',
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001b[C': 'right',
  '\u001b[D': 'left',
  '\u001bOA': 'up',
  '\u001b[1;5D': 'ctrl-left',
  '\u001b[1;5C': 'ctrl-right',
  '\u001b[1;3D': 'alt-left',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u001bOH': 'home',
  '\u001b[1~': 'home',
  '\u001b[4~': 'end',
  '\u001b[3~': 'delete',
  '\u001b[3;5~': 'ctrl-delete',
  '\u001b[5~': 'pageup',
  '\u001b[6~': 'pagedown',
}

function decode(sequence: string): (Key | null)[] {
  const stream = new PassThrough()
  emitKeypressEvents(stream)
  const keys: (Key | null)[] = []
  stream.on('keypress', (text: string | undefined, raw: RawKey) => keys.push(keyOf(text, raw)))
  stream.emit('data', Buffer.from(sequence))
  return keys
}

describe('keyOf', () => {
  for (const [sequence, name] of Object.entries(SEQUENCES)) {
    it(`${JSON.stringify(sequence)} is ${name}, which does something`, () => {
      assert.deepEqual(decode(sequence), [{ kind: 'named', name }])
      assert.ok(BUFFER_KEYS.has(name) || EDITOR_KEYS.has(name))
    })
  }

  it('gives text as it is', () => {
    for (const text of ['a', 'A', '€', '漢', '\u{1F600}', ' ', '~', ';']) {
      assert.deepEqual(decode(text), [{ kind: 'text', text }])
    }
  })

  it('drops sequences that nobody knows', () => {
    assert.deepEqual(
      decode('\u001b[?1;2c').filter((k) => k?.kind === 'text' && k.text.startsWith('\u001b')),
      [],
    )
  })
})

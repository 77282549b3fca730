import assert from 'node:assert/strict'
import { readPickle } from '../../../../src/pyg-compat/datasets/pickle.ts'
import { fails } from '../../../api/support/scratch.ts'

const read = (text: string) => readPickle(Buffer.from(text, 'latin1'), 'f')

describe('pickles', () => {
  it('of protocol 0 are read', () => {
    const dict = "(dp0\nS'a\\n\\x41'\np1\n(lp2\nI1\naI-70000\naL5L\naF1.5\naI01\nasVt\\u00e9xt\np3\ng2\ns."
    const list = [1, -70000, 5, 1.5, true]
    assert.deepEqual(
      read(dict),
      new Map<unknown, unknown>([
        ['a\nA', list],
        ['téxt', list],
      ]),
    )
  })

  it('of protocol 2 are read', () => {
    const text =
      '\x80\x02(K\x01M\x2c\x01J\xff\xff\xff\xff\x8a\x01\x80\x88\x89NU\x02hiX\x02\x00\x00\x00\xc3\xa9G?\xf8\0\0\0\0\0\0t.'
    assert.deepEqual(read(text), [1, 300, -1, -128, true, false, null, Buffer.from('hi'), 'é', 1.5])
    assert.equal(read('\x80\x02\x8a\x09\0\0\0\0\0\0\0\0\x01.'), 1n << 64n)
  })

  it('make objects of names, and call nothing', () => {
    const object = read("cos\nsystem\n(S'rm -rf /'\ntR.")
    assert.deepEqual(object, { type: 'os.system', args: [Buffer.from('rm -rf /')], state: null, items: new Map() })
    const helped = read('ccopy_reg\n_reconstructor\n(cmodule\nclass\nc__builtin__\nobject\nNtR(dI1\nI2\nsb.') as {
      type: string
    }
    assert.equal(helped.type, 'module.class')
    const bytes = read('\x80\x02c_codecs\nencode\nX\x03\x00\x00\x00\xc3\xbfaX\x06\x00\x00\x00latin1\x86R.')
    assert.deepEqual(bytes, Buffer.of(255, 97))
  })

  it('that are damaged are refused', () => {
    for (const text of [
      '',
      '\x80\x02',
      '(',
      'K',
      'T\xff\xff\xff\x7fab',
      'h\x05.',
      '.',
      'I1',
      'a.',
      't.',
      '\x80\x04.',
      '\x95.',
      'Nb.',
      'NK\x01K\x02s.',
    ]) {
      assert.throws(
        () => read(text),
        fails('BAD_FILE', /Error in file f: the pickle cannot be read/),
        JSON.stringify(text),
      )
    }
  })
})

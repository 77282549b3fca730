import assert from 'node:assert/strict'
import { bindFunction, implementation } from '../../../src/functions/bind-function.ts'
import { compilePattern, compileRe2, type Match, type Pattern } from '../../../src/functions/scalar/regex-pattern.ts'
import { simplePattern } from '../../../src/functions/scalar/simple-pattern.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { checkedWork } from '../../../src/util/work.ts'

function call(name: string, ...args: Value[]): Value {
  const types = args.map((v) => parseType(typeof v === 'string' ? 'STRING' : 'INT64'))
  return implementation(bindFunction(name, types))(...args)
}

function compiled(pattern: Pattern | string): Pattern {
  assert.ok(typeof pattern !== 'string', `refused: ${String(pattern)}`)
  return pattern
}

/** Pattern, text, whether it matches somewhere, and the whole, and the text with every match in angle brackets: as Kùzu 0.11.3 has it. */
const OBSERVED: readonly (readonly [string, string, boolean, boolean, string])[] = [
  ['(?i)abc', 'xABC', true, false, 'x<ABC>'],
  ['(?i:a)B', 'AB', true, true, '<AB>'],
  ['(?P<n>a+)b', 'aab', true, true, '<aab>'],
  ['\\pN+', 'a٣1', true, false, 'a<٣1>'],
  ['\\p{Greek}', 'aΩ', true, false, 'a<Ω>'],
  ['\\p{^Greek}', 'aΩ', true, false, '<a>Ω'],
  ['[[:alpha:]]+', 'ab1', true, false, '<ab>1'],
  ['[[:^alpha:]]+', 'ab1', true, false, 'ab<1>'],
  ['\\Aa', 'aa', true, false, '<a>a'],
  ['b\\z', 'bb', true, false, 'b<b>'],
  ['b$', 'b\n', false, false, 'b\n'],
  ['(?m)b$', 'b\n', true, false, '<b>\n'],
  ['a.c', 'a\nc', false, false, 'a\nc'],
  ['(?s)a.c', 'a\nc', true, true, '<a\nc>'],
  ['\\Qa.b\\E+', 'a.bb', true, true, '<a.bb>'],
  ['\\x{41}\\101', 'AA', true, true, '<AA>'],
  ['\\w', 'é', false, false, 'é'],
  ['\\s', '\v', false, false, '\v'],
  ['(?i)s', 'ſ', true, true, '<ſ>'],
  ['(?i)\\w', 'ſ', true, true, '<ſ>'],
  ['(?U)a+', 'aaa', true, true, '<a><a><a>'],
  ['a{,2}', 'a{,2}', true, true, '<a{,2}>'],
  ['x*', 'ab', true, false, '<>a<>b<>'],
  ['a*', 'baaac', true, false, '<>b<aaa>c<>'],
  ['.', 'a👍', true, false, '<a><👍>'],
  ['(|a)*', 'aa', true, true, '<>a<>a<>'],
  ['(a|ab)(c|bcd)(d*)', 'abcd', true, true, '<abcd>'],
]

/** What RE2 refuses: nothing matches, nothing is replaced. */
const REFUSED = [
  ['(a)\\1', 'invalid escape sequence'],
  ['a(?=b)', 'invalid or unsupported Perl syntax'],
  ['(?<=a)b', 'invalid named capture'],
  ['(', 'missing closing )'],
  ['a**', 'invalid nested repetition operator'],
  ['*a', 'missing argument to repetition operator'],
  ['[b-a]', 'invalid character class range'],
  ['a{1001}', 'invalid repeat count'],
  ['(a{1000}){1000}', 'invalid repeat count'],
  ['(?:a{0,100}b?c{0,100}d?e{0,700}){1000}', 'too large'],
  ['a'.repeat(600_000), 'too large'],
] as const

/** Patterns that take a backtracking matcher an exponential or high polynomial number of steps. */
const EVIL = [
  '(a+)+b',
  '(a|a)*b',
  '(a|aa)+$',
  '(?:a?){30}a{30}b',
  '(.*)(.*)(.*)(.*)(.*)b',
  '([a-z]+)*\\d',
  'a*a*a*a*a*b',
]

class Stop extends Error {}

describe('regular expressions', () => {
  for (const [pattern, text, anywhere, whole, replaced] of OBSERVED) {
    it(`${pattern} on ${JSON.stringify(text)}`, () => {
      assert.equal(call('regexp_matches', text, pattern), anywhere)
      assert.equal(call('regexp_full_match', text, pattern), whole)
      assert.equal(call('regexp_replace', text, pattern, '<\\0>', 'g'), replaced)
    })
  }

  for (const [pattern, reason] of REFUSED) {
    it(`refuse ${pattern.slice(0, 40)}`, () => {
      assert.equal(call('regexp_matches', 'ab', pattern), false)
      assert.equal(call('regexp_full_match', 'ab', pattern), false)
      assert.equal(call('regexp_replace', 'ab', pattern, 'x'), 'ab')
      assert.deepEqual(call('regexp_split_to_array', 'ab', pattern), ['ab'])
      assert.deepEqual(call('regexp_split_to_array', '', pattern), [])
      assert.throws(
        () => call('regexp_extract', 'ab', pattern),
        (e: Error) =>
          e.message.startsWith('Runtime exception: Regex match group index is out') && e.message.includes(reason),
      )
    })
  }

  it('extract groups, and refuse those that are not there', () => {
    assert.equal(call('regexp_extract', 'on 2024-05', '(\\d+)-(\\d+)', 2), '05')
    assert.deepEqual(call('regexp_extract_all', 'xa b', '(x)?(a|b)', 1), ['x', ''])
    assert.deepEqual(call('regexp_extract_all', 'k1=v1,k2=v2', '(\\w+)=(\\w+)', 2), ['v1', 'v2'])
    assert.equal(call('regexp_replace', 'John Doe', '(\\w+) (\\w+)', '\\2 \\1'), 'Doe John')
    assert.throws(() => call('regexp_extract', 'ab', '(a)', 2), /Regex match group index is out of range$/)
    assert.throws(() => call('regexp_extract', 'ab', '(a)', -1), /Regex match group index is out of range$/)
  })

  for (const pattern of EVIL) {
    it(`${pattern} takes work in proportion to the text`, () => {
      for (const name of ['regexp_full_match', 'regexp_matches', 'regexp_extract', 'regexp_extract_all']) {
        call(name, `${'a'.repeat(20_000)}!`, pattern)
      }
      call('regexp_replace', `${'a'.repeat(20_000)}!`, pattern, 'x', 'g')
      call('regexp_split_to_array', `${'a'.repeat(20_000)}!`, pattern)
    })
  }

  it('stop within one match of a long text', () => {
    const large = compiled(compilePattern('(?i)(a{0,100}){0,10}b'))
    const small = compiled(compilePattern('(a|aa)*!c'))
    const text = `${'a'.repeat(1_000_000)}!b`
    for (const run of [(): unknown => [...large.matchAll(text, true)], (): unknown => small.testWhole(text)]) {
      let checks = 0
      const check = (): void => {
        if (++checks === 20) throw new Stop()
      }
      assert.throws(() => checkedWork(check, run), Stop)
      assert.equal(checks, 20)
    }
  })

  it('stop between two rows of short texts', () => {
    const check = (): never => {
      throw new Stop()
    }
    assert.throws(
      () =>
        checkedWork(check, () => {
          for (let row = 0; row < 10_000; row++) call('regexp_matches', `text ${row}`, 'e.*x.*\\d$')
        }),
      Stop,
    )
  })
})

describe('simple patterns', () => {
  const isSimple = (pattern: string): readonly [boolean, boolean] => {
    const simple = simplePattern(pattern)
    return [simple !== null && simple.anywhere !== null, simple !== null && simple.whole !== null]
  }

  it('are those that RegExp matches in linear time', () => {
    for (const pattern of [
      'foo',
      '\\d+',
      '^\\s+',
      '\\d{4}-\\d{2}',
      '(?i)abc',
      'https?://\\S+',
      '[\\w.-]+',
      '(a)b?',
      'cat|do?g|',
      '^a|b$',
      '',
    ]) {
      assert.deepEqual(isSimple(pattern), [true, true], pattern)
    }
    // the same start of a text would be read from every place
    for (const pattern of ['\\s+$', '\\d+-\\d+', '[a-z]+@[a-z]+\\.com', 'foo.*b']) {
      assert.equal(isSimple(pattern)[0], false, pattern)
    }
    for (const pattern of ['\\s+$', '\\d+-\\d+', '[a-z]+@[a-z]+\\.com', '\\w+\\s\\w+']) {
      assert.equal(isSimple(pattern)[1], true, pattern)
    }
  })

  it('are those of which a line contains something', () => {
    for (const pattern of ['.*foo.*', '.*foo', 'foo.*', '(?i).*\\.com', '.*?\\d+.*?', '.*']) {
      assert.equal(typeof simplePattern(pattern)?.wholeLine, 'string', pattern)
    }
    for (const pattern of ['.*a.*b.*', '.*\\s+', '.*^a', 'a\\.*', '.*a|b.*']) {
      assert.equal(simplePattern(pattern)?.wholeLine ?? null, null, pattern)
    }
  })

  it('are no others', () => {
    const others = [
      ...EVIL,
      ...REFUSED.map(([p]) => p),
      '(a|b)',
      '(a)+',
      'a*a*b',
      '\\w+\\d+x',
      '(?i)\\w',
      '(?i)é',
      'a$b',
    ]
    for (const pattern of [
      ...others,
      '[[:alpha:]]',
      '\\pL',
      '\\b',
      'a?a?a?a?a?aaaaa',
      'a{2}{3}',
      'a}',
      ']',
      '👍',
      '[a-é]',
    ]) {
      assert.deepEqual(isSimple(pattern), [false, false], pattern)
    }
  })

  it('mean the same to RegExp as to RE2', () => {
    const seed = 20251124
    let state = seed
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % below
    }
    const pick = <T>(of: readonly T[]): T => of[next(of.length)]!
    const atoms = [
      ...'abcK1 .é-',
      '\\.',
      '\\d',
      '\\w',
      '\\s',
      '\\D',
      '\\S',
      '\\W',
      '[a-c]',
      '[^a]',
      '[^é\\d]',
      '[k-s_.]',
      '[\\w.-]',
      '\\n',
      '[,)*]',
    ]
    const quantifiers = ['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}', '{0,3}?', '{2,}']
    const item = (): string => {
      const one = pick(atoms) + pick(quantifiers)
      return next(5) === 0 ? `(${one})` : one
    }
    const branch = (): string =>
      pick(['', '', '', '^', '.*', '.*?']) +
      Array.from({ length: next(5) }, item).join('') +
      pick(['', '', '', '$', '.*'])
    const random = (): string =>
      pick(['', '', '', '(?i)', '(?s)', '(?is)']) + Array.from({ length: pick([1, 1, 1, 2, 3]) }, branch).join('|')
    const characters = [...'aabbccKkſs1 .é-_\n\v,)*', '👍', '\u212a', '\u00a0']
    const show = (m: Match): string => JSON.stringify([m.index, ...Array.from(m, (group) => group ?? null)])
    let bySearch = 0
    let byWhole = 0
    for (let round = 0; round < 6000; round++) {
      const pattern = random()
      const simple = simplePattern(pattern)
      if (simple === null) continue
      if (simple.anywhere !== null) bySearch++
      if (simple.whole !== null || simple.wholeLine !== null) byWhole++
      const [native, re2] = [compiled(compilePattern(pattern)), compiled(compileRe2(pattern))]
      for (let i = 0; i < 6; i++) {
        const text = Array.from({ length: next(9) }, () => pick(characters)).join('')
        const label = `seed ${seed}, round ${round}: ${pattern} on ${JSON.stringify(text)}`
        assert.equal(native.test(text), re2.test(text), label)
        assert.equal(native.testWhole(text), re2.testWhole(text), label)
        assert.deepEqual(
          Array.from(native.matchAll(text, true), show),
          Array.from(re2.matchAll(text, true), show),
          label,
        )
      }
    }
    assert.ok(bySearch > 1000 && byWhole > 1000, `${bySearch} searched and ${byWhole} matched by RegExp`)
  })

  it('are left to RE2 in long texts', () => {
    const pattern = compiled(compilePattern('\\d+x'))
    const text = `${'1'.repeat(50_000)}y2x`
    assert.deepEqual(
      [...pattern.matchAll(text, true)].map((m) => m[0]),
      ['2x'],
    )
    assert.equal(compiled(compilePattern('x\\d+')).testWhole(`x${text}`), false)
  })
})

import assert from 'node:assert/strict'
import { bindFunction, implementation } from '../../../src/functions/bind-function.ts'
import type { Lambda } from '../../../src/functions/bound-function.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { checkedWork } from '../../../src/util/work.ts'

const LENGTH = 200_000
/** Units between two checks in this test, and how many elements may be visited after the one that stops. */
const UNITS = 1000

const numbers = Array.from({ length: LENGTH }, (_, i) => (i * 7919) % 100_003)
const text = 'ab,'.repeat(LENGTH / 10)
const greek = 'αβ,'.repeat(LENGTH / 10)

/** Function, argument types, arguments. */
const CALLS: readonly (readonly [string, string, ...Value[]])[] = [
  ['range', 'INT64,INT64', 1, LENGTH],
  ['list_sort', 'INT64[]', numbers],
  ['list_reverse_sort', 'INT64[]', numbers],
  ['list_distinct', 'INT64[]', numbers],
  ['list_unique', 'INT64[]', numbers],
  ['list_contains', 'INT64[],INT64', numbers, -1],
  ['list_position', 'INT64[],INT64', numbers, -1],
  ['list_has_all', 'INT64[],INT64[]', numbers, numbers],
  ['list_sum', 'INT64[]', numbers],
  ['list_reverse', 'INT64[]', numbers],
  ['list_to_string', 'STRING,INT64[]', ',', numbers],
  ['array_distance', 'DOUBLE[],DOUBLE[]', numbers, numbers],
  ['array_cosine_similarity', 'DOUBLE[],DOUBLE[]', numbers, numbers],
  ['map', 'INT64[],INT64[]', numbers, numbers],
  ['to_json', 'INT64[]', numbers],
  ['string', 'INT64[]', numbers],
  ['hash', 'INT64[]', numbers],
  ['size', 'STRING', greek],
  ['reverse', 'STRING', text],
  ['reverse', 'STRING', greek],
  ['upper', 'STRING', greek],
  ['lpad', 'STRING,INT64,STRING', text, LENGTH, 'x'],
  ['levenshtein', 'STRING,STRING', text.slice(0, 500), text.slice(1, 400)],
  ['string_split', 'STRING,STRING', text, ','],
  ['regexp_extract_all', 'STRING,STRING', text, 'a'],
  ['regexp_replace', 'STRING,STRING,STRING,STRING', text, 'a', 'c', 'g'],
  ['regexp_split_to_array', 'STRING,STRING', text, ','],
  ['json_array_length', 'STRING', JSON.stringify(numbers)],
]

class Stop extends Error {}

function stop(): never {
  throw new Stop()
}

describe('long calls', () => {
  for (const [name, types, ...args] of CALLS) {
    it(`of ${name}(${types}) can be stopped`, () => {
      const fn = bindFunction(
        name,
        types.split(',').map((type) => parseType(type)),
      )
      const call = implementation(fn)
      assert.throws(() => checkedWork(stop, () => call(...args), UNITS), Stop)
    })
  }

  for (const name of ['list_transform', 'list_filter', 'list_reduce', 'all', 'any', 'none', 'single']) {
    it(`of ${name} stop within so many elements`, () => {
      const list = parseType('INT64[]')
      const result = parseType(name === 'list_transform' || name === 'list_reduce' ? 'INT64' : 'BOOL')
      const call = implementation(bindFunction(name, [list, result]))
      let visited = 0
      let isStopped = false
      const lambda: Lambda = () => {
        visited++
        if (visited === 5000) isStopped = true
        return name === 'list_transform' || name === 'list_reduce' ? 1 : true
      }
      const check = (): void => {
        if (isStopped) stop()
      }
      assert.throws(() => checkedWork(check, () => call(numbers, lambda), UNITS), Stop)
      assert.ok(visited <= 5000 + UNITS + 1, `${visited} elements`)
    })
  }

  it('give lists of any length whole and in order', () => {
    const range = implementation(bindFunction('range', [parseType('INT64'), parseType('INT64')]))
    const list = range(1, 150_000) as number[]
    assert.equal(list.length, 150_000)
    assert.ok(list.every((v, i) => v === i + 1))
    const filter = implementation(bindFunction('list_filter', [parseType('INT64[]'), parseType('BOOL')]))
    assert.deepEqual(
      filter(list, (v) => (v as number) % 2 === 0),
      list.filter((v) => v % 2 === 0),
    )
  })

  it('of text count characters across the windows that they are read in', () => {
    const characters = ['a', 'é', '漢', '👍🏽', '👨‍👩‍👧', '🇩🇪', 'e\u0301', '\r\n', '👍']
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
    const size = implementation(bindFunction('size', [parseType('STRING')]))
    const reverse = implementation(bindFunction('reverse', [parseType('STRING')]))
    const seed = 20251123
    let state = seed
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % below
    }
    for (let round = 0; round < 200; round++) {
      const long = Array.from({ length: 200 + next(500) }, () => characters[next(characters.length)]!).join('')
      const expected = Array.from(segmenter.segment(long), (s) => s.segment)
      assert.equal(size(long), expected.length, `seed ${seed}, round ${round}`)
      assert.equal(reverse(long), expected.reverse().join(''), `seed ${seed}, round ${round}`)
    }
    assert.equal(size(`a${'\u0301'.repeat(3000)}b`), 2, 'one that is longer than a window')
  })
})

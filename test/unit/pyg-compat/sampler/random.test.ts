import assert from 'node:assert/strict'
import { hashText, mix32, RandomStream } from '../../../../src/pyg-compat/sampler/random.ts'
import { assertDistribution } from './support/chi-square.ts'

const DRAWS = 100_000

function streamOf(...words: readonly number[]): RandomStream {
  const random = new RandomStream()
  random.scope(words[0] ?? 0)
  for (const word of words.slice(1)) random.absorb(word)
  return random
}

function wordsOf(random: RandomStream, node: number, count = 4): number[] {
  random.start(node)
  return Array.from({ length: count }, () => random.word())
}

describe('RandomStream', function () {
  this.timeout(60_000)

  it('depends on its key alone, in whatever order streams are read', () => {
    const random = streamOf(1, 2, 3)
    const first = [7, 8, 9].map((node) => wordsOf(random, node))
    const again = [9, 7, 8].map((node) => wordsOf(random, node, node))
    assert.deepEqual(again[1]!.slice(0, 4), first[0])
    assert.deepEqual(again[2]!.slice(0, 4), first[1])
    assert.deepEqual(again[0]!.slice(0, 4), first[2])
    const copy = new RandomStream()
    copy.continue(random)
    assert.deepEqual(wordsOf(copy, 7), first[0])
  })

  it('gives other numbers for every other key', () => {
    const keys = [[1], [2], [1, 0], [0, 1], [1, 2], [2, 1], [1, 2, 0], [2 ** 32 + 1], [-1], [1, 2 ** 31]]
    const seen = keys.flatMap((key) =>
      [0, 1, 2 ** 31, 2 ** 32 - 1].map((node) => wordsOf(streamOf(...key), node).join()),
    )
    const random = streamOf(1)
    for (const tree of [0, 1, 2]) {
      random.startInTree(0, tree)
      seen.push([random.word(), random.word()].join())
    }
    assert.equal(new Set(seen).size, seen.length)
  })

  for (const range of [1, 2, 3, 12, 1000, 65_536, 65_537, 2 ** 21, 2 ** 21 + 1, 3_000_000_000, 2 ** 32 - 1]) {
    it(`draws below ${range} without bias`, () => {
      const random = streamOf(5)
      const cells = Math.min(range, 100)
      const counts = new Float64Array(cells)
      const expected = Float64Array.from({ length: cells }, (_, cell) => {
        const first = Math.ceil((cell * range) / cells)
        return ((Math.ceil(((cell + 1) * range) / cells) - first) * DRAWS) / range
      })
      for (let node = 0; node < DRAWS / 10; node++) {
        random.start(node)
        for (let i = 0; i < 10; i++) {
          const value = random.below(range)
          assert.ok(Number.isInteger(value) && value >= 0 && value < range)
          counts[Math.floor((value * cells) / range)]!++
        }
      }
      if (range > 1) assertDistribution(counts, expected, `below ${range}`)
    })
  }

  it('rejects words of the overhang', () => {
    // one in 2^11 to 2^17 words is one too many: whoever rejects them has read more words than there are draws
    for (const [range, draws] of [
      [1_500_000, 100_000],
      [60_000, 1_000_000],
      [2_200_000, 1000],
    ] as const) {
      const random = streamOf(2)
      random.start(1)
      for (let i = 0; i < draws; i++) random.below(range)
      const plain = streamOf(2)
      plain.start(1)
      for (let i = 0; i < draws; i++) plain.word()
      assert.notEqual(random.word(), plain.word(), `below ${range}`)
    }
  })

  it('draws the same of neighbouring nodes as of one', () => {
    // pairs of first draws of nodes n and n + 1, batches b and b + 1: all 16 x 16 alike
    for (const [label, pair] of [
      ['nodes', (k: number) => [streamOf(3, 1), k, streamOf(3, 1), k + 1] as const],
      ['batches', (k: number) => [streamOf(3, k), 9, streamOf(3, k + 1), 9] as const],
    ] as const) {
      const counts = new Float64Array(256)
      for (let k = 0; k < DRAWS; k++) {
        const [a, nodeA, b, nodeB] = pair(k)
        a.start(nodeA)
        b.start(nodeB)
        counts[a.below(16) * 16 + b.below(16)]!++
      }
      assertDistribution(counts, new Float64Array(256).fill(DRAWS / 256), label)
    }
  })

  it('changes half of the bits of a word when a bit of its key changes', () => {
    for (let bit = 0; bit < 32; bit++) {
      let changed = 0
      for (let node = 0; node < 2000; node++) {
        const random = streamOf(11)
        const [a] = wordsOf(random, node, 1)
        const [b] = wordsOf(random, (node ^ (1 << bit)) >>> 0, 1)
        for (let x = (a! ^ b!) >>> 0; x !== 0; x &= x - 1) changed++
      }
      assert.ok(Math.abs(changed / 2000 - 16) < 0.5, `bit ${bit}: ${changed / 2000} of 32`)
    }
  })

  it('gives fractions of the interval that it promises', () => {
    const random = streamOf(1)
    random.start(0)
    let sum = 0
    for (let i = 0; i < DRAWS; i++) {
      const [unit, open, fine] = [random.unit(), random.openUnit(), random.fineUnit()]
      assert.ok(unit >= 0 && unit < 1 && open > 0 && open < 1 && fine >= 0 && fine < 1)
      sum += unit + open + fine
    }
    assert.ok(Math.abs(sum / (3 * DRAWS) - 0.5) < 0.003)
  })

  it('mixes one to one, and tells texts apart', () => {
    const mixed = new Set(Array.from({ length: 65_536 }, (_, i) => mix32(i * 65_537)))
    assert.equal(mixed.size, 65_536)
    assert.notEqual(hashText('a__r__b'), hashText('b__r__a'))
  })
})

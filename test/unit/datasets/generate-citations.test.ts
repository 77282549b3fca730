import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CITATION_FILES, existingCitations, generateCitations } from '../../../datasets/generate-citations.ts'

describe('generated citations', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-citations-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const options = { papers: 5000, features: 16, meanCitations: 10, classes: 4, seed: 7 }
  const body = (file: string): ArrayBuffer => {
    const data = readFileSync(path.join(folder, file))
    assert.equal(data.toString('latin1', 1, 6), 'NUMPY')
    const start = 10 + data.readUInt16LE(8)
    assert.equal(start % 64, 0)
    return data.buffer.slice(data.byteOffset + start, data.byteOffset + data.length) as ArrayBuffer
  }
  const edges = () =>
    readFileSync(path.join(folder, CITATION_FILES.edges), 'latin1')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number) as [number, number])

  it('have the shape that the options ask for', () => {
    const seen = new Set<string>()
    const summary = generateCitations(folder, options, ({ file, done, total }) => {
      seen.add(file)
      assert.ok(done <= total)
    })
    assert.deepEqual(seen, new Set(Object.values(CITATION_FILES)))
    assert.deepEqual(existingCitations(folder, options), summary)
    assert.equal(existingCitations(folder, { ...options, seed: 8 }), undefined)
    assert.ok(Math.abs(summary.citations / 50_000 - 1) < 0.1, `${summary.citations}`)
    assert.equal(edges().length, summary.citations)
    assert.deepEqual(
      Array.from(new BigInt64Array(body(CITATION_FILES.ids)), Number),
      Array.from({ length: 5000 }, (_, i) => i),
    )
    assert.equal(new Float32Array(body(CITATION_FILES.features)).length, 5000 * 16)
    for (const year of new BigInt64Array(body(CITATION_FILES.years))) assert.ok(year >= 1990n && year <= 2020n)
    for (const label of new Float32Array(body(CITATION_FILES.labels))) assert.ok([0, 1, 2, 3].includes(label))
  })

  it('are skewed, mostly backwards in time and mostly inside a class', () => {
    const years = new BigInt64Array(body(CITATION_FILES.years))
    const labels = new Float32Array(body(CITATION_FILES.labels))
    const cited = new Float64Array(5000)
    let backwards = 0
    let same = 0
    const pairs = edges()
    for (const [from, to] of pairs) {
      assert.notEqual(from, to)
      cited[to]!++
      if (years[to]! <= years[from]!) backwards++
      if (labels[to] === labels[from]) same++
    }
    assert.equal(new Set(pairs.map(String)).size, pairs.length, 'nobody cites a paper twice')
    const top = [...cited].sort((a, b) => b - a).slice(0, 500)
    const share = top.reduce((sum, count) => sum + count, 0) / pairs.length
    assert.ok(share > 0.5 && share < 0.7, `share of the top tenth ${share}`)
    assert.ok(backwards / pairs.length > 0.75 && backwards < pairs.length)
    assert.ok(same / pairs.length > 0.7)
  })

  it('are the same for the same seed, and others for another one', () => {
    const read = () => Object.values(CITATION_FILES).map((file) => readFileSync(path.join(folder, file)))
    const before = read()
    generateCitations(folder, options)
    assert.ok(read().every((data, i) => data.equals(before[i]!)))
    generateCitations(folder, { ...options, seed: 8 })
    assert.deepEqual(
      read().map((data, i) => data.equals(before[i]!)),
      [true, false, false, false, false],
    )
  })

  it('refuse options that make no graph', () => {
    for (const wrong of [
      { papers: 0 },
      { papers: 3 },
      { classes: 1000 },
      { meanCitations: -1 },
      { seed: 0.5 },
      { features: 1.5 },
    ]) {
      assert.throws(() => generateCitations(folder, { ...options, ...wrong }), RangeError)
    }
  })
})

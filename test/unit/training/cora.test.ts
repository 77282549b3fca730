import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { loadCora } from '../../../datasets/load-cora.ts'
import { chooseBackend } from '../../../src/training/index.ts'
import { trainOnCora } from '../../support/train-on-cora.ts'

function repository(from: string): string {
  return existsSync(path.join(from, 'datasets', 'cora')) ? from : repository(path.dirname(from))
}

describe('training: Cora', () => {
  const cora = loadCora(path.join(repository(import.meta.dirname), 'datasets', 'cora'))
  before(() => chooseBackend('wasm'))

  it('has the published sizes', () => {
    assert.deepEqual(
      [cora.nodes, cora.edgeIndex.length / 2, cora.train.length, cora.validation.length, cora.test.length],
      [2708, 10_556, 140, 500, 1000],
    )
    assert.equal(cora.x.filter((v) => v > 0).length, 49_216)
  })

  // One seed and few epochs, so a lower bar; bench/cora.mjs trains ten to the end, bench/cora-results.json has what they reach.
  for (const [kind, bar] of [
    ['sage', 0.76],
    ['gcn', 0.78],
  ] as const) {
    it(`${kind} on sampled neighbours reaches ${100 * bar} %`, async () => {
      const { accuracy } = await trainOnCora(cora, kind, 1, 50)
      assert.ok(accuracy >= bar, `${accuracy}`)
    })
  }
})

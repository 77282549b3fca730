import assert from 'node:assert/strict'
import { DenseNodeIndex } from '../../../../src/pyg-compat/sampler/dense-node-index.ts'
import { HashNodeIndex } from '../../../../src/pyg-compat/sampler/hash-node-index.ts'
import type { NodeIndex } from '../../../../src/pyg-compat/sampler/node-index.ts'
import { randomOf } from './support/graph-model.ts'

const NODES = 500

/** Fills an index batch after batch and compares it with a Map. */
function check(index: NodeIndex, trees: number, large: number): void {
  const below = randomOf(99)
  const offset = large > 0 ? 2 ** 32 - 1 - NODES : 0
  for (let batch = 0; batch < 20; batch++) {
    index.clear()
    const known = new Map<string, number>()
    const ownerTrees = Uint32Array.from({ length: trees }, (_, tree) => tree)
    for (let step = 0; step < 5; step++) {
      const count = below(3000)
      const nodes = Uint32Array.from({ length: count }, () => offset + below(NODES))
      const owners = Uint32Array.from({ length: count }, () => below(trees))
      const expected = Array.from(nodes, (node, k) => {
        const key = `${node} ${owners[k]}`
        if (!known.has(key)) known.set(key, known.size)
        return known.get(key)
      })
      index.addAll(nodes, 0, count, owners, ownerTrees)
      assert.deepEqual(Array.from(nodes), expected)
    }
    assert.equal(index.count, known.size)
    for (const [key, local] of known) {
      const [node, tree] = key.split(' ').map(Number) as [number, number]
      assert.equal(index.find(node, tree), local)
      assert.equal(index.ids[local], node)
      assert.equal(index.add(node, tree), false)
    }
    assert.equal(index.find(offset + NODES, 0), -1)
  }
}

describe('NodeIndex', function () {
  this.timeout(60_000)
  it('finds nodes in an array', () => check(new DenseNodeIndex(NODES + 1), 1, 0))
  it('finds nodes in an array much larger than the batch', () => check(new DenseNodeIndex(5_000_000), 1, 0))
  it('finds nodes in a hash table', () => check(new HashNodeIndex(false), 1, 0))
  it('finds the largest ids', () => check(new HashNodeIndex(false), 1, 1))
  it('finds nodes by tree', () => check(new HashNodeIndex(true), 7, 0))
})

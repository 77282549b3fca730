import assert from 'node:assert/strict'
import { PageDirectory } from '../../../src/storage/page-directory.ts'

/** A directory that cannot walk: its descriptor is none. */
const unconnected = (): PageDirectory => new PageDirectory(-1)
const isKnown = (directory: PageDirectory, id: number): boolean => {
  try {
    return directory.find(id)
  } catch (error) {
    assert.match((error as Error).message, /fd/)
    return false
  }
}

describe('directory of pages', () => {
  it('tells what it was told', () => {
    const directory = unconnected()
    for (let id = 1; id < 200_000; id += 3) directory.takePage(id, id * 17, 1 + (id % 65_520))
    for (let id = 1; id < 200_000; id += 3) {
      assert.ok(directory.find(id))
      assert.equal(directory.block, id * 17)
      assert.equal(directory.length, 1 + (id % 65_520))
    }
    assert.equal(directory.walks, 0)
    assert.ok(!isKnown(directory, 2))
    assert.equal(directory.walks, 1)
  })

  it('does not look again for a page that lies in the tree', () => {
    const directory = unconnected()
    directory.takePage(7, 0, 12)
    assert.equal(directory.find(7), false)
    assert.equal(directory.walks, 0)
  })

  it('takes bounded memory, little for few pages, and never mixes pages up', () => {
    const directory = unconnected()
    for (let id = 1; id < 1_000; id++) directory.takePage(id, id, 9)
    assert.ok(directory.bytes < 32_768)
    for (let id = 1; id < 4_000_000; id++) directory.takePage(id, id & 0xffffff, 9)
    assert.ok(directory.bytes < 7 * 2 ** 20, `${directory.bytes}`)
    let known = 0
    for (let id = 1; id < 4_000_000; id += 997) {
      if (!isKnown(directory, id)) continue
      assert.equal(directory.block, id & 0xffffff)
      known++
    }
    assert.ok(known > 1_000)
    const far = 2 ** 52 + 5
    directory.takePage(far, 77, 100)
    assert.ok(directory.find(far))
    assert.equal(directory.block, 77)
    assert.ok(!isKnown(directory, far - 2 ** 33))
  })

  it('knows nothing of the other pages of a line that pushed one out', () => {
    const directory = unconnected()
    directory.takePage(5, 11, 9)
    directory.takePage(64 * 64 + 6, 12, 9) // the same place, as long as there are few lines
    assert.ok(directory.find(64 * 64 + 6))
    assert.ok(!isKnown(directory, 5))
    assert.ok(!isKnown(directory, 64 * 64 + 5))
  })

  it('grows no further than scattered ids need', () => {
    const directory = unconnected()
    for (let i = 0; i < 50; i++) directory.takePage(1 + i * 64 * 65_536, i + 1, 9) // all want the same line
    assert.ok(directory.bytes < 32_768)
  })
})

import assert from 'node:assert/strict'
import { rowMaker } from '../../../src/database/row-maker.ts'

describe('rowMaker', () => {
  it('makes rows with any names', () => {
    const names = ['a', 'b.c', 'with "quotes"', '`x`', '\\', '__proto__', 'constructor', '0', 'ü\n']
    const make = rowMaker(
      names,
      names.map((_name, i) => (row: number) => row * 100 + i),
    )
    const row = make(2)
    assert.deepEqual(Object.keys(row).sort(), [...names].sort())
    for (const [i, name] of names.entries()) assert.equal(Object.getOwnPropertyDescriptor(row, name)?.value, 200 + i)
    assert.equal(Object.getPrototypeOf(row), Object.prototype)
  })

  it('makes empty rows', () => {
    assert.deepEqual(rowMaker([], [])(0), {})
  })

  it('makes one shape for one list of names, with the readers of each result', () => {
    const [a, b] = [rowMaker(['x'], [() => 1]), rowMaker(['x'], [() => 2])]
    assert.deepEqual([a(0), b(0)], [{ x: 1 }, { x: 2 }])
  })
})

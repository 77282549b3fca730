import assert from 'node:assert/strict'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { isValid, type Vector, vectorBuffers, vectorByteSize } from '../../../src/types/vector.ts'
import { vectorBuilder } from '../../../src/types/vector-builder.ts'
import { vectorReader } from '../../../src/types/vector-reader.ts'
import { randomNumbers, randomValue, SAMPLE_TYPES, SEED } from './support/random-values.ts'

/** Typed arrays as plain ones, so that values compare whatever holds their elements. BLOBs stay bytes. */
function plain(v: Value): unknown {
  if (v instanceof Uint8Array) return `bytes ${Buffer.from(v).toString('hex')}`
  if (ArrayBuffer.isView(v)) return Array.from(v as unknown as number[])
  return Array.isArray(v) ? v.map(plain) : v
}

function build(typeText: string, values: readonly Value[]): Vector {
  const builder = vectorBuilder(parseType(typeText), 8)
  for (const v of values) builder.append(v)
  return builder.finish()
}

describe('vectors', () => {
  for (const type of SAMPLE_TYPES) {
    it(`keep ${printType(type)} values and NULLs (seed ${SEED})`, () => {
      const random = randomNumbers(SEED)
      const values = Array.from({ length: 300 }, () => (random() < 0.2 ? null : randomValue(type, random)))
      const builder = vectorBuilder(type, 8)
      for (const v of values) builder.append(v)
      assert.equal(builder.length, values.length)
      const vector = structuredClone(builder.finish())
      const read = vectorReader(vector)
      assert.deepEqual(
        values.map((_, row) => plain(read(row))),
        values.map(plain),
      )
      assert.equal(vector.nullCount, values.filter((v) => v === null).length)
      for (const [row, v] of values.entries()) assert.equal(isValid(vector, row), v !== null)
    })
  }

  it('have no validity bitmap without NULL', () => {
    assert.equal(build('INT64', [1, 2]).validity, null)
  })

  it('follow the layout of Arrow', () => {
    assert.deepEqual(build('BOOL', [true, false, true]).data, Uint8Array.of(0b101))
    assert.deepEqual(build('INT64', [1, -1, 2n ** 60n]).data, BigInt64Array.of(1n, -1n, 2n ** 60n))
    assert.deepEqual(build('UINT64', [2n ** 64n - 1n]).data, BigUint64Array.of(2n ** 64n - 1n))
    assert.deepEqual(build('INT128', [-2]).data, Uint32Array.of(0xfffffffe, 0xffffffff, 0xffffffff, 0xffffffff))
    const text = build('STRING', ['ab', null, 'é'])
    assert.deepEqual(text.offsets, Int32Array.of(0, 2, 2, 4))
    assert.deepEqual(text.bytes, Uint8Array.of(97, 98, 0xc3, 0xa9))
    assert.deepEqual(text.validity, Uint8Array.of(0b11111101))
    const lists = build('INT32[]', [[1, 2], null, [], [3]])
    assert.deepEqual(lists.offsets, Int32Array.of(0, 2, 2, 2, 3))
    assert.deepEqual(lists.children[0]!.data, Int32Array.of(1, 2, 3))
    const arrays = build('FLOAT[2]', [[1, 2], null, Float32Array.of(3, 4)])
    assert.deepEqual(arrays.children[0]!.data, Float32Array.of(1, 2, 0, 0, 3, 4))
    assert.equal(arrays.children[0]!.validity, null)
    const union = build('UNION(a INT32, b STRING)', [
      [1, 'x'],
      [0, 5],
      [1, 'y'],
    ])
    assert.deepEqual(union.data, Int8Array.of(1, 0, 1))
    assert.deepEqual(union.offsets, Int32Array.of(0, 0, 1))
  })

  it('read lists of numbers without copying', () => {
    const vector = build('DOUBLE[]', [[1, 2], [3]])
    const row = vectorReader(vector)(1) as Float64Array
    assert.equal(row.buffer, vector.children[0]!.data!.buffer)
    assert.deepEqual(Array.from(row), [3])
  })

  it('take numbers and rows of numbers without tests', () => {
    const ints = vectorBuilder(parseType('INT64'))
    ints.appendNumber(-5)
    ints.appendNumber(2 ** 40)
    assert.deepEqual(ints.finish().data, BigInt64Array.of(-5n, 2n ** 40n))
    const arrays = vectorBuilder(parseType('FLOAT[2]'), 1)
    arrays.append(Float32Array.of(1, 2))
    arrays.roomForRows(20).set([3, 4, 5, 6], 2)
    arrays.appendWritten(1)
    const vector = arrays.finish()
    assert.equal(vector.length, 2)
    assert.deepEqual(vector.children[0]!.data, Float32Array.of(1, 2, 3, 4))
    assert.throws(() => vectorBuilder(parseType('STRING')).appendNumber(1), { code: 'INTERNAL' })
    assert.throws(() => vectorBuilder(parseType('STRING')).roomForRows(1), { code: 'INTERNAL' })
  })

  it('account for their bytes and give their buffers away', () => {
    const builder = vectorBuilder(parseType('STRING'), 8)
    const before = builder.byteSize
    for (let i = 0; i < 1000; i++) builder.append(`value ${i}`)
    assert.ok(builder.byteSize >= before + 9000)
    const vector = builder.finish()
    assert.equal(vectorByteSize(vector), 4 * 1001 + vector.offsets![1000]!)
    const buffers = [...vectorBuffers(vector)]
    assert.equal(buffers.length, 2)
    const moved = structuredClone(vector, { transfer: buffers })
    assert.equal(vectorReader(moved)(999), 'value 999')
    assert.equal(vector.offsets!.length, 0)
  })

  it('hold bare NULLs in a column of type ANY', () => {
    const builder = vectorBuilder({ id: 'ANY' })
    builder.append(null)
    assert.throws(() => builder.append(1), { code: 'INTERNAL' })
    assert.equal(vectorReader(builder.finish())(0), null)
  })
})

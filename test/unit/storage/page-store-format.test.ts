import assert from 'node:assert/strict'
import {
  countPages,
  decodeRanges,
  decodeRoot,
  encodeRanges,
  encodeRoot,
  joinRanges,
  listKey,
  listKeyId,
  listKeyRange,
  makeChecksumKey,
  PAGE_KEY_BYTES,
  recordKey,
  recordKeyRange,
  recordName,
  seal,
  unseal,
  writePageKey,
} from '../../../src/storage/store-format.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('format of the page store', () => {
  it('orders page keys as their ids, past 2^32 too', () => {
    const keys = [1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((id) => {
      const key = new Uint8Array(PAGE_KEY_BYTES)
      writePageKey(key, id)
      return hex(key)
    })
    assert.deepEqual([...keys].sort(), keys)
    assert.equal(keys[5], '030000000100000000')
    assert.equal(keys[7], '03001fffffffffffff')
    const key = new Uint8Array(PAGE_KEY_BYTES)
    writePageKey(key, 258)
    makeChecksumKey(key)
    assert.equal(hex(key), '040000000000000102')
  })

  it('keeps numbers in list keys', () => {
    assert.equal(listKeyId(listKey('freed:', 2 ** 40 + 3)), 2 ** 40 + 3)
    const { start, end } = listKeyRange('bulk:')
    assert.ok(hex(start) <= hex(listKey('bulk:', 1)))
    assert.ok(hex(listKey('bulk:', Number.MAX_SAFE_INTEGER)) < hex(end))
    assert.ok(hex(listKey('freed:', 0)) > hex(end))
  })

  it('finds records by prefix', () => {
    assert.equal(recordName(recordKey('täble/1')), 'täble/1')
    const { start, end } = recordKeyRange('a')
    assert.deepEqual([hex(start), hex(end)], ['0261', '0262'])
    assert.equal(hex(recordKeyRange('').end), '03')
    assert.throws(() => recordKey(''), { code: 'INVALID_ARGUMENT' })
    assert.throws(() => recordKey('x'.repeat(1901)), { code: 'LIMIT' })
  })

  it('notices damage in what is sealed, wherever it lies in memory', () => {
    const sealed = seal(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
    const moved = Buffer.concat([Buffer.alloc(3), sealed]).subarray(3)
    assert.deepEqual(unseal(moved, 'It'), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
    sealed[6]! ^= 1
    assert.throws(() => unseal(sealed, 'The record "x"'), {
      code: 'CORRUPT_PAGE',
      message: 'Storage exception: The record "x" is damaged: its checksum does not match.',
    })
    assert.throws(() => unseal(new Uint8Array(2), 'It'), { code: 'CORRUPT_PAGE' })
  })

  it('keeps roots and ranges', () => {
    const root = { commit: 7, nextPageId: 2 ** 45, txn: 12 }
    assert.deepEqual(decodeRoot(encodeRoot(root)), root)
    const ranges = [
      { first: 10, count: 5 },
      { first: 2 ** 40, count: 1 },
    ]
    assert.deepEqual(decodeRanges(encodeRanges(ranges, [99]), 1), ranges)
    assert.deepEqual(
      joinRanges([{ first: 15, count: 2 }, ...ranges, { first: 1, count: 0 }, { first: 11, count: 1 }]),
      [
        { first: 10, count: 7 },
        { first: 2 ** 40, count: 1 },
      ],
    )
    assert.equal(countPages(ranges), 6)
  })
})

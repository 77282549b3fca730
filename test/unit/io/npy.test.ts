import assert from 'node:assert/strict'
import { npyColumnReader } from '../../../src/io/npy-column-reader.ts'
import { halfToNumber } from '../../../src/io/npy-convert.ts'
import { openNpy } from '../../../src/io/npy-file.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import { assertFails, columnsOf, openFiles, readFiles, rowsOf, temporaryFolder } from './support.ts'

function npy(type: string, shape: string, data: ArrayBufferView, { fortran = false, version = 1 } = {}): Buffer {
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }\n`
  const head = version === 1 ? Buffer.alloc(10) : Buffer.alloc(12)
  head.write('\x93NUMPY', 'latin1')
  head[6] = version
  if (version === 1) head.writeUInt16LE(text.length, 8)
  else head.writeUInt32LE(text.length, 8)
  return Buffer.concat([head, Buffer.from(text, 'latin1'), Buffer.from(data.buffer, data.byteOffset, data.byteLength)])
}

const int64 = (...values: number[]) => BigInt64Array.from(values.map(BigInt))

describe('npy files', () => {
  const folder = temporaryFolder()
  const int64File = (name: string, ...values: number[]) =>
    folder.write(name, npy('<i8', `(${values.length},)`, int64(...values)))

  it('reads the header of versions 1, 2 and 3', () => {
    for (const version of [1, 2, 3]) {
      const path = folder.write(`v${version}.npy`, npy('<f4', '(2, 3)', Float32Array.of(1, 2, 3, 4, 5, 6), { version }))
      const file = openNpy(path)
      assert.deepEqual([file.rows, file.rowElements, file.elementType, file.header.version], [2, 3, '<f4', version])
      file.close()
      assert.deepEqual(readFiles(path), [[[1, 2, 3]], [[4, 5, 6]]])
    }
  })

  it('finds the column type of each element type and shape', () => {
    const type = (elements: string, shape: string, data: ArrayBufferView) => {
      const scan = openFiles(folder.write('type.npy', npy(elements, shape, data)))
      scan.close()
      return printType(scan.columns[0]!.type)
    }
    assert.equal(type('<i8', '(1,)', int64(1)), 'INT64')
    assert.equal(type('<f8', '(1,)', new Float64Array(1)), 'DOUBLE')
    assert.equal(type('<f2', '(1,)', new Uint16Array(1)), 'FLOAT')
    assert.equal(type('|b1', '(1,)', new Uint8Array(1)), 'BOOL')
    assert.equal(type('|u1', '(1,)', new Uint8Array(1)), 'UINT8')
    assert.equal(type('<f4', '(1, 2, 3)', new Float32Array(6)), 'FLOAT[6]')
    assert.equal(type('<i2', '(1L, 1L)', new Int16Array(1)), 'INT16[1]')
  })

  it('copies rows into memory that threads share, from any row on', () => {
    const path = folder.write('m.npy', npy('<f4', '(4, 2)', Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)))
    const file = openNpy(path)
    const shared = new Float32Array(new SharedArrayBuffer(32))
    const reader = npyColumnReader(file, parseType('FLOAT[2]'))
    assert.ok(reader.exact)
    reader.read(1, 2, new Uint8Array(shared.buffer, 8, 16))
    assert.deepEqual([...shared], [0, 0, 2, 3, 4, 5, 0, 0])
    file.close()
  })

  it('converts elements to the type of the column', () => {
    const read = (elements: string, data: ArrayBufferView, count: number, type: string) =>
      readFiles(folder.write('c.npy', npy(elements, `(${count},)`, data)), { columns: columnsOf(`c ${type}`) }).flat()
    assert.deepEqual(read('<i4', Int32Array.of(-5, 7), 2, 'INT64'), [-5, 7])
    assert.deepEqual(read('<u4', Uint32Array.of(4294967295), 1, 'INT64'), [4294967295])
    assert.deepEqual(read('<f8', Float64Array.of(0.1), 1, 'FLOAT'), [Math.fround(0.1)])
    assert.deepEqual(read('<i8', int64(3, -4), 2, 'FLOAT'), [3, -4])
    assert.deepEqual(read('<i8', int64(3, -4), 2, 'INT8'), [3, -4])
    assert.deepEqual(read('<i8', int64(3), 1, 'UINT64'), [3])
    assert.deepEqual(read('<i8', int64(3), 1, 'SERIAL'), [3])
    assert.deepEqual(read('<f2', Uint16Array.of(0x3c00, 0xc100, 0x7c00), 3, 'DOUBLE'), [
      1,
      -2.5,
      Number.POSITIVE_INFINITY,
    ])
    assert.deepEqual(read('|b1', Uint8Array.of(1, 0, 1), 3, 'BOOL'), [true, false, true])
  })

  it('converts big-endian elements', () => {
    const data = Buffer.alloc(8)
    data.writeInt32BE(-2, 0)
    data.writeInt32BE(70000, 4)
    const path = folder.write('be.npy', npy('>i4', '(2,)', data))
    assert.deepEqual(readFiles(path).flat(), [-2, 70000])
    assert.deepEqual(readFiles(path, { columns: columnsOf('c INT64') }).flat(), [-2, 70000])
  })

  it('converts into memory that is not aligned to the element size', () => {
    const file = openNpy(folder.write('u.npy', npy('<i4', '(3,)', Int32Array.of(1, -1, 2))))
    const target = new Uint8Array(30)
    npyColumnReader(file, parseType('INT64')).read(0, 3, target.subarray(3))
    assert.equal(Buffer.from(target.buffer).readBigInt64LE(3 + 8), -1n)
    file.close()
  })

  it('knows every half-precision number', () => {
    assert.deepEqual([0, 1, 0x03ff, 0x0400, 0x7bff, 0x8001].map(halfToNumber), [
      0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      65504,
      -(2 ** -24),
    ])
    assert.ok(Number.isNaN(halfToNumber(0x7e00)))
  })

  it('reads several files side by side, only the wanted ones, in batches', () => {
    const paths = [int64File('a.npy', 1, 2, 3), int64File('b.npy', 4, 5, 6)]
    assert.deepEqual(readFiles(paths, { batchRows: 2 }), [
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    const scan = openFiles(paths, { wanted: [false, true] })
    assert.equal(scan.bytesTotal, 24)
    const batch = scan.next(2)!
    assert.deepEqual(batch.placeOf(1), { file: paths[0], line: 2 })
    assert.equal(scan.bytesRead, 16)
    scan.close()
    assert.deepEqual(readFiles(paths, { wanted: [false, true] }).flat(), [4, 5, 6])
  })

  it('takes a matrix of one column for a scalar property', () => {
    const path = folder.write('n1.npy', npy('<f4', '(2, 1)', Float32Array.of(1, 2)))
    assert.deepEqual(readFiles(path, { columns: columnsOf('c FLOAT') }).flat(), [1, 2])
  })

  describe('bad files', () => {
    const bad = (name: string, data: Uint8Array | string, type: string, ...texts: string[]) => {
      const path = folder.write(name, data)
      const message = texts[0] ?? ''
      assertFails(
        () => readFiles(path, { columns: columnsOf(`c ${type}`) }),
        'BAD_FILE',
        'Copy exception: ',
        path,
        message,
      )
    }

    it('a missing file', () => {
      assertFails(() => openFiles(folder.place('no.npy')), 'IO', 'Cannot open file', 'no.npy', 'No such file')
    })
    it('an empty one', () => bad('e.npy', '', 'INT64', 'the file is empty'))
    it('one without rows', () => bad('z.npy', npy('<i8', '(0,)', int64()), 'INT64', '0 rows'))
    it('a wrong magic', () => bad('x.npy', 'id,name\n1,x\n', 'INT64', 'not an NPY file'))
    it('an unknown version', () =>
      bad('v9.npy', npy('<i8', '(1,)', int64(1), { version: 9 }), 'INT64', 'unsupported NPY file version 9'))
    it('a header that is cut off', () =>
      bad('h.npy', npy('<i8', '(1,)', int64(1)).subarray(0, 40), 'INT64', 'header is cut off'))
    it('a header that is no header', () => bad('h2.npy', npy('<i8', '?', int64(1)), 'INT64', 'cannot be understood'))
    it('Fortran order', () =>
      bad('f.npy', npy('<f4', '(1, 2)', new Float32Array(2), { fortran: true }), 'FLOAT[2]', 'Fortran-order'))
    it('a shape without rows', () => bad('s0.npy', npy('<i8', '()', int64(1)), 'INT64', 'shape ()'))
    it('a truncated body', () =>
      bad('t.npy', npy('<i8', '(3,)', int64(1, 2)), 'INT64', 'truncated: expected 24 bytes, found 16'))
    it('a shape that does not match', () => {
      const data = npy('<f4', '(1, 64)', new Float32Array(64))
      bad('s.npy', data, 'FLOAT[128]', 'shape (1, 64) does not match the column type FLOAT[128]')
      bad('s.npy', data, 'FLOAT', 'expected 1 value per row, found 64')
    })
    it('elements of another kind', () => {
      bad(
        'f8.npy',
        npy('<f8', '(1,)', new Float64Array(1)),
        'INT64',
        '<f8 cannot be converted to the column type INT64',
      )
      bad('i8.npy', npy('<i8', '(1,)', int64(1)), 'STRING', 'cannot be converted to the column type STRING')
      bad('b1.npy', npy('|b1', '(1,)', new Uint8Array(1)), 'INT64', 'cannot be converted')
      bad('U.npy', npy('<U3', '(1,)', new Uint8Array(12)), 'STRING', 'unsupported element type <U3')
      bad('O.npy', npy('|O', '(1,)', new Uint8Array(8)), 'STRING', 'unsupported element type |O')
    })
    it('a number that does not fit', () => {
      bad('r.npy', npy('<i8', '(3,)', int64(1, 300, 2)), 'INT8', 'value 300 of row 1 does not fit the column type INT8')
      bad('n.npy', npy('<i4', '(1,)', Int32Array.of(-1)), 'UINT64', 'value -1 of row 0')
      bad('o.npy', npy('<f8', '(1,)', Float64Array.of(1e300)), 'FLOAT', 'value 1e+300 of row 0')
      bad('b2.npy', npy('|b1', '(1,)', Uint8Array.of(2)), 'BOOL', 'value 2 of row 0')
    })
    it('files of different lengths', () => {
      const paths = [int64File('l3.npy', 1, 2, 3), int64File('l2.npy', 1, 2)]
      assertFails(() => openFiles(paths), 'BAD_FILE', paths[0]!, paths[1]!, '2 here, 3 in')
    })
    it('another number of files than columns', () => {
      const path = int64File('one.npy', 1)
      const columns = columnsOf('a INT64', 'b INT64')
      assertFails(() => openFiles(path, { columns }), 'BINDER', 'Expected 2 but got 1')
    })
    it('options that have no meaning', () => {
      const path = int64File('opt.npy', 1)
      assertFails(() => openFiles(path, { options: { header: true } }), 'UNKNOWN_OPTION', 'other than IGNORE_ERRORS')
      assert.deepEqual(rowsOf(openFiles(path, { options: { ignore_errors: true } })), [[1]])
    })
    it('a file that becomes shorter while it is read', () => {
      const path = int64File('short.npy', 1, 2, 3)
      const scan = openFiles(path)
      folder.write('short.npy', '')
      assertFails(() => scan.next(10), 'BAD_FILE', path, 'ends at byte')
      scan.close()
    })
  })
})

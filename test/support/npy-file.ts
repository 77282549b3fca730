/** How a .npy file is made; everything may be unusual, so that readers can be tested. */
export interface NpyOptions {
  /** Type of the elements as the header spells it: `<f4`, `<i8`, `>f8` … */
  readonly descr: string
  readonly shape: readonly number[]
  readonly fortran: boolean
  /** Major version of the format. */
  readonly version: number
  /** Bytes that are missing at the end. */
  readonly truncate: number
}

/** @returns the options of a `npy` line: `descr=<f4 shape=2,3 fortran version=2 truncate=8`. */
export function npyOptions(words: readonly string[]): NpyOptions {
  const value = (name: string) => words.find((w) => w.startsWith(`${name}=`))?.slice(name.length + 1)
  return {
    descr: value('descr') ?? '<i8',
    shape: (value('shape') ?? '')
      .split(',')
      .filter((x) => x !== '')
      .map(Number),
    fortran: words.includes('fortran'),
    version: Number(value('version') ?? 1),
    truncate: Number(value('truncate') ?? 0),
  }
}

/** @returns the bytes of a .npy file with these values in the order of the file. */
export function npyBytes(
  { descr, shape, fortran, version, truncate }: NpyOptions,
  values: readonly number[],
): Uint8Array {
  const dimensions = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${dimensions}, }`
  const fixed = version === 1 ? 10 : 12
  const padded = Math.ceil((fixed + text.length + 1) / 64) * 64 - fixed
  const header = `${text.padEnd(padded - 1)}\n`
  const start = Buffer.alloc(fixed)
  start.write('\x93NUMPY', 'latin1')
  start[6] = version
  if (version === 1) start.writeUInt16LE(header.length, 8)
  else start.writeUInt32LE(header.length, 8)
  const whole = Buffer.concat([start, Buffer.from(header), Buffer.concat(values.map((v) => element(descr, v)))])
  return whole.subarray(0, whole.length - truncate)
}

function element(descr: string, value: number): Buffer {
  const bytes = Buffer.alloc(Number(descr.slice(2)))
  switch (descr.slice(1)) {
    case 'f4':
      bytes.writeFloatLE(value)
      break
    case 'f8':
      bytes.writeDoubleLE(value)
      break
    case 'i8':
      bytes.writeBigInt64LE(BigInt(value))
      break
    case 'i4':
      bytes.writeInt32LE(value)
      break
    case 'i2':
      bytes.writeInt16LE(value)
      break
    default:
      bytes[0] = value
  }
  if (descr.startsWith('>')) bytes.reverse()
  return bytes
}

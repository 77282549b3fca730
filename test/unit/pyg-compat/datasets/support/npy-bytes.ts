/** @returns an .npy file in memory. */
export function npyBytes(elementType: string, shape: readonly number[], data: ArrayBufferView): Uint8Array {
  const text = `{'descr': '${elementType}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const padded = text.padEnd(Math.ceil((11 + text.length) / 64) * 64 - 11)
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${padded}\n`, 'latin1')
  head.writeUInt16LE(head.length - 10, 8)
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)])
}

/** @returns the nearest 16-bit float of a small number that has one exactly. */
export function half(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(value)))
  const fraction = Math.abs(value) / 2 ** exponent - 1
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.round(fraction * 1024)
}

import { NpyWriter } from '../src/io/npy-writer.ts'

/**
 * Writes an .npy file, version 1.0.
 * @param elementType numpy's name, e.g. `<f4`; the bytes must be of that type, on a little-endian machine.
 * @param pieces gives the rows in order, in pieces of any size; each may be reused once the next one is asked for.
 * @returns the length of the file in bytes.
 */
export function writeNpy(
  path: string,
  elementType: string,
  shape: readonly number[],
  pieces: Iterable<ArrayBufferView>,
): number {
  const writer = new NpyWriter(path, elementType, shape)
  for (const piece of pieces) writer.write(piece)
  return writer.close()
}

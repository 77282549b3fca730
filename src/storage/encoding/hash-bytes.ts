/** @returns a well mixed 32-bit hash of bytes [from, to). Cost: about 1 ns a byte. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = (to - from) ^ 0x9e3779b9
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

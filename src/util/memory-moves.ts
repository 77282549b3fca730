/** 4-byte words of a cache line. */
const LINE_WORDS = 16

/**
 * Loads a word of each cache line of `words[from..from + count)`; eight at a time, so that nothing has to be guessed about where a row ends.
 * @returns something of what was loaded: the caller must keep it, or the compiler leaves the loads out.
 */
export function touchLines(words: Int32Array, from: number, count: number): number {
  const end = from + count
  let at = from
  let sum = 0
  for (; at + 7 * LINE_WORDS < end; at += 8 * LINE_WORDS) {
    sum ^=
      words[at]! ^
      words[at + LINE_WORDS]! ^
      words[at + 2 * LINE_WORDS]! ^
      words[at + 3 * LINE_WORDS]! ^
      words[at + 4 * LINE_WORDS]! ^
      words[at + 5 * LINE_WORDS]! ^
      words[at + 6 * LINE_WORDS]! ^
      words[at + 7 * LINE_WORDS]!
  }
  for (; at < end; at += LINE_WORDS) sum ^= words[at]!
  return sum
}

/** Copies doubles, eight at a time. Bits stay what they are, those of NaNs too. */
export function moveDoubles(source: Float64Array, from: number, target: Float64Array, to: number, count: number): void {
  const end = from + count
  for (; from + 7 < end; from += 8, to += 8) {
    target[to] = source[from]!
    target[to + 1] = source[from + 1]!
    target[to + 2] = source[from + 2]!
    target[to + 3] = source[from + 3]!
    target[to + 4] = source[from + 4]!
    target[to + 5] = source[from + 5]!
    target[to + 6] = source[from + 6]!
    target[to + 7] = source[from + 7]!
  }
  for (; from < end; from++, to++) target[to] = source[from]!
}

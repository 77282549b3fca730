const GOLDEN = 0x9e3779b9 | 0

/** 2^-32. */
const UNIT = 2.3283064365386963e-10

/** Ranges up to here take the high word of a product in 32-bit arithmetic; up to 2^21 products of a word are exact as doubles. */
const SMALL_RANGE = 0x10000
const EXACT_RANGE = 0x200000

/** @returns a bijective mix of 32 bits, signed. Source: "lowbias32", hash prospector (C. Wellons). */
export function mix32(x: number): number {
  x ^= x >>> 16
  x = Math.imul(x, 0x21f0aaad)
  x ^= x >>> 15
  x = Math.imul(x, 0x735a2d97)
  return x ^ (x >>> 15)
}

/** @returns 32 bits of a text, signed: FNV-1a over UTF-16 units, mixed. For keys made from names. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix32(hash)
}

/**
 * Random numbers that are a function of their key and of nothing else: of a seed, of words such as epoch, batch, hop and edge type, of a node, and of the
 * number of the draw. Whoever asks, in whichever order and thread, gets the same.
 *
 * A scope is the key without the node; {@link RandomStream.start} moves to a node's stream, whose words are a keyed mix of a counter.
 * Nothing is allocated after construction. Cost: some 3 ns a start and 2 ns a word.
 * Source of the idea: counter-based generators (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011); the mix is "triple32"
 * (C. Wellons) with the second half of the key added between its rounds.
 */
export class RandomStream {
  #scope0 = 0
  #scope1 = 0
  #key0 = 0
  #key1 = 0
  #draw = 0

  /** Begins a scope. @param seed any integer that is exact as a number. */
  scope(seed: number): void {
    this.#scope0 = GOLDEN
    this.#scope1 = 0
    this.absorb(seed)
    this.absorb(Math.floor(seed / 0x1_0000_0000))
  }

  /** Takes the lower 32 bits of `word` into the scope. Words in another order give another scope. */
  absorb(word: number): void {
    this.#scope0 = mix32((this.#scope0 + GOLDEN) ^ mix32(word))
    this.#scope1 = mix32(Math.imul(this.#scope1, 0x2c1b3c6d) + (word | 0) + this.#scope0)
  }

  /** Takes over the scope of another stream. */
  continue(other: RandomStream): void {
    this.#scope0 = other.#scope0
    this.#scope1 = other.#scope1
  }

  /** Moves to the start of a node's stream in this scope. */
  start(node: number): void {
    this.#key0 = mix32(this.#scope0 ^ node)
    this.#key1 = mix32(this.#scope1 + Math.imul(node, GOLDEN))
    this.#draw = 0
  }

  /** Moves to the start of the stream of a node in one of several trees. */
  startInTree(node: number, tree: number): void {
    this.start(node)
    this.#key0 = mix32(this.#key0 + Math.imul(tree + 1, GOLDEN))
    this.#key1 = mix32(this.#key1 ^ this.#key0)
  }

  /** @returns the next 32 bits, signed. */
  word(): number {
    let x = (this.#key0 + Math.imul(this.#draw++, GOLDEN)) | 0
    x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb)
    x = ((x ^ (x >>> 11)) + this.#key1) | 0
    x = Math.imul(x, 0xac4c1b51)
    x = Math.imul(x ^ (x >>> 15), 0x31848bab)
    return x ^ (x >>> 14)
  }

  /**
   * @param range 1 .. 2^32 - 1. @returns an integer of [0, range), each with exactly the same probability.
   * Source: Lemire, "Fast random integer generation in an interval" (2019): the high word of word * range, unless the low word falls into the overhang.
   */
  below(range: number): number {
    if (range > SMALL_RANGE) return this.#belowLarge(range)
    for (;;) {
      const x = this.word()
      const low = Math.imul(x, range) >>> 0
      if (low >= range || low >= (0x1_0000_0000 - range) % range) {
        return (Math.imul(x >>> 16, range) + (Math.imul(x & 0xffff, range) >>> 16)) >>> 16
      }
    }
  }

  /** @returns a number of [0, 1): a multiple of 2^-32. */
  unit(): number {
    return (this.word() >>> 0) * UNIT
  }

  /** @returns a number of [0, 1): a multiple of 2^-53. Takes two words. */
  fineUnit(): number {
    const high = this.word() >>> 5
    return (high * 0x400_0000 + (this.word() >>> 6)) / 0x20_0000_0000_0000
  }

  /** @returns a number of (0, 1), so that its logarithm is finite: an odd multiple of 2^-33. */
  openUnit(): number {
    return ((this.word() >>> 0) + 0.5) * UNIT
  }

  #belowLarge(range: number): number {
    if (range > EXACT_RANGE) {
      const mask = 0xffff_ffff >>> Math.clz32(range - 1)
      for (;;) {
        const x = (this.word() & mask) >>> 0
        if (x < range) return x
      }
    }
    for (;;) {
      const x = this.word() >>> 0
      const low = Math.imul(x, range) >>> 0
      if (low >= range || low >= (0x1_0000_0000 - range) % range) return (x * range - low) * UNIT
    }
  }
}

import type { Run } from '../run.ts'

/** An estimate is trusted up to this many groups. */
const EXPECTED_LIMIT = 1 << 18

/**
 * Hash table from rows of k numbers to dense group numbers 0, 1, …: open addressing over typed arrays. NaN equals NaN and 0 equals -0, as
 * grouping wants it. The keys of group g are `keys[c][g]`. Cost per probe: a few ns while the table fits the cache.
 */
export class NumberTable {
  /** Groups so far. */
  length = 0
  readonly keys: Float64Array[]
  /** Called with the new capacity in groups before a group beyond the old one is handed out. */
  onGrow: (capacity: number) => void = () => undefined
  /** Argument registers of {@link findAll}. */
  readonly probe: Float64Array
  readonly #run: Run
  #slots: Int32Array
  #mask: number
  #capacity: number

  /** @param expected groups to make room for at once; more are found room for later. */
  constructor(run: Run, width: number, expected = 0) {
    this.#run = run
    this.#capacity = 512
    while (this.#capacity < expected && this.#capacity < EXPECTED_LIMIT) this.#capacity *= 2
    run.reserve(this.#capacity * 8 * (width + 1))
    this.keys = Array.from({ length: width }, () => new Float64Array(this.#capacity))
    this.probe = new Float64Array(width)
    this.#slots = new Int32Array(this.#capacity * 2).fill(-1)
    this.#mask = this.#slots.length - 1
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Forgets the groups, keeps the memory. */
  clear(): void {
    this.length = 0
    this.#slots.fill(-1)
  }

  /** @returns the group of a row of one number, a new one if it was not there. */
  find(x: number): number {
    const slots = this.#slots
    const keys = this.keys[0]!
    let slot = hashNumber(x) & this.#mask
    for (let g = slots[slot]!; g >= 0; g = slots[slot]!) {
      const k = keys[g]!
      if (k === x || (Number.isNaN(k) && Number.isNaN(x))) return g
      slot = (slot + 1) & this.#mask
    }
    this.probe[0] = x
    return this.#insert(slot)
  }

  /** @returns the group of a row of one number, or -1. */
  look(x: number): number {
    const slots = this.#slots
    const keys = this.keys[0]!
    let slot = hashNumber(x) & this.#mask
    for (let g = slots[slot]!; g >= 0; g = slots[slot]!) {
      const k = keys[g]!
      if (k === x || (Number.isNaN(k) && Number.isNaN(x))) return g
      slot = (slot + 1) & this.#mask
    }
    return -1
  }

  /** @returns the group of the row in {@link probe}, a new one if it was not there. */
  findAll(): number {
    const slot = this.#seek()
    const g = this.#slots[slot]!
    return g >= 0 ? g : this.#insert(slot)
  }

  /** @returns the group of the row in {@link probe}, or -1. */
  lookAll(): number {
    return this.#slots[this.#seek()]!
  }

  #seek(): number {
    const slots = this.#slots
    let slot = this.#hashProbe() & this.#mask
    for (let g = slots[slot]!; g >= 0; g = slots[slot]!) {
      if (this.#matches(g)) return slot
      slot = (slot + 1) & this.#mask
    }
    return slot
  }

  #matches(g: number): boolean {
    const { probe, keys } = this
    for (let c = 0; c < probe.length; c++) {
      const k = keys[c]![g]!
      const x = probe[c]!
      if (k !== x && !(Number.isNaN(k) && Number.isNaN(x))) return false
    }
    return true
  }

  #hashProbe(): number {
    let h = 0
    for (let c = 0; c < this.probe.length; c++) h = Math.imul(h, 0x9e3779b1) ^ hashNumber(this.probe[c]!)
    return h
  }

  #insert(slot: number): number {
    if (this.length === this.#capacity) {
      this.#grow()
      slot = this.#seek()
    }
    const g = this.length++
    for (let c = 0; c < this.probe.length; c++) this.keys[c]![g] = this.probe[c]!
    this.#slots[slot] = g
    return g
  }

  #grow(): void {
    const old = this.#capacity
    this.#run.reserve(old * 8 * (this.keys.length + 1))
    this.#capacity = old * 2
    this.keys.forEach((column, c) => {
      const larger = new Float64Array(this.#capacity)
      larger.set(column)
      this.keys[c] = larger
    })
    this.#slots = new Int32Array(this.#capacity * 2).fill(-1)
    this.#mask = this.#slots.length - 1
    const saved = this.probe.slice()
    for (let g = 0; g < this.length; g++) {
      for (let c = 0; c < saved.length; c++) this.probe[c] = this.keys[c]![g]!
      this.#slots[this.#seek()] = g
    }
    this.probe.set(saved)
    this.onGrow(this.#capacity)
  }
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

/** Spreads a number over 32 bits; 0 and -0 alike, every NaN alike. */
function hashNumber(x: number): number {
  let h: number
  if (x === (x | 0)) {
    h = x | 0
  } else {
    float[0] = Number.isNaN(x) ? Number.NaN : x
    h = words[0]! ^ Math.imul(words[1]!, 0x85ebca6b)
  }
  h = Math.imul(h ^ (h >>> 16), 0x9e3779b1)
  return h ^ (h >>> 15)
}

import type { LogicalType } from '../../../../src/types/logical-type.ts'
import type { Value } from '../../../../src/types/value.ts'

/** Seeded generator (mulberry32). */
export class Random {
  #state: number
  readonly seed: number

  constructor(seed: number) {
    this.seed = seed
    this.#state = seed
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** Whole number in [low, high]. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!
  }
}

/** A seed from the environment (to repeat a failure) or from the clock; print it in the test's title. */
export function testSeed(): number {
  return Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
}

const LETTERS = ['a', 'b', 'z', 'ß', 'é', '中', '😀', '\uffee', '0', ' ']

function randomText(random: Random, maxLength: number): string {
  let text = ''
  for (let k = random.int(0, maxLength); k > 0; k--) text += random.pick(LETTERS)
  return text
}

const WIDTH: Record<string, [bigint, bigint]> = {
  INT8: [-128n, 127n],
  INT16: [-32768n, 32767n],
  INT32: [-(2n ** 31n), 2n ** 31n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  INT128: [-(2n ** 127n), 2n ** 127n - 1n],
  UINT8: [0n, 255n],
  UINT16: [0n, 65535n],
  UINT32: [0n, 2n ** 32n - 1n],
  UINT64: [0n, 2n ** 64n - 1n],
  SERIAL: [0n, 2n ** 63n - 1n],
  DATE: [-1000000n, 1000000n],
  DECIMAL: [-(10n ** 18n), 10n ** 18n],
}

/** @returns a whole number as storage holds it, often small, sometimes at the ends of the type. */
function randomInt(random: Random, id: string): number | bigint {
  const [low, high] = WIDTH[id] ?? WIDTH['INT64']!
  const kind = random.int(0, 9)
  let v: bigint
  if (kind === 0) v = low
  else if (kind === 1) v = high
  else if (kind < 7) v = BigInt(random.int(-100, 100))
  else v = (BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(0, 2 ** 20))) % high
  if (v < low) v = low
  if (v > high) v = high
  return v >= -9007199254740991n && v <= 9007199254740991n ? Number(v) : v
}

/** @returns a random value of any type, or null with the given chance (nested values too). */
export function randomValue(random: Random, type: LogicalType, nullChance = 0.1): Value {
  if (random.next() < nullChance) return null
  const inner = (t: LogicalType): Value => randomValue(random, t, nullChance)
  switch (type.id) {
    case 'ANY':
      return null
    case 'BOOL':
      return random.next() < 0.5
    case 'FLOAT':
      return Math.fround(
        random.pick([random.next(), -0, 1e30, Number.NaN, random.int(-5, 5), Number.POSITIVE_INFINITY]),
      )
    case 'DOUBLE':
      return random.pick([random.next(), -0, 1e300, Number.NaN, random.int(-5, 5), Number.NEGATIVE_INFINITY])
    case 'STRING':
      return random.next() < 0.02 ? randomText(random, 3000) : randomText(random, 12)
    case 'JSON':
      return JSON.stringify({ a: random.int(0, 3) })
    case 'UUID': {
      const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('')
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    }
    case 'BLOB':
      return Uint8Array.from({ length: random.int(0, 20) }, () => random.int(0, 255))
    case 'INTERVAL':
      return { months: random.int(-99, 99), days: random.int(-99, 99), micros: randomInt(random, 'INT64') }
    case 'INTERNAL_ID':
      return { table: random.int(0, 9), offset: random.int(0, 2 ** 32 - 2) }
    case 'LIST':
      return Array.from({ length: random.int(0, 5) }, () => inner(type.child))
    case 'ARRAY':
      return Array.from({ length: type.length }, () => inner(type.child))
    case 'MAP':
      return Array.from({ length: random.int(0, 4) }, () => [randomValue(random, type.key, 0), inner(type.value)])
    case 'UNION': {
      const tag = random.int(0, type.fields.length - 1)
      return [tag, inner(type.fields[tag]!.type)]
    }
    case 'STRUCT':
    case 'NODE':
    case 'REL':
      return type.fields.map((field) => inner(field.type))
    case 'RECURSIVE_REL':
      return [[inner(type.node)], [inner(type.rel)]]
    default:
      return randomInt(random, type.id)
  }
}

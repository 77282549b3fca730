import { INT_RANGES, isIntType, normaliseInt, toBigInt } from '../../../../src/types/int.ts'
import type { LogicalType } from '../../../../src/types/logical-type.ts'
import { parseType } from '../../../../src/types/parse-type.ts'
import type { Value } from '../../../../src/types/value.ts'

/** Repeatable random numbers in [0, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Seed of this run: NISABA_SEED, or a fixed one. */
export const SEED = Number(process.env['NISABA_SEED'] ?? 20251123)

/** Types with every physical layout. */
export const SAMPLE_TYPES: readonly LogicalType[] = [
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'INT128',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'SERIAL',
  'FLOAT',
  'DOUBLE',
  'DECIMAL(10, 2)',
  'DECIMAL(38, 5)',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'INTERVAL',
  'STRING',
  'BLOB',
  'UUID',
  'INTERNAL_ID',
  'INT64[]',
  'STRING[][]',
  'FLOAT[3]',
  'STRING[2]',
  'STRUCT(a INT64, b STRING)',
  'MAP(STRING, INT64[])',
  'UNION(a INT64, b STRING)',
].map((text) => parseType(text))

const ALPHABET = ['a', 'b', 'Z', ' ', 'é', 'ß', '漢', '\uffff', '\u{1f600}', '\u{10000}', ',', "'", '0']

/** A random value of a type; NULL in nested places now and then, never at the top. */
export function randomValue(type: LogicalType, random: () => number): Value {
  const pick = (n: number): number => Math.floor(random() * n)
  if (isIntType(type.id)) return randomInt(INT_RANGES[type.id].min, INT_RANGES[type.id].max, random)
  const inner = (t: LogicalType): Value => (random() < 0.15 ? null : randomValue(t, random))
  switch (type.id) {
    case 'BOOL':
      return random() < 0.5
    case 'FLOAT':
      return Math.fround(randomFloat(random))
    case 'DOUBLE':
      return randomFloat(random)
    case 'DECIMAL': {
      const limit = 10n ** BigInt(type.precision) - 1n
      return randomInt(-limit, limit, random)
    }
    case 'DATE':
      return pick(80000) - 40000
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
      return randomInt(-(2n ** 60n), 2n ** 60n, random)
    case 'INTERVAL':
      return { months: pick(9) - 4, days: pick(99) - 40, micros: randomInt(-(2n ** 40n), 2n ** 40n, random) }
    case 'STRING':
      return Array.from({ length: pick(30) }, () => ALPHABET[pick(ALPHABET.length)]).join('')
    case 'BLOB':
      return Uint8Array.from({ length: pick(9) }, () => pick(256))
    case 'UUID':
      return `0000000${pick(10)}-0000-4000-8000-00000000000${pick(10)}`
    case 'INTERNAL_ID':
      return { table: pick(3), offset: random() < 0.1 ? 4294967294 : pick(5) }
    case 'LIST':
      return Array.from({ length: pick(4) }, () => inner(type.child))
    case 'ARRAY':
      return Array.from({ length: type.length }, () => inner(type.child))
    case 'STRUCT':
      return type.fields.map((f) => inner(f.type))
    case 'MAP':
      return Array.from({ length: pick(3) }, () => [randomValue(type.key, random), inner(type.value)])
    case 'UNION': {
      const index = pick(type.fields.length)
      return [index, inner(type.fields[index]!.type)]
    }
    default:
      throw new Error(`no random values of ${type.id}`)
  }
}

function randomFloat(random: () => number): number {
  const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300]
  return random() < 0.3 ? special[Math.floor(random() * special.length)]! : (random() - 0.5) * 1000
}

function randomInt(min: number | bigint, max: number | bigint, random: () => number): number | bigint {
  if (random() < 0.3) return normaliseInt(toBigInt(random() < 0.5 ? min : max))
  if (random() < 0.5) return max >= 100 && min <= -100 ? Math.floor(random() * 200) - 100 : Math.floor(random() * 100)
  const span = toBigInt(max) - toBigInt(min)
  return normaliseInt(toBigInt(min) + (span * BigInt(Math.floor(random() * 2 ** 32))) / 2n ** 32n)
}

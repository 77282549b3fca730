import { keyString } from '../../types/hash.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { boxedValue } from './code.ts'
import type { Emitter } from './emitter.ts'
import type { SlotVariables, ValueVariables } from './slot-variables.ts'

/** What a NULL integer, text or other interned value is coded as: no integer, so that it meets none. */
const NULL_CODE = '-0.5'

/**
 * Emits the numbers that stand for a slot's value in a hash table of numbers: equal numbers exactly when grouping sees the values as one.
 * Nodes and rels give table and offset, numbers themselves, other values a number from an intern table.
 */
export function emitKeyCodes(v: SlotVariables, emitter: Emitter): string[] {
  if (v.kind === 'node') return v.table === null ? [v.offset] : [v.offset, v.table]
  if (v.kind === 'rel') return v.pair === null ? [v.id!] : [v.id!, v.pair]
  return valueCodes(v, emitter)
}

function valueCodes(v: ValueVariables, emitter: Emitter): string[] {
  const { code } = v
  const { type } = v.slot
  const isFloat = type.id === 'DOUBLE' || type.id === 'FLOAT'
  switch (code.rep) {
    case 'number':
      if (code.nul === null) return [code.value]
      if (isFloat) return [`(${code.nul} ? 0 : ${code.value})`, `(${code.nul} ? 1 : 0)`]
      return [`(${code.nul} ? ${NULL_CODE} : ${code.value})`]
    case 'boolean': {
      const bit = `(${code.value} ? 1 : 0)`
      return [code.nul === null ? bit : `(${code.nul} ? ${NULL_CODE} : ${bit})`]
    }
    case 'int': {
      const interned = emitter.use(emitter.object(() => new InternTable(null)))
      const number = `typeof ${code.value} === 'number' ? ${code.value}`
      return [
        `(${code.nul === null ? '' : `${code.nul} ? ${NULL_CODE} : `}${number} : ${interned}.code(${code.value}))`,
      ]
    }
    default: {
      const keyType = code.rep === 'string' ? null : type
      const interned = emitter.use(emitter.object(() => new InternTable(keyType)))
      return [`${interned}.code(${boxedValue(code)})`]
    }
  }
}

/**
 * Numbers for values that are no numbers: 0.5, 1.5, 2.5 … in order of arrival, which no integer equals. Lives as long as the run.
 */
export class InternTable {
  readonly #codes = new Map<Value, number>()
  readonly #type: LogicalType | null

  /** @param type of values that have to be turned into key texts first; null for text and bigints. */
  constructor(type: LogicalType | null) {
    this.#type = type
  }

  code(v: Value): number {
    if (v === null) return -0.5
    const key = this.#type === null ? v : keyString(this.#type, v)
    const known = this.#codes.get(key)
    if (known !== undefined) return known
    const code = this.#codes.size + 0.5
    this.#codes.set(key, code)
    return code
  }

  /** @returns the code of a value, or NaN (which finds nothing) if it has none. */
  look(v: Value): number {
    if (v === null) return -0.5
    return this.#codes.get(this.#type === null ? v : keyString(this.#type, v)) ?? Number.NaN
  }
}

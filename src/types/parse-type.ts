import { DatabaseError } from '../errors/database-error.ts'
import { type Field, type LogicalType, listOf, SCALAR_TYPES, type ScalarTypeId, scalar } from './logical-type.ts'

/** Gives the type that a user-defined name stands for, or undefined if there is none. */
export type TypeResolver = (name: string) => LogicalType | undefined

const ALIASES: Readonly<Record<string, ScalarTypeId>> = {
  INT: 'INT32',
  REAL: 'FLOAT',
  FLOAT4: 'FLOAT',
  FLOAT8: 'DOUBLE',
  BOOLEAN: 'BOOL',
  BYTEA: 'BLOB',
  DURATION: 'INTERVAL',
  TIMESTAMP_S: 'TIMESTAMP_SEC',
}

const NAMES = new Map<string, ScalarTypeId>([
  ...SCALAR_TYPES.filter((id) => id !== 'ANY').map((id): [string, ScalarTypeId] => [id, id]),
  ...Object.entries(ALIASES),
])

/**
 * Reads a type from text: `FLOAT[128]`, `STRUCT(a INT64, b STRING[])`, `MAP(STRING, INT64)`, `DECIMAL(18,3)`, in any case and
 * with any spacing. Field names may be quoted with backticks or double quotes.
 * @param resolve looks a name up that is no built-in type (CREATE TYPE).
 * @throws {DatabaseError} UNKNOWN_TYPE for a name that nothing knows; BINDER for a precision, scale or length out of range or a missing bracket.
 */
export function parseType(text: string, resolve?: TypeResolver): LogicalType {
  const reader = new TypeReader(text, resolve)
  const type = reader.type()
  reader.expectEnd()
  return type
}

class TypeReader {
  readonly #text: string
  readonly #resolve: TypeResolver | undefined
  #at = 0

  constructor(text: string, resolve: TypeResolver | undefined) {
    this.#text = text
    this.#resolve = resolve
  }

  type(): LogicalType {
    let type = this.#base()
    while (this.#take('[')) type = this.#suffix(type)
    return type
  }

  expectEnd(): void {
    this.#skipSpace()
    if (this.#at < this.#text.length) throw unknownType(this.#text.trim())
  }

  #base(): LogicalType {
    const name = this.#name()
    const upper = name.toUpperCase()
    if (upper === 'DECIMAL' || upper === 'NUMERIC') return this.#take('(') ? this.#decimal() : decimal(18, 3)
    if ((upper === 'STRUCT' || upper === 'UNION') && this.#take('('))
      return { id: upper, fields: this.#fields(upper === 'UNION') }
    if (upper === 'MAP' && this.#take('(')) return this.#map()
    const id = NAMES.get(upper)
    if (id !== undefined) return scalar(id)
    const resolved = this.#resolve?.(name)
    if (resolved === undefined) throw unknownType(name)
    return resolved
  }

  #suffix(child: LogicalType): LogicalType {
    if (this.#take(']')) return listOf(child)
    const start = this.#at
    const end = this.#text.indexOf(']', start)
    if (end < 0) throw this.#missing(']')
    this.#at = end + 1
    const digits = this.#text.slice(start, end).trim()
    const length = /^[+-]?\d+$/.test(digits) ? Number(digits) : 0
    if (length <= 0 || length > 0x7fffffff) {
      throw new DatabaseError('BINDER', `The number of elements in an array must be greater than 0. Given: ${length}.`)
    }
    return { id: 'ARRAY', child, length }
  }

  #decimal(): LogicalType {
    const end = this.#text.indexOf(')', this.#at)
    if (end < 0) throw this.#missing(')')
    const parts = this.#text.slice(this.#at, end).split(',')
    this.#at = end + 1
    if (parts.length !== 2) {
      throw new DatabaseError('BINDER', `Only found ${parts.length} parameter for NUMERIC/DECIMAL type, expected 2`)
    }
    return decimal(wholeNumber(parts[0]!), wholeNumber(parts[1]!))
  }

  #map(): LogicalType {
    const key = this.type()
    this.#expect(',')
    const value = this.type()
    this.#expect(')')
    return { id: 'MAP', key, value }
  }

  /** @param unnamed whether a type alone will do, which is then the name too. */
  #fields(unnamed: boolean): Field[] {
    const fields: Field[] = []
    do {
      const start = this.#at
      const name = this.#name()
      if (unnamed && this.#atEndOfField()) this.#at = start
      if (fields.some((f) => f.name === name)) {
        const text = `Duplicate field '${name}' in ${unnamed ? 'UNION' : 'STRUCT'} definition`
        throw new DatabaseError('BINDER', text)
      }
      fields.push({ name, type: this.type() })
    } while (this.#take(','))
    this.#expect(')')
    return fields
  }

  #atEndOfField(): boolean {
    this.#skipSpace()
    return this.#text[this.#at] === ',' || this.#text[this.#at] === ')'
  }

  /** A bare word or a quoted name; the empty text when neither stands here. */
  #name(): string {
    this.#skipSpace()
    const quote = this.#text[this.#at]
    if (quote === '`' || quote === '"') {
      const end = this.#text.indexOf(quote, this.#at + 1)
      if (end < 0) throw this.#missing(quote)
      const name = this.#text.slice(this.#at + 1, end)
      this.#at = end + 1
      return name
    }
    const start = this.#at
    while (this.#at < this.#text.length && !/[\s()[\],]/.test(this.#text[this.#at]!)) this.#at++
    return this.#text.slice(start, this.#at)
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at]!)) this.#at++
  }

  #take(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#missing(character)
  }

  #missing(character: string): DatabaseError {
    return new DatabaseError('BINDER', `Cannot parse type ${this.#text.trim()}: '${character}' is missing.`)
  }
}

function wholeNumber(text: string): number {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : -1
}

/**
 * @returns the type `DECIMAL(precision, scale)`.
 * @throws {DatabaseError} BINDER if the precision is not 1..38 or the scale not 0..precision.
 */
export function decimal(precision: number, scale: number): LogicalType {
  if (!(precision > 0 && precision <= 38)) {
    throw new DatabaseError('BINDER', 'Precision of DECIMAL/NUMERIC must be a positive integer no greater than 38')
  }
  if (!(scale >= 0 && scale <= precision)) {
    throw new DatabaseError(
      'BINDER',
      'Scale of DECIMAL/NUMERIC must be a nonnegative integer no greater than the precision',
    )
  }
  return { id: 'DECIMAL', precision, scale }
}

function unknownType(name: string): DatabaseError {
  return new DatabaseError('UNKNOWN_TYPE', `${name.toUpperCase()} is neither an internal type nor a user defined type.`)
}

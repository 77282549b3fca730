import { DatabaseError } from '../errors/database-error.ts'
import type { NodeTableBase } from './column-base.ts'
import type { RelTableBase } from './rel-table-base.ts'
import type { NodeTableSchema, RelTableSchema } from './table-schema.ts'
import { NodeTableState, RelTableState, type TableState } from './transaction-table-state.ts'

/** Keys of the records of a database. Commit numbers are padded, so that their order is that of the keys. */
export const CATALOG_KEY = 'catalog'
export const TABLES_KEY = 'tables'
export const REDO_PREFIX = 'redo/'

/** @returns the key of a table's record. */
export function tableKey(tableId: number): string {
  return `table/${tableId}`
}

/** @returns the key of a commit's record. */
export function redoKey(commit: number): string {
  return `${REDO_PREFIX}${commit.toString(16).padStart(14, '0')}`
}

/** @returns the commit number of {@link redoKey}. */
export function redoKeyCommit(key: string): number {
  return Number.parseInt(key.slice(REDO_PREFIX.length), 16)
}

/** The record under {@link TABLES_KEY}: which version of which table is current. */
export interface TableList {
  readonly tables: readonly { readonly tableId: number; readonly version: number }[]
}

/** What a table's record holds. */
type TableRecord =
  | { kind: 'node'; schema: NodeTableSchema; version: number; base: NodeTableBase }
  | { kind: 'rel'; schema: RelTableSchema; version: number; base: RelTableBase }

/** @returns the record of a table without its delta. */
export function encodeTable(state: TableState): Uint8Array {
  const { kind, schema, version, base } = state
  return encodePlain({ kind, schema, version, base })
}

/** @returns the table with an empty delta. @throws {DatabaseError} CORRUPT_PAGE if the record cannot be read. */
export function decodeTable(bytes: Uint8Array): TableState {
  const record = decodePlain(bytes) as TableRecord
  return record.kind === 'node'
    ? new NodeTableState(record.schema, record.version, record.base)
    : new RelTableState(record.schema, record.version, record.base)
}

/**
 * Encodes plain data (objects, arrays, strings, numbers, bigints, typed arrays, null) as UTF-8 JSON. What JSON lacks is an object with the one key `$`
 * holding [kind, text]: bigints in decimal, typed arrays as base64 of their bytes, and the numbers NaN, Infinity, -Infinity and -0.
 */
export function encodePlain(value: unknown): Uint8Array {
  return Buffer.from(
    JSON.stringify(value, function (this: Record<string, unknown>, key: string) {
      return tagged(this[key]) // not the value given: for a Buffer that is its toJSON() already
    }),
    'utf8',
  )
}

/** Reads {@link encodePlain}. @throws {DatabaseError} CORRUPT_PAGE if it is no such text. */
export function decodePlain(bytes: Uint8Array): unknown {
  try {
    const text = Buffer.from(bytes).toString('utf8') // a copy: `bytes` may be shared memory, which the decoder refuses
    return restored(JSON.parse(text))
  } catch (cause) {
    throw new DatabaseError('CORRUPT_PAGE', 'A table record cannot be read.', { cause })
  }
}

const ARRAYS = {
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const

function tagged(v: unknown): unknown {
  if (typeof v === 'bigint') return { $: ['bigint', v.toString()] }
  if (typeof v === 'number') {
    return Number.isFinite(v) && !Object.is(v, -0) ? v : { $: ['number', Object.is(v, -0) ? '-0' : String(v)] }
  }
  if (ArrayBuffer.isView(v)) {
    const bytes = Buffer.from(v.buffer as ArrayBuffer, v.byteOffset, v.byteLength)
    return { $: [v.constructor.name, bytes.toString('base64')] }
  }
  return v
}

/** Puts back what was tagged, in place. A reviver would be called for every number, at ten times the time of parsing. */
function restored(v: unknown): unknown {
  if (typeof v !== 'object' || v === null) return v
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) if (typeof v[i] === 'object') v[i] = restored(v[i])
    return v
  }
  if ('$' in v) return untagged(v)
  const record = v as Record<string, unknown>
  for (const key in record) {
    const value = record[key]
    if (typeof value !== 'object' || value === null) continue
    const whole = restored(value)
    if (whole !== value) record[key] = whole
  }
  return v
}

function untagged(v: object): unknown {
  const [kind, text] = (v as { readonly $: unknown }).$ as [string, string]
  if (kind === 'bigint') return BigInt(text)
  if (kind === 'number') return Number(text)
  const bytes = new Uint8Array(Buffer.from(text, 'base64'))
  return new ARRAYS[kind as keyof typeof ARRAYS](bytes.buffer)
}

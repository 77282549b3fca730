import { DatabaseError } from '../errors/database-error.ts'
import type { Value } from '../types/value.ts'
import type { RowOrigin } from './write-transaction.ts'

/** @returns DUPLICATE_KEY for a key that a live row of the table has already. @param origin place in a loaded file, if there is one. */
export function duplicateKeyError(table: string, key: Value, origin: RowOrigin | null = null): DatabaseError {
  const text = `Found duplicated primary key value ${keyText(key)}, which violates the uniqueness constraint of the primary key column.`
  return new DatabaseError('DUPLICATE_KEY', text + place(origin), {
    facts: { table, key: keyText(key), file: origin?.file, line: origin?.line },
  })
}

/** @returns NULL_KEY for a row without a key. */
export function nullKeyError(table: string, origin: RowOrigin | null = null): DatabaseError {
  const text = 'Found NULL, which violates the non-null constraint of the primary key column.'
  return new DatabaseError('NULL_KEY', text + place(origin), {
    facts: { table, file: origin?.file, line: origin?.line },
  })
}

function place(origin: RowOrigin | null): string {
  return origin === null ? '' : ` (file ${origin.file}, line ${origin.line})`
}

function keyText(key: Value): string {
  return key instanceof Uint8Array ? `\\x${Buffer.from(key).toString('hex')}` : String(key)
}

import { DatabaseError } from '../errors/database-error.ts'
import type { BoundExpression } from '../plan/bound-expression.ts'
import type { CopyFromPlan } from '../plan/statement.ts'
import { castFunction } from '../types/cast.ts'
import { type LogicalType, sameType } from '../types/logical-type.ts'
import { isStored, type StoredRows, vectorOf } from '../types/stored-rows.ts'
import type { Int, Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorBuilder } from '../types/vector-builder.ts'
import { vectorReader } from '../types/vector-reader.ts'
import type { CopyBatch } from './copy-source.ts'

/** Where the columns come from that no source column fills. */
export interface ColumnServices {
  /** @returns the values of a default for `rows` rows: the same one in all of them unless the expression is volatile. */
  readonly evaluate: (expression: BoundExpression, rows: number) => Vector
  /** Takes `count` values of the SERIAL column in this place of the schema, or says that the column is none. */
  readonly takeSerial: (column: number, count: number) => { first: Int; increment: Int } | null
}

/** @returns the columns of the table, in schema order, out of those of the source. @throws {DatabaseError} CONVERSION, and what defaults throw. */
export function tableColumns(plan: CopyFromPlan, batch: CopyBatch, services: ColumnServices): (Vector | StoredRows)[] {
  return plan.columns.map((column, index) => {
    if (column.source !== null) return castColumn(batch.columns[column.source]!, column.type)
    const serial = services.takeSerial(index, batch.length)
    if (serial !== null) return serialVector(serial, column.type, batch.length)
    const { defaultValue } = column
    if (defaultValue === null) return repeated(null, column.type, batch.length)
    if (defaultValue.kind === 'literal') return repeated(defaultValue.value, column.type, batch.length)
    return castVector(services.evaluate(defaultValue, batch.length), column.type)
  })
}

/** @returns these rows of a vector. */
export function pickRows(vector: Vector, rows: readonly number[]): Vector {
  const read = vectorReader(vector)
  const builder = vectorBuilder(vector.type, rows.length)
  for (const row of rows) builder.append(read(row))
  return builder.finish()
}

function castColumn(column: Vector | StoredRows, type: LogicalType): Vector | StoredRows {
  if (!isStored(column)) return castVector(column, type)
  return sameType(column.type, type) ? column : castVector(inMemory(column), type)
}

/** @returns the column as a vector. */
export function inMemory(column: Vector | StoredRows): Vector {
  return isStored(column) ? vectorOf(column, 0, column.length) : column
}

/** Files are read with the table's types already; the rows of a query may have others. */
function castVector(vector: Vector, type: LogicalType): Vector {
  if (sameType(vector.type, type) || (vector.type.id === 'INT64' && type.id === 'SERIAL')) return vector
  const cast = castFunction(vector.type, type)
  if (cast === null)
    throw new DatabaseError('CONVERSION', `Unsupported casting function from ${vector.type.id} to ${type.id}.`)
  const read = vectorReader(vector)
  const builder = vectorBuilder(type, vector.length)
  for (let row = 0; row < vector.length; row++) {
    const value = read(row)
    if (value === null) builder.appendNull()
    else builder.append(cast(value))
  }
  return builder.finish()
}

function serialVector(serial: { first: Int; increment: Int }, type: LogicalType, count: number): Vector {
  const builder = vectorBuilder(type, count)
  const step = BigInt(serial.increment)
  for (let row = 0, next = BigInt(serial.first); row < count; row++, next += step) builder.append(Number(next))
  return builder.finish()
}

/** @returns `count` rows with one value. */
export function repeated(value: Value, type: LogicalType, count: number): Vector {
  const builder = vectorBuilder(type, count)
  for (let row = 0; row < count; row++) {
    if (value === null) builder.appendNull()
    else builder.append(value)
  }
  return builder.finish()
}

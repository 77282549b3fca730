import { type Catalog, findProperty, serialSequenceName } from '../../catalog/catalog.ts'
import type { PropertyEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import { vectorReader } from '../../types/vector-reader.ts'
import { holds, rowFormat } from '../features/row-format.ts'
import type { Tensor, TypedArray } from '../tensor.ts'
import { addColumn, type Place } from './add-column.ts'
import { commitChange } from './commit-change.ts'
import { findGroup, type Group, groupReader, requireColumn, storageIds } from './find-group.ts'
import type { RemoteBackend } from './remote-backend.ts'
import { selectRows } from './row-index.ts'
import type { FullTensorAttr } from './tensor-attr.ts'
import { columnType, tensorPieces, vectorOf } from './tensor-vector.ts'

/** 'put' adds a column that is missing and refuses another form; 'update' wants it there and may change its form. */
export type PutMode = 'put' | 'update'

/**
 * Writes a column or some of its rows in one transaction.
 * Cost: whole columns go straight to pages; single rows cost an update each.
 * @throws {DatabaseError} as FeatureStore.putTensor.
 */
export function storeTensor(backend: RemoteBackend, mode: PutMode, tensor: Tensor, attr: FullTensorAttr): void {
  checkTensor(tensor)
  commitChange(backend, (tx, catalog) => {
    const group = findGroup(catalog, attr.groupName)
    const place = preparePlace(tx, catalog, group, mode, tensor, attr)
    if (attr.index === null) writeAll(tx, place, tensor)
    else writeRows(tx, place, tensor, attr)
    return place.catalog
  })
}

/** Drops a column. @throws {DatabaseError} as FeatureStore.removeTensor. */
export function dropTensor(backend: RemoteBackend, attr: FullTensorAttr): void {
  if (attr.index !== null) {
    throw new DatabaseError('INVALID_ARGUMENT', 'Rows cannot be removed from a column: the index must be null.')
  }
  commitChange(backend, (tx, catalog) => {
    const group = findGroup(catalog, attr.groupName)
    return dropColumn(tx, catalog, group, requireColumn(group, attr.attrName))
  })
}

function checkTensor({ data, shape, dtype }: Tensor): void {
  const elements = shape.reduce((product, length) => product * length, 1)
  const fits = shape.length > 0 && shape.every((length) => Number.isInteger(length) && length >= 0)
  if (fits && elements === data.length && holds(dtype, data)) return
  const text = `A ${data.constructor.name} of ${data.length} elements is no tensor of ${dtype} [${shape.join(', ')}].`
  throw new DatabaseError('INVALID_ARGUMENT', text)
}

/** Finds the column, or makes it. */
function preparePlace(
  tx: WriteTransaction,
  catalog: Catalog,
  group: Group,
  mode: PutMode,
  tensor: Tensor,
  attr: FullTensorAttr,
): Place {
  const rows = groupReader(tx.view, group).rowCount
  if (attr.index === null && tensor.shape[0] !== rows) {
    const text = `The tensor has ${tensor.shape[0]} rows, table ${group.table.name} has ${rows}, deleted ones included.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: group.table.name, rows } })
  }
  const property = findProperty(group.table, attr.attrName)
  if (property === undefined) {
    if (mode === 'update') requireColumn(group, attr.attrName)
    return addColumn(tx, catalog, group, attr.attrName, typeOf(tensor))
  }
  checkNotKey(group, property, attr)
  if (hasForm(property, tensor)) return { catalog, group, property }
  if (mode === 'put' || attr.index !== null) throw anotherForm(group, property, tensor)
  const without = dropColumn(tx, catalog, group, property)
  return addColumn(tx, without, findGroup(without, group.name), property.name, typeOf(tensor))
}

function checkNotKey({ table }: Group, property: PropertyEntry, { index }: FullTensorAttr): void {
  if (index !== null || table.kind !== 'node' || property.columnId !== table.primaryKey) return
  const text = `Column ${property.name} is the primary key of table ${table.name}, which is not written as a whole.`
  throw new DatabaseError('BINDER', text, { facts: { table: table.name, column: property.name } })
}

function hasForm({ type }: PropertyEntry, { dtype, shape }: Tensor): boolean {
  const format = rowFormat(type)
  const same = format?.rowShape.length === shape.length - 1 && format.rowShape.every((n, i) => n === shape[i + 1])
  return same && format.dtype === dtype
}

function typeOf({ dtype, shape }: Tensor): LogicalType {
  return columnType(dtype, shape.slice(1))
}

function anotherForm({ table }: Group, { name, type }: PropertyEntry, tensor: Tensor): DatabaseError {
  const given = printType(typeOf(tensor))
  const { dtype, shape } = tensor
  const text = `Column ${name} of table ${table.name} has type ${printType(type)}; a tensor of ${dtype} [${shape.join(', ')}] has type ${given}.`
  return new DatabaseError('INVALID_ARGUMENT', text, { facts: { table: table.name, column: name } })
}

function dropColumn(tx: WriteTransaction, catalog: Catalog, { table }: Group, property: PropertyEntry): Catalog {
  if (table.kind === 'node' && property.columnId === table.primaryKey) {
    const text = `Cannot drop property ${property.name} in table ${table.name} because it is used as primary key.`
    throw new DatabaseError('BINDER', text, { facts: { table: table.name, property: property.name } })
  }
  for (const id of storageIds(table)) tx.dropColumn(id, property.columnId)
  const after = catalog.withTable({ ...table, properties: table.properties.filter((p) => p !== property) })
  return property.serial ? after.withoutSequence(serialSequenceName(table.name, property.name)) : after
}

function writeAll(tx: WriteTransaction, { group, property }: Place, tensor: Tensor): void {
  tx.replaceColumn(group.storageId, property.columnId, tensorPieces(tensor, property.type))
}

function writeRows(tx: WriteTransaction, { group, property }: Place, tensor: Tensor, { index }: FullTensorAttr): void {
  const { rowCount } = groupReader(tx.view, group)
  const selection = selectRows(index, rowCount, `table ${group.table.name}`)
  if (tensor.shape[0] !== selection.count) {
    const text = `The tensor has ${tensor.shape[0]} rows, the index names ${selection.count}.`
    throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { rows: tensor.shape[0], wanted: selection.count } })
  }
  // lists alias what they are read from, and the transaction keeps them
  const read = vectorReader(vectorOf(property.type, tensor.data.slice() as TypedArray, selection.count))
  for (let k = 0; k < selection.count; k++) {
    const row = selection.kind === 'range' ? selection.start + k : selection.rows[k]!
    if (group.kind === 'node') tx.updateNode(group.storageId, row, property.columnId, read(k))
    else tx.updateRel(group.storageId, row, property.columnId, read(k))
  }
}

import { type LogicalType, listOf, scalar, type TypeId } from '../types/logical-type.ts'
import { printType } from '../types/print-type.ts'
import { convertElements, type ElementArray, type ElementKind, elementArray, isConvertible } from './npy-convert.ts'
import type { NpyFile } from './npy-file.ts'
import { badNpy, type NpyKind } from './npy-header.ts'

/** How the elements of each type that an .npy file can fill lie in memory. */
const STORED_AS: Readonly<Partial<Record<TypeId, ElementKind>>> = {
  BOOL: 'b1',
  INT8: 'i1',
  INT16: 'i2',
  INT32: 'i4',
  INT64: 'i8',
  UINT8: 'u1',
  UINT16: 'u2',
  UINT32: 'u4',
  UINT64: 'u8',
  FLOAT: 'f4',
  DOUBLE: 'f8',
}

const TYPE_OF_KIND: Readonly<Record<NpyKind, LogicalType>> = {
  b1: scalar('BOOL'),
  i1: scalar('INT8'),
  i2: scalar('INT16'),
  i4: scalar('INT32'),
  i8: scalar('INT64'),
  u1: scalar('UINT8'),
  u2: scalar('UINT16'),
  u4: scalar('UINT32'),
  u8: scalar('UINT64'),
  f2: scalar('FLOAT'),
  f4: scalar('FLOAT'),
  f8: scalar('DOUBLE'),
}

/** @returns the column type that a file fits best: `INT64` for [n] of i8, `FLOAT[12]` for [n, 3, 4] of f4. */
export function npyColumnType(file: NpyFile): LogicalType {
  const element = TYPE_OF_KIND[file.header.kind!]
  if (file.shape.length === 1) return element
  return file.rowElements === 0 ? listOf(element) : { id: 'ARRAY', child: element, length: file.rowElements }
}

/** Reads an .npy file as a column of a given type. */
export interface NpyColumnReader {
  readonly file: NpyFile
  readonly type: LogicalType
  /** Values of one row: the length of an ARRAY, otherwise 1. */
  readonly rowElements: number
  /** How one element lies in `target`. */
  readonly elementKind: ElementKind
  readonly rowBytes: number
  /** Whether file and column have the same bytes, so that {@link read} is one read without a pass over the elements. */
  readonly exact: boolean
  /**
   * Writes rows [start, start + count) in the column's own layout (little-endian elements, row after row) to the start of `target`,
   * which may lie over a SharedArrayBuffer. Memory: one scratch buffer of 256 KiB if elements are converted.
   * @throws {DatabaseError} BAD_FILE for an element that the column's type cannot hold (its row and value are named); IO.
   */
  read(start: number, count: number, target: Uint8Array): void
}

/**
 * Prepares to read a file as a column: one number per row for a scalar type (shape [n] or [n, 1]), `length` numbers for an ARRAY
 * (shape [n, k], or [n, a, b, …] flattened).
 * @throws {DatabaseError} BAD_FILE if the shape does not match the type or the elements cannot be converted to it.
 */
export function npyColumnReader(file: NpyFile, type: LogicalType): NpyColumnReader {
  const { kind, bigEndian } = file.header
  const elementType = type.id === 'ARRAY' ? type.child : type
  const elementKind = STORED_AS[elementType.id === 'SERIAL' ? 'INT64' : elementType.id]
  if (kind === undefined || elementKind === undefined || !isConvertible(kind, elementKind)) {
    const text = `its element type ${file.elementType} cannot be converted to the column type ${printType(type)}.`
    throw badNpy(file.path, text, { elementType: file.elementType, columnType: printType(type) })
  }
  checkShape(file, type)
  const rowBytes = file.rowElements * Number(elementKind.slice(1))
  // Booleans are looked at, so that a column never holds a byte that is neither 0 nor 1.
  const exact = kind === elementKind && !bigEndian && kind !== 'b1'
  const read = exact
    ? (start: number, count: number, target: Uint8Array) => file.readRows(start, count, target)
    : convertingRead(file, kind, elementKind, type)
  return { file, type, rowElements: file.rowElements, elementKind, rowBytes, exact, read }
}

function checkShape(file: NpyFile, type: LogicalType): void {
  const wanted = type.id === 'ARRAY' ? type.length : 1
  const shape = `(${file.shape.join(', ')}${file.shape.length === 1 ? ',' : ''})`
  if (file.rowElements === wanted) return
  const facts = { expected: wanted, actual: file.rowElements }
  const text = `its shape ${shape} does not match the column type ${printType(type)}: expected ${wanted} ${wanted === 1 ? 'value' : 'values'} per row, found ${file.rowElements}.`
  throw badNpy(file.path, text, facts)
}

const SCRATCH_BYTES = 256 * 1024

function convertingRead(file: NpyFile, from: NpyKind, to: ElementKind, type: LogicalType): NpyColumnReader['read'] {
  const elementBytes = Number(to.slice(1))
  const scratchRows = Math.max(1, Math.floor(SCRATCH_BYTES / Math.max(1, file.rowBytes)))
  const scratch = new Uint8Array(scratchRows * file.rowBytes)
  return (start, count, target) => {
    for (let done = 0; done < count; done += scratchRows) {
      const rows = Math.min(scratchRows, count - done)
      const elements = rows * file.rowElements
      file.readRows(start + done, rows, scratch)
      if (file.header.bigEndian) swapBytes(scratch.subarray(0, rows * file.rowBytes), file.elementBytes)
      const source = elementArray(from, scratch.buffer, 0, elements)
      const place = target.byteOffset + done * file.rowElements * elementBytes
      const bad = intoPlace(from, source, to, target.buffer, place, elements)
      if (bad >= 0) throw badElement(file, source, bad, start + done, type)
    }
  }
}

/** Converts to `buffer + place`, over a copy where that place is not a multiple of the element size. */
function intoPlace(
  from: NpyKind,
  source: ElementArray,
  to: ElementKind,
  buffer: ArrayBufferLike,
  place: number,
  count: number,
): number {
  const elementBytes = Number(to.slice(1))
  if (from === to && from !== 'b1') {
    new Uint8Array(buffer, place, count * elementBytes).set(new Uint8Array(source.buffer, 0, count * elementBytes))
    return -1
  }
  if (place % elementBytes === 0)
    return convertElements(from, source, to, elementArray(to, buffer, place, count), count)
  const aligned = elementArray(to, new ArrayBuffer(count * elementBytes), 0, count)
  const bad = convertElements(from, source, to, aligned, count)
  new Uint8Array(buffer, place, count * elementBytes).set(new Uint8Array(aligned.buffer))
  return bad
}

function swapBytes(bytes: Uint8Array, elementBytes: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (elementBytes === 2) buffer.swap16()
  else if (elementBytes === 4) buffer.swap32()
  else if (elementBytes === 8) buffer.swap64()
}

function badElement(file: NpyFile, source: ElementArray, element: number, firstRow: number, type: LogicalType) {
  const row = firstRow + Math.floor(element / file.rowElements)
  const value = String(source[element])
  return badNpy(file.path, `value ${value} of row ${row} does not fit the column type ${printType(type)}.`, {
    row,
    value,
  })
}

/**
 * Checks files that together make a table, one file per column.
 * @returns the number of rows they all have.
 * @throws {DatabaseError} BAD_FILE if there are none, if they differ in length, or if they have no rows.
 */
export function commonRowCount(files: readonly NpyFile[]): number {
  const first = files[0]
  if (first === undefined) throw badNpy('', 'no file was given.')
  for (const file of files) {
    if (file.rows !== first.rows) {
      const text = `the files have different numbers of rows: ${file.rows} here, ${first.rows} in ${first.path}.`
      throw badNpy(file.path, text, { expected: first.rows, actual: file.rows })
    }
  }
  if (first.rows === 0) throw badNpy(first.path, 'the file has 0 rows.')
  return first.rows
}

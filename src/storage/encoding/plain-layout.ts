import { BLOCK_BYTES, PAGE_BYTES, PAGE_HEADER_BYTES } from '../../bufferpool/page-source.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { PlainElement } from '../column-base.ts'

/** Bytes of one element of each plain format. */
export const ELEMENT_BYTES: Readonly<Record<PlainElement, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
}

/** @returns the plain format of values of this type, or null when the type has none. */
export function plainElement(type: LogicalType): PlainElement | null {
  switch (type.id) {
    case 'INT8':
      return 'i8'
    case 'UINT8':
      return 'u8'
    case 'INT16':
      return 'i16'
    case 'UINT16':
      return 'u16'
    case 'INT32':
    case 'DATE':
      return 'i32'
    case 'UINT32':
      return 'u32'
    case 'INT64':
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_SEC':
    case 'TIMESTAMP_TZ':
    case 'SERIAL':
      return 'i64'
    case 'UINT64':
      return 'u64'
    case 'FLOAT':
      return 'f32'
    case 'DOUBLE':
      return 'f64'
    default:
      return null
  }
}

/** @returns the plain format and length of an ARRAY that is stored row by row, or null for every other type. */
export function plainArray(type: LogicalType): { element: PlainElement; length: number; rowBytes: number } | null {
  if (type.id !== 'ARRAY') return null
  const element = plainElement(type.child)
  return element === null ? null : { element, length: type.length, rowBytes: type.length * ELEMENT_BYTES[element] }
}

/** Rows narrower than this are not worth a read of their own. */
const MIN_ALIGNED_BYTES = 64

/**
 * @returns unused bytes at the start of each page of plain rows: rows that divide a block of the disk are put so that none straddles two.
 * It costs nothing: these rows do not fill a page anyway.
 */
export function rowSkip(rowBytes: number): number {
  return rowBytes >= MIN_ALIGNED_BYTES && BLOCK_BYTES % rowBytes === 0 ? rowBytes - PAGE_HEADER_BYTES : 0
}

/**
 * Where plain rows lie. Rows follow each other without gaps when they divide a page, are wider than a page, or all fit into what is
 * left of one page; otherwise a page holds as many whole rows as fit, from {@link rowSkip} on, and the rest of it is unused.
 *
 * @returns rows per page in the last case, or 0 for rows without gaps.
 */
export function rowsPerPage(rowBytes: number, rows: number, at: number): number {
  if (rowBytes === 0 || PAGE_BYTES % rowBytes === 0 || rowBytes > PAGE_BYTES) return 0
  if ((at % PAGE_BYTES) + rows * rowBytes <= PAGE_BYTES) return 0
  return Math.floor(PAGE_BYTES / rowBytes)
}

/** @returns upper bound of the pages that `rows` plain rows need from the start of a page on. */
export function plainPages(rowBytes: number, rows: number): number {
  const perPage = rowsPerPage(rowBytes, rows, 0)
  return perPage === 0 ? Math.ceil((rows * rowBytes) / PAGE_BYTES) : Math.ceil(rows / perPage)
}

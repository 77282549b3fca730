import type { LogicalType } from '../types/logical-type.ts'
import type { Int, Value } from '../types/value.ts'

/**
 * How a sequence of whole numbers lies in its chunk. `at` is a byte offset from the start of the chunk's first page, a multiple of 8.
 *
 * | kind | value of position i | bytes |
 * |---|---|---|
 * | arithmetic | base + step * i (step 0: a constant) | none |
 * | packed | base + code i, an unsigned number of `width` bits (1, 2, 4, 8, 16, 32), low bits of a little-endian word first | n * width / 8 |
 * | int64, uint64 | the little-endian number i | 8n |
 */
export type IntEncoding =
  | { readonly kind: 'arithmetic'; readonly base: Int; readonly step: number }
  | { readonly kind: 'packed'; readonly base: Int; readonly width: number; readonly at: number }
  | { readonly kind: 'int64' | 'uint64'; readonly at: number }

/** Element formats of a `plain` encoding: little-endian, a power of two of bytes. */
export type PlainElement = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64'

/**
 * How the values of one chunk (or of a nested part of it) lie in the chunk's pages.
 *
 * | kind | types | content |
 * |---|---|---|
 * | constant | all | every row, or every row that is not NULL, has `value`; `null`: all rows are NULL |
 * | int | BOOL, integers, DATE, TIMESTAMP*, DECIMAL and INT128 when 64 bits suffice, FLOAT and DOUBLE when all values are whole numbers | `ints` |
 * | plain | FLOAT, DOUBLE (rowElements 1), ARRAY of numbers (rowElements = its length) | rows of `rowElements` elements each |
 * | wide | INT128, DECIMAL | 16 bytes, two's complement, little-endian |
 * | uuid | UUID | 16 bytes in the order of the text |
 * | bytes | STRING, JSON, BLOB | byte i of the run starts at `at`; row i has bytes [offsets i, offsets i+1) |
 * | dictionary | STRING, JSON | row i is entry `codes i`; entry j has bytes [offsets j, offsets j+1) |
 * | list | LIST, MAP | row i has elements [offsets i, offsets i+1) of each child |
 * | stride | ARRAY of anything else | row i has elements [i * length, (i+1) * length) of the child |
 * | struct | STRUCT, NODE, REL, RECURSIVE_REL, INTERVAL, INTERNAL_ID | row i of each child |
 * | union | UNION | row i is row `positions i` of member `tags i` |
 */
export type RunEncoding =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'int'; readonly ints: IntEncoding }
  | { readonly kind: 'plain'; readonly element: PlainElement; readonly rowElements: number; readonly at: number }
  | { readonly kind: 'wide' | 'uuid'; readonly at: number }
  | { readonly kind: 'bytes'; readonly offsets: IntEncoding; readonly at: number; readonly byteCount: number }
  | {
      readonly kind: 'dictionary'
      readonly codes: IntEncoding
      readonly entryCount: number
      readonly offsets: IntEncoding
      readonly at: number
      readonly byteCount: number
    }
  | { readonly kind: 'list'; readonly offsets: IntEncoding; readonly children: readonly ValueRun[] }
  | { readonly kind: 'stride'; readonly length: number; readonly child: ValueRun }
  | { readonly kind: 'struct'; readonly children: readonly ValueRun[] }
  | {
      readonly kind: 'union'
      readonly tags: IntEncoding
      readonly positions: IntEncoding
      readonly children: readonly ValueRun[]
    }

/** Values of one type in the pages of a chunk; nested types are made of several. */
export interface ValueRun {
  readonly rows: number
  readonly nullCount: number
  /** Byte offset of the validity bitmap (bit i%8 of byte i/8, 1 = has a value), a multiple of 8; -1 when no row or every row is NULL. */
  readonly validityAt: number
  /** `plain` only: the same for single elements of ARRAY rows; -1 when no element of a row that has a value is NULL. */
  readonly elementValidityAt: number
  readonly encoding: RunEncoding
}

/**
 * Rows [i << chunkShift, …) of a column: pages [firstPage, firstPage + pageCount), their contents one byte sequence in which page p
 * has bytes [p * PAGE_BYTES, (p + 1) * PAGE_BYTES). Elements never straddle a page, because PAGE_BYTES is a multiple of 16 and every run
 * starts at a multiple of its element size; string bytes may.
 */
export interface ChunkDescriptor {
  readonly firstPage: number
  readonly pageCount: number
  readonly run: ValueRun
  /** Bounds of the non-null values, never too narrow; null when the type has no order, all rows are NULL or the bound is unknown. */
  readonly min: Value
  readonly max: Value
  /** Estimate of the number of distinct non-null values. */
  readonly distinct: number
}

/** The merged part of a column: plain data that can be cloned, sent to another thread and stored (format-node.ts). */
export interface ColumnBase {
  readonly columnId: number
  readonly type: LogicalType
  /** Every chunk but the last has 1 << chunkShift rows. At most CHUNK_SHIFT; less for wide rows and long strings. */
  readonly chunkShift: number
  readonly rowCount: number
  readonly chunks: readonly ChunkDescriptor[]
}

/** One set of key index entries; see key-index.ts. */
export type KeyIndexPart =
  | {
      /** Row firstRow + i has key `base + step * i`, for i in [0, count). */
      readonly kind: 'arithmetic'
      readonly base: Int
      readonly step: number
      readonly firstRow: number
      readonly count: number
    }
  | {
      /** Hash table of `count` entries over `pageCount` pages. */
      readonly kind: 'hash'
      readonly firstPage: number
      readonly pageCount: number
      readonly count: number
    }

/** The merged part of a primary key index. A key may be in several parts; the newest (last) live row with that key counts. */
export interface KeyIndexBase {
  readonly parts: readonly KeyIndexPart[]
}

/** The merged part of a node table: plain data, one record of the commit. */
export interface NodeTableBase {
  readonly tableId: number
  readonly rowCount: number
  /** Deleted rows among [0, rowCount). */
  readonly deletedCount: number
  /** Bitset of deleted rows, bit `row & 31` of the little-endian word `row >>> 5`, over these pages; null when none is deleted. */
  readonly deleted: { readonly firstPage: number; readonly pageCount: number } | null
  readonly columns: readonly ColumnBase[]
  readonly keyIndex: KeyIndexBase
}

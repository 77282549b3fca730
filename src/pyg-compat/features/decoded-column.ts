import { DatabaseError } from '../../errors/database-error.ts'
import { halfOf } from '../../util/float16.ts'
import type { DType } from '../tensor.ts'
import type { RowFormat } from './row-format.ts'

/** A column of small elements that becomes 32-bit floats when its rows are gathered. Either `decode` or `scale` is given. */
export interface DecodedColumn {
  readonly column: string
  /** 'float16': the elements, UINT16, are the bits of half-precision floats. */
  readonly decode?: 'float16'
  /**
   * Elements, integers of 8 or 16 bits, stand for (element - zeroPoint) * scale. One number, or one per element of a row, or the name of a column FLOAT or
   * FLOAT[n] that has the same value in all rows: what quantizeColumn leaves behind. Used as 32-bit floats.
   */
  readonly scale?: number | ArrayLike<number> | string
  /** One number, or one per element of a row. Default 0. */
  readonly zeroPoint?: number | ArrayLike<number>
}

/** How elements become floats: plain data. */
export type Decoding =
  | { readonly kind: 'float16' }
  /** [width] each; zeroPoint null: zero. */
  | { readonly kind: 'scale'; readonly scale: Float32Array; readonly zeroPoint: Float32Array | null }

const SCALED: readonly DType[] = ['int8', 'uint8', 'int16', 'uint16']

/**
 * @param format the column's. @param readFirst reads the first row of another column of the table; null if there are no rows.
 * @throws {DatabaseError} INVALID_ARGUMENT for a type that is not decoded so, for scales that are too many, too few or no numbers; what `readFirst` throws.
 */
export function decodingOf(
  choice: DecodedColumn,
  table: string,
  format: RowFormat,
  readFirst: (column: string) => ArrayLike<number | bigint> | null,
): Decoding {
  const { column, decode, scale, zeroPoint } = choice
  const refuse = (text: string) =>
    new DatabaseError('INVALID_ARGUMENT', `Column ${column} of table ${table} ${text}`, { facts: { table, column } })
  if (decode !== undefined) {
    if (decode !== 'float16') throw refuse(`cannot be decoded as ${String(decode)}: 'float16' is known.`)
    if (scale !== undefined || zeroPoint !== undefined) throw refuse('is decoded as float16, which has no scale.')
    if (format.dtype !== 'uint16') throw refuse(`has elements of ${format.dtype}; float16 is kept in UINT16.`)
    return { kind: 'float16' }
  }
  if (scale === undefined) throw refuse("needs a scale, or decode: 'float16'.")
  if (!SCALED.includes(format.dtype)) throw refuse(`has elements of ${format.dtype}; a scale is for 8 and 16 bits.`)
  const { width } = format
  const given = typeof scale === 'string' ? (readFirst(scale) ?? 1) : scale
  const what = typeof scale === 'string' ? `scale (column ${scale})` : 'scale'
  const scales = numbers(given, width, what)
  const zeros = zeroPoint === undefined ? null : numbers(zeroPoint, width, 'zeroPoint')
  return { kind: 'scale', scale: scales, zeroPoint: zeros }

  function numbers(values: number | ArrayLike<number | bigint>, count: number, name: string): Float32Array {
    const list = typeof values === 'number' ? [values] : values
    if (list === null || typeof list !== 'object') throw refuse(`has a ${name} that is neither a number nor an array.`)
    if (list.length !== 1 && list.length !== count) {
      throw refuse(`has rows of ${count} elements, but ${list.length} numbers as ${name}: give one, or ${count}.`)
    }
    const floats = Float32Array.from({ length: count }, (_, k) => Number(list[list.length === 1 ? 0 : k]))
    if (floats.every(Number.isFinite)) return floats
    throw refuse(`has a ${name} with an element that is no finite number.`)
  }
}

/**
 * @returns the element that stands for NULL in a decoded column so that it is decoded to `impute`, which float16 rounds.
 * @throws {DatabaseError} INVALID_ARGUMENT for scales and anything but 0, or a zero point: no element may stand for it.
 */
export function imputedElement(impute: number, column: string, decoding: Decoding): number {
  if (decoding.kind === 'float16') return halfOf(impute)
  if (impute === 0 && decoding.zeroPoint === null) return 0
  const text = `Column ${column} is decoded by a scale: impute must be 0 there, and it must have no zero point.`
  throw new DatabaseError('INVALID_ARGUMENT', text, { facts: { column } })
}

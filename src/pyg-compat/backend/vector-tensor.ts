import type { LogicalType } from '../../types/logical-type.ts'
import { isValid, type Vector } from '../../types/vector.ts'
import { arrayOf, rowFormat } from '../features/row-format.ts'
import type { Tensor, TypedArray } from '../tensor.ts'

/** Some rows of a vector, and the places that they go to. */
export interface VectorRows {
  readonly vector: Vector
  /** [n] row of the vector, and row of the result. */
  readonly rows: readonly number[]
  readonly places: readonly number[]
}

/**
 * Joins rows of several vectors of one type into a tensor of `count` rows. Lists become a dimension when all have the same length.
 * @returns null when a row or an element is NULL, lists differ in length, or the type has no tensor form. Cost: one copy of each element.
 */
export function tensorOfVectors(pieces: readonly VectorRows[], count: number): Tensor | null {
  const type = pieces[0]?.vector.type
  if (type === undefined || pieces.reduce((sum, { rows }) => sum + rows.length, 0) !== count) return null
  const length = type.id === 'LIST' ? commonLength(pieces) : 1
  const format = rowFormat(type.id === 'LIST' ? type.child : type)
  if (format === null || length < 0 || !pieces.every(hasNoNull)) return null
  const width = length * format.width
  const data = arrayOf(format.dtype, count * width)
  for (const piece of pieces) copyRows(piece, width, data)
  return { data, dtype: format.dtype, shape: [count, ...(type.id === 'LIST' ? [length] : []), ...format.rowShape] }
}

function hasNoNull({ vector, rows }: VectorRows): boolean {
  return vector.nullCount === 0 || rows.every((row) => isValid(vector, row))
}

/** @returns the length that all lists have, or -1. */
function commonLength(pieces: readonly VectorRows[]): number {
  let length = -1
  for (const { vector, rows } of pieces) {
    const offsets = vector.offsets!
    for (const row of rows) {
      const own = offsets[row + 1]! - offsets[row]!
      if (length >= 0 && own !== length) return -1
      length = own
    }
  }
  return length
}

/** @returns the vector of the elements that a row consists of. */
function leafOf(vector: Vector): Vector {
  const { id } = vector.type
  return id === 'ARRAY' || id === 'LIST' ? leafOf(vector.children[0]!) : vector
}

/** @returns how many elements one of the list's own elements, or one row, has. */
function elementWidth(type: LogicalType): number {
  return rowFormat(type.id === 'LIST' ? type.child : type)!.width
}

function copyRows({ vector, rows, places }: VectorRows, width: number, target: TypedArray): void {
  const leaf = leafOf(vector)
  const step = elementWidth(vector.type)
  const offsets = vector.type.id === 'LIST' ? vector.offsets! : null
  const bits = leaf.type.id === 'BOOL' ? (leaf.data as Uint8Array) : null
  const source = leaf.data as Float32Array
  const numbers = target as Float32Array // any: source and target are arrays of the same kind
  for (let k = 0; k < rows.length; k++) {
    const from = offsets === null ? rows[k]! * width : offsets[rows[k]!]! * step
    const to = places[k]! * width
    if (width > 8 && bits === null) numbers.set(source.subarray(from, from + width), to)
    else if (bits === null) for (let i = 0; i < width; i++) numbers[to + i] = source[from + i]!
    else for (let i = 0; i < width; i++) numbers[to + i] = (bits[(from + i) >> 3]! >> ((from + i) & 7)) & 1
  }
}

/** @returns whether every element of these rows has a value. */
export function hasAllElements({ vector, rows }: VectorRows): boolean {
  const leaf = leafOf(vector)
  if (leaf === vector || leaf.nullCount === 0) return true
  const step = elementWidth(vector.type)
  const offsets = vector.type.id === 'LIST' ? vector.offsets! : null
  return rows.every((row) => {
    const from = (offsets === null ? row : offsets[row]!) * step
    const to = (offsets === null ? row + 1 : offsets[row + 1]!) * step
    for (let i = from; i < to; i++) if (!isValid(leaf, i)) return false
    return true
  })
}

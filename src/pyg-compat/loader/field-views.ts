import type { DType, Tensor, TypedArray } from '../tensor.ts'
import { type BatchBuffer, COLUMN_PREFIX, type FieldLayout } from './batch-data.ts'
import { elementsOf, typedArrayOf } from './typed-arrays.ts'

/** The tensors of one store of a batch, by name, over the batch's buffer. */
export class FieldViews {
  readonly #tensors = new Map<string, Tensor>()

  constructor(fields: readonly FieldLayout[], buffer: BatchBuffer) {
    for (const { name, dtype, shape, offset } of fields) {
      const data = typedArrayOf(dtype, buffer, offset, elementsOf(shape))
      this.#tensors.set(name, { data, shape, dtype })
    }
  }

  /** @param dtype what the layout gives fields of this name. */
  get<D extends DType>(name: string, _dtype: D): Tensor<D> | null {
    return (this.#tensors.get(name) as Tensor<D> | undefined) ?? null
  }

  any(name: string): Tensor | null {
    return this.#tensors.get(name) ?? null
  }

  /** Columns beyond x and y, by their own names. */
  columns(): Readonly<Record<string, Tensor>> {
    const columns: Record<string, Tensor<DType>> = {}
    for (const [name, tensor] of this.#tensors) {
      if (name.startsWith(COLUMN_PREFIX)) columns[name.slice(COLUMN_PREFIX.length)] = tensor
    }
    return columns
  }
}

/** @returns the array of one field, for filling it. */
export function fieldArray(field: FieldLayout, buffer: BatchBuffer): TypedArray {
  return typedArrayOf(field.dtype, buffer, field.offset, elementsOf(field.shape))
}

import type { Columns } from '../data.ts'
import type { DType, Tensor, TypedArray, TypedArrayOf } from '../tensor.ts'
import { type BatchBuffer, COLUMN_PREFIX, type FieldLayout } from './batch-data.ts'
import { elementsOf, typedArrayOf } from './typed-arrays.ts'

/** The tensors of one store of a batch, by name, over the batch's buffer. */
export class FieldViews {
  readonly #tensors = new Map<string, Tensor>()

  constructor(fields: readonly FieldLayout[], buffer: BatchBuffer) {
    for (const field of fields) {
      const { name, shape, dtype } = field
      this.#tensors.set(name, { data: fieldArray(field, buffer), shape, dtype })
    }
  }

  /** @param dtype what layouts give fields of this name. */
  tensor<D extends DType>(name: string, dtype: D): Tensor<D> | null {
    const tensor = this.#tensors.get(name)
    return tensor?.dtype === dtype ? (tensor as Tensor<D>) : null
  }

  any(name: string): Tensor | null {
    return this.#tensors.get(name) ?? null
  }

  /** The elements alone. @param dtype as for {@link tensor}. */
  array<D extends DType>(name: string, dtype: D): TypedArrayOf[D] | null {
    return this.tensor(name, dtype)?.data ?? null
  }

  columns(): Columns {
    const columns = new Map<string, Tensor>()
    for (const [name, tensor] of this.#tensors) {
      if (name.startsWith(COLUMN_PREFIX)) columns.set(name.slice(COLUMN_PREFIX.length), tensor)
    }
    return columns
  }
}

/** @returns the array of one field, for filling it. */
export function fieldArray({ dtype, shape, offset }: FieldLayout, buffer: BatchBuffer): TypedArray {
  return typedArrayOf(dtype, buffer, offset, elementsOf(shape))
}

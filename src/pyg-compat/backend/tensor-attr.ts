import { DatabaseError } from '../../errors/database-error.ts'
import type { EdgeType } from '../edge-type.ts'
import type { TensorIndex } from './row-index.ts'

/** Node table, edge type, or null in a database with one node table. */
export type GroupName = string | EdgeType | null

/**
 * Address of a tensor or of a part of it: PyG's TensorAttr. Every field has three states: `undefined` is PyG's UNSET ("not said yet"), `null`
 * its None, anything else a value. An index of null means the whole tensor.
 */
export interface TensorAttr {
  groupName?: GroupName | undefined
  attrName?: string | null | undefined
  index?: TensorIndex | undefined
}

/** What can be cast to a {@link TensorAttr}: itself, or its fields in order. */
export type TensorAttrLike =
  | TensorAttr
  | readonly [groupName?: GroupName | undefined, attrName?: string | null | undefined, index?: TensorIndex | undefined]

/** A {@link TensorAttr} with every field said. */
export interface FullTensorAttr {
  readonly groupName: GroupName
  readonly attrName: string
  readonly index: TensorIndex
}

/** @returns a fresh attr. Cost: one object. */
export function castTensorAttr(attr: TensorAttrLike): TensorAttr {
  if (Array.isArray(attr)) {
    const [groupName, attrName, index] = attr as readonly [GroupName?, string?, TensorIndex?]
    return { groupName, attrName, index }
  }
  const { groupName, attrName, index } = attr as TensorAttr
  return { groupName, attrName, index }
}

/** @returns the attr, of which nothing is unset. @throws {DatabaseError} INVALID_ARGUMENT naming the fields that are. */
export function requireFull(attr: TensorAttrLike): FullTensorAttr {
  const { groupName, attrName, index } = castTensorAttr(attr)
  const unset = Object.entries({ groupName, attrName, index })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name)
  if (unset.length > 0) {
    const text = `The tensor is not fully specified: ${unset.join(' and ')} ${unset.length === 1 ? 'is' : 'are'} unset.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
  if (typeof attrName !== 'string')
    throw new DatabaseError('INVALID_ARGUMENT', 'attrName must be the name of a column.')
  return { groupName: groupName!, attrName, index: index! }
}

/** @returns a copy of `attr` with the fields that `other` has said. */
export function updateTensorAttr(attr: TensorAttr, other: TensorAttr): TensorAttr {
  const said = Object.entries(other).filter(([, value]) => value !== undefined)
  return { ...attr, ...Object.fromEntries(said) }
}

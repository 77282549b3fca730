import type { Tensor } from '../tensor.ts'
import type { TensorIndex } from './row-index.ts'
import type { GroupName, TensorAttr, TensorAttrLike } from './tensor-attr.ts'

/** A view of a column: `view(index)` reads rows, `view()` all of them, `view[7]` one. */
export interface ColumnView {
  (index?: TensorIndex): Tensor
  readonly [row: number]: Tensor
}

/** A view of a group: `view.x` and `view('x')` are its columns. */
export interface GroupView {
  (attrName: string): ColumnView
  readonly [attrName: string]: ColumnView
}

/**
 * A view of everything: `view.paper`, `view('paper')` and `view(['paper', 'cites', 'paper'])` are its groups.
 *
 * PyG's views do the same: what is given next fills the first field that is unset, and the last one reads. `store.view().paper.x([0, 5])`,
 * `store.view('paper').x({ stop: 10 })`, `store.view('paper', 'x')()`.
 */
export interface AttrView {
  (groupName: GroupName): GroupView
  readonly [groupName: string]: GroupView
}

/** What a view reads from. */
interface TensorGetter {
  getTensor(attr: TensorAttrLike): Tensor
}

/** @returns a view with the fields of `attr` that are set. Cost: two objects. */
export function viewOf(store: TensorGetter, attr: TensorAttr): AttrView & GroupView & ColumnView {
  const fill = (value: unknown): unknown => {
    if (attr.groupName === undefined) return viewOf(store, { ...attr, groupName: value as GroupName })
    if (attr.attrName === undefined) return viewOf(store, { ...attr, attrName: value as string })
    return store.getTensor({ ...attr, index: value as TensorIndex })
  }
  // without an argument everything unset becomes None
  const call = (...given: readonly unknown[]): unknown =>
    given.length === 0 || given[0] === undefined
      ? store.getTensor({ groupName: attr.groupName ?? null, attrName: attr.attrName ?? null, index: null })
      : fill(given[0])
  return new Proxy(call, {
    get: (target, key) => {
      // a view is no promise, and symbols are asked for by whoever prints it
      if (typeof key === 'symbol' || key === 'then') return Reflect.get(target, key)
      return fill(attr.groupName !== undefined && attr.attrName !== undefined ? Number(key) : key)
    },
  }) as unknown as AttrView & GroupView & ColumnView
}

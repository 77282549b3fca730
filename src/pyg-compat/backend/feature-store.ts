import type { JsValue } from '../../database/js-value.ts'
import { toJsConverter } from '../../database/to-js-value.ts'
import { arrayOf, rowFormat } from '../features/row-format.ts'
import type { Tensor, TypedArray } from '../tensor.ts'
import { type AttrView, type ColumnView, type GroupView, viewOf } from './attr-view.ts'
import { checkOut } from './check-out.ts'
import { edgeGroups, findGroup, type Group, groupReader, nodeGroups, requireColumn } from './find-group.ts'
import { openColumn } from './open-column.ts'
import type { PinnedSnapshot } from './pinned-snapshot.ts'
import { type ReadableColumn, readRange, readRows } from './read-tensor.ts'
import type { RemoteBackend } from './remote-backend.ts'
import { type RowSelection, selectRows, type TensorIndex } from './row-index.ts'
import { type GroupName, requireFull, type TensorAttr, type TensorAttrLike } from './tensor-attr.ts'
import { dropTensor, type PutMode, storeTensor } from './write-tensor.ts'

/** How a tensor is read. */
export interface GetTensorOptions {
  /**
   * Array that the elements are copied to, of the column's element type and at least as long as the result, whose `data` then is its
   * beginning. Without it a fresh array is made, which belongs to the caller.
   */
  readonly out?: TypedArray
}

/**
 * Columns of a database as tensors: PyG's FeatureStore. Groups are node tables and edge types; row k of a node column belongs to the node with
 * offset k, row k of an edge column to the rel with id k. Rows of deleted nodes and rels are there and hold what they last held.
 *
 * It reads one snapshot, which moves on with {@link refresh} and with its own writing. One row (an integer index) has shape [1, …], as with Kùzu.
 */
export class FeatureStore {
  readonly backend: RemoteBackend
  #snapshot: PinnedSnapshot | null = null
  readonly #columns = new Map<string, ReadableColumn>()
  readonly #poolBytes: number

  /** Made by getTorchGeometricRemoteBackend. */
  constructor(backend: RemoteBackend) {
    this.backend = backend
    this.#poolBytes = backend.opened.storage.stats().pool.limitBytes
  }

  /**
   * @returns the rows that the attr's index names, in its order.
   * Cost: a copy of each element from the pages of the pool to the result; no object per value.
   * @throws {DatabaseError} INVALID_ARGUMENT for an attr with something unset, a row outside of the table, an `out` that does not fit;
   *   UNKNOWN_TABLE, UNKNOWN_PROPERTY; NOT_SUPPORTED for a column without a tensor form; RUNTIME naming table, column and row for NULL; CLOSED.
   */
  getTensor(attr: TensorAttrLike, options: GetTensorOptions = {}): Tensor {
    const { groupName, attrName, index } = requireFull(attr)
    const column = this.#open(groupName, attrName)
    return read(column, selectRows(index, column.rowCount, `table ${column.table}`), options.out)
  }

  /**
   * {@link getTensor} for several attrs. An index that several of them share is looked at once.
   * @param outs element i is the `out` of attr i.
   */
  multiGetTensor(attrs: readonly TensorAttrLike[], outs: readonly (TypedArray | undefined)[] = []): Tensor[] {
    const selections = new Map<TensorIndex, { rowCount: number; selection: RowSelection }>()
    return attrs.map((attr, i) => {
      const { groupName, attrName, index } = requireFull(attr)
      const column = this.#open(groupName, attrName)
      const { rowCount } = column
      let known = selections.get(index)
      if (known?.rowCount !== rowCount) {
        known = { rowCount, selection: selectRows(index, rowCount, `table ${column.table}`) }
        selections.set(index, known)
      }
      return read(column, known.selection, outs[i])
    })
  }

  /** @returns the shape of the whole tensor; element 0 is the number of rows. The attr's index is not looked at. @throws as {@link getTensor}. */
  getTensorSize(attr: TensorAttrLike): number[] {
    const { groupName, attrName } = requireFull({ ...castable(attr), index: null })
    const { rowCount, format } = this.#open(groupName, attrName)
    return [rowCount, ...format.rowShape]
  }

  /** @returns a fresh attr, index unset, for every column that has a tensor form, edge columns included. @throws {DatabaseError} CLOSED */
  getAllTensorAttrs(): TensorAttr[] {
    const { catalog } = this.backend.snapshot
    const groups: Group[] = [...nodeGroups(catalog), ...edgeGroups(catalog)]
    return groups.flatMap(({ name, table }) =>
      table.properties
        .filter(({ type }) => rowFormat(type) !== null)
        .map((property) => ({ groupName: name, attrName: property.name, index: undefined })),
    )
  }

  /**
   * Values of any type as a query gives them, NULL included, in the order of the index. For what has no tensor form. Cost: one value per row.
   * @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_TABLE, UNKNOWN_PROPERTY, CLOSED.
   */
  getValues(attr: TensorAttrLike): JsValue[] {
    const { groupName, attrName, index } = requireFull(attr)
    const { view, catalog } = this.backend.snapshot
    const group = findGroup(catalog, groupName)
    const table = groupReader(view, group)
    const reader = table.column(requireColumn(group, attrName).columnId)
    const convert = toJsConverter(reader.type, this.backend.opened.config.integers)
    const selection = selectRows(index, table.rowCount, `table ${group.table.name}`)
    const values: JsValue[] = new Array(selection.count)
    for (let k = 0; k < selection.count; k++) {
      const value = reader.value(selection.kind === 'range' ? selection.start + k : selection.rows[k]!)
      values[k] = value === null ? null : convert(value)
    }
    return values
  }

  /** PyG's view and index syntax: see {@link AttrView}. */
  view(): AttrView
  view(groupName: GroupName): GroupView
  view(groupName: GroupName, attrName: string): ColumnView
  view(groupName?: GroupName, attrName?: string): AttrView | GroupView | ColumnView {
    return viewOf(this, { groupName, attrName, index: undefined })
  }

  /**
   * Writes a column, or the rows of it that the index names, in a transaction of its own; the column is added to the table if it is not there.
   * The snapshot of the stores then moves to the new commit.
   * @returns true.
   * @throws {DatabaseError} INVALID_ARGUMENT for a shape or element type that the column does not have; UNKNOWN_TABLE; WRITE_CONFLICT, LOCKED
   *   while somebody else writes; READ_ONLY; CLOSED.
   */
  putTensor(tensor: Tensor, attr: TensorAttrLike): boolean {
    return this.#write('put', tensor, attr)
  }

  /**
   * Replaces a column, whose shape and element type may change; or rows of it. Unlike PyG's it is atomic: readers see the old one or the new one.
   * @returns true. @throws {DatabaseError} UNKNOWN_PROPERTY without such a column, and as {@link putTensor}.
   */
  updateTensor(tensor: Tensor, attr: TensorAttrLike): boolean {
    return this.#write('update', tensor, attr)
  }

  /**
   * Drops a column. The attr's index must be null: rows cannot be removed from a column.
   * @returns true. @throws {DatabaseError} BINDER for a primary key; UNKNOWN_TABLE, UNKNOWN_PROPERTY, and as {@link putTensor}.
   */
  removeTensor(attr: TensorAttrLike): boolean {
    dropTensor(this.backend, requireFull(attr))
    return true
  }

  /** Moves both stores of the backend to the newest commit. @returns its number. @throws {DatabaseError} CLOSED */
  refresh(): number {
    return this.backend.refresh()
  }

  /** Closes the backend: both stores, and the loaders that read through it. */
  async close(): Promise<void> {
    this.#forget()
    await this.backend.close()
  }

  #write(mode: PutMode, tensor: Tensor, attr: TensorAttrLike): boolean {
    storeTensor(this.backend, mode, tensor, requireFull(attr))
    return true
  }

  /** Columns stay open as long as the snapshot is the same. */
  #open(groupName: GroupName, attrName: string): ReadableColumn {
    const { snapshot } = this.backend
    if (snapshot !== this.#snapshot) {
      this.#forget()
      this.#snapshot = snapshot
    }
    const key = JSON.stringify([groupName, attrName])
    let column = this.#columns.get(key)
    if (column === undefined) {
      column = openColumn(snapshot, groupName, attrName, this.#poolBytes)
      this.#columns.set(key, column)
    }
    return column
  }

  #forget(): void {
    this.#columns.clear()
    this.#snapshot = null
  }
}

function castable(attr: TensorAttrLike): TensorAttr {
  return Array.isArray(attr) ? { groupName: attr[0], attrName: attr[1] } : (attr as TensorAttr)
}

function read(column: ReadableColumn, selection: RowSelection, out: TypedArray | undefined): Tensor {
  const { dtype, rowShape, width } = column.format
  const length = selection.count * width
  const data = out === undefined ? arrayOf(dtype, length) : checkOut(out, dtype, length)
  if (selection.kind === 'rows') readRows(column, selection.rows, data)
  else readRange(column, selection.start, selection.count, data)
  return { data, shape: [selection.count, ...rowShape], dtype }
}

import { type ColumnKind, RowBuffer } from '../runtime/row-buffer.ts'
import { argumentsOf, type Emitter, type SlotShape, shapeOf } from './emitter.ts'
import type { SlotVariables } from './slot-variables.ts'

/**
 * How slots are laid out in a row buffer: the shape of each slot and its columns, in order. Made when the storing side is emitted,
 * used again when the reading side is.
 */
export interface RowLayout {
  readonly shapes: readonly SlotShape[]
  readonly kinds: readonly ColumnKind[]
}

/** @returns the layout for slots as they are bound now. @param mayBecomeNull that rows of NULLs will be made from it. */
export function layoutOf(slots: readonly SlotVariables[], mayBecomeNull = false): RowLayout {
  const shapes = slots.map((s) => shapeOf(s, mayBecomeNull))
  return { shapes, kinds: shapes.flatMap(kindsOf) }
}

/** @returns the column kinds of a shape, parallel to the arguments that a helper would get for it. */
export function kindsOf(shape: SlotShape): ColumnKind[] {
  if (shape.kind === 'node') return [offsetKind(shape.nullable), ...(shape.hasTable ? ['f64' as const] : [])]
  if (shape.kind === 'rel') {
    const parts = [shape.id, shape.pair, shape.source, shape.target].filter((part) => part)
    return parts.map(() => offsetKind(shape.nullable))
  }
  const value: ColumnKind = shape.rep === 'number' ? 'f64' : shape.rep === 'boolean' ? 'u8' : 'any'
  return shape.boxed ? [value] : [value, 'u8']
}

function offsetKind(nullable: boolean): ColumnKind {
  return nullable ? 'f64' : 'u32'
}

/** Makes a row buffer for a layout, with further columns behind those of the slots. */
export function bufferFor(layout: RowLayout, emitter: Emitter, further: readonly ColumnKind[] = []): number {
  const kinds = [...layout.kinds, ...further]
  return emitter.object((run) => new RowBuffer(run, kinds))
}

/** Emits the stores of slots into row `row`, null for one that is NULL; `columns` is the name of the buffer's columns. */
export function emitStore(
  layout: RowLayout,
  slots: readonly (SlotVariables | null)[],
  columns: string,
  row: string,
  emitter: Emitter,
  first = 0,
): void {
  let column = first
  layout.shapes.forEach((shape, i) => {
    for (const value of argumentsOf(shape, slots[i] ?? null)) emitter.line(`${columns}[${column++}][${row}] = ${value}`)
  })
}

/** Emits the loads of a stored row and binds its slots. Columns are looked up by `columns[i]`: hoist that name out of loops. */
export function emitLoad(layout: RowLayout, columns: string, row: string, emitter: Emitter, first = 0): void {
  let column = first
  const next = (prefix: string): string => {
    const kind = layout.kinds[column - first]
    const read = `${columns}[${column++}][${row}]`
    return emitter.hold(kind === 'u8' ? `${read} === 1` : read, prefix)
  }
  for (const shape of layout.shapes) bindLoaded(shape, next, emitter)
}

function bindLoaded(shape: SlotShape, next: (prefix: string) => string, emitter: Emitter): void {
  const slot = shape.slot.slot
  if (shape.kind === 'node') {
    const offset = next('n')
    emitter.bindNode(slot, offset, shape.hasTable ? next('t') : null, shape.nullable)
  } else if (shape.kind === 'rel') {
    const parts = {
      id: shape.id ? next('r') : null,
      pair: shape.pair ? next('t') : null,
      source: shape.source ? next('n') : null,
      target: shape.target ? next('n') : null,
    }
    emitter.bindRel(slot, parts, shape.nullable)
  } else {
    const value = next('v')
    const nul = shape.nullable ? (shape.boxed ? `${value} === null` : next('z')) : null
    emitter.bindValue(slot, { value, nul, boxed: shape.boxed, rep: shape.rep })
  }
}

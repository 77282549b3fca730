import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { ColumnStatistics } from '../../storage/read-view.ts'
import type { Emitter } from './emitter.ts'
import type { PropertyExpression } from './properties.ts'
import { columnOf } from './traits.ts'
import { addUses } from './used-slots.ts'

/** A grouping or DISTINCT operator. */
export type Aggregate = Extract<Operator, { readonly op: 'aggregate' }>

/** Groups are rows of one node table: the keys are functions of one node slot and one of them tells the node. */
export interface DenseKey {
  readonly slot: number
  readonly table: number
}

/** Below so many rows an array over the whole table is always cheap enough. */
const SMALL_TABLE = 1 << 16
/** Largest span of a key that is grouped by an array over its range. */
const RANGE_LIMIT = 1 << 16

/** @returns the node slot that groups by offset are possible and worthwhile for, or null. */
export function denseKeyOf(op: Aggregate, emitter: Emitter): DenseKey | null {
  const uses = new Map<number, number>()
  for (const key of op.keys) {
    if (!isPure(key.expression)) return null
    addUses(key.expression, uses)
  }
  const [slotId] = uses.keys()
  if (uses.size !== 1 || slotId === undefined) return null
  const slot = emitter.slotOf(slotId)
  if (slot.kind !== 'node' || slot.tables.length !== 1 || slot.nullable) return null
  if (!op.keys.some((k) => identifiesNode(k.expression, slotId))) return null
  const table = slot.tables[0]!
  const { estimate } = op.child
  const isWorthwhile = emitter.traits.decide(({ view }) => {
    const rows = view.nodeTable(table).rowCount
    return rows <= SMALL_TABLE || rows <= estimate * 4
  }, false)
  return isWorthwhile ? { slot: slotId, table } : null
}

/** @returns whether equal values of an expression mean equal nodes of a slot. */
export function identifiesNode(e: BoundExpression, slot: number): boolean {
  if (e.kind === 'slot') return e.slot === slot
  if (e.kind === 'internalId') return e.slot === slot && e.of === 'self'
  return e.kind === 'property' && e.slot === slot && e.isPrimaryKey
}

function isPure(e: BoundExpression): boolean {
  return e.kind === 'slot' || e.kind === 'property' || e.kind === 'internalId' || e.kind === 'label'
}

/** Bounds of a range key at run time; the last group is that of NULL. */
export interface KeyRange {
  readonly min: number
  /** Groups: one per whole number from min to max, and one for NULL. */
  readonly length: number
}

/** @returns the property that is the only key and whose values lie in a small range of whole numbers, or null. */
export function rangeKeyOf(op: Aggregate, emitter: Emitter): PropertyExpression | null {
  const [key] = op.keys
  if (op.keys.length !== 1 || key!.expression.kind !== 'property') return null
  const property = key!.expression
  const slot = emitter.slotOf(property.slot)
  const source = property.sources.find((s) => s.table === slot.tables[0])
  if (slot.tables.length !== 1 || source === undefined || source.columnId < 0 || !isWhole(property)) return null
  const isRel = slot.kind === 'rel'
  if (!emitter.traits.safeNumber(source.table, source.columnId, isRel)) return null
  const isSmall = emitter.traits.decide(({ view }) => {
    return keyRange(columnOf(view, source.table, source.columnId, isRel).statistics) !== null
  }, false)
  return isSmall ? property : null
}

function isWhole(e: BoundExpression): boolean {
  return ['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'SERIAL', 'DATE'].includes(e.type.id)
}

/** @returns the range of a column's values if it is known and small. */
export function keyRange(statistics: ColumnStatistics): KeyRange | null {
  const { min, max } = statistics
  if (typeof min !== 'number' || typeof max !== 'number' || max - min >= RANGE_LIMIT) return null
  return { min, length: max - min + 2 }
}

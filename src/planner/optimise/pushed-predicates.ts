import type { BoundExpression } from '../../plan/bound-expression.ts'
import { isConstant } from '../../plan/expression-parts.ts'
import type { PushedPredicate } from '../../plan/operator.ts'
import { fitsInt, isIntType } from '../../types/int.ts'
import { type LogicalType, sameType, type TypeId } from '../../types/logical-type.ts'
import { FLIPPED } from './estimates.ts'

type Compare = Extract<BoundExpression, { kind: 'compare' }>
type Property = Extract<BoundExpression, { kind: 'property' }>

/** Types whose columns can be tested in their encoded form. */
const PUSHABLE: readonly TypeId[] = [
  'BOOL',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'SERIAL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'FLOAT',
  'DOUBLE',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'STRING',
]

/** A comparison of a property with something constant, the property on the left. */
export interface PropertyTest {
  readonly property: Property
  readonly operator: Compare['operator']
  readonly bound: BoundExpression
}

/**
 * Reads `a.p < 5`, `5 > a.p` and, where the constant fits the column's own type, `CAST(a.p, INT64) < 5`.
 * @param constant what counts as constant.
 * @returns null for every other expression.
 */
export function propertyTest(
  expression: BoundExpression,
  constant: (e: BoundExpression) => boolean = isConstant,
): PropertyTest | null {
  if (expression.kind !== 'compare') return null
  const { left, right, operator } = expression
  return test(left, operator, right, constant) ?? test(right, FLIPPED[operator], left, constant)
}

function test(
  side: BoundExpression,
  operator: Compare['operator'],
  bound: BoundExpression,
  constant: (e: BoundExpression) => boolean,
): PropertyTest | null {
  if (!constant(bound)) return null
  if (side.kind === 'property') return { property: side, operator, bound }
  if (side.kind !== 'cast' || side.arg.kind !== 'property') return null
  const narrow = narrowed(bound, side.arg.type)
  return narrow === null ? null : { property: side.arg, operator, bound: narrow }
}

/** A literal in a narrower integer type; null when it does not fit or is no integer. */
function narrowed(bound: BoundExpression, type: LogicalType): BoundExpression | null {
  if (bound.kind !== 'literal' || !isIntType(type.id)) return null
  const { value } = bound
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
  return whole && bound.type.id !== 'DECIMAL' && fitsInt(value, type.id) ? { ...bound, type } : null
}

/**
 * Turns a condition on a scanned node into a predicate of the scan.
 * @returns per table its predicate, null for tables where the condition is never true (they have no such property); undefined when the scan cannot do it exactly.
 */
export function pushDown(
  predicate: BoundExpression,
  slot: number,
  tables: readonly number[],
): ReadonlyMap<number, PushedPredicate | null> | undefined {
  const found = propertyTest(predicate)
  if (found === null || found.property.slot !== slot || !PUSHABLE.includes(found.property.type.id)) return undefined
  const perTable = new Map<number, PushedPredicate | null>()
  for (const table of tables) {
    const source = found.property.sources.find((s) => s.table === table)
    if (source === undefined || source.columnId < 0) {
      perTable.set(table, null)
      continue
    }
    if (!sameType(source.type, found.property.type)) return undefined
    perTable.set(table, {
      columnId: source.columnId,
      type: source.type,
      operator: found.operator,
      bound: found.bound,
    })
  }
  return perTable
}

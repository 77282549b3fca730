import type { TableStatistics } from '../../catalog/table-statistics.ts'
import type { BoundExpression, ComparisonOperator, Slot } from '../../plan/bound-expression.ts'
import type { Value } from '../../types/value.ts'
import type { PlannerParameter } from '../planner-context.ts'

type Property = Extract<BoundExpression, { kind: 'property' }>

/** Shares of rows that pass tests about which the statistics say nothing. */
const DEFAULTS = { equality: 0.01, range: 1 / 3, text: 0.1, other: 0.5 }

/** Fewest rows that any estimate gives, so that costs of later steps are still told apart. */
const LEAST = 1e-3

function asNumber(value: Value): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : null
}

/** How large tables are and how many rows pass a condition. Only guesses: they choose among correct plans. */
export class Estimates {
  readonly #statistics: TableStatistics
  readonly #slots: readonly Slot[]
  readonly #parameters: ReadonlyMap<string, PlannerParameter>
  /** Shares by the one parameter that decided about them, so that its value is asked for once. */
  readonly #shares = new Map<string, number>()

  constructor(
    statistics: TableStatistics,
    slots: readonly Slot[],
    parameters: ReadonlyMap<string, PlannerParameter> = new Map(),
  ) {
    this.#statistics = statistics
    this.#slots = slots
    this.#parameters = parameters
  }

  /** Live nodes of some tables together. */
  nodes(tables: readonly number[]): number {
    return tables.reduce((sum, table) => sum + this.#statistics.nodeCount(table), 0)
  }

  /** Live rels of some FROM-TO pairs together. */
  rels(pairs: readonly number[]): number {
    return pairs.reduce((sum, pair) => sum + this.#statistics.relCount(pair), 0)
  }

  /** @returns the share of rows, 0 to 1, for which a condition is true. */
  selectivity(predicate: BoundExpression): number {
    switch (predicate.kind) {
      case 'literal':
        return predicate.value === true ? 1 : 0
      case 'and':
        return predicate.args.reduce((product, arg) => product * this.selectivity(arg), 1)
      case 'or':
        return 1 - predicate.args.reduce((product, arg) => product * (1 - this.selectivity(arg)), 1)
      case 'not':
        return 1 - this.selectivity(predicate.arg)
      case 'compare':
        return this.#comparison(predicate.operator, predicate.left, predicate.right)
      case 'in':
        return this.#membership(predicate.item, predicate.list)
      case 'isNull':
        return predicate.negated ? 0.9 : 0.1
      case 'call':
        return DEFAULTS.text
      default:
        return DEFAULTS.other
    }
  }

  #comparison(operator: ComparisonOperator, left: BoundExpression, right: BoundExpression): number {
    const column = columnOf(left) ?? columnOf(right)
    if (column === null) return operator === '=' ? DEFAULTS.equality : operator === '<>' ? 1 : DEFAULTS.range
    if (operator === '=') return this.#equality(column)
    if (operator === '<>') return 1 - this.#equality(column)
    const flipped = columnOf(left) === null
    return this.#range(flipped ? FLIPPED[operator] : operator, column, flipped ? left : right)
  }

  #equality(property: Property): number {
    const distinct = this.#distinct(property)
    return distinct > 0 ? 1 / distinct : DEFAULTS.equality
  }

  #distinct(property: Property): number {
    return Math.max(0, ...this.#columns(property).map((c) => c.distinct))
  }

  #columns({ sources, slot }: Property): ReturnType<TableStatistics['column']>[] {
    const isRel = this.#slots[slot]?.kind === 'rel'
    const known = sources.filter((s) => s.columnId >= 0)
    return known.map((s) => this.#statistics.column(s.table, s.columnId, isRel))
  }

  #range(operator: ComparisonOperator, property: Property, bound: BoundExpression): number {
    const [known] = this.#columns(property)
    const low = asNumber(known?.min ?? null)
    const high = asNumber(known?.max ?? null)
    if (low === null || high === null || high <= low) return DEFAULTS.range
    const share = (value: Value): number => shareOfRange(operator, low, high, asNumber(value))
    if (bound.kind === 'parameter') return this.#shareOfParameter(bound.name, share)
    return bound.kind === 'literal' ? share(bound.value) : DEFAULTS.range
  }

  #shareOfParameter(name: string, share: (value: Value) => number): number {
    const known = this.#shares.get(name)
    if (known !== undefined) return known
    const value = this.#parameters.get(name)?.literal?.((v) => shareClass(share(v)))
    const found = value === undefined ? DEFAULTS.range : share(value)
    this.#shares.set(name, found)
    return found
  }

  #membership(item: BoundExpression, list: BoundExpression): number {
    const column = columnOf(item)
    const length = listLength(list)
    return Math.min(1, length * (column === null ? DEFAULTS.equality : this.#equality(column)))
  }
}

/** The share of evenly spread values between `low` and `high` that lie on the asked side of `value`. */
function shareOfRange(operator: ComparisonOperator, low: number, high: number, value: number | null): number {
  if (value === null) return DEFAULTS.range
  const below = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return Math.max(LEAST, operator === '<' || operator === '<=' ? below : 1 - below)
}

/** Shares that differ by less than a factor of four give the same plan, as row counts of tables do. */
function shareClass(share: number): number {
  return Math.ceil(Math.log2(share) / 2)
}

/** The operator for swapped sides. */
export const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Length of a list that is known before running, otherwise a guess. */
export function listLength(list: BoundExpression): number {
  if (list.kind === 'list') return list.items.length
  if (list.kind === 'literal' && Array.isArray(list.value)) return list.value.length
  return 10
}

function columnOf(expression: BoundExpression): Property | null {
  if (expression.kind === 'property') return expression
  return expression.kind === 'cast' ? columnOf(expression.arg) : null
}

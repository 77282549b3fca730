import { implementation } from '../../src/functions/bind-function.ts'
import type { BoundExpression } from '../../src/plan/bound-expression.ts'
import { castFunction } from '../../src/types/cast.ts'
import { compareValues, equalValues } from '../../src/types/compare.ts'
import type { InternalId, Value } from '../../src/types/value.ts'
import type { Graph } from './graph.ts'
import { rowsOf } from './naive.ts'

/** A node of a row, or its absence. */
export interface NaiveNode {
  readonly table: number
  readonly offset: number
}

/** A rel of a row. */
export interface NaiveRel {
  readonly pair: number
  readonly id: number
  readonly source: NaiveNode
  readonly target: NaiveNode
}

/** A row: what each slot holds. */
export type NaiveRow = ReadonlyMap<number, Value | NaiveNode | NaiveRel>

/** Surroundings of a naive evaluation. */
export interface NaiveContext {
  readonly graph: Graph
  readonly parameters: ReadonlyMap<string, Value>
}

/** Evaluates an expression by definition: recursively, without regard to cost. */
export function evaluate(e: BoundExpression, row: NaiveRow, context: NaiveContext): Value {
  const sub = (part: BoundExpression): Value => evaluate(part, row, context)
  switch (e.kind) {
    case 'literal':
      return e.value
    case 'parameter':
      return context.parameters.get(e.name) ?? null
    case 'slot':
      return entityOrValue(e, row, context)
    case 'property': {
      const entity = row.get(e.slot) as NaiveNode | NaiveRel | null
      if (entity === null) return null
      const [table, index] = 'pair' in entity ? [entity.pair, entity.id] : [entity.table, entity.offset]
      const source = e.sources.find((s) => s.table === table)
      return source === undefined || source.columnId < 0 ? null : context.graph.value(table, source.columnId, index)
    }
    case 'internalId':
      return idOf(e, row)
    case 'label': {
      const entity = row.get(e.slot) as NaiveNode | NaiveRel | null
      if (entity === null) return null
      const table = 'pair' in entity ? entity.pair : entity.table
      return e.names.find((n) => n.table === table)?.name ?? null
    }
    case 'call': {
      const args = e.args.map(sub)
      if (e.function.nulls === 'propagate' && args.includes(null)) return null
      return implementation(e.function)(...args)
    }
    case 'lambdaCall': {
      const lambda = (...values: Value[]): Value => {
        const inner = new Map(row)
        e.parameters.forEach((slot, i) => {
          inner.set(slot, values[i]!)
        })
        return evaluate(e.body, inner, context)
      }
      const args = e.args.map(sub)
      if (e.function.nulls === 'propagate' && args.includes(null)) return null
      return implementation(e.function)(...args, lambda as never)
    }
    case 'and':
    case 'or': {
      const decides = e.kind === 'or'
      let result: Value = !decides
      for (const arg of e.args) {
        const v = sub(arg)
        if (v === decides) return decides
        if (v === null) result = null
      }
      return result
    }
    case 'xor': {
      const values = e.args.map(sub)
      return values.includes(null) ? null : values.filter((v) => v === true).length % 2 === 1
    }
    case 'not': {
      const v = sub(e.arg)
      return v === null ? null : !v
    }
    case 'compare':
      return compare(e, sub(e.left), sub(e.right))
    case 'isNull':
      return (sub(e.arg) === null) !== e.negated
    case 'in': {
      const item = sub(e.item)
      const list = sub(e.list) as ArrayLike<Value> | null
      if (item === null || list === null) return null
      return Array.from(list).some((v) => v !== null && compareValues(e.item.type, v, item) === 0)
    }
    case 'cast': {
      const v = sub(e.arg)
      return v === null ? null : castFunction(e.arg.type, e.type)!(v)
    }
    case 'case': {
      for (const branch of e.branches) if (sub(branch.when) === true) return sub(branch.result)
      return e.otherwise === null ? null : sub(e.otherwise)
    }
    case 'list':
    case 'struct':
      return e.items.map(sub)
    case 'field': {
      const v = sub(e.arg) as readonly Value[] | null
      return v === null ? null : v[e.index]!
    }
    case 'path':
      throw new Error('paths are tested with recursive rels')
    case 'subquery': {
      const rows = rowsOf(e.plan, context, row)
      return e.mode === 'exists' ? rows.length > 0 : rows.length
    }
  }
}

function entityOrValue(e: Extract<BoundExpression, { kind: 'slot' }>, row: NaiveRow, context: NaiveContext): Value {
  const held = row.get(e.slot) as Value | NaiveNode | NaiveRel
  if (held === undefined) throw new Error(`slot ${e.slot} is not bound`)
  if (e.type.id === 'NODE' && held !== null) {
    const { table, offset } = held as NaiveNode
    const names = e.type.fields.slice(2).map((f) => f.name)
    return [{ table, offset }, context.graph.label(table), ...names.map((n) => context.graph.named(table, n, offset))]
  }
  if (e.type.id === 'REL' && held !== null) {
    const { pair, id, source, target } = held as NaiveRel
    const names = e.type.fields.slice(4).map((f) => f.name)
    return [
      { ...source },
      { ...target },
      context.graph.label(pair),
      { table: pair, offset: id },
      ...names.map((n) => context.graph.named(pair, n, id)),
    ]
  }
  return held as Value
}

function idOf(e: Extract<BoundExpression, { kind: 'internalId' }>, row: NaiveRow): InternalId | null {
  const entity = row.get(e.slot) as NaiveNode | NaiveRel | null
  if (entity === null) return null
  if (!('pair' in entity)) return { table: entity.table, offset: entity.offset }
  if (e.of === 'self') return { table: entity.pair, offset: entity.id }
  return e.of === 'source' ? entity.source : entity.target
}

function compare(e: Extract<BoundExpression, { kind: 'compare' }>, left: Value, right: Value): Value {
  if (left === null || right === null) return null
  if (e.operator === '=') return equalValues(e.operandType, left, right)
  if (e.operator === '<>') return !equalValues(e.operandType, left, right)
  // NaN is neither smaller nor larger than anything, unlike in ORDER BY
  const order = Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : compareValues(e.operandType, left, right)
  if (e.operator === '<') return order < 0
  if (e.operator === '<=') return order <= 0
  return e.operator === '>' ? order > 0 : order >= 0
}

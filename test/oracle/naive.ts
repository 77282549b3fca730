import { accumulator } from '../../src/functions/aggregate/accumulator.ts'
import type { BoundExpression } from '../../src/plan/bound-expression.ts'
import type { Hop, Operator, PushedPredicate } from '../../src/plan/operator.ts'
import type { QueryPlan } from '../../src/plan/statement.ts'
import { compareValues } from '../../src/types/compare.ts'
import { keyString } from '../../src/types/hash.ts'
import type { InternalId, Value } from '../../src/types/value.ts'
import { evaluate, type NaiveContext, type NaiveNode, type NaiveRel, type NaiveRow } from './naive-expression.ts'

type MutableRow = Map<number, Value | NaiveNode | NaiveRel>

/** Rows of a plan by definition: every operator maps lists of rows to lists of rows. Reading operators only. */
export function evaluatePlan(plan: QueryPlan, context: NaiveContext): Value[][] {
  return rowsOf(plan.root, context, new Map()).map((row) =>
    plan.columns.map((c) => evaluate(c.expression, row, context)),
  )
}

/** Rows of an operator. @param outer the row that `argument` stands for. */
export function rowsOf(op: Operator, context: NaiveContext, outer: NaiveRow): NaiveRow[] {
  const value = (e: BoundExpression, row: NaiveRow): Value => evaluate(e, row, context)
  const input = (child: Operator | null): NaiveRow[] => (child === null ? [new Map()] : rowsOf(child, context, outer))
  switch (op.op) {
    case 'singleRow':
      return [new Map()]
    case 'argument':
      return [outer]
    case 'scanNodes':
      return input(op.child).flatMap((row) =>
        op.tables.flatMap(({ table, predicates }) =>
          liveNodes(context, table)
            .filter((n) => predicates.every((p) => passes(p, n, row, context)))
            .map((n) => withSlot(row, op.slot, n)),
        ),
      )
    case 'lookupNode':
      return input(op.child).flatMap((row) => {
        const key = value(op.key, row)
        const { primaryKey } = context.graph.nodeTable(op.table)
        const found = liveNodes(context, op.table).filter(
          (n) => key !== null && context.graph.value(op.table, primaryKey, n.offset) === key,
        )
        return found.map((n) => withSlot(row, op.slot, n))
      })
    case 'nodeById':
      return input(op.child).flatMap((row) => {
        const id = value(op.id, row) as InternalId | null
        const found = op.tables.flatMap((t) => liveNodes(context, t))
        return found
          .filter((n) => id !== null && n.table === id.table && n.offset === id.offset)
          .map((n) => withSlot(row, op.slot, n))
      })
    case 'extend':
      return input(op.child).flatMap((row) => {
        return relsAt(row.get(op.from) as NaiveNode | null, op.hops, context).map(({ rel, other }) =>
          withSlot(withSlot(row, op.to, other), op.rel, rel),
        )
      })
    case 'extendInto':
      return input(op.child).flatMap((row) => {
        const to = row.get(op.to) as NaiveNode | null
        return relsAt(row.get(op.from) as NaiveNode | null, op.hops, context)
          .filter(({ other }) => to !== null && other.table === to.table && other.offset === to.offset)
          .map(({ rel }) => withSlot(row, op.rel, rel))
      })
    case 'filter':
      return input(op.child).filter((row) => value(op.predicate, row) === true)
    case 'project':
      return input(op.child).map((row) => {
        const out: MutableRow = op.narrow ? new Map(op.keep.map((s) => [s, row.get(s)!])) : new Map(row)
        for (const item of op.items) out.set(item.slot, definition(item.expression, row, context))
        return out
      })
    case 'unwind':
      return input(op.child).flatMap((row) => {
        const list = value(op.list, row) as ArrayLike<Value> | null
        return list === null ? [] : Array.from(list).map((v) => withSlot(row, op.slot, v))
      })
    case 'hashJoin': {
      const build = input(op.build)
      const slots = new Set(definedSlots(op.build))
      return input(op.child).flatMap((row) => {
        const partners = build.filter((b) =>
          op.keys.every((k) => {
            const [x, y] = [value(k.build, b), value(k.probe, row)]
            return x !== null && y !== null && keyString(k.build.type, x) === keyString(k.build.type, y)
          }),
        )
        if (op.kind === 'semi') return partners.length > 0 ? [row] : []
        if (op.kind === 'anti') return partners.length === 0 ? [row] : []
        if (partners.length === 0 && op.kind === 'left') return [nulled(row, slots)]
        return partners.map((b) => new Map([...b, ...row]))
      })
    }
    case 'crossProduct': {
      const right = input(op.right)
      return input(op.child).flatMap((row) => right.map((r) => new Map([...r, ...row])))
    }
    case 'apply':
      return input(op.child).flatMap((row) => {
        const inner = rowsOf(op.inner, context, row)
        if (op.mode === 'semi') return inner.length > 0 ? [row] : []
        if (op.mode === 'anti') return inner.length === 0 ? [row] : []
        if (inner.length === 0 && op.mode === 'optional') return [nulled(row, new Set(definedSlots(op.inner)))]
        return inner.map((r) => new Map([...row, ...r]))
      })
    case 'aggregate':
      return aggregate(op, input(op.child), context)
    case 'sort': {
      const rows = input(op.child).map((row) => ({ row, keys: op.keys.map((k) => value(k.expression, row)) }))
      rows.sort((a, b) => {
        for (const [i, key] of op.keys.entries()) {
          const order = nullsLast(key.expression, a.keys[i]!, b.keys[i]!)
          if (order !== 0) return key.descending ? -order : order
        }
        return 0
      })
      return window(
        rows.map((r) => r.row),
        op,
        context,
      )
    }
    case 'limit':
      return window(input(op.child), op, context)
    case 'union': {
      const all = op.branches.flatMap((branch, b) =>
        input(branch).map((row) => new Map(op.slots.map((slot, i) => [slot, row.get(op.outputs[b]![i]!)!]))),
      )
      if (op.all) return all
      const seen = new Set<string>()
      return all.filter((row) => {
        const key = JSON.stringify([...row.values()], (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
        return !seen.has(key) && seen.add(key)
      })
    }
    default:
      throw new Error(`the naive evaluator has no ${op.op}`)
  }
}

function withSlot(row: NaiveRow, slot: number, v: Value | NaiveNode | NaiveRel): NaiveRow {
  return new Map(row).set(slot, v)
}

function nulled(row: NaiveRow, slots: ReadonlySet<number>): NaiveRow {
  const out: MutableRow = new Map([...slots].map((s) => [s, null]))
  for (const [slot, v] of row) out.set(slot, v)
  return out
}

function definition(e: BoundExpression, row: NaiveRow, context: NaiveContext): Value | NaiveNode | NaiveRel {
  return e.kind === 'slot' ? row.get(e.slot)! : evaluate(e, row, context)
}

function liveNodes(context: NaiveContext, table: number): NaiveNode[] {
  const { rowCount, deleted } = context.graph.nodeTable(table)
  return Array.from({ length: rowCount }, (_, offset) => ({ table, offset })).filter((n) => !deleted.has(n.offset))
}

function passes(p: PushedPredicate, n: NaiveNode, row: NaiveRow, context: NaiveContext): boolean {
  const v = context.graph.value(n.table, p.columnId, n.offset)
  const bound = evaluate(p.bound, row, context)
  if (v === null || bound === null) return false
  const order = compareValues(p.type, v, bound)
  return { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[
    p.operator
  ]
}

function relsAt(
  from: NaiveNode | null,
  hops: readonly Hop[],
  context: NaiveContext,
): { rel: NaiveRel; other: NaiveNode }[] {
  if (from === null) return []
  return hops.flatMap((hop) => {
    if (hop.fromTable !== from.table) return []
    const table = context.graph.relTable(hop.relTable)
    const found: { rel: NaiveRel; other: NaiveNode }[] = []
    for (let id = 0; id < table.sources.length; id++) {
      if (table.deleted.has(id)) continue
      const source = { table: table.from, offset: table.sources[id]! }
      const target = { table: table.to, offset: table.targets[id]! }
      const [near, other] = hop.direction === 'fwd' ? [source, target] : [target, source]
      if (near.offset === from.offset) found.push({ rel: { pair: hop.relTable, id, source, target }, other })
    }
    return found
  })
}

function aggregate(
  op: Extract<Operator, { op: 'aggregate' }>,
  rows: readonly NaiveRow[],
  context: NaiveContext,
): NaiveRow[] {
  const groups = new Map<string, { keys: (Value | NaiveNode | NaiveRel)[]; rows: NaiveRow[] }>()
  if (op.keys.length === 0) groups.set('', { keys: [], rows: [] })
  for (const row of rows) {
    const text = op.keys.map((k) => keyString(k.expression.type, evaluate(k.expression, row, context))).join('|')
    let group = groups.get(text)
    if (group === undefined) {
      group = { keys: op.keys.map((k) => definition(k.expression, row, context)), rows: [] }
      groups.set(text, group)
    }
    group.rows.push(row)
  }
  return [...groups.values()].map((group) => {
    const out: MutableRow = new Map(op.keys.map((k, i) => [k.slot, group.keys[i]!]))
    for (const item of op.aggregates) {
      const general = accumulator({ ...item.aggregate, distinct: item.distinct })
      const state = general.create()
      for (const row of group.rows) {
        const v = item.argument === null ? 1 : evaluate(item.argument, row, context)
        if (v !== null) general.update(state, v)
      }
      out.set(item.slot, general.finish(state))
    }
    return out
  })
}

function nullsLast(e: BoundExpression, a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareValues(e.type, a, b)
}

function window(
  rows: NaiveRow[],
  op: { skip: BoundExpression | null; limit: BoundExpression | null },
  context: NaiveContext,
): NaiveRow[] {
  const skip = op.skip === null ? 0 : Number(evaluate(op.skip, new Map(), context))
  const limit = op.limit === null ? Number.POSITIVE_INFINITY : Number(evaluate(op.limit, new Map(), context))
  return rows.slice(skip, skip + limit)
}

/** Slots that a sub-plan defines. */
export function definedSlots(op: Operator): number[] {
  switch (op.op) {
    case 'singleRow':
    case 'argument':
      return []
    case 'scanNodes':
    case 'lookupNode':
    case 'nodeById':
    case 'unwind':
      return [op.slot, ...(op.child === null ? [] : definedSlots(op.child))]
    case 'extend':
      return [op.to, op.rel, ...definedSlots(op.child)]
    case 'extendInto':
      return [op.rel, ...definedSlots(op.child)]
    case 'project':
      return [...op.items.map((i) => i.slot), ...(op.narrow ? op.keep : definedSlots(op.child))]
    case 'aggregate':
      return [...op.keys, ...op.aggregates].map((k) => k.slot)
    case 'hashJoin':
      return [...definedSlots(op.build), ...definedSlots(op.child)]
    case 'crossProduct':
      return [...definedSlots(op.right), ...definedSlots(op.child)]
    case 'apply':
      return [...definedSlots(op.inner), ...definedSlots(op.child)]
    case 'union':
      return [...op.slots]
    default:
      return 'child' in op && op.child !== null ? definedSlots(op.child) : []
  }
}

import { bindAggregate } from '../../src/functions/aggregate/aggregate-record.ts'
import { bindFunction } from '../../src/functions/bind-function.ts'
import type { AggregateItem, BoundExpression, ComparisonOperator, Slot } from '../../src/plan/bound-expression.ts'
import type { Hop, Operator, PushedPredicate } from '../../src/plan/operator.ts'
import type { QueryPlan } from '../../src/plan/statement.ts'
import { BOOL, INT64, INTERNAL_ID, type LogicalType, STRING } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'
import type { Graph } from './graph.ts'

type Distribute<T> = T extends unknown ? Omit<T, 'estimate'> : never

/** Writes plans by hand, the way the planner would. */
export class PlanBuilder {
  readonly slots: Slot[] = []
  readonly graph: Graph
  estimate = 1000

  constructor(graph: Graph) {
    this.graph = graph
  }

  node(name: string, tables: readonly number[], nullable = false): number {
    const names = new Map(tables.flatMap((t) => this.graph.nodeTable(t).columns.map((c) => [c.name, c.type] as const)))
    const fields = [
      { name: '_ID', type: INTERNAL_ID },
      { name: '_LABEL', type: STRING },
      ...[...names].map(([field, type]) => ({ name: field, type })),
    ]
    return this.#add({ kind: 'node', name, type: { id: 'NODE', fields }, tables, nullable })
  }

  rel(name: string, tables: readonly number[], nullable = false): number {
    const names = new Map(tables.flatMap((t) => this.graph.relTable(t).columns.map((c) => [c.name, c.type] as const)))
    const fields = [
      { name: '_SRC', type: INTERNAL_ID },
      { name: '_DST', type: INTERNAL_ID },
      { name: '_LABEL', type: STRING },
      { name: '_ID', type: INTERNAL_ID },
      ...[...names].map(([field, type]) => ({ name: field, type })),
    ]
    return this.#add({ kind: 'rel', name, type: { id: 'REL', fields }, tables, nullable })
  }

  value(name: string, type: LogicalType, nullable = true): number {
    return this.#add({ kind: 'value', name, type, tables: [], nullable })
  }

  #add(slot: Omit<Slot, 'slot'>): number {
    this.slots.push({ slot: this.slots.length, ...slot })
    return this.slots.length - 1
  }

  op(op: Distribute<Operator>): Operator {
    return { ...op, estimate: this.estimate } as Operator
  }

  scan(slot: number, predicates: readonly PushedPredicate[] = [], child: Operator | null = null): Operator {
    const tables = this.slots[slot]!.tables.map((table) => ({ table, predicates }))
    return this.op({ op: 'scanNodes', slot, tables, child })
  }

  /** Extend along one or more pairs; undirected with 'both'. */
  extend(child: Operator, from: number, rel: number, to: number, direction: 'fwd' | 'bwd' | 'both' = 'fwd'): Operator {
    return this.op({ op: 'extend', from, to, rel, hops: this.hops(rel, direction), child })
  }

  hops(rel: number, direction: 'fwd' | 'bwd' | 'both'): Hop[] {
    return this.slots[rel]!.tables.flatMap((relTable): Hop[] => {
      const { from, to } = this.graph.relTable(relTable)
      const fwd: Hop = { relTable, direction: 'fwd', fromTable: from, toTable: to }
      const bwd: Hop = { relTable, direction: 'bwd', fromTable: to, toTable: from }
      return direction === 'both' ? [fwd, bwd] : direction === 'fwd' ? [fwd] : [bwd]
    })
  }

  slot(slot: number): BoundExpression {
    return { kind: 'slot', type: this.slots[slot]!.type, slot }
  }

  property(slot: number, name: string): BoundExpression {
    const { tables, kind } = this.slots[slot]!
    let type: LogicalType = INT64
    let isPrimaryKey = false
    const sources = tables.map((table) => {
      const found = kind === 'node' ? this.graph.nodeTable(table) : this.graph.relTable(table)
      const columnId = found.columns.findIndex((c) => c.name === name)
      if (columnId >= 0) type = found.columns[columnId]!.type
      isPrimaryKey = 'primaryKey' in found && found.primaryKey === columnId && tables.length === 1
      return { table, columnId, type: found.columns[columnId]?.type ?? type }
    })
    return { kind: 'property', type, slot, name, sources, isPrimaryKey }
  }

  id(slot: number, of: 'self' | 'source' | 'target' = 'self'): BoundExpression {
    return { kind: 'internalId', type: INTERNAL_ID, slot, of }
  }

  label(slot: number): BoundExpression {
    const names = this.slots[slot]!.tables.map((table) => ({ table, name: this.graph.label(table) }))
    return { kind: 'label', type: STRING, slot, names }
  }

  compare(left: BoundExpression, operator: ComparisonOperator, right: BoundExpression): BoundExpression {
    return { kind: 'compare', type: BOOL, operator, operandType: left.type, left, right }
  }

  call(name: string, ...args: BoundExpression[]): BoundExpression {
    const fn = bindFunction(
      name,
      args.map((a) => a.type),
    )
    return { kind: 'call', type: fn.returnType, function: fn, args }
  }

  aggregate(slot: number, name: string, argument: BoundExpression | null, distinct = false): AggregateItem {
    const aggregate = bindAggregate(name, argument === null ? [] : [argument.type], distinct)
    return { slot, aggregate, argument, distinct }
  }

  plan(root: Operator, columns: readonly BoundExpression[]): QueryPlan {
    const named = columns.map((expression, i) => ({ name: `c${i}`, type: expression.type, expression }))
    return { kind: 'query', root, slots: this.slots, columns: named, writes: false, cost: 1 }
  }
}

/** A literal. */
export function literal(value: Value, type: LogicalType = INT64): BoundExpression {
  return { kind: 'literal', type, value }
}

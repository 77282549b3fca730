import type { BoundExpression, ComparisonOperator } from '../../src/plan/bound-expression.ts'
import type { Operator, PushedPredicate } from '../../src/plan/operator.ts'
import type { QueryPlan } from '../../src/plan/statement.ts'
import { BOOL, DOUBLE, INT64, type LogicalType, listOf, STRING } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'
import type { Graph } from './graph.ts'
import { literal, PlanBuilder } from './plan-builder.ts'
import type { Random } from './random.ts'
import { CITY, KNOWS, LIVES, PERSON } from './small-graphs.ts'

/** A random plan and how its rows may be compared. */
export interface RandomPlan {
  readonly plan: QueryPlan
  /** Rows come in the order of the first columns. */
  readonly isOrdered: boolean
  /** Only the number of rows is defined (LIMIT without order). */
  readonly isCountOnly: boolean
}

/** Slots that are visible at a place of a plan under construction. */
interface Visible {
  nodes: number[]
  rels: number[]
  values: number[]
}

const OPERATORS: readonly ComparisonOperator[] = ['=', '<>', '<', '<=', '>', '>=']
const SAMPLE: Readonly<Record<string, readonly Value[]>> = {
  INT64: [0, 10, 20, 30, 55, 2n ** 60n, null],
  INT32: [1990, 1992, 1994],
  STRING: ['ada', 'bob', '', 'city1', null],
  DOUBLE: [0, 1.5, -2.25, Number.NaN, null],
  BOOL: [true, false, null],
}

/** Builds random reading plans: every operator, nested a few levels deep, over the graph of small-graphs.ts. */
export class RandomPlanMaker {
  readonly #random: Random
  readonly #b: PlanBuilder
  #depth = 0

  constructor(graph: Graph, random: Random) {
    this.#random = random
    this.#b = new PlanBuilder(graph)
  }

  make(): RandomPlan {
    const visible: Visible = { nodes: [], rels: [], values: [] }
    let op = this.#source(visible)
    for (let i = this.#random.int(5); i > 0; i--) op = this.#step(op, visible)
    return this.#finish(op, visible)
  }

  get #estimate(): number {
    return this.#random.pick([1, 100, 1e6])
  }

  #source(visible: Visible): Operator {
    this.#b.estimate = this.#estimate
    if (this.#random.int(12) === 0) {
      const slot = this.#b.value('u', INT64)
      visible.values.push(slot)
      const list = literal([1, null, 3], listOf(INT64))
      return this.#b.op({ op: 'unwind', slot, list, child: this.#b.op({ op: 'singleRow' }) })
    }
    return this.#scan(visible, null)
  }

  #scan(visible: Visible, child: Operator | null): Operator {
    const tables = this.#random.pick([[PERSON], [PERSON], [PERSON], [CITY], [PERSON, CITY]])
    const slot = this.#b.node('n', tables)
    const predicates: PushedPredicate[] = []
    if (tables[0] === PERSON && tables.length === 1 && this.#random.int(3) === 0) {
      const bound = literal(this.#random.pick([10, 20, 40, null]))
      predicates.push({ columnId: 2, type: INT64, operator: this.#random.pick(OPERATORS), bound })
      if (this.#random.int(2) === 0) {
        predicates.push({ columnId: 0, type: INT64, operator: '<', bound: literal(80) })
      }
    }
    visible.nodes.push(slot)
    return this.#b.scan(slot, predicates, child)
  }

  #step(child: Operator, visible: Visible): Operator {
    this.#b.estimate = this.#estimate
    switch (this.#random.int(15)) {
      case 0:
      case 1:
      case 2:
        return this.#extend(child, visible)
      case 3:
      case 14:
        return this.#extendInto(child, visible)
      case 4:
      case 5:
        return this.#b.op({ op: 'filter', predicate: this.#predicate(visible), child })
      case 6:
        return this.#project(child, visible)
      case 7: {
        const slot = this.#b.value('u', INT64)
        const list = literal(this.#random.pick<Value>([[1, 2], [], null, [null, 2n ** 60n]]), listOf(INT64))
        visible.values.push(slot)
        return this.#b.op({ op: 'unwind', slot, list, child })
      }
      case 8:
        return this.#apply(child, visible)
      case 9:
        return this.#join(child, visible)
      case 10: {
        const right: Visible = { nodes: [], rels: [], values: [] }
        const op = this.#b.op({ op: 'crossProduct', child, right: this.#scan(right, null) })
        visible.nodes.push(...right.nodes)
        return op
      }
      case 11:
        return this.#aggregate(child, visible)
      case 12:
        return this.#lookup(child, visible)
      default:
        return this.#random.int(2) === 0 ? this.#scan(visible, child) : this.#sort(child, visible, false)
    }
  }

  /** Nodes of which at least one table is PERSON can be extended. */
  #extend(child: Operator, visible: Visible): Operator {
    const from = this.#pickNode(visible)
    if (from === null) return child
    const pairs = this.#random.pick([[KNOWS], [KNOWS], [LIVES], [KNOWS, LIVES]])
    const direction = this.#random.pick(['fwd', 'bwd', 'both', 'fwd'] as const)
    const rel = this.#b.rel('e', pairs)
    const hops = this.#b.hops(rel, direction)
    const tables = [...new Set(hops.map((h) => h.toTable))].sort()
    const to = this.#b.node('m', tables)
    visible.nodes.push(to)
    visible.rels.push(rel)
    return this.#b.op({ op: 'extend', from, to, rel, hops, child })
  }

  #extendInto(child: Operator, visible: Visible): Operator {
    const from = this.#pickNode(visible)
    const to = this.#pickNode(visible)
    if (from === null || to === null) return child
    const rel = this.#b.rel('e', this.#random.pick([[KNOWS], [KNOWS, LIVES]]))
    visible.rels.push(rel)
    const hops = this.#b.hops(rel, this.#random.pick(['fwd', 'bwd', 'both']))
    return this.#b.op({ op: 'extendInto', from, to, rel, hops, child })
  }

  #pickNode(visible: Visible): number | null {
    return visible.nodes.length === 0 ? null : this.#random.pick(visible.nodes)
  }

  #lookup(child: Operator, visible: Visible): Operator {
    const slot = this.#b.node('k', [PERSON])
    const key = this.#value(visible, INT64)
    visible.nodes.push(slot)
    return this.#b.op({ op: 'lookupNode', slot, table: PERSON, key, child })
  }

  #project(child: Operator, visible: Visible): Operator {
    const items = [INT64, this.#random.pick([STRING, INT64, BOOL, DOUBLE])].map((type) => ({
      slot: this.#b.value('v', type),
      expression: this.#value(visible, type),
    }))
    const narrow = this.#random.int(3) === 0
    const keep = [...visible.nodes, ...visible.rels].filter(() => this.#random.int(3) > 0)
    if (narrow) {
      visible.nodes = visible.nodes.filter((s) => keep.includes(s))
      visible.rels = visible.rels.filter((s) => keep.includes(s))
      visible.values = []
    }
    visible.values.push(...items.map((i) => i.slot))
    return this.#b.op({ op: 'project', items, keep, narrow, child })
  }

  #apply(child: Operator, visible: Visible): Operator {
    const mode = this.#random.pick(['inner', 'optional', 'optional', 'semi', 'anti'] as const)
    const inner = this.#inner(visible)
    if (mode === 'inner' || mode === 'optional') {
      if (mode === 'optional') for (const slot of inner.added) this.#makeNullable(slot)
      visible.nodes = inner.visible.nodes
      visible.rels = inner.visible.rels
      visible.values = inner.visible.values
    }
    return this.#b.op({ op: 'apply', mode, inner: inner.op, child })
  }

  #makeNullable(slot: number): void {
    this.#b.slots[slot] = { ...this.#b.slots[slot]!, nullable: true }
  }

  /** A sub-plan over `argument`. */
  #inner(visible: Visible): { op: Operator; visible: Visible; added: number[] } {
    const inside: Visible = { nodes: [...visible.nodes], rels: [...visible.rels], values: [...visible.values] }
    this.#depth++
    const first = this.#b.slots.length
    let op: Operator = this.#b.op({ op: 'argument' })
    op = visible.nodes.length > 0 ? this.#extend(op, inside) : this.#scan(inside, op)
    if (this.#random.int(2) === 0) op = this.#b.op({ op: 'filter', predicate: this.#predicate(inside), child: op })
    if (this.#random.int(3) === 0) op = this.#extend(op, inside)
    if (this.#random.int(6) === 0) op = this.#b.op({ op: 'limit', skip: null, limit: literal(1), child: op })
    this.#depth--
    const added = this.#b.slots.slice(first).map((s) => s.slot)
    return { op, visible: inside, added }
  }

  #join(child: Operator, visible: Visible): Operator {
    const right: Visible = { nodes: [], rels: [], values: [] }
    let build = this.#scan(right, null)
    if (this.#random.int(2) === 0) build = this.#extend(build, right)
    const kind = this.#random.pick(['inner', 'left', 'semi', 'anti'] as const)
    const type = this.#random.pick([INT64, STRING])
    const keys = [{ build: this.#value(right, type), probe: this.#value(visible, type) }]
    const [x, y] = [this.#pickNode(right), this.#pickNode(visible)]
    if (x !== null && y !== null && this.#random.int(2) === 0) {
      keys.splice(0, this.#random.int(2), { build: this.#b.id(x), probe: this.#b.id(y) })
    }
    if (kind === 'left') for (const slot of [...right.nodes, ...right.rels]) this.#makeNullable(slot)
    if (kind === 'inner' || kind === 'left') {
      visible.nodes.push(...right.nodes)
      visible.rels.push(...right.rels)
    }
    return this.#b.op({ op: 'hashJoin', kind, build, child, keys })
  }

  #aggregate(child: Operator, visible: Visible): Operator {
    const keys = Array.from({ length: this.#random.int(3) }, () => this.#key(visible))
    const wanted = this.#random.int(4)
    const aggregates = Array.from({ length: keys.length === 0 ? wanted + 1 : wanted }, () => {
      const name = this.#random.pick(['COUNT_STAR', 'COUNT', 'SUM', 'AVG', 'MIN', 'MAX'])
      if (name === 'COUNT_STAR') return this.#b.aggregate(this.#b.value('c', INT64), name, null)
      const type = name === 'SUM' || name === 'AVG' ? INT64 : this.#random.pick([INT64, STRING, DOUBLE])
      let argument = this.#value(visible, type)
      if (name === 'COUNT' && visible.nodes.length > 0 && this.#random.int(2) === 0) {
        argument = this.#b.slot(this.#random.pick(visible.nodes))
      }
      const item = this.#b.aggregate(-1, name, argument, this.#random.int(3) === 0)
      return { ...item, slot: this.#b.value('c', item.aggregate.returnType) }
    })
    visible.nodes = keys.filter((k) => this.#b.slots[k.slot]!.kind === 'node').map((k) => k.slot)
    visible.rels = []
    visible.values = [
      ...keys.map((k) => k.slot).filter((s) => !visible.nodes.includes(s)),
      ...aggregates.map((a) => a.slot),
    ]
    return this.#b.op({ op: 'aggregate', keys, aggregates, child })
  }

  #key(visible: Visible): { slot: number; expression: BoundExpression } {
    const node = this.#pickNode(visible)
    if (node !== null && this.#random.int(3) === 0) return { slot: node, expression: this.#b.slot(node) }
    const isPerson = node !== null && this.#b.slots[node]!.tables.join() === String(PERSON)
    const expression = isPerson
      ? this.#b.property(node, this.#random.pick(['id', 'name', 'age', 'big', 'score', 'year']))
      : this.#value(visible, this.#random.pick([INT64, STRING]))
    return { slot: this.#b.value('k', expression.type), expression }
  }

  #sort(child: Operator, visible: Visible, isLast: boolean): Operator {
    const keys = this.#sortKeys(visible)
    const limit = isLast && this.#random.int(2) === 0 ? literal(this.#random.int(6)) : null
    const skip = limit !== null && this.#random.int(2) === 0 ? literal(this.#random.int(3)) : null
    return this.#b.op({ op: 'sort', keys, skip, limit, child })
  }

  #sortKeys(visible: Visible): { expression: BoundExpression; descending: boolean }[] {
    return Array.from({ length: 1 + this.#random.int(2) }, () => ({
      expression: this.#value(visible, this.#random.pick([INT64, STRING, DOUBLE])),
      descending: this.#random.int(2) === 0,
    }))
  }

  /** Some expression of a type over what is visible. */
  #value(visible: Visible, type: LogicalType): BoundExpression {
    const candidates: BoundExpression[] = [literal(this.#random.pick(SAMPLE[type.id]!), type)]
    for (const slot of visible.values) {
      if (this.#b.slots[slot]!.type.id === type.id) candidates.push(this.#b.slot(slot))
    }
    for (const slot of visible.nodes) candidates.push(...this.#properties(slot, type))
    for (const slot of visible.rels) if (type.id === 'INT64') candidates.push(this.#b.property(slot, 'since'))
    if (type.id === 'BOOL' && this.#depth < 2) candidates.push(this.#predicate(visible))
    if (type.id === 'INT64' && this.#depth < 2 && this.#random.int(4) === 0) candidates.push(this.#compound(visible))
    return candidates[Math.min(candidates.length - 1, this.#random.int(candidates.length + 2))]!
  }

  #properties(slot: number, type: LogicalType): BoundExpression[] {
    const { tables } = this.#b.slots[slot]!
    const names = ['id', 'name', 'age', 'big', 'score'].filter((name) =>
      tables.some((t) => this.#b.graph.nodeTable(t).columns.some((c) => c.name === name && c.type.id === type.id)),
    )
    const found = names.map((name) => this.#b.property(slot, name))
    return type.id === 'STRING' ? [...found, this.#b.label(slot)] : found
  }

  #compound(visible: Visible): BoundExpression {
    this.#depth++
    const made = this.#compoundOf(visible)
    this.#depth--
    return made
  }

  #compoundOf(visible: Visible): BoundExpression {
    const small = (): BoundExpression => {
      const node = visible.nodes.find((n) => this.#b.slots[n]!.tables.includes(PERSON))
      return node === undefined ? literal(3) : this.#b.property(node, 'age')
    }
    switch (this.#random.int(3)) {
      case 0:
        return this.#b.call('+', small(), literal(7))
      case 1:
        return {
          kind: 'case',
          type: INT64,
          branches: [
            { when: this.#predicate(visible), result: small() },
            { when: this.#predicate(visible), result: literal(5) },
          ],
          otherwise: this.#random.int(2) === 0 ? null : literal(6),
        }
      default:
        return this.#subquery(visible, 'count')
    }
  }

  #subquery(visible: Visible, mode: 'exists' | 'count'): BoundExpression {
    const { op } = this.#inner(visible)
    const type = mode === 'exists' ? BOOL : INT64
    return { kind: 'subquery', type, mode, plan: op, outer: [], inner: [] }
  }

  #predicate(visible: Visible): BoundExpression {
    this.#depth++
    const made = this.#predicateOf(visible)
    this.#depth--
    return made
  }

  #predicateOf(visible: Visible): BoundExpression {
    const type = this.#random.pick([INT64, INT64, STRING, DOUBLE])
    const choice = this.#depth > 2 ? 0 : this.#random.int(10)
    switch (choice) {
      case 1:
      case 2:
      case 3: {
        const kind = (['and', 'or', 'xor'] as const)[choice - 1]!
        return {
          kind,
          type: BOOL,
          args: [this.#predicate(visible), this.#predicate(visible), this.#predicate(visible)],
        }
      }
      case 4:
        return { kind: 'not', type: BOOL, arg: this.#predicate(visible) }
      case 5:
        return { kind: 'isNull', type: BOOL, arg: this.#value(visible, type), negated: this.#random.int(2) === 0 }
      case 6: {
        const list = literal([...SAMPLE[type.id]!], listOf(type))
        return { kind: 'in', type: BOOL, item: this.#value(visible, type), list }
      }
      case 7: {
        if (visible.nodes.length === 0) return literal(true, BOOL)
        const [x, y] = [this.#random.pick(visible.nodes), this.#random.pick(visible.nodes)]
        return this.#b.compare(this.#b.id(x), this.#random.pick(['=', '<>']), this.#b.id(y))
      }
      case 8:
        return this.#subquery(visible, 'exists')
      default: {
        return this.#b.compare(this.#value(visible, type), this.#random.pick(OPERATORS), this.#value(visible, type))
      }
    }
  }

  #finish(op: Operator, visible: Visible): RandomPlan {
    const columns = [
      this.#value(visible, INT64),
      this.#value(visible, STRING),
      ...visible.nodes.slice(0, 2).map((n) => (this.#random.int(2) === 0 ? this.#b.slot(n) : this.#b.id(n))),
      ...visible.rels.slice(0, 1).map((r) => (this.#random.int(2) === 0 ? this.#b.slot(r) : this.#b.id(r, 'source'))),
      ...visible.values.slice(0, 2).map((v) => this.#b.slot(v)),
    ]
    switch (this.#random.int(5)) {
      case 0: {
        const sorted = this.#sort(op, visible, true)
        const keys = (sorted as Extract<Operator, { op: 'sort' }>).keys.map((k) => k.expression)
        return { plan: this.#b.plan(sorted, keys), isOrdered: true, isCountOnly: false }
      }
      case 1: {
        const limited = this.#b.op({ op: 'limit', skip: null, limit: literal(this.#random.int(8)), child: op })
        return { plan: this.#b.plan(limited, columns), isOrdered: false, isCountOnly: true }
      }
      default:
        return { plan: this.#b.plan(op, columns), isOrdered: false, isCountOnly: false }
    }
  }
}

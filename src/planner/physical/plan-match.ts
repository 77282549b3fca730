import { DatabaseError } from '../../errors/database-error.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { conjunction, isConstant, slotsOf } from '../../plan/expression-parts.ts'
import type { Operator, PushedPredicate, RecursiveSpec } from '../../plan/operator.ts'
import { operatorInputs } from '../../plan/operator-parts.ts'
import { listOf, sameType } from '../../types/logical-type.ts'
import type { RecursiveVariable } from '../bind/variable.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import { listLength } from '../optimise/estimates.ts'
import { foldConstants } from '../optimise/fold-constants.ts'
import { chooseOrder, type OrderStep } from '../optimise/join-order.ts'
import {
  components,
  type GraphNode,
  type GraphRel,
  hopsOf,
  type PendingPredicate,
  patternGraph,
  relSlots,
} from '../optimise/pattern-graph.ts'
import { propertyTest, pushDown } from '../optimise/pushed-predicates.ts'
import { distinctValues } from './distinct-values.ts'
import { extended, isTrivial, type Pipeline, type PlanEnv, planSlot, rootOf, rowsOf } from './plan-env.ts'

type Component = ReturnType<typeof components>[number]

/** How a node is found by its key: one look-up per input row, or one per element of a list. */
interface KeyAccess {
  readonly predicate: PendingPredicate
  readonly key: BoundExpression
  /** The elements of `key` are the keys. */
  readonly isList: boolean
  readonly rows: number
}

/**
 * Chooses operators that extend each input row by the matches of a pattern.
 * Disconnected parts are joined by hash where an equality connects them, otherwise multiplied.
 * @throws {DatabaseError} BINDER for a rel that is not stored in the direction that the pattern needs
 */
export function planMatch(env: PlanEnv, input: Pipeline, graph: QueryGraph): Pipeline {
  return new MatchPlanner(env, input, graph).plan()
}

class MatchPlanner {
  readonly #env: PlanEnv
  readonly #graph: QueryGraph
  #pipeline: Pipeline
  #pending: PendingPredicate[]

  constructor(env: PlanEnv, input: Pipeline, graph: QueryGraph) {
    this.#env = env
    this.#graph = graph
    this.#pipeline = input
    this.#pending = graph.predicates.map((expression) => ({ expression, slots: slotsOf(expression) }))
  }

  plan(): Pipeline {
    for (const { node, id } of this.#graph.fromIds) this.#nodeById(node.slot, id)
    this.#applyPredicates()
    const pattern = patternGraph(this.#graph)
    const left = components(pattern)
    for (const node of pattern.nodes) this.#restrict(node.variable.slot, node.tables)
    const isBound = (n: GraphNode): boolean => this.#pipeline.bound.has(n.variable.slot)
    const anchored = left.filter((c) => c.nodes.some(isBound))
    if (anchored.length > 0) {
      this.#planComponent({ nodes: anchored.flatMap((c) => c.nodes), rels: anchored.flatMap((c) => c.rels) })
    }
    const free = left.filter((c) => !anchored.includes(c))
    while (free.length > 0) this.#planNext(free)
    return this.#pipeline
  }

  /** A slot that this pattern defines declares exactly the tables that it may really come from. */
  #restrict(slot: number, tables: Iterable<number>): void {
    if (this.#pipeline.bound.has(slot)) return
    const possible = [...new Set(tables)]
    if (possible.length > 0) this.#env.slots[slot]!.tables = possible
  }

  #nodeById(slot: number, id: BoundExpression): void {
    const tables = this.#env.slots[slot]!.tables
    const child = rootOf(this.#pipeline)
    this.#push({ op: 'nodeById', slot, tables, id, child, estimate: rowsOf(this.#pipeline) }, [slot])
  }

  /** Plans one of the parts that nothing bound touches: first those found by key from the rows there are, then the smallest. */
  #planNext(free: Component[]): void {
    const keyed = free.find((c) => c.nodes.some((n) => this.#keyAccess(n) !== null))
    if (keyed !== undefined || isTrivial(this.#pipeline) || rowsOf(this.#pipeline) === 0) {
      const next = keyed ?? this.#smallest(free)
      free.splice(free.indexOf(next), 1)
      this.#planComponent(next)
      return
    }
    const next = this.#smallest(free)
    free.splice(free.indexOf(next), 1)
    this.#joinComponent(next)
  }

  #smallest(free: readonly Component[]): Component {
    const sized = free.map((component) => ({ component, rows: this.#order(component, 1, new Set()).rows }))
    return sized.reduce((best, next) => (next.rows < best.rows ? next : best)).component
  }

  /** Plans a part on its own and joins it with what there is. */
  #joinComponent(component: Component): void {
    const own = new Set([
      ...component.nodes.map((n) => n.variable.slot),
      ...component.rels.flatMap((r) => relSlots(r.variable)),
    ])
    const outer = this.#pipeline
    const pending = this.#pending
    this.#pending = pending.filter((p) => isSubset(p.slots, own))
    this.#pipeline = { root: null, bound: new Set() }
    this.#planComponent(component)
    const inner = this.#pipeline
    this.#pending = pending.filter((p) => !isSubset(p.slots, own))
    this.#pipeline = this.#join(outer, inner, own)
    this.#applyPredicates()
  }

  #join(outer: Pipeline, inner: Pipeline, own: ReadonlySet<number>): Pipeline {
    const keys = takeJoinKeys(this.#pending, outer.bound, own)
    this.#pending = this.#pending.filter((p) => !keys.some((k) => k.predicate === p))
    const bound = [...inner.bound]
    // the smaller side is kept in memory; rows of an outer query can only come first
    const swapped = rowsOf(outer) < rowsOf(inner) && !hasArgument(rootOf(outer))
    const [child, right] = swapped ? [rootOf(inner), rootOf(outer)] : [rootOf(outer), rootOf(inner)]
    const selectivity = keys.reduce((s, k) => s * this.#env.estimates.selectivity(k.predicate.expression), 1)
    const estimate = rowsOf(outer) * rowsOf(inner) * selectivity
    if (keys.length === 0) return extended(outer, { op: 'crossProduct', child, right, estimate }, bound)
    const pairs = keys.map(({ build, probe }) => (swapped ? { build: probe, probe: build } : { build, probe }))
    return extended(outer, { op: 'hashJoin', kind: 'inner', build: right, child, keys: pairs, estimate }, bound)
  }

  #order(component: Component, rows: number, bound: ReadonlySet<number>): ReturnType<typeof chooseOrder> {
    const lookups = component.nodes.flatMap((node) => {
      const access = bound.has(node.variable.slot) ? null : this.#keyAccess(node)
      return access === null ? [] : [{ node, rows: access.rows }]
    })
    const problem = { ...component, predicates: this.#pending, bound, rows, lookups, hint: this.#graph.hint }
    return chooseOrder(problem, this.#env.estimates)
  }

  #planComponent(component: Component): void {
    const order = this.#order(component, rowsOf(this.#pipeline), this.#pipeline.bound)
    for (const step of order.steps) this.#step(step)
  }

  #step(step: OrderStep): void {
    if (step.kind === 'bind') this.#bindNode(step.node)
    else if (step.rel.variable.kind === 'rel') this.#followRel(step.rel, step.from)
    else this.#followRecursive(step.rel, step.from, step.rel.variable)
    this.#applyPredicates()
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Nodes
  // -------------------------------------------------------------------------------------------------------------------

  #bindNode(node: GraphNode): void {
    const access = this.#keyAccess(node)
    if (access === null) this.#scan(node)
    else this.#lookUp(node, access)
  }

  #lookUp(node: GraphNode, access: KeyAccess): void {
    const { slot } = node.variable
    const [table] = node.tables
    const key = access.isList ? this.#unwindKeys(access) : access.key
    this.#pending = this.#pending.filter((p) => p !== access.predicate)
    const estimate = rowsOf(this.#pipeline)
    this.#push({ op: 'lookupNode', slot, table: table!, key, child: rootOf(this.#pipeline), estimate }, [slot])
  }

  /** Rows for the different elements of a list of keys, so that none is found twice. */
  #unwindKeys(access: KeyAccess): BoundExpression {
    const { key: list } = access
    const type = 'child' in list.type ? list.type.child : list.type
    const slot = planSlot(this.#env, '_key', type)
    const distinct = distinctValues(list)
    const estimate = rowsOf(this.#pipeline) * listLength(distinct ?? list)
    this.#push({ op: 'unwind', slot, list: distinct ?? list, child: rootOf(this.#pipeline), estimate }, [slot])
    const key: BoundExpression = { kind: 'slot', type, slot }
    if (distinct === null) {
      const child = rootOf(this.#pipeline)
      this.#push({ op: 'aggregate', keys: [{ slot, expression: key }], aggregates: [], child, estimate })
    }
    return key
  }

  /** How the primary key finds a node, given what is bound; null when it does not. */
  #keyAccess(node: GraphNode): KeyAccess | null {
    if (node.tables.size !== 1) return null
    const known = (e: BoundExpression): boolean => isSubset(slotsOf(e), this.#pipeline.bound)
    for (const predicate of this.#pending) {
      const { expression } = predicate
      const found = propertyTest(expression, known)
      if (found !== null && found.operator === '=' && isKeyOf(found.property, node)) {
        if (sameType(found.bound.type, found.property.type)) {
          return { predicate, key: found.bound, isList: false, rows: 1 }
        }
      }
      // a list of keys replaces the input row by several, which needs a row without anything to repeat
      if (expression.kind !== 'in' || !isTrivial(this.#pipeline) || !isConstant(expression.list)) continue
      const { item, list } = expression
      if (item.kind === 'property' && isKeyOf(item, node) && sameType(list.type, listOf(item.type))) {
        return { predicate, key: list, isList: true, rows: listLength(list) }
      }
    }
    return null
  }

  #scan(node: GraphNode): void {
    const { slot } = node.variable
    const predicates = new Map<number, PushedPredicate[]>([...node.tables].map((t) => [t, []]))
    let estimate = this.#env.estimates.nodes([...node.tables])
    for (const pending of [...this.#pending]) {
      const pushed = pushDown(pending.expression, slot, [...predicates.keys()])
      if (pushed === undefined) continue
      for (const [table, predicate] of pushed) {
        if (predicate === null) predicates.delete(table)
        else predicates.get(table)!.push(predicate)
      }
      estimate *= this.#env.estimates.selectivity(pending.expression)
      this.#pending = this.#pending.filter((p) => p !== pending)
    }
    const tables = [...predicates].map(([table, list]) => ({ table, predicates: list }))
    this.#restrict(slot, predicates.keys())
    const child = isTrivial(this.#pipeline) ? null : this.#pipeline.root
    this.#push({ op: 'scanNodes', slot, tables, child, estimate: estimate * rowsOf(this.#pipeline) }, [slot])
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Rels
  // -------------------------------------------------------------------------------------------------------------------

  #followRel(rel: GraphRel, from: GraphNode): void {
    const to = from === rel.source ? rel.target : rel.source
    const hops = hopsOf(rel, from)
    const toSlot = to.variable.slot
    const relSlot = relSlots(rel.variable)[0]!
    const toIsBound = this.#pipeline.bound.has(toSlot)
    if (hops === null) throw notStored(rel)
    const start = Math.max(1, this.#env.estimates.nodes([...from.tables]))
    const degree = this.#env.estimates.rels(hops.map((h) => h.relTable)) / start
    const ends = Math.max(1, this.#env.estimates.nodes([...to.tables]))
    const estimate = rowsOf(this.#pipeline) * (toIsBound ? degree / ends : degree)
    const op = toIsBound ? 'extendInto' : 'extend'
    this.#restrict(
      relSlot,
      hops.map((h) => h.relTable),
    )
    const child = rootOf(this.#pipeline)
    this.#push({ op, from: from.variable.slot, to: toSlot, rel: relSlot, hops, child, estimate }, [toSlot, relSlot])
  }

  #followRecursive(rel: GraphRel, from: GraphNode, variable: RecursiveVariable): void {
    const to = from === rel.source ? rel.target : rel.source
    const hops = hopsOf(rel, from)
    if (hops === null) throw notStored(rel)
    const toSlot = to.variable.slot
    const toIsBound = this.#pipeline.bound.has(toSlot)
    const one = { nodes: [rel.source, rel.target], rels: [rel] }
    const order = this.#order({ ...one, nodes: [...new Set(one.nodes)] }, rowsOf(this.#pipeline), this.#pipeline.bound)
    this.#push(
      {
        op: 'extendRecursive',
        from: from.variable.slot,
        to: toSlot,
        toIsBound,
        reversed: from.variable !== variable.left,
        hops,
        recursive: recursiveSpec(variable),
        child: rootOf(this.#pipeline),
        estimate: order.rows,
      },
      [toSlot, ...relSlots(variable)],
    )
  }

  // -------------------------------------------------------------------------------------------------------------------
  // Conditions
  // -------------------------------------------------------------------------------------------------------------------

  #push(operator: Operator, defines: readonly number[] = []): void {
    this.#pipeline = extended(this.#pipeline, operator, defines)
  }

  #applyPredicates(): void {
    const ready = this.#pending.filter((p) => isSubset(p.slots, this.#pipeline.bound))
    if (ready.length === 0) return
    this.#pending = this.#pending.filter((p) => !ready.includes(p))
    this.#pipeline = applyConditions(
      this.#env,
      this.#pipeline,
      ready.map((p) => p.expression),
    )
  }
}

/** Puts conditions on top of a pipeline: plain ones in one filter, then (NOT) EXISTS as semi- and anti-joins. */
export function applyConditions(env: PlanEnv, input: Pipeline, conditions: readonly BoundExpression[]): Pipeline {
  const plain = conditions.filter((c) => existence(c) === null)
  let pipeline = input
  const predicate = conjunction(plain)
  if (predicate !== null && !(predicate.kind === 'literal' && predicate.value === true)) {
    const estimate = rowsOf(pipeline) * env.estimates.selectivity(predicate)
    pipeline = extended(pipeline, { op: 'filter', predicate, child: rootOf(pipeline), estimate })
  }
  for (const condition of conditions) {
    const found = existence(condition)
    if (found === null) continue
    const estimate = rowsOf(pipeline) * env.estimates.selectivity(condition)
    pipeline = extended(pipeline, { op: 'apply', ...found, child: rootOf(pipeline), estimate })
  }
  return pipeline
}

function existence(condition: BoundExpression): { mode: 'semi' | 'anti'; inner: Operator } | null {
  if (condition.kind === 'subquery' && condition.mode === 'exists') return { mode: 'semi', inner: condition.plan }
  if (condition.kind !== 'not' || condition.arg.kind !== 'subquery' || condition.arg.mode !== 'exists') return null
  return { mode: 'anti', inner: condition.arg.plan }
}

function hasArgument(operator: Operator): boolean {
  return operator.op === 'argument' || operatorInputs(operator).some(hasArgument)
}

function isSubset(slots: ReadonlySet<number>, of: ReadonlySet<number>): boolean {
  for (const slot of slots) if (!of.has(slot)) return false
  return true
}

/** Whether a property is the primary key of the only table that a node can come from. */
function isKeyOf(property: Extract<BoundExpression, { kind: 'property' }>, node: GraphNode): boolean {
  if (property.slot !== node.variable.slot) return false
  const table = node.variable.tables.find((t) => node.tables.has(t.id))
  const source = property.sources.find((s) => s.table === table?.id)
  return source !== undefined && source.columnId === table?.primaryKey && sameType(source.type, property.type)
}

/** An equality that joins what is bound with a new part. */
export interface JoinKey {
  readonly predicate: PendingPredicate
  readonly build: BoundExpression
  readonly probe: BoundExpression
}

/** Finds equalities with one side over `outer` and the other over `own` slots. */
export function takeJoinKeys(
  pending: readonly PendingPredicate[],
  outer: ReadonlySet<number>,
  own: ReadonlySet<number>,
): readonly JoinKey[] {
  return pending.flatMap((predicate) => {
    const { expression } = predicate
    if (expression.kind !== 'compare' || expression.operator !== '=') return []
    const left = slotsOf(expression.left)
    const right = slotsOf(expression.right)
    if (left.size === 0 || right.size === 0) return []
    if (isSubset(left, outer) && isSubset(right, own)) {
      return [{ predicate, probe: expression.left, build: expression.right }]
    }
    if (isSubset(right, outer) && isSubset(left, own)) {
      return [{ predicate, probe: expression.right, build: expression.left }]
    }
    return []
  })
}

function recursiveSpec(variable: RecursiveVariable): RecursiveSpec {
  const { used } = variable
  return {
    semantic: variable.semantic,
    lower: variable.lower,
    upper: variable.upper,
    weight: variable.weight,
    relSlot: variable.innerRel.slot,
    nodeSlot: variable.innerNode.slot,
    relPredicate: folded(variable.innerRel.predicate),
    nodePredicate: folded(variable.innerNode.predicate),
    pathSlot: used.path ? variable.pathSlot : -1,
    lengthSlot: used.length ? variable.lengthSlot : -1,
    costSlot: used.cost ? variable.costSlot : -1,
    pathType: used.path ? variable.type : null,
  }
}

function folded(predicate: BoundExpression | null): BoundExpression | null {
  return predicate === null ? null : foldConstants(predicate)
}

function notStored(rel: GraphRel): DatabaseError {
  const { variable } = rel
  const name = variable.name
  const text = variable.undirected
    ? `Undirected rel pattern '${name}' has at least one matched rel table with storage type 'fwd' or 'bwd'. Undirected rel patterns are only supported if every matched rel table has storage type 'both'.`
    : `Querying table matched in rel pattern '${name}' with bwd-only storage direction isn't supported.`
  return new DatabaseError('BINDER', text)
}

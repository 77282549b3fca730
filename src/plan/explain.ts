import type { BoundExpression } from './bound-expression.ts'
import { walkExpression } from './expression-parts.ts'
import type { Hop, Operator, PushedPredicate, RecursiveSpec, SortKey } from './operator.ts'
import { operatorExpressions, operatorInputs } from './operator-parts.ts'
import { type PlanNames, planNames, printAggregate, printExpression } from './print-expression.ts'
import type { QueryPlan, StatementPlan } from './statement.ts'

/** What an operator did during a run; `index` is its place in a pre-order walk of the plan. */
export interface OperatorWork {
  readonly index: number
  readonly visited: number
  readonly strategy: string
}

/**
 * @returns the answer of EXPLAIN and PROFILE, line by line.
 * @param work what each operator did; PROFILE only.
 */
export function explainStatement(
  plan: Extract<StatementPlan, { kind: 'explain' }>,
  work: readonly OperatorWork[] = [],
): string[] {
  if (plan.mode === 'logical') return plan.logicalText.split('\n')
  const { statement } = plan
  if (statement.kind === 'query') return explainQuery(statement, plan.tableNames, work)
  const query = 'query' in statement ? statement.query : null
  const lines = query === null || query === undefined ? [] : explainQuery(query, plan.tableNames, work)
  return [statement.kind, ...lines.map((line) => `  ${line}`)]
}

/** @returns a physical plan as an indented tree: inputs below the operator that takes them, expected rows at the end. */
export function explainQuery(
  plan: QueryPlan,
  tables: Readonly<Record<number, string>>,
  work: readonly OperatorWork[] = [],
): string[] {
  const printer = new PlanPrinter(planNames(plan.slots, tables), work)
  const columns = plan.columns.map((c) => `${printExpression(c.expression, printer.names)} AS ${c.name}`)
  printer.print(plan.root, columns.length === 0 ? 0 : 1)
  for (const column of plan.columns) printer.printSubqueries(column.expression, 1)
  const head = columns.length === 0 ? [] : [`result ${columns.join(', ')}`]
  return [...head, ...printer.lines]
}

class PlanPrinter {
  readonly lines: string[] = []
  readonly names: PlanNames
  readonly #work: ReadonlyMap<number, OperatorWork>
  #next = 0

  constructor(names: PlanNames, work: readonly OperatorWork[]) {
    this.names = names
    this.#work = new Map(work.map((w) => [w.index, w]))
  }

  /** Pre-order: the operator, plans inside its expressions, its inputs. */
  print(operator: Operator, depth: number): void {
    const done = this.#work.get(this.#next++)
    const facts = [`~${printRows(operator.estimate)}`]
    if (done !== undefined && done.visited > 0) facts.push(`visited ${done.visited}`)
    if (done !== undefined && done.strategy !== '') facts.push(done.strategy)
    this.lines.push(`${'  '.repeat(depth)}${describe(operator, this.names)}  (${facts.join(', ')})`)
    for (const expression of operatorExpressions(operator)) this.printSubqueries(expression, depth + 1)
    for (const input of operatorInputs(operator)) this.print(input, depth + 1)
  }

  /** The plans of EXISTS and COUNT inside an expression. */
  printSubqueries(expression: BoundExpression, depth: number): void {
    walkExpression(
      expression,
      (part) => {
        if (part.kind === 'subquery') this.print(part.plan, depth)
      },
      false,
    )
  }
}

/** Estimates need no digits that nobody believes. */
function printRows(rows: number): string {
  if (rows >= 10 || Number.isInteger(rows)) return String(Math.round(rows))
  return String(Number(rows.toPrecision(2)))
}

function describe(operator: Operator, names: PlanNames): string {
  const print = (e: BoundExpression): string => printExpression(e, names)
  const detail = DETAILS[operator.op] as (operator: Operator, names: PlanNames, print: Printer) => string
  const text = detail(operator, names, print)
  return text === '' ? operator.op : `${operator.op} ${text}`
}

type Printer = (expression: BoundExpression) => string
type Details = {
  readonly [K in Operator['op']]: (operator: Extract<Operator, { op: K }>, names: PlanNames, print: Printer) => string
}

const DETAILS: Details = {
  singleRow: () => '',
  argument: () => '',
  scanNodes: ({ slot, tables }, names, print) =>
    `(${names.slot(slot)}:${tables.map((t) => names.table(t.table) + predicates(t.predicates, print)).join('|')})`,
  lookupNode: ({ slot, table, key }, names, print) => `(${names.slot(slot)}:${names.table(table)}) key ${print(key)}`,
  nodeById: ({ slot, id }, names, print) => `(${names.slot(slot)}) id ${print(id)}`,
  extend: ({ from, to, rel, hops }, names) => arrow(from, to, names.slot(rel), hops, names),
  extendInto: ({ from, to, rel, hops }, names) => arrow(from, to, names.slot(rel), hops, names),
  extendRecursive: ({ from, to, hops, recursive, toIsBound, reversed }, names, print) => {
    const { pathSlot, relPredicate, nodePredicate } = recursive
    const path = `${pathSlot < 0 ? '' : names.slot(pathSlot)}`
    const parts = [arrow(from, to, path, hops, names, range(recursive))]
    if (toIsBound) parts.push('both ends bound')
    if (reversed) parts.push('reversed')
    if (relPredicate !== null) parts.push(`rels where ${print(relPredicate)}`)
    if (nodePredicate !== null) parts.push(`nodes where ${print(nodePredicate)}`)
    return parts.join(', ')
  },
  filter: ({ predicate }, _names, print) => print(predicate),
  project: ({ items, keep, narrow }, names, print) =>
    [
      ...items.map((i) => `${print(i.expression)} AS ${names.slot(i.slot)}`),
      ...(narrow ? keep.map((slot) => names.slot(slot)) : []),
    ].join(', '),
  unwind: ({ slot, list }, names, print) => `${print(list)} AS ${names.slot(slot)}`,
  hashJoin: ({ kind, keys }, _names, print) =>
    `${kind} on ${keys.map((k) => `${print(k.probe)} = ${print(k.build)}`).join(', ')}`,
  crossProduct: () => '',
  apply: ({ mode }) => mode,
  aggregate: ({ keys, aggregates }, names, print) =>
    [
      ...keys.map((k) => `${print(k.expression)} AS ${names.slot(k.slot)}`),
      ...aggregates.map((a) => printAggregate(a, names)),
    ].join(', '),
  sort: ({ keys, skip, limit }, _names, print) => sortKeys(keys, print) + bounds(skip, limit, print),
  limit: ({ skip, limit }, _names, print) => bounds(skip, limit, print).trimStart(),
  union: ({ all }) => (all ? 'all' : 'distinct'),
  tableFunction: ({ name, args }, _names, print) => `${name}(${args.map(print).join(', ')})`,
  scanFile: ({ source }) => `${source.format} ${source.paths.join(', ')}`,
  create: ({ nodes, rels }, names) => created(nodes, rels, names),
  set: ({ items }, names, print) => items.map((i) => `${names.slot(i.slot)} to ${print(i.value)}`).join(', '),
  delete: ({ slots, detach }, names) => `${detach ? 'detach ' : ''}${slots.map((s) => names.slot(s)).join(', ')}`,
  merge: ({ nodes, rels }, names) => created(nodes, rels, names),
}

function predicates(list: readonly PushedPredicate[], print: Printer): string {
  if (list.length === 0) return ''
  return `{${list.map((p) => `column ${p.columnId} ${p.operator} ${print(p.bound)}`).join(', ')}}`
}

function arrow(from: number, to: number, rel: string, hops: readonly Hop[], names: PlanNames, extra = ''): string {
  const directions = new Set(hops.map((h) => h.direction))
  const tables = [...new Set(hops.map((h) => names.table(h.relTable)))].join('|')
  const left = directions.has('bwd') ? '<-' : '-'
  const right = directions.has('fwd') ? '->' : '-'
  return `(${names.slot(from)})${left}[${rel}:${tables}${extra}]${right}(${names.slot(to)})`
}

function range({ semantic, lower, upper }: RecursiveSpec): string {
  return `* ${semantic} ${lower}..${upper}`
}

function sortKeys(keys: readonly SortKey[], print: Printer): string {
  return keys.map((k) => `${print(k.expression)}${k.descending ? ' DESC' : ''}`).join(', ')
}

function bounds(skip: BoundExpression | null, limit: BoundExpression | null, print: Printer): string {
  return `${skip === null ? '' : ` skip ${print(skip)}`}${limit === null ? '' : ` limit ${print(limit)}`}`
}

function created(
  nodes: readonly { readonly slot: number; readonly table: number }[],
  rels: readonly {
    readonly slot: number
    readonly tableName: string
    readonly source: number
    readonly target: number
  }[],
  names: PlanNames,
): string {
  const nodeTexts = nodes.map((n) => `(${names.slot(n.slot)}:${names.table(n.table)})`)
  const relTexts = rels.map(
    (r) => `(${names.slot(r.source)})-[${names.slot(r.slot)}:${r.tableName}]->(${names.slot(r.target)})`,
  )
  return [...nodeTexts, ...relTexts].join(', ')
}

import type { BoundExpression } from '../../plan/bound-expression.ts'
import { type PlanNames, printAggregate, printExpression } from '../../plan/print-expression.ts'
import type { PatternRel } from '../bind/variable.ts'
import type { LogicalBranch, LogicalQuery, LogicalStep } from './logical-query.ts'
import type { QueryGraph } from './query-graph.ts'

/** @returns the steps of a bound query in the order of the text, one per line, before anything has been chosen. */
export function printLogicalQuery(query: LogicalQuery, names: PlanNames): string {
  const separator = query.all ? 'union all' : 'union'
  return query.branches.map((branch) => printBranch(branch, names)).join(`\n${separator}\n`)
}

function printBranch(branch: LogicalBranch, names: PlanNames): string {
  const lines = branch.steps.map((step) => printStep(step, names))
  if (branch.columns.length > 0) {
    lines.push(`result ${branch.columns.map((c) => printExpression(c.expression, names)).join(', ')}`)
  }
  return lines.join('\n')
}

function printStep(step: LogicalStep, names: PlanNames): string {
  const print = (e: BoundExpression): string => printExpression(e, names)
  switch (step.step) {
    case 'match':
      return `${step.optional ? 'optional match' : 'match'} ${printGraph(step.graph, names)}`
    case 'merge':
      return `merge ${printGraph(step.graph, names)}`
    case 'unwind':
      return `unwind ${print(step.list)} AS ${names.slot(step.slot)}`
    case 'filter':
      return `filter ${step.predicates.map(print).join(' AND ')}`
    case 'project': {
      const items = step.items.map((i) => `${print(i.expression)} AS ${names.slot(i.slot)}`)
      return `project ${[...items, ...step.keep.map((slot) => names.slot(slot))].join(', ')}`
    }
    case 'aggregate': {
      const keys = step.keys.map((k) => `${print(k.expression)} AS ${names.slot(k.slot)}`)
      return `aggregate ${[...keys, ...step.aggregates.map((a) => printAggregate(a, names))].join(', ')}`
    }
    case 'sort':
      return `sort ${step.keys.map((k) => `${print(k.expression)}${k.descending ? ' DESC' : ''}`).join(', ')}`
    case 'tableFunction':
      return `tableFunction ${step.name}`
    case 'scanFile':
      return `scanFile ${step.source.paths.join(', ')}`
    default:
      return step.step
  }
}

function printGraph(graph: QueryGraph, names: PlanNames): string {
  const nodes = graph.nodes.map((n) => `(${names.slot(n.slot)}:${n.tables.map((t) => t.name).join('|')})`)
  const rels = graph.rels.map((rel) => printRel(rel, names))
  const where = graph.predicates.map((p) => printExpression(p, names))
  return [...nodes, ...rels].join(', ') + (where.length === 0 ? '' : ` where ${where.join(' AND ')}`)
}

function printRel(rel: PatternRel, names: PlanNames): string {
  const range = rel.kind === 'recursive' ? `* ${rel.semantic} ${rel.lower}..${rel.upper}` : ''
  const name = names.slot(rel.kind === 'rel' ? rel.slot : rel.pathSlot)
  const end = rel.undirected ? '-' : '->'
  const tables = rel.tables.map((t) => t.name).join('|')
  return `(${names.slot(rel.source.slot)})-[${name}:${tables}${range}]${end}(${names.slot(rel.target.slot)})`
}

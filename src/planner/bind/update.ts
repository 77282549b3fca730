import { findProperty } from '../../catalog/catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type {
  CreateClause,
  DeleteClause,
  MergeClause,
  PathPattern,
  RelPattern,
  SetClause,
  SetItem as SyntaxSetItem,
} from '../../parser/ast.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { CreateNodeItem, CreateRelItem, SetItem } from '../../plan/operator.ts'
import type { LogicalStep } from '../logical/logical-query.ts'
import { emptyGraph } from '../logical/query-graph.ts'
import type { BindState } from './bind-state.ts'
import { castTo, implicitCast, kindOf, wrongType } from './bound.ts'
import { bindDefault } from './default-value.ts'
import { bindExpression } from './expression.ts'
import { type BoundPatterns, bindPatterns, equalities, type PropertyValue } from './pattern.ts'
import { bindProperty, setTables } from './property.ts'
import type { NodeVariable, PatternRel } from './variable.ts'

/** CREATE. @throws {DatabaseError} BINDER, UNKNOWN_TABLE, UNKNOWN_PROPERTY, TYPE_MISMATCH */
export function bindCreate(state: BindState, clause: CreateClause): readonly LogicalStep[] {
  const patterns = bindPatterns(state, clause.patterns)
  const items = createItems(state, patterns, clause.patterns, clause.span)
  return [...nodesOfValues(patterns), { step: 'create', ...items }]
}

/** Nodes that come from NODE values (`UNWIND nodes AS n CREATE (n)-[…]->…`) are fetched before anything is created. */
function nodesOfValues({ graph }: BoundPatterns): readonly LogicalStep[] {
  const { fromIds } = graph
  if (fromIds.length === 0) return []
  const nodes = fromIds.map((f) => f.node)
  return [{ step: 'match', optional: false, graph: { ...emptyGraph(), nodes, fromIds: [...fromIds] } }]
}

/** MERGE: looked for first, created when it is not there. @throws {DatabaseError} as CREATE and SET */
export function bindMerge(state: BindState, clause: MergeClause): readonly LogicalStep[] {
  const patterns = bindPatterns(state, clause.patterns)
  const { nodes, rels } = createItems(state, patterns, clause.patterns, clause.span)
  patterns.graph.predicates.push(...equalities(patterns.values))
  const merge: LogicalStep = {
    step: 'merge',
    graph: { ...patterns.graph, fromIds: [] },
    nodes,
    rels,
    onCreate: clause.onCreate.map((item) => bindSetItem(state, item)),
    onMatch: clause.onMatch.map((item) => bindSetItem(state, item)),
  }
  return [...nodesOfValues(patterns), merge]
}

interface Created {
  readonly nodes: readonly CreateNodeItem[]
  readonly rels: readonly CreateRelItem[]
}

function createItems(
  state: BindState,
  { graph, values, newNodes }: BoundPatterns,
  patterns: readonly PathPattern[],
  span: Span,
): Created {
  const syntax = patterns.flatMap((p) => p.rels)
  const nodes = graph.nodes.filter((n) => newNodes.has(n) && !graph.fromIds.some((f) => f.node === n))
  if (nodes.length === 0 && graph.rels.length === 0) {
    throw new DatabaseError('BINDER', 'Cannot resolve any node or relationship to create.', { span })
  }
  inferTables(state, nodes, graph.rels)
  // a rel that does not fit says more than a node that could be of many tables
  const rels = graph.rels.map((rel, i) => createRel(state, rel, values, syntax[i]!))
  return { nodes: nodes.map((node) => createNode(state, node, values, span)), rels }
}

/** A node without label takes the only table that the rels of the pattern allow. */
function inferTables(state: BindState, nodes: readonly NodeVariable[], rels: readonly PatternRel[]): void {
  const restrict = (node: NodeVariable, ids: readonly number[]): boolean => {
    const tables = node.tables.filter((t) => ids.includes(t.id))
    // none left: the message about the schema names what was written
    if (!nodes.includes(node) || tables.length === 0 || tables.length === node.tables.length) return false
    setTables(state, node, tables)
    return true
  }
  for (let changed = true; changed; ) {
    changed = false
    for (const rel of rels) {
      const candidates = rel.tables.flatMap((t) => candidatesOf(t, rel))
      const from = candidates.map((c) => c.fromTable)
      const to = candidates.map((c) => c.toTable)
      changed = restrict(rel.source, from) || restrict(rel.target, to) || changed
    }
  }
}

function createNode(
  state: BindState,
  node: NodeVariable,
  values: readonly PropertyValue[],
  span: Span,
): CreateNodeItem {
  const [table, ...others] = node.tables
  if (table === undefined || others.length > 0) {
    const what = table === undefined ? 'empty' : 'multiple'
    const text = `Create node ${node.name} with ${what} node labels is not supported.`
    throw new DatabaseError('BINDER', text, { span })
  }
  const own = values.filter((v) => v.variable === node)
  const key = table.properties.find((p) => p.columnId === table.primaryKey)!
  if (!key.serial && key.defaultText === null && !own.some((v) => sameName(v.name, key.name))) {
    const text = `Create node ${node.name} expects primary key ${key.name} as input.`
    throw new DatabaseError('BINDER', text, { span, facts: { table: table.name, property: key.name } })
  }
  return { slot: node.slot, table: table.id, values: columnValues(state, table, own) }
}

function createRel(
  state: BindState,
  rel: PatternRel,
  values: readonly PropertyValue[],
  pattern: RelPattern,
): CreateRelItem {
  const { span } = pattern
  if (rel.kind === 'recursive') {
    throw new DatabaseError('BINDER', `Cannot create recursive rel ${rel.name}.`, { span })
  }
  const fitting = rel.tables.filter((t) => candidatesOf(t, rel).length > 0)
  const [table, ...others] = rel.tables.length === 1 ? rel.tables : fitting
  if (table === undefined) {
    const text = `Cannot find a label for relationship ${rel.name} that connects to all of its neighbour nodes.`
    throw new DatabaseError('BINDER', text, { span })
  }
  if (others.length > 0) {
    const text = `Create rel ${rel.name} with multiple rel labels is not supported.`
    throw new DatabaseError('BINDER', text, { span })
  }
  if (rel.undirected) {
    const text = 'Create undirected relationship is not supported. Try create 2 directed relationships instead.'
    throw new DatabaseError('BINDER', text, { span })
  }
  return {
    slot: rel.slot,
    candidates: requireCandidates(state, table, rel, span),
    source: rel.source.slot,
    target: rel.target.slot,
    values: columnValues(
      state,
      table,
      values.filter((v) => v.variable === rel),
    ),
    tableName: table.name,
  }
}

function candidatesOf(table: RelTableEntry, rel: PatternRel): CreateRelItem['candidates'] {
  const has = (tables: readonly NodeTableEntry[], id: number): boolean => tables.some((t) => t.id === id)
  return table.pairs
    .filter((pair) => has(rel.source.tables, pair.from) && has(rel.target.tables, pair.to))
    .map((pair) => ({ relTable: pair.id, fromTable: pair.from, toTable: pair.to }))
}

function requireCandidates(
  state: BindState,
  table: RelTableEntry,
  rel: PatternRel,
  span: Span,
): CreateRelItem['candidates'] {
  const candidates = candidatesOf(table, rel)
  if (candidates.length > 0) return candidates
  const fits = (node: NodeVariable, ids: readonly number[]): boolean => node.tables.some((t) => ids.includes(t.id))
  const connects = (end: 'from' | 'to', node: NodeVariable): boolean =>
    fits(
      node,
      table.pairs.map((p) => p[end]),
    )
  if (connects('from', rel.source) && connects('to', rel.target)) {
    const [from, to] = [rel.source, rel.target].map((n) => n.tables.map((t) => t.name).join(', '))
    throw new DatabaseError('BINDER', `Cannot find a valid label in ${rel.name} that connects ${from} and ${to}.`, {
      span,
    })
  }
  const sources = table.pairs.map((p) => p.from)
  const [node, ids] = fits(rel.source, sources) ? [rel.target, table.pairs.map((p) => p.to)] : [rel.source, sources]
  const names = [...new Set(ids)].map((id) => state.context.catalog.nodeTableById(id)?.name ?? '')
  const text = `Query node ${node.name} violates schema. Expected labels are ${names.join(', ')}.`
  throw new DatabaseError('BINDER', text, { span })
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** One expression per column in schema order: the given value, the next of the counter, or the default. */
function columnValues(
  state: BindState,
  table: TableEntry,
  values: readonly PropertyValue[],
): readonly BoundExpression[] {
  return table.properties.map((property: PropertyEntry) => {
    const given = values.find((v) => sameName(v.name, property.name))
    if (given !== undefined) return castTo(given.value, property.type).expression
    return bindDefault(state, table, property)
  })
}

/** SET. @throws {DatabaseError} BINDER for a key or what is no property; TYPE_MISMATCH */
export function bindSet(state: BindState, clause: SetClause): LogicalStep {
  return { step: 'set', items: clause.items.map((item) => bindSetItem(state, item)) }
}

function bindSetItem(state: BindState, item: SyntaxSetItem): SetItem {
  const { object, property } = item.target
  const variable = object.kind === 'variable' ? state.scope.find(object.name) : undefined
  if (variable?.kind !== 'node' && variable?.kind !== 'rel') {
    const target = bindExpression(state, object)
    throw new DatabaseError(
      'BINDER',
      `Cannot set expression ${target.name} with type ${kindOf(target)}. Expect node or rel pattern.`,
      {
        span: item.span,
      },
    )
  }
  const target = bindProperty(variable, property.text, property.span)
  if (target.expression.kind !== 'property') throw wrongType(target, 'PROPERTY', property.span)
  for (const table of variable.tables) {
    if (table.kind === 'node') refuseKey(table, property.text, property.span)
  }
  const value = implicitCast(bindExpression(state, item.value), target.expression.type, item.value.span)
  return { slot: variable.slot, sources: target.expression.sources, value: value.expression }
}

function refuseKey(table: NodeTableEntry, name: string, span: Span): void {
  const property = findProperty(table, name)
  if (property?.columnId !== table.primaryKey) return
  const text = `Cannot set property ${property.name} in table ${table.name} because it is used as primary key. Try delete and then insert.`
  throw new DatabaseError('BINDER', text, { span, facts: { table: table.name, property: property.name } })
}

/** DELETE: whole nodes and rels only. @throws {DatabaseError} BINDER */
export function bindDelete(state: BindState, clause: DeleteClause): LogicalStep {
  const slots = clause.targets.map((target) => {
    const variable = target.kind === 'variable' ? state.scope.find(target.name) : undefined
    if (variable?.kind === 'node' || (variable?.kind === 'rel' && !clause.detach)) return variable.slot
    const bound = bindExpression(state, target)
    const { name } = bound
    const what = variable?.kind === 'rel' ? 'Detach delete on rel tables is not supported.' : undefined
    const text = what ?? `Cannot delete expression ${name} with type ${kindOf(bound)}. Expect node or rel pattern.`
    throw new DatabaseError('BINDER', text, { span: target.span })
  })
  return { step: 'delete', slots, detach: clause.detach }
}

import { DatabaseError } from '../../errors/database-error.ts'
import type { NamedExpression, NodePattern, PathPattern, RelPattern } from '../../parser/ast.ts'
import { BOOL, type Field, type LogicalType } from '../../types/logical-type.ts'
import { emptyGraph, type QueryGraph } from '../logical/query-graph.ts'
import { addSlot, type BindState } from './bind-state.ts'
import { type Bound, implicitCast, wrongType } from './bound.ts'
import { bindExpression } from './expression.ts'
import { addTables, bindProperty, nodeType, relType } from './property.ts'
import { bindRecursiveRel } from './recursive-pattern.ts'
import { nodeTablesOf, relTablesOf } from './tables.ts'
import type { NodeVariable, PathVariable, PatternRel, RelVariable } from './variable.ts'
import { variableValue } from './variable-value.ts'

/** A property map item of a pattern: `property` of a variable and the value given for it, already of the property's type. */
export interface PropertyValue {
  readonly variable: NodeVariable | RelVariable
  readonly name: string
  readonly property: Bound
  readonly value: Bound
}

/** Patterns after binding: the graph (its predicates are still empty) and the property maps. */
export interface BoundPatterns {
  readonly graph: QueryGraph
  readonly values: readonly PropertyValue[]
  /** Nodes that these patterns introduce, i.e. that no earlier clause has bound. */
  readonly newNodes: ReadonlySet<NodeVariable>
}

interface PatternState {
  readonly bind: BindState
  readonly graph: QueryGraph
  readonly values: PropertyValue[]
  readonly newNodes: Set<NodeVariable>
  readonly nullable: boolean
}

/**
 * Binds patterns and adds their variables to the scope. In MATCH the property maps become conditions, in CREATE values.
 * @param nullable whether what is found may be missing (OPTIONAL MATCH).
 * @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_PROPERTY, TYPE_MISMATCH, BINDER
 */
export function bindPatterns(bind: BindState, patterns: readonly PathPattern[], nullable = false): BoundPatterns {
  const state: PatternState = { bind, graph: emptyGraph(), values: [], newNodes: new Set(), nullable }
  for (const pattern of patterns) bindPath(state, pattern)
  return state
}

/** The conditions that property maps stand for in MATCH. */
export function equalities(values: readonly PropertyValue[]): QueryGraph['predicates'] {
  return values.map(({ property, value }) => ({
    kind: 'compare',
    type: BOOL,
    operator: '=',
    operandType: property.expression.type,
    left: property.expression,
    right: value.expression,
  }))
}

function bindPath(state: PatternState, pattern: PathPattern): void {
  let left = bindNode(state, pattern.nodes[0]!)
  const elements: (NodeVariable | PatternRel)[] = [left]
  for (const [i, rel] of pattern.rels.entries()) {
    const right = bindNode(state, pattern.nodes[i + 1]!)
    elements.push(bindRel(state, rel, left, right), right)
    left = right
  }
  if (pattern.variable === undefined) return
  const path: PathVariable = { kind: 'path', name: pattern.variable.text, elements, type: pathType(elements) }
  state.bind.scope.add(pattern.variable.text, path)
}

function bindNode(state: PatternState, pattern: NodePattern): NodeVariable {
  const node = existingNode(state, pattern) ?? newNode(state, pattern)
  if (!state.graph.nodes.includes(node)) state.graph.nodes.push(node)
  bindValues(state, node, pattern.properties)
  return node
}

function existingNode(state: PatternState, pattern: NodePattern): NodeVariable | undefined {
  if (pattern.variable === undefined) return undefined
  const { bind } = state
  const known = bind.scope.find(pattern.variable.text)
  if (known === undefined) return undefined
  if (known.kind === 'node') {
    if (pattern.labels.length > 0) addLabels(bind, known, pattern)
    return known
  }
  if (known.kind === 'value' && known.type.id === 'NODE') return nodeFromValue(state, pattern, known.slot, known.type)
  throw new DatabaseError('BINDER', `Cannot bind ${pattern.variable.text} as node pattern.`, {
    span: pattern.variable.span,
  })
}

function addLabels(bind: BindState, node: NodeVariable, pattern: NodePattern): void {
  addTables(node, nodeTablesOf(bind.context, pattern.labels))
  const slot = bind.slots[node.slot]!
  slot.type = nodeType(node.tables)
  slot.tables = node.tables.map((t) => t.id)
}

function newNode(state: PatternState, pattern: NodePattern): NodeVariable {
  const { bind, nullable } = state
  const tables = nodeTablesOf(bind.context, pattern.labels)
  const name = pattern.variable?.text ?? ''
  const slot = addSlot(bind, { kind: 'node', name, type: nodeType(tables), tables: tables.map((t) => t.id), nullable })
  const node: NodeVariable = { kind: 'node', name, slot, tables, properties: new Map() }
  if (name !== '') bind.scope.add(name, node)
  state.newNodes.add(node)
  return node
}

/** A NODE value (collected and unwound, say) that a pattern continues from: the node is fetched by its id. */
function nodeFromValue(state: PatternState, pattern: NodePattern, valueSlot: number, type: LogicalType): NodeVariable {
  const node = newNode(state, pattern)
  const idField = (type as { fields: readonly Field[] }).fields[0]!
  const value = { kind: 'slot', type, slot: valueSlot } as const
  state.graph.fromIds.push({ node, id: { kind: 'field', type: idField.type, arg: value, index: 0 } })
  return node
}

function bindRel(state: PatternState, pattern: RelPattern, left: NodeVariable, right: NodeVariable): PatternRel {
  const { bind } = state
  refuseKnownRel(bind, pattern)
  const tables = relTablesOf(bind.context, pattern.labels)
  const reversed = pattern.direction === 'left'
  const ends = {
    source: reversed ? right : left,
    target: reversed ? left : right,
    left,
    right,
    undirected: pattern.direction === 'both',
  }
  const name = pattern.variable?.text ?? ''
  let rel: PatternRel
  if (pattern.recursive !== undefined) {
    rel = bindRecursiveRel(bind, pattern, pattern.recursive, { name, tables, ...ends })
  } else {
    const pairs = tables.flatMap((t) => t.pairs.map((p) => p.id))
    const { nullable } = state
    const slot = addSlot(bind, { kind: 'rel', name, type: relType(tables), tables: pairs, nullable })
    rel = { kind: 'rel', name, slot, tables, properties: new Map(), ...ends }
  }
  if (name !== '') bind.scope.add(name, rel)
  state.graph.rels.push(rel)
  if (rel.kind === 'rel') bindValues(state, rel, pattern.properties)
  return rel
}

function refuseKnownRel(bind: BindState, pattern: RelPattern): void {
  if (pattern.variable === undefined) return
  const { text, span } = pattern.variable
  const known = bind.scope.find(text)
  if (known === undefined) return
  const expected = pattern.recursive === undefined ? 'REL' : 'RECURSIVE_REL'
  const value = variableValue(known)
  if (value.expression.type.id !== expected) throw wrongType(value, expected, span)
  throw new DatabaseError('BINDER', `Bind relationship ${text} to relationship with same name is not supported.`, {
    span,
  })
}

function bindValues(
  state: PatternState,
  variable: NodeVariable | RelVariable,
  properties: readonly NamedExpression[],
): void {
  for (const { name, value } of properties) {
    const property = bindProperty(variable, name.text, name.span)
    const bound = implicitCast(bindExpression(state.bind, value), property.expression.type, value.span)
    state.values.push({ variable, name: name.text, property, value: bound })
  }
}

/** RECURSIVE_REL type of a named path: all fields of its nodes, all fields of its rels. */
function pathType(elements: readonly (NodeVariable | PatternRel)[]): LogicalType {
  const nodes = new Map<string, Field>()
  const rels = new Map<string, Field>()
  const add = (into: Map<string, Field>, type: LogicalType): void => {
    if (!('fields' in type)) return
    for (const field of type.fields) {
      const key = field.name.toLowerCase()
      if (!into.has(key)) into.set(key, field)
    }
  }
  for (const element of elements) {
    if (element.kind === 'node') add(nodes, nodeType(element.tables))
    else if (element.kind === 'rel') add(rels, relType(element.tables))
    else if (element.type.id === 'RECURSIVE_REL') {
      add(nodes, element.type.node)
      add(rels, element.type.rel)
    }
  }
  return {
    id: 'RECURSIVE_REL',
    node: { id: 'NODE', fields: [...nodes.values()] },
    rel: { id: 'REL', fields: [...rels.values()] },
  }
}

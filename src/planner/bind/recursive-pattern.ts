import type { NodeTableEntry, RelTableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { PathSemantics, ProjectionItem, RecursivePart, RelPattern } from '../../parser/ast.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { conjuncts, slotsOf } from '../../plan/expression-parts.ts'
import type { RecursiveSpec } from '../../plan/operator.ts'
import { isNumericType } from '../../types/implicit-cast.ts'
import { BOOL, DOUBLE, type Field, INT64, type LogicalType } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import { addSlot, addValueSlot, type BindState, withScope } from './bind-state.ts'
import { type Bound, implicitCast, requireBool } from './bound.ts'
import { bindExpression } from './expression.ts'
import { bindProperty, nodeType, relType } from './property.ts'
import { nodeTablesOf } from './tables.ts'
import type { NodeVariable, RecursiveVariable, RelVariable } from './variable.ts'

type Ends = Pick<RecursiveVariable, 'name' | 'tables' | 'source' | 'target' | 'left' | 'right' | 'undirected'>

const SEMANTICS: Readonly<Record<PathSemantics, RecursiveSpec['semantic']>> = {
  walk: 'WALK',
  trail: 'TRAIL',
  acyclic: 'ACYCLIC',
  shortest: 'SHORTEST',
  'all shortest': 'ALL_SHORTEST',
  'weighted shortest': 'WSHORTEST',
  'all weighted shortest': 'ALL_WSHORTEST',
}

/**
 * Binds `-[e:R* … (r, n | WHERE … | {…}, {…})]->`. The inner variables are seen by nothing outside.
 * @throws {DatabaseError} BINDER, UNKNOWN_PROPERTY, TYPE_MISMATCH
 */
export function bindRecursiveRel(
  state: BindState,
  pattern: RelPattern,
  part: RecursivePart,
  ends: Ends,
): RecursiveVariable {
  const semantic =
    part.semantics === undefined ? state.context.settings.recursivePatternSemantic : SEMANTICS[part.semantics]
  const bounds = bindBounds(state, part, semantic, ends.name)
  const innerTables = nodeTablesOf(state.context, [])
  const inner = innerVariables(state, part, innerTables, ends)
  const conditions = withScope(state, inner.scope, () => bindConditions(state, pattern, part, inner))
  const type: LogicalType = withScope(state, inner.scope, () => ({
    id: 'RECURSIVE_REL',
    node: projected(state, nodeType(innerTables), part.inner?.nodeItems, 2),
    rel: projected(state, relType(ends.tables), part.inner?.relItems, 4),
  }))
  const weight = part.weight === undefined ? null : bindWeight(inner.rel, part.weight)
  return {
    kind: 'recursive',
    ...ends,
    // a condition that is never true leaves no rel to follow
    tables: conditions.never ? [] : ends.tables,
    semantic,
    ...bounds,
    weight,
    innerRel: { slot: inner.rel.slot, predicate: conditions.rel },
    innerNode: { slot: inner.node.slot, predicate: conditions.node },
    innerNodeTables: innerTables,
    type,
    pathSlot: addValueSlot(state, ends.name, type),
    lengthSlot: addValueSlot(state, `${ends.name}_length`, INT64),
    costSlot: addValueSlot(state, `${ends.name}_cost`, DOUBLE),
    used: { path: false, length: false, cost: false },
  }
}

function bindBounds(
  state: BindState,
  part: RecursivePart,
  semantic: RecursiveSpec['semantic'],
  name: string,
): { lower: number; upper: number } {
  const maximum = state.context.settings.varLengthExtendMaxDepth
  const lower = part.lower ?? 1
  const upper = part.upper ?? maximum
  const { span } = part
  if (lower > upper) {
    throw new DatabaseError('BINDER', `Lower bound of rel ${name} is greater than upperBound.`, { span })
  }
  if (upper > maximum) {
    throw new DatabaseError('BINDER', `Upper bound of rel ${name} exceeds maximum: ${maximum}.`, { span })
  }
  if ((semantic === 'SHORTEST' || semantic === 'ALL_SHORTEST') && lower !== 1) {
    throw new DatabaseError('BINDER', 'Lower bound of shortest/all_shortest path must be 1.', { span })
  }
  return { lower, upper }
}

interface Inner {
  readonly rel: RelVariable
  readonly node: NodeVariable
  readonly scope: BindState['scope']
}

function innerVariables(state: BindState, part: RecursivePart, tables: readonly NodeTableEntry[], ends: Ends): Inner {
  const relName = part.inner?.relVariable.text ?? ''
  const nodeName = part.inner?.nodeVariable.text ?? ''
  const nodeSlot = addSlot(state, {
    kind: 'node',
    name: nodeName,
    type: nodeType(tables),
    tables: tables.map((t) => t.id),
  })
  const relSlot = addSlot(state, {
    kind: 'rel',
    name: relName,
    type: relType(ends.tables),
    tables: ends.tables.flatMap((t: RelTableEntry) => t.pairs.map((p) => p.id)),
  })
  const node: NodeVariable = { kind: 'node', name: nodeName, slot: nodeSlot, tables, properties: new Map() }
  const rel: RelVariable = { ...ends, kind: 'rel', name: relName, slot: relSlot, properties: new Map() }
  const scope = state.scope.copy()
  if (relName !== '') scope.add(relName, rel)
  if (nodeName !== '') scope.add(nodeName, node)
  return { rel, node, scope }
}

interface Conditions {
  readonly rel: BoundExpression | null
  readonly node: BoundExpression | null
  readonly never: boolean
}

function bindConditions(state: BindState, pattern: RelPattern, part: RecursivePart, inner: Inner): Conditions {
  const rel: BoundExpression[] = pattern.properties.map(({ name, value }) => {
    const property = bindProperty(inner.rel, name.text, name.span)
    const right = implicitCast(bindExpression(state, value), property.expression.type, value.span)
    return equality(property, right)
  })
  const node: BoundExpression[] = []
  let never = false
  const where = part.inner?.where
  if (where !== undefined) {
    const bound = requireBool(bindExpression(state, where), where.span)
    for (const conjunct of conjuncts(bound.expression)) {
      const slots = slotsOf(conjunct)
      const onNode = slots.has(inner.node.slot)
      const onRel = slots.has(inner.rel.slot)
      if (onNode && onRel) {
        const text = `Cannot evaluate ${bound.name} because it depends on both ${inner.node.name} and ${inner.rel.name}.`
        throw new DatabaseError('BINDER', text, { span: where.span })
      }
      if (onNode) node.push(conjunct)
      else if (onRel) rel.push(conjunct)
      else if (conjunct.kind === 'literal') never ||= conjunct.value !== true
      else throw ambiguous(bound, inner, part)
    }
  }
  return { rel: all(rel), node: all(node), never }
}

function equality(left: Bound, right: Bound): BoundExpression {
  const { expression } = left
  return {
    kind: 'compare',
    type: BOOL,
    operator: '=',
    operandType: expression.type,
    left: expression,
    right: right.expression,
  }
}

function ambiguous(bound: Bound, inner: Inner, part: RecursivePart): DatabaseError {
  const text = `Cannot evaluate ${bound.name} because it does not depend on ${inner.node.name} or ${inner.rel.name}. Treating it as a node or relationship predicate is ambiguous.`
  return new DatabaseError('BINDER', text, { span: part.span })
}

function all(predicates: readonly BoundExpression[]): BoundExpression | null {
  if (predicates.length <= 1) return predicates[0] ?? null
  return { kind: 'and', type: BOOL, args: predicates }
}

/** The type with only the listed properties after its `own` leading fields; all of them without a list. */
function projected(
  state: BindState,
  type: LogicalType,
  items: readonly ProjectionItem[] | undefined,
  own: number,
): LogicalType {
  if (items === undefined || !('fields' in type)) return type
  const fields: Field[] = type.fields.slice(0, own)
  for (const item of items) {
    const bound = bindExpression(state, item.expression)
    const { expression } = bound
    const name = item.alias?.text ?? (expression.kind === 'property' ? expression.name : undefined)
    if (expression.kind !== 'property' || name === undefined) {
      const text = `Unsupported projection item ${bound.name} on recursive rel.`
      throw new DatabaseError('BINDER', text, { span: item.span })
    }
    fields.push({ name, type: expression.type })
  }
  return { ...type, fields } as LogicalType
}

function bindWeight(rel: RelVariable, name: NonNullable<RecursivePart['weight']>): RecursiveSpec['weight'] {
  const { expression } = bindProperty(rel, name.text, name.span)
  if (expression.kind !== 'property' || !isNumericType(expression.type.id) || expression.type.id === 'DECIMAL') {
    const text = `${printType(expression.type)} weight type is not supported for weighted shortest path.`
    throw new DatabaseError('BINDER', text, { span: name.span })
  }
  return { name: expression.name, sources: expression.sources }
}

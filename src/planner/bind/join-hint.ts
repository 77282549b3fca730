import { DatabaseError } from '../../errors/database-error.ts'
import type { JoinHint } from '../../parser/ast.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
import type { NodeVariable, PatternRel } from './variable.ts'

type Part = NodeVariable | PatternRel

/** What a part of a hint joins: its text and the slots of the nodes by which it can be joined further. */
interface Joined {
  readonly text: string
  readonly nodes: ReadonlySet<number>
}

/**
 * Reads a HINT: a tree over all nodes and rels of a pattern, whose joins must each share a node.
 * @returns the parts in the order in which they are to be joined.
 * @throws {DatabaseError} BINDER for parts without a name, names that are no part, parts left out and joins without a shared node
 */
export function bindJoinHint(graph: QueryGraph, hint: JoinHint): readonly Part[] {
  const parts: readonly Part[] = [...graph.nodes, ...graph.rels]
  if (parts.some((p) => p.name === '')) {
    const text = 'Cannot hint join order in a match pattern with anonymous node or relationship.'
    throw new DatabaseError('BINDER', text, { span: hint.span })
  }
  const order: Part[] = []
  readHint(parts, hint, order)
  const missing = parts.find((p) => !order.includes(p))
  if (missing !== undefined) {
    throw new DatabaseError('BINDER', `Cannot find ${missing.name} in join hint.`, { span: hint.span })
  }
  return order
}

function readHint(parts: readonly Part[], hint: JoinHint, order: Part[]): Joined {
  if (hint.kind === 'variable') return readLeaf(parts, hint, order)
  const inputs = hint.kind === 'join' ? [hint.left, hint.right] : hint.inputs
  return inputs
    .map((input) => ({ input, joined: readHint(parts, input, order) }))
    .reduce((left, right) => ({ input: right.input, joined: join(left.joined, right.joined, hint) })).joined
}

function readLeaf(parts: readonly Part[], { name }: Extract<JoinHint, { kind: 'variable' }>, order: Part[]): Joined {
  const part = parts.find((p) => p.name.toLowerCase() === name.text.toLowerCase())
  if (part === undefined) {
    const text = `Cannot bind ${name.text} to a node or relationship pattern.`
    throw new DatabaseError('BINDER', text, { span: name.span })
  }
  order.push(part)
  const nodes = part.kind === 'node' ? [part.slot] : [part.source.slot, part.target.slot]
  return { text: part.name, nodes: new Set(nodes) }
}

function join(left: Joined, right: Joined, { span }: JoinHint): Joined {
  if (![...left.nodes].some((node) => right.nodes.has(node))) {
    const text = `Cannot resolve join condition between ${left.text} and ${right.text}.`
    throw new DatabaseError('BINDER', text, { span })
  }
  return { text: `(${left.text} JOIN ${right.text})`, nodes: new Set([...left.nodes, ...right.nodes]) }
}

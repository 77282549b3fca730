import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { NodeVariable, PatternRel } from '../bind/variable.ts'

/** What one MATCH, EXISTS or MERGE looks for: nodes, the rels between them and conditions that must all be true. */
export interface QueryGraph {
  /** Each node once, in the order of the text. Some may be bound already by earlier clauses. */
  readonly nodes: NodeVariable[]
  readonly rels: PatternRel[]
  /** Conjuncts of WHERE and of the property maps. */
  readonly predicates: BoundExpression[]
  /** Nodes that come from the INTERNAL_ID of a value (`UNWIND nodes AS n MATCH (n)…`). */
  readonly fromIds: { readonly node: NodeVariable; readonly id: BoundExpression }[]
  /** HINT: the nodes and rels in the order in which they are to be joined. */
  readonly hint: readonly (NodeVariable | PatternRel)[] | undefined
}

/** @returns a graph without anything in it. */
export function emptyGraph(): QueryGraph {
  return { nodes: [], rels: [], predicates: [], fromIds: [], hint: undefined }
}

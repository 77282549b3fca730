import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Hop } from '../../plan/operator.ts'
import type { NodeVariable, PatternRel } from '../bind/variable.ts'
import type { QueryGraph } from '../logical/query-graph.ts'

/** A node of a pattern with the tables that it can really come from. */
export interface GraphNode {
  readonly variable: NodeVariable
  readonly index: number
  /** Labels less those that no rel of the pattern connects. */
  tables: ReadonlySet<number>
}

/** A rel of a pattern between two of its nodes. */
export interface GraphRel {
  readonly variable: PatternRel
  readonly index: number
  readonly source: GraphNode
  readonly target: GraphNode
}

/** A query graph prepared for ordering. */
export interface PatternGraph {
  readonly nodes: readonly GraphNode[]
  readonly rels: readonly GraphRel[]
}

/** Prepares a graph and prunes tables that cannot match: only pairs whose both ends are possible remain. */
export function patternGraph(graph: QueryGraph): PatternGraph {
  const nodes = graph.nodes.map((variable, index) => ({
    variable,
    index,
    tables: new Set(variable.tables.map((t) => t.id)) as ReadonlySet<number>,
  }))
  const bySlot = new Map(nodes.map((n) => [n.variable.slot, n]))
  const rels = graph.rels.map((variable, index) => ({
    variable,
    index,
    source: bySlot.get(variable.source.slot)!,
    target: bySlot.get(variable.target.slot)!,
  }))
  for (let changed = true; changed; ) {
    changed = false
    for (const rel of rels) changed = prune(rel) || changed
  }
  return { nodes, rels }
}

function prune(rel: GraphRel): boolean {
  if (rel.variable.kind === 'recursive' && rel.variable.lower === 0) return false
  const sources = new Set<number>()
  const targets = new Set<number>()
  for (const pair of rel.variable.tables.flatMap((t) => t.pairs)) {
    if (allows(rel, pair.from, pair.to)) {
      sources.add(pair.from)
      targets.add(pair.to)
    }
    if (rel.variable.undirected && allows(rel, pair.to, pair.from)) {
      sources.add(pair.to)
      targets.add(pair.from)
    }
  }
  const before = rel.source.tables.size + rel.target.tables.size
  rel.source.tables = intersection(rel.source.tables, sources)
  rel.target.tables = intersection(rel.target.tables, targets)
  return rel.source.tables.size + rel.target.tables.size < before
}

/** A recursive rel only asks that one end fits: what lies between may be of any table. */
function allows(rel: GraphRel, from: number, to: number): boolean {
  const source = rel.source.tables.has(from)
  const target = rel.target.tables.has(to)
  return rel.variable.kind === 'recursive' ? source || target : source && target
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...a].filter((v) => b.has(v)))
}

/** Hops from one end of a rel to the other; null when one of them is not stored in the needed direction. */
export function hopsOf(rel: GraphRel, from: GraphNode): readonly Hop[] | null {
  const { variable, source, target } = rel
  const hops: Hop[] = []
  const recursive = variable.kind === 'recursive'
  const forward = from === source
  const near = (id: number): boolean => recursive || from.tables.has(id)
  const far = (id: number): boolean => recursive || (forward ? target : source).tables.has(id)
  let stored = true
  for (const table of variable.tables) {
    for (const pair of table.pairs) {
      const ways: Hop['direction'][] = variable.undirected ? ['fwd', 'bwd'] : [forward ? 'fwd' : 'bwd']
      for (const direction of ways) {
        const fromTable = direction === 'fwd' ? pair.from : pair.to
        const toTable = direction === 'fwd' ? pair.to : pair.from
        if (!near(fromTable) || !far(toTable)) continue
        if (table.storageDirection !== 'both' && table.storageDirection !== direction) stored = false
        hops.push({ relTable: pair.id, direction, fromTable, toTable })
      }
    }
  }
  return stored ? hops : null
}

/** Groups of nodes and rels that hang together. */
export function components(graph: PatternGraph): { nodes: GraphNode[]; rels: GraphRel[] }[] {
  const group = graph.nodes.map((_, i) => i)
  const find = (i: number): number => {
    let at = i
    while (group[at] !== at) at = group[at]!
    return at
  }
  for (const rel of graph.rels) group[find(rel.target.index)] = find(rel.source.index)
  const found = new Map<number, { nodes: GraphNode[]; rels: GraphRel[] }>()
  for (const node of graph.nodes) {
    const key = find(node.index)
    if (!found.has(key)) found.set(key, { nodes: [], rels: [] })
    found.get(key)!.nodes.push(node)
  }
  for (const rel of graph.rels) found.get(find(rel.source.index))!.rels.push(rel)
  return [...found.values()]
}

/** Slots that a rel defines. */
export function relSlots(rel: PatternRel): readonly number[] {
  return rel.kind === 'rel' ? [rel.slot] : [rel.pathSlot, rel.lengthSlot, rel.costSlot]
}

/** A condition that waits for its slots. */
export interface PendingPredicate {
  readonly expression: BoundExpression
  readonly slots: ReadonlySet<number>
}

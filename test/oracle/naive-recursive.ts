import type { Hop, Operator } from '../../src/plan/operator.ts'
import type { Value } from '../../src/types/value.ts'
import { evaluate, type NaiveContext, type NaiveNode, type NaiveRel, type NaiveRow } from './naive-expression.ts'

type ExtendRecursive = Extract<Operator, { readonly op: 'extendRecursive' }>

/** A walk from the start: its rels and the nodes that they lead to. */
export interface NaiveWalk {
  readonly nodes: readonly NaiveNode[]
  readonly rels: readonly NaiveRel[]
  readonly cost: number
}

/**
 * Every path that a recursive rel may give for a row, by enumeration of all walks. For SHORTEST and WSHORTEST these are the candidates, of which one per
 * end is right.
 */
export function naiveWalks(
  op: ExtendRecursive,
  row: NaiveRow,
  context: NaiveContext,
  ends: readonly number[],
): NaiveWalk[] {
  const start = row.get(op.from) as NaiveNode | null
  const target = op.toIsBound ? (row.get(op.to) as NaiveNode | null) : null
  if (start === null || (op.toIsBound && target === null)) return []
  const { semantic, lower, upper } = op.recursive
  const walks = allWalks(op, row, context, start).filter(({ nodes, rels }) => {
    const end = nodes.at(-1)!
    if (!ends.includes(end.table) || (target !== null && !same(end, target))) return false
    if (semantic === 'TRAIL') return isUnique(rels.map((r) => `${r.pair}:${r.id}`))
    if (semantic === 'ACYCLIC') return isUnique(nodes.slice(1, -1).map(nodeKey))
    return true
  })
  switch (semantic) {
    case 'SHORTEST':
    case 'ALL_SHORTEST':
      return least(
        walks.filter((w) => !same(w.nodes.at(-1)!, start)),
        (w) => w.rels.length,
      )
    case 'WSHORTEST':
    case 'ALL_WSHORTEST': {
      const paths = walks.filter((w) => isUnique(w.nodes.map(nodeKey)) && w.rels.length > 0 && !Number.isNaN(w.cost))
      return least(paths, (w) => w.cost)
    }
    default:
      return walks.filter((w) => w.rels.length >= lower && w.rels.length <= upper)
  }
}

function least(walks: readonly NaiveWalk[], size: (w: NaiveWalk) => number): NaiveWalk[] {
  const best = new Map<string, number>()
  for (const w of walks) {
    const key = nodeKey(w.nodes.at(-1)!)
    best.set(key, Math.min(best.get(key) ?? Number.POSITIVE_INFINITY, size(w)))
  }
  return walks.filter((w) => size(w) === best.get(nodeKey(w.nodes.at(-1)!)))
}

function allWalks(op: ExtendRecursive, row: NaiveRow, context: NaiveContext, start: NaiveNode): NaiveWalk[] {
  const found: NaiveWalk[] = []
  const visit = (walk: NaiveWalk): void => {
    found.push(walk)
    const node = walk.nodes.at(-1)!
    if (walk.rels.length === op.recursive.upper) return
    if (walk.rels.length > 0 && !passes(op.recursive.nodePredicate, op.recursive.nodeSlot, node, row, context)) return
    for (const hop of op.hops) {
      for (const { rel, other } of relsOf(hop, node, context)) {
        if (!passes(op.recursive.relPredicate, op.recursive.relSlot, rel, row, context)) continue
        const cost = walk.cost + weightOf(op, rel, context)
        visit({ nodes: [...walk.nodes, other], rels: [...walk.rels, rel], cost })
      }
    }
  }
  visit({ nodes: [start], rels: [], cost: 0 })
  return found
}

function passes(
  predicate: ExtendRecursive['recursive']['relPredicate'],
  slot: number,
  entity: NaiveNode | NaiveRel,
  row: NaiveRow,
  context: NaiveContext,
): boolean {
  return predicate === null || evaluate(predicate, new Map(row).set(slot, entity), context) === true
}

function relsOf(hop: Hop, node: NaiveNode, context: NaiveContext): { rel: NaiveRel; other: NaiveNode }[] {
  if (hop.fromTable !== node.table) return []
  const table = context.graph.relTable(hop.relTable)
  const found: { rel: NaiveRel; other: NaiveNode }[] = []
  for (let id = 0; id < table.sources.length; id++) {
    if (table.deleted.has(id)) continue
    const source = { table: table.from, offset: table.sources[id]! }
    const target = { table: table.to, offset: table.targets[id]! }
    const [near, other] = hop.direction === 'fwd' ? [source, target] : [target, source]
    if (near.offset === node.offset) found.push({ rel: { pair: hop.relTable, id, source, target }, other })
  }
  return found
}

function weightOf(op: ExtendRecursive, rel: NaiveRel, context: NaiveContext): number {
  const { weight } = op.recursive
  if (weight === null) return 0
  const source = weight.sources.find((s) => s.table === rel.pair)
  const value =
    source === undefined || source.columnId < 0 ? null : context.graph.value(rel.pair, source.columnId, rel.id)
  return value === null ? Number.NaN : Number(value)
}

/** Text of a path: its nodes between the ends, and its rels. */
export function walkText(walk: NaiveWalk, reversed: boolean): string {
  const nodes = walk.nodes.slice(1, -1).map(nodeKey)
  const rels = walk.rels.map((r) => `${r.pair}:${r.id}`)
  return JSON.stringify(reversed ? [nodes.reverse(), rels.reverse()] : [nodes, rels])
}

/** The same text for a RECURSIVE_REL value. */
export function pathText(value: Value): string {
  const [nodes, rels] = value as unknown as [
    { table: number; offset: number }[][],
    { table: number; offset: number }[][],
  ]
  return JSON.stringify([nodes.map((n) => nodeKey(n[0]!)), rels.map((r) => nodeKey(r[3]!))])
}

function nodeKey(n: NaiveNode): string {
  return `${n.table}:${n.offset}`
}

function same(a: NaiveNode, b: NaiveNode): boolean {
  return a.table === b.table && a.offset === b.offset
}

function isUnique(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length
}

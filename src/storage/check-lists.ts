import { CHECK_STEP_ROWS, type ProblemList } from './check-report.ts'
import type { AdjacencyCursor, Direction } from './read-view.ts'
import type { SnapshotReadView } from './read-view-snapshot.ts'
import type { RelTableState } from './transaction-table-state.ts'

/** What one direction of a rel table adds up to; equal for both directions when they hold the same rels. */
interface ListSum {
  rels: number
  /** Sum of a hash of (source, target, rel id), modulo 2^32: the order of the rels does not matter. */
  hash: number
}

/**
 * Every list leads to live rows and to rel ids that exist, each once, and both directions hold the same rels. Reads the lists as queries do, changes since
 * the last merge included.
 */
export function* checkLists(
  state: RelTableState,
  view: SnapshotReadView,
  problemsOf: (place: string) => ProblemList,
): Generator<void, void> {
  const sums: ListSum[] = []
  for (const direction of ['fwd', 'bwd'] as const) {
    if (state[direction] === null) continue
    const problems = problemsOf(direction === 'fwd' ? 'forward lists' : 'backward lists')
    sums.push(yield* checkDirection(state, direction, view, problems))
  }
  const both = problemsOf('lists')
  const [forward, backward] = sums
  if (forward === undefined || backward === undefined) return
  if (forward.rels !== backward.rels) both.add(`${forward.rels} rels forward, ${backward.rels} backward`)
  else if (forward.hash !== backward.hash) both.add('the two directions hold different rels')
}

function* checkDirection(
  { schema, tableId }: RelTableState,
  direction: Direction,
  view: SnapshotReadView,
  problems: ProblemList,
): Generator<void, ListSum> {
  const table = view.relTable(tableId)
  const [own, other] =
    direction === 'fwd' ? [schema.fromTableId, schema.toTableId] : [schema.toTableId, schema.fromTableId]
  const nodes = view.nodeTable(own)
  const neighbours = view.nodeTable(other)
  const seen = new Uint32Array((table.rowCount + 31) >>> 5)
  const sum: ListSum = { rels: 0, hash: 0 }
  const cursor = table.cursor(direction, true)
  try {
    for (let node = 0; node < nodes.rowCount; node++) {
      if (node % CHECK_STEP_ROWS === 0) yield
      cursor.load(node)
      if (cursor.hi - cursor.lo !== cursor.degree(node)) problems.add(`node ${node} has another degree than its list`)
      checkList(cursor, node, { direction, neighbours, rowCount: table.rowCount, seen, sum }, problems)
    }
  } finally {
    cursor.close()
  }
  if (sum.rels !== table.liveCount) problems.add(`${sum.rels} rels in the lists, the table says ${table.liveCount}`)
  return sum
}

interface ListFacts {
  readonly direction: Direction
  readonly neighbours: { readonly rowCount: number; readonly deleted: Uint32Array | null }
  readonly rowCount: number
  /** Bitset of rel ids that were met. */
  readonly seen: Uint32Array
  readonly sum: ListSum
}

function checkList(cursor: AdjacencyCursor, node: number, facts: ListFacts, problems: ProblemList): void {
  const { neighbours, seen, sum } = facts
  for (let k = cursor.lo; k < cursor.hi; k++) {
    const neighbour = cursor.neighbours[k]!
    const rel = cursor.relIds === null ? k + cursor.relShift : cursor.relIds[k + cursor.relShift]!
    const isGone = neighbours.deleted !== null && (neighbours.deleted[neighbour >>> 5]! & (1 << (neighbour & 31))) !== 0
    if (neighbour >= neighbours.rowCount || isGone)
      problems.add(`node ${node} has a rel to row ${neighbour}, which is not there`)
    if (rel >= facts.rowCount) problems.add(`node ${node} has rel ${rel} of ${facts.rowCount}`)
    else if ((seen[rel >>> 5]! & (1 << (rel & 31))) !== 0) problems.add(`rel ${rel} is in two lists`)
    else seen[rel >>> 5] = seen[rel >>> 5]! | (1 << (rel & 31))
    sum.rels++
    const [from, to] = facts.direction === 'fwd' ? [node, neighbour] : [neighbour, node]
    sum.hash = (sum.hash + relHash(from, to, rel)) >>> 0
  }
}

function relHash(from: number, to: number, rel: number): number {
  let h = Math.imul(from ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(to, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15) ^ rel, 0x27d4eb2f)
  return (h ^ (h >>> 13)) >>> 0
}

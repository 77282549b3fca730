import assert from 'node:assert/strict'
import { DeltaLists } from '../../../src/storage/delta-lists.ts'
import type { DeltaSnapshot } from '../../../src/storage/delta-overlay.ts'
import { RelDelta } from '../../../src/storage/delta-table.ts'
import type { Direction } from '../../../src/storage/read-view.ts'
import type { RelTableSchema } from '../../../src/storage/table-schema.ts'
import { seededRandom } from '../../property/storage-trace.ts'

const RELS: RelTableSchema = {
  relTableId: 4,
  fromTableId: 3,
  toTableId: 3,
  columns: [],
  perSource: 'many',
  perTarget: 'many',
  storesBackward: true,
  storesForward: true,
  name: 'R',
}

const SEED = Number(process.env['TRACE_SEED'] ?? Math.floor(Math.random() * 1e9))
/** Rels of the base: rel r leads from node r to node r + 1. */
const BASE_RELS = 3000

interface Rel {
  readonly source: number
  readonly target: number
}

/** Live rels by id. */
type Model = Map<number, Rel>

/** Inserted rels [other end, id] of each node, by id. */
function insertedByNode(model: Model, direction: Direction): Map<number, number[][]> {
  const lists = new Map<number, number[][]>()
  for (const [id, { source, target }] of model) {
    if (id < BASE_RELS) continue
    const [node, other] = direction === 'fwd' ? [source, target] : [target, source]
    if (!lists.has(node)) lists.set(node, [])
    lists.get(node)!.push([other, id])
  }
  for (const list of lists.values()) list.sort((a, b) => a[1]! - b[1]!)
  return lists
}

function assertLists(lists: DeltaLists, model: Model, direction: Direction, nodes: readonly number[]): void {
  const byNode = insertedByNode(model, direction)
  for (const node of nodes) {
    const inserted = byNode.get(node) ?? []
    const base = direction === 'fwd' ? node : node - 1
    const hasBase = base >= 0 && base < BASE_RELS
    const deleted = hasBase && !model.has(base) ? 1 : 0
    if (!lists.touches(node)) {
      assert.deepEqual([deleted, inserted], [0, []], `node ${node} is not touched`)
      continue
    }
    assert.equal(lists.degreeChange(node), inserted.length - deleted, `degree ${direction} of ${node}`)
    lists.seek(node)
    assert.equal(lists.deleted, deleted, `deleted ${direction} of ${node}`)
    const list = new Uint32Array(lists.inserted)
    const ids = new Uint32Array(lists.inserted)
    lists.copyInserted(list, ids, 0)
    const found = Array.from(list, (other, i) => [other, ids[i]])
    assert.deepEqual(found, inserted, `inserted ${direction} of ${node}`)
    if (!hasBase) continue
    const kept = lists.dropDeleted(Uint32Array.of(7), Uint32Array.of(base), 1)
    assert.equal(kept, 1 - deleted, `kept ${direction} of ${node}`)
  }
}

/** A delta, the model beside it, and snapshots with models of their own. */
class Trace {
  readonly delta = new RelDelta(RELS, BASE_RELS)
  readonly random: () => number
  model: Model = new Map(Array.from({ length: BASE_RELS }, (_, r) => [r, { source: r, target: r + 1 }]))
  commit = 1

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** Nodes around the start of two groups, a few of them with many rels. */
  node(): number {
    const spread = this.random() < 0.1 ? 5 : 2500
    return Math.floor(this.random() * spread) + (this.random() < 0.3 ? 1 << 17 : 0)
  }

  change(count: number): void {
    const ids = [...this.model.keys()]
    for (let i = 0; i < count; i++) {
      if (this.random() < 0.6) {
        const rel = { source: this.node(), target: this.node() }
        const id = this.delta.insert(rel.source, rel.target, [], this.commit)
        this.model.set(id, rel)
        ids.push(id)
        continue
      }
      const id = ids[Math.floor(this.random() * ids.length)]!
      const rel = this.model.get(id)
      if (rel === undefined) continue
      this.delta.delete(rel.source, rel.target, id, this.commit)
      this.model.delete(id)
    }
  }

  nodes(count: number): number[] {
    return Array.from({ length: count }, () => this.node())
  }

  lists(direction: Direction, snapshot: DeltaSnapshot): DeltaLists {
    return new DeltaLists(this.delta, direction, snapshot)
  }
}

describe(`storage/delta lists (TRACE_SEED=${SEED})`, () => {
  it('shows each snapshot its own lists, before and after they are sorted into an index', function () {
    this.timeout(60_000)
    const trace = new Trace(SEED)
    const held: { lists: DeltaLists; model: Model; direction: Direction; commit: number }[] = []
    for (let round = 0; round < 24; round++) {
      trace.change(round % 3 === 0 ? 1500 : 40)
      const { commit } = trace
      for (const direction of ['fwd', 'bwd'] as const) {
        held.push({
          lists: trace.lists(direction, { commit, live: false }),
          model: new Map(trace.model),
          direction,
          commit,
        })
      }
      trace.commit++
      if (round % 6 !== 5) continue
      for (const { lists, model, direction, commit: at } of held) {
        assertLists(lists, model, direction, trace.nodes(60))
        assertLists(trace.lists(direction, { commit: at, live: false }), model, direction, trace.nodes(60))
      }
    }
  })

  it('follows an open transaction, beside readers of what is committed, and forgets it when it is rolled back', function () {
    this.timeout(60_000)
    const trace = new Trace(SEED + 1)
    trace.change(3000)
    const committed = new Map(trace.model)
    const before = trace.lists('fwd', { commit: 1, live: false })
    trace.commit = 2
    const mark = trace.delta.mark()
    const live = trace.lists('bwd', { commit: 2, live: true })
    for (const size of [3, 2500, 10, 4000, 10]) {
      trace.change(size)
      const again = trace.lists('bwd', { commit: 2, live: true })
      for (const lists of [live, again]) assertLists(lists, trace.model, 'bwd', trace.nodes(150))
      assertLists(before, committed, 'fwd', trace.nodes(150))
      assertLists(trace.lists('bwd', { commit: 1, live: false }), committed, 'bwd', trace.nodes(150))
    }
    trace.delta.truncate(mark)
    trace.model = committed
    assertLists(trace.lists('bwd', { commit: 3, live: false }), committed, 'bwd', trace.nodes(300))
    trace.commit = 3
    trace.change(8000) // more than were taken back
    trace.commit = 4
    assertLists(trace.lists('bwd', { commit: 3, live: false }), trace.model, 'bwd', trace.nodes(300))
  })

  it('sorts changes only when there are many more than before', () => {
    const trace = new Trace(SEED + 2)
    const indexOf = (): unknown => {
      const { delta } = trace
      const log = {
        insertNodes: delta.sources,
        insertOthers: delta.targets,
        baseRows: BASE_RELS,
        deleteNodes: delta.deletedSources,
        deletedRels: delta.deletes.rows,
        insertCount: delta.insertedCount,
        deleteCount: delta.deletes.count,
      }
      return delta.fwd.index(log, false)
    }
    trace.change(900)
    assert.equal(indexOf(), null)
    trace.change(4000)
    const first = indexOf()
    assert.notEqual(first, null)
    trace.change(700)
    assert.equal(indexOf(), first, 'a few more are found through their chains')
    trace.change(3000)
    assert.notEqual(indexOf(), first)
  })
})

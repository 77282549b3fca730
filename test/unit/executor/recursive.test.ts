import assert from 'node:assert/strict'
import type { Hop, Operator, RecursiveSpec } from '../../../src/plan/operator.ts'
import { DOUBLE, INT64, type LogicalType } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import type { FakeNodeTable, FakeRelTable } from '../../oracle/fake-view.ts'
import { Graph } from '../../oracle/graph.ts'
import { rowsOf } from '../../oracle/naive.ts'
import type { NaiveNode } from '../../oracle/naive-expression.ts'
import { type NaiveWalk, naiveWalks, pathText, walkText } from '../../oracle/naive-recursive.ts'
import { literal, PlanBuilder } from '../../oracle/plan-builder.ts'
import { Random } from '../../oracle/random.ts'
import { runPlan } from '../../oracle/run-plan.ts'
import { CITY, KNOWS, LIVES, PERSON, randomGraph } from '../../oracle/small-graphs.ts'

const SEMANTICS = ['WALK', 'TRAIL', 'ACYCLIC', 'SHORTEST', 'ALL_SHORTEST', 'WSHORTEST', 'ALL_WSHORTEST'] as const
type ExtendRecursive = Extract<Operator, { readonly op: 'extendRecursive' }>

/** What one random test asks for. */
interface Shape {
  readonly semantic: RecursiveSpec['semantic']
  readonly lower: number
  readonly upper: number
  readonly direction: 'fwd' | 'bwd' | 'both'
  readonly tables: readonly number[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly onRels: boolean
  readonly onNodes: boolean
  readonly isBound: boolean
  readonly reversed: boolean
}

function randomShape(random: Random): Shape {
  const semantic = random.pick(SEMANTICS)
  const isShortest = semantic === 'SHORTEST' || semantic === 'ALL_SHORTEST'
  const lower = isShortest ? 1 : random.int(3)
  return {
    semantic,
    lower: semantic.endsWith('WSHORTEST') ? 1 : lower,
    upper: Math.max(1, lower) + random.int(4),
    direction: random.pick(['fwd', 'bwd', 'both']),
    tables: random.pick([[KNOWS], [KNOWS, LIVES]]),
    starts: random.pick([[PERSON], [PERSON, CITY]]),
    ends: random.pick([[PERSON], [CITY], [PERSON, CITY]]),
    onRels: random.next() < 0.3,
    onNodes: random.next() < 0.3,
    isBound: random.next() < 0.4,
    reversed: random.next() < 0.3,
  }
}

interface Built {
  readonly b: PlanBuilder
  readonly op: ExtendRecursive
  readonly slots: { from: number; to: number; path: number; length: number; cost: number }
}

function build(graph: Graph, shape: Shape, wantsPath: boolean): Built {
  const b = new PlanBuilder(graph)
  const from = b.node('a', shape.starts)
  const to = b.node('b', shape.ends)
  const relSlot = b.rel('r', shape.tables)
  const nodeSlot = b.node('n', [PERSON, CITY])
  const pathType: LogicalType = { id: 'RECURSIVE_REL', node: b.slot(nodeSlot).type, rel: b.slot(relSlot).type }
  const slots = { from, to, path: b.value('e', pathType), length: b.value('l', INT64), cost: b.value('c', DOUBLE) }
  const hops: Hop[] = b.hops(relSlot, shape.direction)
  const weight = b.property(relSlot, 'since')
  const recursive: RecursiveSpec = {
    semantic: shape.semantic,
    lower: shape.lower,
    upper: shape.upper,
    weight: weight.kind === 'property' ? { name: 'since', sources: weight.sources } : null,
    relSlot,
    nodeSlot,
    relPredicate: shape.onRels ? b.compare(b.property(relSlot, 'since'), '>', literal(6)) : null,
    nodePredicate: shape.onNodes ? b.compare(b.property(nodeSlot, 'age'), '<', b.property(from, 'age')) : null,
    pathSlot: wantsPath ? slots.path : -1,
    lengthSlot: slots.length,
    costSlot: slots.cost,
    pathType: wantsPath ? pathType : null,
  }
  const child = shape.isBound ? b.scan(to, [], b.scan(from)) : b.scan(from)
  const { isBound: toIsBound, reversed } = shape
  const op = b.op({ op: 'extendRecursive', from, to, toIsBound, reversed, hops, recursive, child }) as ExtendRecursive
  return { b, op, slots }
}

/** A result as text, the path apart. */
interface Result {
  readonly ends: string
  readonly length: number
  readonly cost: number
  readonly path: string
}

function expectedOf(graph: Graph, { op }: Built, shape: Shape): Result[] {
  const context = { graph, parameters: new Map() }
  return rowsOf(op.child, context, new Map()).flatMap((row) => {
    const start = row.get(op.from) as NaiveNode
    return naiveWalks(op, row, context, shape.ends).map((walk: NaiveWalk) => {
      const end = walk.nodes.at(-1)!
      return {
        ends: JSON.stringify([start.table, start.offset, end.table, end.offset]),
        length: walk.rels.length,
        cost: walk.cost,
        path: walkText(walk, shape.reversed),
      }
    })
  })
}

function idText(...ids: Value[]): string {
  return JSON.stringify((ids as { table: number; offset: number }[]).flatMap((id) => [id.table, id.offset]))
}

function assertSame(actual: readonly string[], expected: readonly string[], about: string): void {
  assert.deepEqual([...actual].sort(), [...expected].sort(), about)
}

/** One result per pair of ends. */
function picksOne(shape: Shape): boolean {
  return shape.semantic === 'SHORTEST' || shape.semantic === 'WSHORTEST'
}

function checkPaths(graph: Graph, shape: Shape, about: string): void {
  const built = build(graph, shape, true)
  const { b, op, slots } = built
  const columns = [b.id(slots.from), b.id(slots.to), b.slot(slots.length), b.slot(slots.cost), b.slot(slots.path)]
  const { rows } = runPlan(b.plan(op, columns), graph)
  const isWeighted = shape.semantic.endsWith('WSHORTEST')
  const text = (r: Result): string => JSON.stringify([r.ends, r.length, isWeighted ? r.cost : 0, r.path])
  const actual = rows.map(([from, to, length, cost, path]) =>
    text({ ends: idText(from!, to!), length: Number(length), cost: Number(cost), path: pathText(path!) }),
  )
  const expected = expectedOf(graph, built, shape)
  if (!picksOne(shape)) {
    assertSame(actual, expected.map(text), about)
    return
  }
  const allowed = new Set(expected.map(text))
  for (const row of actual) assert(allowed.has(row), `${about}: ${row}`)
  const ends = rows.map(([from, to]) => idText(from!, to!))
  assertSame(ends, [...new Set(expected.map((r) => r.ends))], about)
}

/** Without paths: rows as they are, counted, made distinct, and only counted. */
function checkCounts(graph: Graph, shape: Shape, about: string): void {
  const built = build(graph, shape, false)
  const { b, op, slots } = built
  const all = expectedOf(graph, built, shape)
  const expected = picksOne(shape) ? [...new Map(all.map((r) => [r.ends, r])).values()] : all
  const ends = [b.id(slots.from), b.id(slots.to)]
  const plain = runPlan(b.plan(op, ends), graph).rows.map(([from, to]) => idText(from!, to!))
  assertSame(
    plain,
    expected.map((r) => r.ends),
    `${about} plain`,
  )

  const keys = [slots.from, slots.to].map((slot) => ({ slot, expression: b.slot(slot) }))
  const distinct = b.op({ op: 'aggregate', keys, aggregates: [], child: op })
  const once = runPlan(b.plan(distinct, ends), graph).rows.map(([from, to]) => idText(from!, to!))
  assertSame(once, [...new Set(expected.map((r) => r.ends))], `${about} distinct`)

  const n = b.value('n', INT64)
  const total = b.op({ op: 'aggregate', keys: [], aggregates: [b.aggregate(n, 'COUNT_STAR', null)], child: op })
  assert.equal(Number(runPlan(b.plan(total, [b.slot(n)]), graph).rows[0]![0]), expected.length, `${about} count`)
  if (picksOne(shape)) return

  const lengthKey = { slot: slots.length, expression: b.slot(slots.length) }
  const byLength = b.op({
    op: 'aggregate',
    keys: [keys[1]!, lengthKey],
    aggregates: [b.aggregate(n, 'COUNT_STAR', null)],
    child: op,
  })
  const groups = new Map<string, number>()
  for (const r of expected) {
    const key = `${JSON.stringify(JSON.parse(r.ends).slice(2))} ${r.length}`
    groups.set(key, (groups.get(key) ?? 0) + 1)
  }
  const counted = runPlan(b.plan(byLength, [b.id(slots.to), b.slot(slots.length), b.slot(n)]), graph).rows
  assertSame(
    counted.map(([to, length, count]) => `${idText(to!)} ${length}=${count}`),
    [...groups].map(([key, count]) => `${key}=${count}`),
    `${about} by length`,
  )
}

describe('extendRecursive', () => {
  it('gives what an enumeration of all walks gives', () => {
    const first = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
    const rounds = Number(process.env['ROUNDS'] ?? 150)
    for (let seed = first; seed < first + rounds; seed++) {
      const random = new Random(seed)
      const graph = randomGraph(random, 7, 3, 10)
      const shape = randomShape(random)
      const about = `SEED=${seed} ${JSON.stringify(shape)}`
      checkPaths(graph, shape, about)
      checkCounts(graph, shape, about)
    }
  }).timeout(60_000)

  /** A directed ladder: node i leads to i + 1 twice, so 2^n walks over n steps. */
  function ladder(length: number, deleted: readonly number[] = []): Graph {
    const node: FakeNodeTable = {
      id: PERSON,
      name: 'person',
      primaryKey: 0,
      rowCount: length + 1,
      deleted: new Set(),
      columns: [{ name: 'id', type: INT64, values: Array.from({ length: length + 1 }, (_, i) => i) }],
    }
    const sources = Array.from({ length: length * 2 }, (_, i) => i >> 1)
    const rel: FakeRelTable = {
      id: KNOWS,
      name: 'knows',
      from: PERSON,
      to: PERSON,
      sources,
      targets: sources.map((n) => n + 1),
      columns: [{ name: 'since', type: INT64, values: sources.map((n) => (n === 2 ? -3 : 1)) }],
      deleted: new Set(deleted),
    }
    const empty = { ...node, id: CITY, name: 'city', rowCount: 0, columns: [{ name: 'id', type: INT64, values: [] }] }
    return new Graph([node, empty], [rel])
  }

  const plain = { direction: 'fwd', tables: [KNOWS], starts: [PERSON], ends: [PERSON], reversed: false } as const
  const open = { ...plain, onRels: false, onNodes: false, isBound: false } as const

  /** Starts at the person with this key. */
  function from(built: Built, key: number): Operator {
    const { b, op, slots } = built
    const start = b.op({
      op: 'lookupNode',
      slot: slots.from,
      table: PERSON,
      key: literal(key),
      child: b.op({ op: 'singleRow' }),
    })
    if (!op.toIsBound) return { ...op, child: start }
    return { ...op, child: b.op({ op: 'lookupNode', slot: slots.to, table: PERSON, key: literal(20), child: start }) }
  }

  it('counts walks by levels and degrees, not one by one', () => {
    const graph = ladder(30)
    const built = build(graph, { ...open, semantic: 'WALK', lower: 1, upper: 30 }, false)
    const { b } = built
    const n = b.value('n', INT64)
    const total = b.op({
      op: 'aggregate',
      keys: [],
      aggregates: [b.aggregate(n, 'COUNT_STAR', null)],
      child: from(built, 0),
    })
    const { rows, statistics, view } = runPlan(b.plan(total, [b.slot(n)]), graph)
    assert.equal(rows[0]![0], 2 ** 31 - 2)
    assert.equal(view.counters.lists, 29)
    assert.equal(statistics.operators.find((o) => o.op === 'extendRecursive')!.visited, 58)
  })

  it('looks from both sides when the end is bound', () => {
    const graph = ladder(30)
    const built = build(graph, { ...open, isBound: true, semantic: 'TRAIL', lower: 1, upper: 19 }, false)
    const { rows, view } = runPlan(built.b.plan(from(built, 0), [built.b.slot(built.slots.length)]), graph)
    // 20 steps away: half of the way is enough to know that 19 do not reach it
    assert.equal(rows.length, 0)
    assert(view.counters.lists < 2 ** 12, `${view.counters.lists} lists`)
  })

  it('finds distinct ends in one breadth-first search', () => {
    const graph = ladder(30)
    const built = build(graph, { ...open, semantic: 'TRAIL', lower: 1, upper: 30 }, false)
    const { b, slots } = built
    const keys = [{ slot: slots.to, expression: b.slot(slots.to) }]
    const distinct = b.op({ op: 'aggregate', keys, aggregates: [], child: from(built, 0) })
    const { rows, view } = runPlan(b.plan(distinct, [b.id(slots.to)]), graph)
    assert.equal(rows.length, 30)
    assert(view.counters.lists <= 31)
  })

  it('does not take there and back over one rel for a trail', () => {
    const graph = ladder(2, [1])
    const ends = (semantic: 'WALK' | 'TRAIL'): Value[] => {
      const built = build(graph, { ...open, direction: 'both', semantic, lower: 1, upper: 2 }, false)
      const { b, slots } = built
      const keys = [{ slot: slots.to, expression: b.slot(slots.to) }]
      const distinct = b.op({ op: 'aggregate', keys, aggregates: [], child: from(built, 0) })
      return runPlan(b.plan(distinct, [b.property(slots.to, 'id')]), graph).rows.map(([id]) => id!)
    }
    assert.deepEqual(ends('TRAIL').sort(), [1, 2])
    assert.deepEqual(ends('WALK').sort(), [0, 1, 2])
  })

  it('stops a shortest search at a bound end', () => {
    const graph = ladder(100)
    const built = build(graph, { ...open, isBound: true, semantic: 'SHORTEST', lower: 1, upper: 100 }, false)
    const { rows, view } = runPlan(built.b.plan(from(built, 0), [built.b.slot(built.slots.length)]), graph)
    assert.deepEqual(rows, [[20]])
    assert.equal(view.counters.lists, 20)
  })

  it('refuses negative weights', () => {
    const graph = ladder(5)
    const built = build(graph, { ...open, semantic: 'WSHORTEST', lower: 1, upper: 5 }, false)
    assert.throws(() => runPlan(built.b.plan(from(built, 0), [built.b.slot(built.slots.cost)]), graph), {
      code: 'RUNTIME',
      message: 'Runtime exception: Found negative weight -3. This is not supported in weighted shortest path.',
    })
  })

  it('can be interrupted, and gives up when memory runs out', () => {
    const graph = ladder(30)
    const built = build(graph, { ...open, semantic: 'TRAIL', lower: 30, upper: 30 }, false)
    const plan = built.b.plan(from(built, 0), [built.b.slot(built.slots.length)])
    const flag = new Int32Array(new SharedArrayBuffer(4))
    let checks = 0
    // the deadline is looked at once per check
    const interrupt = {
      flag,
      get deadlineMs() {
        return ++checks > 5 ? 0 : Number.POSITIVE_INFINITY
      },
    }
    assert.throws(() => runPlan(plan, graph, { interrupt }), { code: 'TIMEOUT' })
    const memory = { reserve: () => false, release: () => undefined }
    assert.throws(() => runPlan(plan, graph, { memory }), { code: 'OUT_OF_MEMORY' })
  })

  it('refuses counts that are not exact', () => {
    const graph = ladder(60)
    const built = build(graph, { ...open, semantic: 'WALK', lower: 60, upper: 60 }, false)
    const { b } = built
    const n = b.value('n', INT64)
    const total = b.op({
      op: 'aggregate',
      keys: [],
      aggregates: [b.aggregate(n, 'COUNT_STAR', null)],
      child: from(built, 0),
    })
    assert.throws(() => runPlan(b.plan(total, [b.slot(n)]), graph), { code: 'OVERFLOW' })
  })
})

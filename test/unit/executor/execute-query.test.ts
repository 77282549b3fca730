import assert from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { compileQuery, explainCode } from '../../../src/executor/compile-query.ts'
import type { ExecutionContext } from '../../../src/executor/context.ts'
import { MoveToWorker } from '../../../src/executor/move-to-worker.ts'
import type { BoundExpression } from '../../../src/plan/bound-expression.ts'
import type { Operator } from '../../../src/plan/operator.ts'
import type { QueryPlan } from '../../../src/plan/statement.ts'
import { BOOL, INT64, listOf, STRING } from '../../../src/types/logical-type.ts'
import type { Graph } from '../../oracle/graph.ts'
import { evaluatePlan } from '../../oracle/naive.ts'
import { literal, PlanBuilder } from '../../oracle/plan-builder.ts'
import { Random } from '../../oracle/random.ts'
import { sortedTexts } from '../../oracle/rows.ts'
import { contextOf, runPlan } from '../../oracle/run-plan.ts'
import { KNOWS, PERSON, randomGraph } from '../../oracle/small-graphs.ts'

const graph = randomGraph(new Random(7))

/** Two hops among persons: slots a -e-> c -f-> d, and values n, k. */
function twoHops(g: Graph = graph) {
  const b = new PlanBuilder(g)
  const [a, e, c] = [b.node('a', [PERSON]), b.rel('e', [KNOWS]), b.node('c', [PERSON])]
  const [f, d] = [b.rel('f', [KNOWS]), b.node('d', [PERSON])]
  return { b, a, e, c, f, d, n: b.value('n', INT64, false), k: b.value('k', INT64, false) }
}

function check(plan: QueryPlan) {
  const expected = evaluatePlan(plan, { graph, parameters: new Map() })
  const result = runPlan(plan, graph)
  assert.deepEqual(sortedTexts(result.rows), sortedTexts(expected))
  return result
}

function count(x: ReturnType<typeof twoHops>, child: Operator): QueryPlan {
  const aggregates = [x.b.aggregate(x.n, 'COUNT_STAR', null)]
  return x.b.plan(x.b.op({ op: 'aggregate', keys: [], aggregates, child }), [x.b.slot(x.n)])
}

describe('executeQuery: work', () => {
  it('counts all rels from the statistics', () => {
    const x = twoHops()
    const { view } = check(count(x, x.b.extend(x.b.scan(x.a), x.a, x.e, x.c)))
    assert.deepEqual({ ...view.counters }, { values: 0, lists: 0, degrees: 0, filters: 0 })
  })

  it('reads no list of the last hop of a count', () => {
    const x = twoHops()
    const oneHop = x.b.extend(
      x.b.scan(x.a, [{ columnId: 0, type: INT64, operator: '<', bound: literal(50) }]),
      x.a,
      x.e,
      x.c,
    )
    const { view, statistics } = check(count(x, x.b.extend(oneHop, x.c, x.f, x.d)))
    const hops = statistics.operators.filter((o) => o.op === 'extend')
    assert.equal(hops[0]!.strategy, 'degree-weight')
    assert.equal(view.counters.degrees, hops[1]!.visited)
    assert.ok(view.counters.lists <= 5)
  })

  it('reads the list of each node between two hops once when duplicates do not matter', () => {
    const x = twoHops()
    x.b.estimate = 5000
    const keys = [{ slot: x.k, expression: x.b.property(x.d, 'id') }]
    const some = x.b.scan(x.a, [{ columnId: 0, type: INT64, operator: '<', bound: literal(1000) }])
    const child = x.b.extend(x.b.extend(some, x.a, x.e, x.c), x.c, x.f, x.d)
    const plan = x.b.plan(x.b.op({ op: 'aggregate', keys, aggregates: [], child }), [x.b.slot(x.k)])
    const { view, statistics } = check(plan)
    assert.ok(statistics.operators.some((o) => o.strategy === 'frontier'))
    assert.ok(view.counters.lists <= 2 * graph.view().nodeTable(PERSON).rowCount, `${view.counters.lists} lists`)
  })

  it('turns a hop round when only the node reached matters', () => {
    const x = twoHops()
    const keys = [{ slot: x.k, expression: x.b.property(x.c, 'id') }]
    const aggregates = [x.b.aggregate(x.n, 'COUNT_STAR', null)]
    const child = x.b.extend(x.b.scan(x.a), x.a, x.e, x.c)
    const plan = x.b.plan(x.b.op({ op: 'aggregate', keys, aggregates, child }), [x.b.slot(x.k), x.b.slot(x.n)])
    assert.equal(check(plan).view.counters.lists, 0)
  })

  it('reads what is no sort key only for rows that stay among the first', () => {
    const x = twoHops()
    const keys = [{ expression: x.b.property(x.a, 'id'), descending: true }]
    const root = x.b.op({ op: 'sort', keys, skip: null, limit: literal(2), child: x.b.scan(x.a) })
    const { view } = check(x.b.plan(root, [x.b.property(x.a, 'year'), x.b.property(x.a, 'id')]))
    assert.ok(view.counters.values <= 2 * 2, `${view.counters.values} values read one by one`)
  })

  it('stops at LIMIT', () => {
    const x = twoHops()
    const child = x.b.extend(x.b.scan(x.a), x.a, x.e, x.c)
    const root = x.b.op({ op: 'limit', skip: null, limit: literal(1), child })
    const { view, rows } = runPlan(x.b.plan(root, [x.b.id(x.a)]), graph)
    assert.equal(rows.length, 1)
    assert.ok(view.counters.lists <= 3)
  })

  it('evaluates a list of constants once, as a set', () => {
    const x = twoHops()
    const list = literal([10, 30, null], listOf(INT64))
    const predicate: BoundExpression = { kind: 'in', type: BOOL, item: x.b.property(x.a, 'id'), list }
    check(x.b.plan(x.b.op({ op: 'filter', predicate, child: x.b.scan(x.a) }), [x.b.property(x.a, 'id')]))
  })
})

describe('executeQuery: PROFILE', () => {
  it('counts the rows of every operator', () => {
    const x = twoHops()
    const plan = count(x, x.b.extend(x.b.extend(x.b.scan(x.a), x.a, x.e, x.c), x.c, x.f, x.d))
    const { rows, statistics } = runPlan(plan, graph, { profile: true })
    const live = graph.view().relTable(KNOWS).liveCount
    const scanned = graph.view().nodeTable(PERSON).liveCount
    assert.deepEqual(
      statistics.operators.map((o) => o.rows),
      [1, rows[0]![0], live, scanned],
    )
    assert.equal(runPlan(plan, graph).statistics.operators[0]!.rows, null)
  })
})

describe('executeQuery: limits', () => {
  /** All pairs of pairs: long enough to be stopped in the middle of one morsel. */
  function long(): QueryPlan {
    const big = randomGraph(new Random(3), 400, 5, 100)
    const x = twoHops(big)
    const second = x.b.scan(x.c, [], x.b.scan(x.a))
    const predicate = x.b.compare(x.b.property(x.c, 'age'), '<', x.b.property(x.a, 'age'))
    const third = x.b.scan(x.d, [], x.b.op({ op: 'filter', predicate, child: second }))
    const last = x.b.compare(x.b.property(x.d, 'age'), '<', x.b.property(x.a, 'age'))
    longGraph = big
    return count(x, x.b.op({ op: 'filter', predicate: last, child: third }))
  }
  let longGraph = graph

  function failure(plan: QueryPlan, changes: Partial<ExecutionContext>): unknown {
    try {
      runPlan(plan, longGraph, changes)
    } catch (error) {
      return error
    }
    throw new Error('the run has not failed')
  }

  it('is interrupted inside of one morsel', () => {
    const plan = long()
    const flag = new Int32Array(new SharedArrayBuffer(4))
    let asked = 0
    // the flag is raised from the first check on that a running loop makes
    const interrupt = {
      flag,
      get deadlineMs() {
        if (++asked > 3) Atomics.store(flag, 0, 1)
        return Number.POSITIVE_INFINITY
      },
    }
    const error = failure(plan, { interrupt })
    assert.ok(error instanceof DatabaseError && error.code === 'INTERRUPTED')
  })

  it('times out', () => {
    const interrupt = { flag: new Int32Array(new SharedArrayBuffer(4)), deadlineMs: Date.now() - 1 }
    const error = failure(long(), { interrupt })
    assert.ok(error instanceof DatabaseError && error.code === 'TIMEOUT')
  })

  it('moves to a worker when it has run for too long', () => {
    assert.ok(failure(long(), { yieldAfterMs: 0 }) instanceof MoveToWorker)
  })

  it('fails clearly without memory, and gives back what it had', () => {
    const x = twoHops()
    let held = 0
    const memory = {
      reserve: (bytes: number) => {
        if (held + bytes > 2000) return false
        held += bytes
        return true
      },
      release: (bytes: number) => {
        held -= bytes
      },
    }
    const keys = [{ expression: x.b.property(x.a, 'name'), descending: false }]
    const root = x.b.op({ op: 'sort', keys, skip: null, limit: null, child: x.b.scan(x.a) })
    longGraph = graph
    const error = failure(x.b.plan(root, [x.b.property(x.a, 'name')]), { memory })
    assert.ok(error instanceof DatabaseError && error.code === 'OUT_OF_MEMORY')
    assert.equal(held, 0)
  })

  it('refuses a negative LIMIT', () => {
    const x = twoHops()
    const root = x.b.op({ op: 'limit', skip: null, limit: literal(-1), child: x.b.scan(x.a) })
    longGraph = graph
    const error = failure(x.b.plan(root, [x.b.id(x.a)]), {})
    assert.ok(error instanceof DatabaseError && error.code === 'RUNTIME')
  })
})

describe('executeQuery: code', () => {
  function filtered(text: string, bound: number): QueryPlan {
    const x = twoHops()
    const args = [
      x.b.compare(x.b.property(x.a, 'name'), '<>', literal(text, STRING)),
      x.b.compare(x.b.property(x.a, 'age'), '<', literal(bound)),
    ]
    const root = x.b.op({ op: 'filter', predicate: { kind: 'and', type: BOOL, args }, child: x.b.scan(x.a) })
    return x.b.plan(root, [x.b.property(x.a, 'id')])
  }

  it('holds no text of the user', () => {
    const code = explainCode(filtered('*/ alert(1) //', 12345), contextOf(graph, graph.view()))
    assert.ok(!code.includes('alert') && !code.includes('12345') && !code.includes('name'))
  })

  it('is one for plans of one shape, with different answers', () => {
    const context = contextOf(graph, graph.view())
    const [one, two] = [filtered('ada', 30), filtered('bob', 50)]
    assert.equal(compileQuery(one).variantFor(context).functions, compileQuery(two).variantFor(context).functions)
    check(one)
    check(two)
  })

  it('is made anew when the data no longer has the traits that it relies on', () => {
    const plan = filtered('ada', 30)
    const nulls = contextOf(graph, graph.view())
    const clean = randomGraph(new Random(11), 1, 1, 0)
    const first = compileQuery(plan).variantFor(nulls)
    assert.equal(compileQuery(plan).variantFor(nulls), first)
    assert.notEqual(compileQuery(plan).variantFor(contextOf(clean, clean.view())), first)
    assert.equal(compileQuery(plan).variantFor(nulls), first)
  })
})

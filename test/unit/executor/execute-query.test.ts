import assert from 'node:assert/strict'
import { compileQuery } from '../../../src/executor/compile-query.ts'
import type { QueryPlan } from '../../../src/plan/statement.ts'
import { INT64 } from '../../../src/types/logical-type.ts'
import type { Graph } from '../../oracle/graph.ts'
import { evaluatePlan } from '../../oracle/naive.ts'
import { literal, PlanBuilder } from '../../oracle/plan-builder.ts'
import { Random } from '../../oracle/random.ts'
import { sortedTexts } from '../../oracle/rows.ts'
import { contextOf, runPlan } from '../../oracle/run-plan.ts'
import { CITY, KNOWS, LIVES, PERSON, randomGraph } from '../../oracle/small-graphs.ts'

function check(plan: QueryPlan, graph: Graph) {
  const expected = evaluatePlan(plan, { graph, parameters: new Map() })
  try {
    const result = runPlan(plan, graph)
    assert.deepEqual(sortedTexts(result.rows), sortedTexts(expected))
    return result
  } catch (error) {
    try {
      console.log(compileQuery(plan).variantFor(contextOf(graph, graph.view())).source)
    } catch {}
    throw error
  }
}

describe('executeQuery', () => {
  const graph = randomGraph(new Random(7))

  it('one hop with filters and properties', () => {
    const b = new PlanBuilder(graph)
    const [a, e, c] = [b.node('a', [PERSON]), b.rel('e', [KNOWS]), b.node('c', [PERSON])]
    const root = b.op({
      op: 'filter',
      predicate: b.compare(b.property(c, 'age'), '>', literal(10)),
      child: b.extend(b.scan(a, [{ columnId: 2, type: INT64, operator: '<', bound: literal(50) }]), a, e, c),
    })
    check(
      b.plan(root, [b.property(a, 'id'), b.property(c, 'name'), b.property(e, 'since'), b.slot(c), b.slot(e)]),
      graph,
    )
  })

  it('counts rels without visiting them', () => {
    const b = new PlanBuilder(graph)
    const [a, e, c] = [b.node('a', [PERSON]), b.rel('e', [KNOWS]), b.node('c', [PERSON])]
    const n = b.value('n', INT64, false)
    const root = b.op({
      op: 'aggregate',
      keys: [],
      aggregates: [b.aggregate(n, 'COUNT_STAR', null)],
      child: b.extend(b.scan(a), a, e, c),
    })
    const { view } = check(b.plan(root, [b.slot(n)]), graph)
    assert.equal(view.counters.lists, 0)
  })

  it('two hops grouped by key, sorted', () => {
    const b = new PlanBuilder(graph)
    const [a, e, c, f, d] = [
      b.node('a', [PERSON]),
      b.rel('e', [KNOWS]),
      b.node('c', [PERSON]),
      b.rel('f', [KNOWS]),
      b.node('d', [PERSON]),
    ]
    const n = b.value('n', INT64, false)
    const k = b.value('k', INT64, false)
    const root = b.op({
      op: 'sort',
      skip: null,
      limit: literal(3),
      keys: [
        { expression: b.slot(n), descending: true },
        { expression: b.slot(k), descending: false },
      ],
      child: b.op({
        op: 'aggregate',
        keys: [{ slot: k, expression: b.property(c, 'id') }],
        aggregates: [b.aggregate(n, 'COUNT_STAR', null)],
        child: b.extend(b.extend(b.scan(a), a, e, c), c, f, d),
      }),
    })
    check(b.plan(root, [b.slot(k), b.slot(n)]), graph)
  })
  void CITY
  void LIVES
})

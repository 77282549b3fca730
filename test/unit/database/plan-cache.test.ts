import assert from 'node:assert/strict'
import { PlanCache } from '../../../src/database/plan-cache.ts'
import { parse } from '../../../src/parser/parse.ts'
import type { PlannerContext } from '../../../src/planner/planner-context.ts'
import { INT64, STRING } from '../../../src/types/logical-type.ts'
import { fakeCatalog, fakeContext, SOCIAL_SCHEMA } from '../planner/fake-database.ts'

function withRows(context: PlannerContext, rows: number): PlannerContext {
  return { ...context, statistics: { ...context.statistics, nodeCount: () => rows, relCount: () => rows } }
}

describe('PlanCache', () => {
  const [statement] = parse('MATCH (p:Person)-[:KNOWS]->(q) WHERE p.age > $x RETURN q.name')
  const base: PlannerContext = {
    ...fakeContext(fakeCatalog(SOCIAL_SCHEMA)),
    parameters: new Map([['x', { type: INT64 }]]),
  }
  const plan = (cache: PlanCache, context: PlannerContext) => cache.plan(statement!, context)

  it('gives the same plan for the same statement, catalog, types and sizes', () => {
    const cache = new PlanCache()
    assert.equal(plan(cache, withRows(base, 100)), plan(cache, withRows(base, 120)))
  })

  it('plans again for other types, other settings, another catalog, much more rows, and no rows', () => {
    const cache = new PlanCache()
    const first = plan(cache, withRows(base, 100))
    for (const other of [
      { ...withRows(base, 100), parameters: new Map([['x', { type: STRING }]]) },
      { ...withRows(base, 100), settings: { ...base.settings, varLengthExtendMaxDepth: 5 } },
      { ...withRows(base, 100), catalog: fakeCatalog(SOCIAL_SCHEMA) },
      withRows(base, 100_000),
      withRows(base, 0),
    ]) {
      assert.notEqual(plan(new PlanCache(), other), first)
      const made = plan(cache, other)
      assert.notEqual(made, first)
      assert.equal(plan(cache, other), made)
    }
  })

  it('keeps several variants of a statement', () => {
    const cache = new PlanCache()
    const small = plan(cache, withRows(base, 10))
    const large = plan(cache, withRows(base, 1_000_000))
    assert.equal(plan(cache, withRows(base, 10)), small)
    assert.equal(plan(cache, withRows(base, 1_000_000)), large)
  })

  it('does not keep what looked at a file', () => {
    const cache = new PlanCache()
    let asked = 0
    const files = {
      describe: () => {
        asked++
        return {
          paths: ['x.csv'],
          format: 'csv' as const,
          options: {},
          columns: [{ name: 'a', type: INT64 }],
          byColumn: false,
        }
      },
    }
    const [load] = parse("LOAD FROM 'x.csv' RETURN a")
    const context = { ...base, parameters: new Map(), files }
    assert.notEqual(cache.plan(load!, context), cache.plan(load!, context))
    assert.equal(asked, 2)
  })
})

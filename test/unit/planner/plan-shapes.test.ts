import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { explainStatement } from '../../../src/plan/explain.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from './fake-database.ts'
import { checkPlan } from './plan-check.ts'

/** Queries with the plans they should get, separated by empty lines. `UPDATE_GOLDEN=1` writes what comes out. */
const GOLDEN = 'test/golden/plans/social.txt'

const context = fakeContext(fakeCatalog(SOCIAL_SCHEMA), {
  rows: { Person: 1000, City: 50, Knows: 20_000, Lives: 1000 },
  distinct: { 'Person.name': 900, 'Person.age': 80 },
  range: { 'Person.age': [0, 100] },
})

function explain(query: string): string {
  const plan = planText(`EXPLAIN ${query}`, context)
  assert.equal(plan.kind, 'explain')
  if (plan.kind === 'explain' && plan.statement.kind === 'query') checkPlan(plan.statement)
  return plan.kind === 'explain' ? explainStatement(plan).join('\n') : ''
}

function golden(): { readonly query: string; readonly plan: string }[] {
  return readFileSync(GOLDEN, 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((block) => {
      const [query, ...plan] = block.split('\n')
      return { query: query!, plan: plan.join('\n') }
    })
}

describe('plan shapes', () => {
  const cases = golden()
  if (process.env['UPDATE_GOLDEN'] !== undefined) {
    writeFileSync(GOLDEN, `${cases.map(({ query }) => `${query}\n${explain(query)}`).join('\n\n')}\n`)
  }
  for (const { query, plan } of cases) {
    it(query, () => {
      assert.equal(explain(query), plan)
    })
  }

  it('is the same for the same statistics', () => {
    for (const { query } of cases) assert.equal(explain(query), explain(query))
  })

  const costs: readonly [query: string, isFree: boolean][] = [
    ['MATCH (a:Person)-[:Knows]->(b:Person) RETURN count(*)', true],
    ['MATCH (a:Person)-[:Knows]->(b:Person) WHERE a.age > 3 RETURN count(*)', false],
    ['MATCH (a:Person)-[:Knows]->(b:Person) RETURN a.name, count(*)', false],
    ['MATCH (a:Person)-[:Knows]->(b:Person) RETURN count(DISTINCT b)', false],
    ['MATCH (a:Person)-[:Knows]->(b:Person)-[:Knows]->(c:Person) RETURN count(*)', false],
  ]
  for (const [query, isFree] of costs) {
    it(`${isFree ? 'looks at nothing' : 'looks at rows'}: ${query}`, () => {
      const plan = planText(query, context)
      assert.ok(plan.kind === 'query')
      assert.equal(plan.cost === 1, isFree, `cost ${plan.cost}`)
    })
  }
})

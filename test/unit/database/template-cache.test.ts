import assert from 'node:assert/strict'
import { PlanCache } from '../../../src/database/plan-cache.ts'
import { type FilledTemplate, TemplateCache } from '../../../src/database/template-cache.ts'
import { parse } from '../../../src/parser/parse.ts'
import type { StatementPlan } from '../../../src/plan/statement.ts'
import type { PlannerContext } from '../../../src/planner/planner-context.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from '../planner/fake-database.ts'

const RANGE = { 'Person.id': [0, 1000], 'Person.age': [0, 100], 'Person.h': [0, 2], 'Knows.since': [0, 1000] } as const
const CONTEXT = fakeContext(fakeCatalog(SOCIAL_SCHEMA), {
  rows: { Person: 100_000, Knows: 1_000_000, City: 50, Lives: 100_000 },
  range: RANGE,
})

/** The template of the third of three texts of one shape. */
function template(texts: TemplateCache, make: (value: string) => string, value: string): FilledTemplate {
  texts.find(make('7'))
  texts.find(make('7'))
  const found = texts.find(make(value))
  assert.ok(found !== null, make(value))
  return found
}

function contextOf({ text, parameters }: FilledTemplate): PlannerContext {
  return { ...CONTEXT, text, parameters }
}

/** The plan with the values of the literals in their places again. */
function filled(plan: StatementPlan, { parameters }: FilledTemplate): unknown {
  return JSON.parse(JSON.stringify(plan), (_key, part: { kind?: unknown; name?: string }) => {
    const known = part !== null && part.kind === 'parameter' ? parameters.get(part.name!) : undefined
    return known === undefined ? part : { kind: 'literal', type: known.type, value: known.value }
  })
}

const CONDITIONS = [
  'p.id = $',
  'p.id < $',
  '$ >= p.id AND q.id <> $',
  'NOT (p.id > $ OR k.since <= $)',
  'q.h > $.5',
  'p.h = $',
  'p.age < $',
  'p.u = $',
  'p.name = "$"',
  'p.name > "$" AND q.name < "b$"',
  'p.bd > "2000-01-0$"',
  'k.since = $ AND k.w < 0.$',
  'p.l = $ AND p.id > $',
]

describe('templates of conditions', () => {
  for (const condition of CONDITIONS) {
    it(`are planned as their texts are: ${condition}`, () => {
      const make = (value: string) =>
        `MATCH (p:Person)-[k:Knows]->(q:Person) WHERE ${condition.replaceAll('$', value)} RETURN count(*), p.name`
      for (const value of ['1', '9', '200', '999', '5000']) {
        if (condition.includes('-0$') && value.length > 1) continue
        const found = template(new TemplateCache(parse), make, value)
        assert.ok(found.parameters.size > 0)
        let expected: unknown
        try {
          expected = JSON.parse(JSON.stringify(planText(make(value), CONTEXT)))
        } catch (error) {
          const { code } = error as { code: string }
          assert.throws(() => new PlanCache().plan(found.statement, contextOf(found)), { code })
          continue
        }
        assert.deepEqual(filled(new PlanCache().plan(found.statement, contextOf(found)), found), expected)
      }
    })
  }

  const planner = (make: (value: string) => string) => {
    const texts = new TemplateCache(parse)
    const plans = new PlanCache()
    return (value: string): StatementPlan => {
      const found = template(texts, make, value)
      return plans.plan(found.statement, contextOf(found))
    }
  }

  it('share a plan among values, and a key is still looked up', () => {
    const plan = planner((value) => `MATCH (p:Person) WHERE p.id = ${value} RETURN p.name`)
    assert.equal(plan('5'), plan('123456'))
    assert.match(JSON.stringify(plan('5')), /"lookupNode"/)
  })

  it('share a plan among shares of rows of the same size only', () => {
    const plan = planner(
      (value) => `MATCH (p:Person)-[:Knows]->(q:Person) WHERE p.id < ${value} AND q.h < 0.25 RETURN count(*)`,
    )
    assert.equal(plan('400'), plan('900'))
    assert.notEqual(plan('400'), plan('2'))
    assert.equal(plan('2'), plan('3'))
  })

  it('are planned for the very value where the types differ', () => {
    const plan = planner((value) => `MATCH (p:Person) WHERE p.age < ${value} RETURN count(*)`)
    assert.equal(plan('40'), plan('40'))
    assert.notEqual(plan('40'), plan('41'))
    assert.match(JSON.stringify(plan('41')), /"predicates":\[\{[^}]*"INT32"\}/)
  })
})

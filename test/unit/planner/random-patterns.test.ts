import assert from 'node:assert/strict'
import type { Operator } from '../../../src/plan/operator.ts'
import { operatorInputs } from '../../../src/plan/operator-parts.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from './fake-database.ts'
import { checkPlan } from './plan-check.ts'

const seed = Number(process.env['NISABA_SEED'] ?? 20251123)

/** Small generator of numbers in [0, 1) that a seed repeats (mulberry32). */
function generator(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const NODES = ['a', 'b', 'c', 'd', 'e', 'f']
const CONDITIONS = [
  'a.age > 5',
  'b.name = a.name',
  'a.id = 3',
  'b.age < a.age + 1',
  'EXISTS { MATCH (b)-[:Knows]->(x) }',
]

function randomQuery(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const patterns: string[] = ['(a:Person)', '(b:Person)']
  const count = 1 + Math.floor(random() * 12)
  for (let i = 0; i < count; i++) {
    const rel = pick(['-[:Knows]->', '<-[:Knows]-', '-[:Knows]-', '-[:Knows*1..2]->', '-[:Knows* SHORTEST 1..3]-'])
    patterns.push(`(${pick(NODES)}:Person)${rel}(${pick(NODES)}:Person)`)
  }
  const where = CONDITIONS.filter(() => random() < 0.3)
  return `MATCH ${patterns.join(', ')}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} RETURN count(*)`
}

function rels(operator: Operator): number {
  const own = operator.op.startsWith('extend') ? 1 : 0
  return operatorInputs(operator).reduce((sum, input) => sum + rels(input), own)
}

describe('random patterns', () => {
  const context = fakeContext(fakeCatalog(SOCIAL_SCHEMA), { rows: { Person: 1000, Knows: 9000 } })

  it(`follow every rel once and read slots only after they are bound (seed ${seed})`, function () {
    this.timeout(20_000)
    const random = generator(seed)
    for (let i = 0; i < 150; i++) {
      const query = randomQuery(random)
      const plan = planText(query, context)
      assert.ok(plan.kind === 'query')
      checkPlan(plan)

      assert.equal(rels(plan.root), query.split('Knows').length - 1, query)
    }
  })

  it('of any size get a plan', () => {
    const chain = Array.from({ length: 40 }, (_, i) => `(n${i}:Person)-[:Knows]->(n${i + 1}:Person)`)
    const plan = planText(`MATCH ${chain.reverse().join(', ')} WHERE n20.id = 5 RETURN count(*)`, context)
    assert.ok(plan.kind === 'query')
    checkPlan(plan)
    assert.equal(rels(plan.root), 40)
  })
})

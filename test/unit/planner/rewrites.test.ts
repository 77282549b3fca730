import assert from 'node:assert/strict'
import { printExpression } from '../../../src/plan/print-expression.ts'
import { closestName, didYouMean } from '../../../src/planner/bind/did-you-mean.ts'
import { INT64, listOf, scalar } from '../../../src/types/logical-type.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from './fake-database.ts'

const context = fakeContext(fakeCatalog(SOCIAL_SCHEMA), {}, { ids: listOf(INT64), x: scalar('INT64') })

/** The only column of a query after folding. */
function folded(expression: string): string {
  const plan = planText(`RETURN ${expression}`, context)
  assert.ok(plan.kind === 'query')
  return printExpression(plan.columns[0]!.expression, { slot: String, table: String })
}

describe('constant folding', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['1 + 2 * 3', '7'],
    ["'a' + 'b'", "'ab'"],
    ['true AND 1 = 1', 'True'],
    ['false AND $x = 1', 'False'],
    ['true OR $x = 1', 'True'],
    ['NOT false', 'True'],
    ['1 = NULL', 'NULL'],
    ['[1, 2 + 3]', '[1,5]'],
    ['{a: 1}.a', '1'],
    ["CAST('5' AS INT64) + 1", '6'],
    ['1 / 0', '/(1, 0)'],
    ['$x + 1', '+($x, 1)'],
    ['$x = 1 OR $x = 2', '($x = 1 OR $x = 2)'],
  ]
  for (const [text, expected] of cases) it(text, () => assert.equal(folded(text), expected))

  /** The condition of a query over persons, as the plan has it. */
  function condition(text: string): string {
    const plan = planText(`MATCH (p:Person) RETURN ${text}`, context)
    assert.ok(plan.kind === 'query')
    return printExpression(plan.columns[0]!.expression, { slot: () => 'p', table: String })
  }

  it('puts alternatives of one value together', () => {
    assert.equal(condition('p.age = 1 OR 2 = p.age OR p.age IN [3, 1]'), 'p.age IN [1,2,3]')
    assert.equal(condition('p.age = 1 OR p.id = 5 OR p.age = 2'), '(p.age IN [1,2] OR p.id = 5)')
    assert.equal(condition('p.age = 1 OR p.age = NULL'), '(p.age = 1 OR p.age = NULL)')
    assert.equal(condition('p.age = 1 OR p.age > 2'), '(p.age = 1 OR p.age > 2)')
  })

  it('leaves what gives another value each time', () => {
    assert.equal(folded('gen_random_uuid()'), 'GEN_RANDOM_UUID()')
  })
})

describe('did you mean', () => {
  it('finds names one or two slips away', () => {
    assert.equal(closestName('nmae', ['age', 'name']), 'name')
    assert.equal(closestName('persno', ['City', 'Person']), 'Person')
  })
  it('keeps quiet about short and far names', () => {
    assert.equal(closestName('x', ['y']), undefined)
    assert.equal(didYouMean('dummy', ['name', 'age']), '')
  })
})

describe('COPY', () => {
  it('gives a rel table its keys first and fills other columns with their defaults', () => {
    const plan = planText("COPY Knows(w) FROM 'f.csv' (HEADER=true)", withColumns(3))
    assert.ok(plan.kind === 'copyFrom')
    assert.deepEqual(
      plan.columns.map((c) => c.source),
      [null, 2],
    )
    assert.ok('columns' in plan.source)
    assert.deepEqual(
      plan.source.columns.map((c) => c.type.id),
      ['INT64', 'INT64', 'DOUBLE'],
    )
    assert.deepEqual(plan.source.options, { HEADER: true })
  })

  it('casts the columns of a query', () => {
    const plan = planText("COPY Person(id, age) FROM (RETURN '5', 6)", context)
    assert.ok(plan.kind === 'copyFrom' && 'query' in plan.source)
    assert.deepEqual(
      plan.source.query.columns.map((c) => c.type.id),
      ['INT64', 'INT32'],
    )
  })

  /** A context whose files have this many columns. */
  function withColumns(count: number): typeof context {
    const { files } = context
    return {
      ...context,
      files: {
        describe: (...args) => {
          const source = files.describe(...args)
          return { ...source, columns: source.columns.slice(0, count) }
        },
      },
    }
  }
})

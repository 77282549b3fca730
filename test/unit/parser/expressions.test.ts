import { deepEqual, equal, throws } from 'node:assert/strict'
import { bare, clauseOf, expressionOf, functional, statementOf } from './tree.ts'

const shape = (text: string): string => functional(expressionOf(text))

const STRENGTH: Readonly<Record<string, number>> = {
  OR: 1,
  XOR: 2,
  AND: 3,
  '|': 5,
  '&': 6,
  '<<': 7,
  '>>': 7,
  '+': 8,
  '-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
  '^': 10,
}

/** The oracle: splits a flat chain at its last, loosest operator. */
function group(operands: readonly string[], operators: readonly string[]): string {
  if (operators.length === 0) return operands[0] ?? ''
  const loosest = Math.min(...operators.map((operator) => STRENGTH[operator] ?? 0))
  const at = operators.findLastIndex((operator) => STRENGTH[operator] === loosest)
  const left = group(operands.slice(0, at + 1), operators.slice(0, at))
  return `${operators[at]}(${left},${group(operands.slice(at + 1), operators.slice(at + 1))})`
}

/** A small generator of pseudo-random numbers below `limit` (mulberry32). */
function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}

describe('expressions', () => {
  const groups: readonly [string, string][] = [
    ['-2^2', '^(negate(2),2)'],
    ['1+1<<2', '<<(+(1,1),2)'],
    ['2^3^2', '^(^(2,3),2)'],
    ['7 % 3 * 2', '*(%(7,3),2)'],
    ['1--1', '-(1,negate(1))'],
    ['1 <-1', '<(1,negate(1))'],
    ['-3!', 'factorial(negate(3))'],
    ['3! = 6', '=(factorial(3),6)'],
    ['NOT a = b', 'NOT(=(a,b))'],
    ['NOT NOT a AND b', 'AND(NOT(NOT(a)),b)'],
    ['a OR b XOR c AND d', 'OR(a,XOR(b,AND(c,d)))'],
    ['1 | 2 & 3 >> 4', '|(1,&(2,>>(3,4)))'],
    ['1 = 1 IN x', '=(1,IN(1,x))'],
    ['2 ^ 2 IN x', '^(2,IN(2,x))'],
    ['1 IN a[2]', 'index(IN(1,a),2)'],
    ['1 IN a IN b', 'IN(IN(1,a),b)'],
    ['a STARTS WITH b + c', '+(STARTS WITH(a,b),c)'],
    ["a.x ENDS WITH 'b' AND c CONTAINS d", "AND(ENDS WITH(a.x,'b'),CONTAINS(c,d))"],
    ['a =~ b = c', '=(=~(a,b),c)'],
    ['a IS NOT NULL AND b IS NULL', 'AND(IS NOT NULL(a),IS NULL(b))'],
    ['a + b IS NULL', '+(a,IS NULL(b))'],
    ['(a + b) * c', '*(+(a,b),c)'],
    ['{a: 1}.a.b[1][2:3].c', 'slice(index(struct.a.b,1),2,3).c'],
    ['x[:2]', 'slice(x,,2)'],
    ['x[1:]', 'slice(x,1,)'],
    ['x[:]', 'slice(x,,)'],
    ['x[1..2]', 'slice(x,1,2)'],
    ['[1,,2,]', '[1,null,2,null]'],
    ['(x)--(1)', '-(x,negate(1))'],
    ['(a)-[1]', '-(a,[1])'],
  ]
  for (const [text, expected] of groups) it(`groups ${text}`, () => equal(shape(text), expected))

  it('groups random chains as a naive split does', () => {
    const seed = Date.now() % 1_000_000
    const random = randomOf(seed)
    const known = Object.keys(STRENGTH)
    for (let round = 0; round < 300; round++) {
      const operators = Array.from({ length: random(12) }, () => known[random(known.length)] ?? '+')
      const operands = Array.from({ length: operators.length + 1 }, (_, i) => `v${i}`)
      const text = operands.map((operand, i) => `${operand} ${operators[i] ?? ''}`).join(' ')
      equal(shape(text), group(operands, operators), `seed ${seed}: ${text}`)
    }
  })

  it('refuses chained comparisons and != with the known texts', () => {
    throws(
      () => expressionOf('1 = 1 = 1'),
      /^DatabaseError: Parser exception: Non-binary comparison \(e\.g\. a=b=c\) is not supported \(line: 1, offset: 7\)/,
    )
    throws(() => expressionOf('a < b <= 3'), /Non-binary comparison/)
    throws(
      () => expressionOf('1 != 2'),
      /Unknown operation '!=' \(you probably meant to use '<>', which is the operator for inequality testing\.\) \(line: 1, offset: 9\)/,
    )
    throws(() => expressionOf('3!=6'), /Unknown operation '!='/)
  })

  it('reads literals', () => {
    const value = (text: string): unknown => bare(expressionOf(text))
    deepEqual(value('9007199254740991'), { kind: 'literal', type: 'integer', value: 9007199254740991 })
    deepEqual(value('9223372036854775808'), { kind: 'literal', type: 'integer', value: 9223372036854775808n })
    deepEqual(value('.5'), { kind: 'literal', type: 'float', value: 0.5 })
    deepEqual(value('1e400'), { kind: 'literal', type: 'float', value: Number.POSITIVE_INFINITY })
    deepEqual(value('TRUE'), { kind: 'literal', type: 'boolean', value: true })
    deepEqual(value('Null'), { kind: 'literal', type: 'null', value: null })
    deepEqual(value('$1'), { kind: 'parameter', name: '1' })
    deepEqual(value("{a: 1, 'odd key': 2}"), {
      kind: 'struct',
      fields: [
        { name: 'a', value: { kind: 'literal', type: 'integer', value: 1 } },
        { name: 'odd key', value: { kind: 'literal', type: 'integer', value: 2 } },
      ],
    })
    for (const text of ['{}', '[,]', '1.', '01', '+1', '{1: 2}'])
      throws(() => expressionOf(text), { code: 'SYNTAX' }, text)
  })

  it('reads calls, lambdas and named arguments', () => {
    equal(shape('count(*)'), 'count(*)')
    equal(shape('list_transform(l, x -> x + 1)'), 'list_transform(l,(x -> +(x,1)))')
    equal(shape('list_reduce(l, (x, y)->x - y)'), 'list_reduce(l,(x,y -> -(x,y)))')
    equal(shape("CAST(a, 'INT8')"), "CAST(a,'INT8')")
    const call = expressionOf('union_value(a := 1)')
    equal(call.kind === 'call' && call.args[0]?.name?.text, 'a')
    const distinct = expressionOf('sum(DISTINCT n.x)')
    equal(distinct.kind === 'call' && distinct.distinct, true)
    for (const text of ['sum(*)', 'count(DISTINCT *)', 'f(1,)', 'x -> 1'])
      throws(() => expressionOf(text), { code: 'SYNTAX' }, text)
  })

  it('reads both forms of CASE', () => {
    const node = bare(expressionOf('CASE x WHEN 1 THEN a WHEN 2 THEN b ELSE c END')) as Record<string, unknown>
    const variable = (name: string): unknown => ({ kind: 'variable', name })
    const literal = (value: number): unknown => ({ kind: 'literal', type: 'integer', value })
    deepEqual(node, {
      kind: 'case',
      subject: variable('x'),
      branches: [
        { when: literal(1), result: variable('a') },
        { when: literal(2), result: variable('b') },
      ],
      otherwise: variable('c'),
    })
    deepEqual(bare(expressionOf('CASE WHEN a THEN b END')), {
      kind: 'case',
      branches: [{ when: variable('a'), result: variable('b') }],
    })
  })

  it('reads types', () => {
    const typeOf = (text: string): unknown => {
      const node = expressionOf(`CAST(x AS ${text})`)
      return node.kind === 'cast' ? bare(node.type) : undefined
    }
    const int64 = { kind: 'named', name: 'INT64', numbers: [], text: 'INT64' }
    deepEqual(typeOf('DECIMAL( 10 , 2 )'), {
      kind: 'named',
      name: 'DECIMAL',
      numbers: [10, 2],
      text: 'DECIMAL( 10 , 2 )',
    })
    deepEqual(typeOf('INT64[][3]'), {
      kind: 'array',
      element: { kind: 'list', element: int64, text: 'INT64[]' },
      length: 3,
      text: 'INT64[][3]',
    })
    deepEqual(typeOf('map(INT64, INT64)'), { kind: 'map', key: int64, value: int64, text: 'map(INT64, INT64)' })
    deepEqual(typeOf('UNION(a INT64, `b c` INT64)'), {
      kind: 'fields',
      name: 'UNION',
      fields: [
        { name: 'a', type: int64 },
        { name: 'b c', type: int64 },
      ],
      text: 'UNION(a INT64, `b c` INT64)',
    })
    throws(() => typeOf('STRUCT(a INT64, b)'), { code: 'SYNTAX' })
  })

  it('reads quantifiers and subqueries', () => {
    const any = expressionOf('any(x IN l WHERE x > 1)')
    equal(any.kind === 'quantifier' && any.quantifier, 'any')
    const exists = expressionOf('EXISTS { MATCH (a)-[]->(b) WHERE b.x = 1 }')
    equal(exists.kind === 'subquery' && exists.mode, 'exists')
    const count = expressionOf('count { MATCH (a) }')
    equal(count.kind === 'subquery' && count.mode, 'count')
    for (const text of [
      'any(x IN l)',
      'EXISTS { (a)-[]->(b) }',
      'EXISTS { OPTIONAL MATCH (a) }',
      'EXISTS { MATCH (a) RETURN 1 }',
    ]) {
      throws(() => expressionOf(text), { code: 'SYNTAX' }, text)
    }
  })

  it('tells patterns from arithmetic', () => {
    const where = (text: string): string => {
      const condition = clauseOf('match', `MATCH (a), (b) WHERE ${text} RETURN 1`).where
      return condition === undefined ? '' : functional(condition)
    }
    for (const text of [
      '(a)-[:E]->(b)',
      '(a)<-[]-(b)',
      '(a)--(b)',
      '(a)-->(b:N {x: 1})',
      '(a)<--()-[*2]-(b)',
      '(a)–[e:E]–〉(b)',
    ]) {
      equal(where(text), 'pattern', text)
    }
    equal(where('NOT (a)-[:E]->() AND true'), 'AND(NOT(pattern),true)')
    equal(where('(a) < -(b)'), '<(a,negate(b))')
    equal(where('(a) - [1] = 2'), '=(-(a,[1]),2)')
  })

  it('allows unreserved words as names everywhere', () => {
    const words = [
      'type',
      'count',
      'date',
      'match',
      'limit',
      'return',
      'is',
      'contains',
      'key',
      'node',
      'glob',
      'skip',
      'extension',
    ]
    for (const word of words) {
      equal(shape(`${word}.${word} + ${word}`), `+(${word}.${word},${word})`)
      equal(statementOf(`MATCH (${word}:${word} {${word}: 1})-[:${word}]->() RETURN 1 AS ${word}`).kind, 'query')
    }
    for (const word of ['all', 'case', 'end', 'exists', 'null', 'order', 'where']) {
      throws(() => statementOf(`RETURN 1 AS ${word}`), { code: 'SYNTAX' }, word)
      equal(statementOf(`RETURN 1 AS \`${word}\``).kind, 'query')
    }
  })

  it('gives every expression the range of its source text', () => {
    const text = 'RETURN  (a + 1) * 2 , count( x ) AS c, CASE WHEN a THEN b END, n.`x y`, [1, 2][1]'
    const { items } = clauseOf('return', text).projection
    deepEqual(
      items.map(({ expression: { span } }) => text.slice(span.start, span.end)),
      ['(a + 1) * 2', 'count( x )', 'CASE WHEN a THEN b END', 'n.`x y`', '[1, 2][1]'],
    )
    deepEqual(items[1]?.span, { start: 22, end: 37, line: 1, column: 23 })
  })
})

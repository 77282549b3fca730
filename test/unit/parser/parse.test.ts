import { equal, fail, match, ok, throws } from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { tokenize } from '../../../src/parser/lexer.ts'
import { parse, parseExpression, parseType } from '../../../src/parser/parse.ts'

function errorOf(text: string): DatabaseError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof DatabaseError) return error
    throw error
  }
  return fail(`no error: ${text}`)
}

const STATEMENTS = [
  'MATCH (a:User {name: $n})-[e:Knows* TRAIL 1..3 (r, n | WHERE r.w > 1 | {r.w}, {n.x})]->(b) WHERE a.x IN [1,,2] RETURN *, b.y AS z ORDER BY z SKIP 1 LIMIT 2',
  "COPY T(a, b) FROM ('a.npy', 'b.npy') BY COLUMN (x=1, y 'z')",
  'CREATE NODE TABLE IF NOT EXISTS T(id INT64 DEFAULT 1, s STRUCT(a INT64[], b MAP(STRING, DOUBLE)), PRIMARY KEY(id))',
  'CREATE REL TABLE R(FROM A TO B, w DECIMAL(5, 2), MANY_ONE) WITH (storage_direction="fwd")',
  'UNWIND $rows AS row MERGE (a:A {id: row.id}) ON CREATE SET a.x = CASE WHEN row.x > 1 THEN 1 ELSE -2 ^ 3! END RETURN count(DISTINCT a)',
  'MATCH (a) WHERE EXISTS { MATCH (a)-->(b) } AND NOT (a)<-[:R]-() AND any(x IN l WHERE x[1:2] = y) RETURN list_transform(l, (x, y) -> x + y)',
]

describe('parse errors', () => {
  it('has place, reason, excerpt, carets and hint', () => {
    const error = errorOf('MATCH (n)\n  RETRUN n.x')
    equal(
      error.message,
      'Parser exception: Invalid input <RETRUN>: expected a clause or the end of the statement (line: 2, offset: 2)\n' +
        '"  RETRUN n.x"\n   ^^^^^^\nDid you mean RETURN?',
    )
    equal(error.code, 'SYNTAX')
    equal(JSON.stringify(error.span), '{"start":12,"end":18,"line":2,"column":3}')
  })

  it('points behind the text when it ends too early', () => {
    equal(
      errorOf('RETURN 1 +  ').message,
      'Parser exception: Invalid input <end of query>: expected an expression (line: 1, offset: 10)\n"RETURN 1 +  "\n           ^',
    )
  })

  it('keeps the caret under its token behind tabs and in long lines', () => {
    match(errorOf('RETURN\t1\tfoo bar').message, /\n {7}\t \t\^{3}$/)
    const lines = errorOf(`RETURN [${'1, '.repeat(1000)} ] ] + [${'1, '.repeat(1000)}]`).message.split('\n')
    const excerpt = lines[1] ?? ''
    ok(excerpt.startsWith('"…') && excerpt.endsWith('…"') && excerpt.length < 260, excerpt)
    equal(excerpt[lines[2]?.indexOf('^') ?? -1], ']')
  })

  const hints: readonly [string, string][] = [
    ['RETURNX 1', 'RETURN'],
    ['MATHC (n) RETURN n', 'MATCH'],
    ['MATCH (n) WHRE n.x = 1 RETURN n', 'WHERE'],
    ['MATCH (n) RETURN n ORDR BY n.x', 'ORDER'],
    ['MATCH (n) RETURN n ORDER YB n.x', 'BY'],
    ['MATCH (n) RETURN n LIMT 5', 'LIMIT'],
    ['CREATE NOD TABLE T(id INT64 PRIMARY KEY)', 'NODE'],
    ['CREATE NODE TABEL T(id INT64 PRIMARY KEY)', 'TABLE'],
    ['COPY T FORM "x.csv"', 'FROM'],
    ['RETURN DISTNCT x', 'DISTINCT'],
  ]
  for (const [text, keyword] of hints) {
    it(`suggests ${keyword} for: ${text}`, () =>
      match(errorOf(text).message, new RegExp(`\\nDid you mean ${keyword}\\?$`)))
  }

  it('suggests nothing that would not help', () => {
    for (const text of ['SELECT * FROM x', 'RETURN 1 foo', 'RETURN 1 AS', 'MATCH (n) RETURN `RETRUN` x']) {
      ok(!errorOf(text).message.includes('Did you mean'), text)
    }
  })

  it('explains reserved words that are used as names', () => {
    match(errorOf('RETURN 1 AS order').message, /\norder is a reserved word; to use it as a name, write `order`\.$/)
    ok(!errorOf('RETURN 1 = NOT true').message.includes('reserved'))
  })

  it('reports bad characters where they stand, unless an error comes before', () => {
    match(errorOf('RETURN 1, @').message, /Invalid input <@>: unexpected character \(line: 1, offset: 10\)/)
    match(errorOf("RETURN 1 x 'abc").message, /Invalid input <x>/)
  })

  it('survives deep nesting', () => {
    for (const text of ['(', '[', 'f(']) {
      throws(() => parse(`RETURN ${text.repeat(3_000)}`), {
        message: 'Parser exception: The query is nested too deeply.',
      })
    }
    equal(parse(`RETURN ${'('.repeat(100)}1${')'.repeat(100)}`).length, 1)
  }).timeout(10_000)

  it('gives statements or a syntax error with a place for any mutilated text', () => {
    const seed = Date.now() % 1_000_000
    let state = seed
    const random = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * limit)
    }
    const words = STATEMENTS.map((text) => tokenize(text).map(({ image }) => image))
    const all = words.flat()
    for (let round = 0; round < 400; round++) {
      const text = [...(words[random(words.length)] ?? [])]
      text.splice(
        random(text.length),
        random(3),
        ...Array.from({ length: random(3) }, () => all[random(all.length)] ?? ''),
      )
      const joined = text.join(' ')
      try {
        ok(parse(joined).length > 0)
      } catch (error) {
        ok(error instanceof DatabaseError && error.code === 'SYNTAX', `seed ${seed}: ${joined}\n${String(error)}`)
        const { span } = error
        ok(span && span.start >= 0 && span.start <= span.end && span.end <= joined.length, `seed ${seed}: ${joined}`)
      }
    }
  }).timeout(20_000)

  it('parses single expressions and types', () => {
    equal(parseExpression('a + b').kind, 'operator')
    equal(parseType('STRUCT(a INT64)[]').kind, 'list')
    throws(() => parseExpression('a b'), /Invalid input <b>: expected the end of the text/)
    throws(() => parseExpression(''), { code: 'SYNTAX' })
    throws(() => parseType('INT64['), { code: 'SYNTAX' })
  })

  it('parses again after an error', () => {
    errorOf('RETURN (')
    for (const text of STATEMENTS) equal(parse(text).length, 1)
  })
})

import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { parse } from '../../../src/parser/parse.ts'
import { shapeOf, templateOf, templateParameter } from '../../../src/parser/statement-template.ts'

const key = (text: string): string | undefined => shapeOf(text)?.key

/** How often a parameter of the template stands in the statement made from a text. */
function placeholders(text: string): number {
  const shape = shapeOf(text)
  ok(shape !== null)
  const template = templateOf(parse(text)[0]!, shape)
  return JSON.stringify(template).split(JSON.stringify(templateParameter(0)).slice(1, -2)).length - 1
}

describe('statement templates', () => {
  it('have one shape for texts that differ in literals of property maps', () => {
    const text = "CREATE (:paper {id: 1, title: 'a', y: 1.5})"
    equal(key(text), key('CREATE (:paper {id: 22, title: "b,}", y: 0.5})'))
    deepEqual(shapeOf(text)?.literals, [
      { kind: 'integer', value: 1, start: 20 },
      { kind: 'string', value: 'a', start: 30 },
      { kind: 'float', value: 1.5, start: 38 },
    ])
  })

  it('tell apart names, kinds of literals, and literals elsewhere', () => {
    const all = [
      'MATCH (p:paper {id: 1}) RETURN p',
      'MATCH (p:paper {id: 1.0}) RETURN p',
      'MATCH (p:paper {ID: 1}) RETURN p',
      'MATCH (p:paper {id: -1}) RETURN p',
      'MATCH (p:paper {id: 1}) RETURN p LIMIT 1',
      'MATCH (p:paper {id: 1}) RETURN p LIMIT 2',
    ].map(key)
    equal(new Set(all).size, all.length)
    equal(key('RETURN 1'), undefined)
    equal(key('MATCH (p:paper {id: 9007199254740993}) RETURN p'), undefined)
    equal(key('MATCH (p) RETURN p'), undefined)
    notEqual(key('MATCH (p {a: 1, b: 2}) RETURN p'), key('MATCH (p {a: 1, b: (2)}) RETURN p'))
    // white space shows in the name of a column
    notEqual(key('MATCH (a {id: 1}) RETURN count {(a)-->()}'), key('MATCH (a {id: 1}) RETURN count {(a)--> ()}'))
  })

  it('replace all literals of the patterns, and nothing when some stand elsewhere', () => {
    equal(placeholders('MATCH (a {id: 1})-[:r {w: 2}]->(b {id: 3}) CREATE (a)-[:s {w: 4}]->(b)'), 4)
    const elsewhere = 'MATCH (a {id: 1}) RETURN {b: 2}'
    equal(templateOf(parse(elsewhere)[0]!, shapeOf(elsewhere)!), null)
    const doubled = 'MATCH (a {id: (2)}) RETURN {b: 2}'
    equal(templateOf(parse(doubled)[0]!, shapeOf(doubled)!), null)
    const below = 'MATCH (a {id: 1}) WHERE EXISTS { MATCH (a)-->({id: 2}) } RETURN a'
    equal(templateOf(parse(below)[0]!, shapeOf(below)!), null)
  })

  it('leave literals open that WHERE of MATCH compares with a property', () => {
    for (const [text, count] of [
      ['MATCH (p) WHERE p.year > 2010 RETURN count(*)', 1],
      ["MATCH (p) WHERE 5 <= p.year AND NOT (p.name <> 'x' OR p.w < 0.5) RETURN p", 3],
      ['MATCH (p {id: 1})-[r]->(q {id: 2}) WHERE r.w = 3 MATCH (q)-->(s {id: 4}) WHERE s.id >= 5 RETURN s', 5],
      ['MATCH (p) WHERE EXISTS { MATCH (q) WHERE q.id > 5 } AND p.y < 3 RETURN p', 1],
      ['OPTIONAL MATCH (p) WHERE p.id = 1 RETURN p', 0],
      ['MATCH (o) OPTIONAL MATCH (p) WHERE p.id = 1 SET p.id = 2', 1],
      ['MATCH (p) WHERE p.id = 1 AND p.id IN [1, 2] AND p.name STARTS WITH "a" RETURN p.id = 3 LIMIT 4', 1],
    ] as const) {
      equal(shapeOf(text) === null ? 0 : placeholders(text), count, text)
    }
  })

  it('keep literals that mean more than a value, or stand elsewhere', () => {
    for (const text of [
      'MATCH (p) WHERE p.id = 1 OR p.id = 2 RETURN p', // one membership, which a key answers
      'MATCH (p) WHERE (p.id = 1 AND p.y = 3) OR p.id = 2 RETURN p',
      'MATCH (p) WHERE f(p.id > 5) RETURN p',
      'MATCH (p) WHERE p.s.id > 5 RETURN p',
      'MATCH (p) WHERE 1 < p.id < 5 RETURN p',
      'MATCH (p) WHERE p.x + p.id > 5 RETURN p',
    ]) {
      const shape = shapeOf(text)
      equal(shape === null ? null : templateOf(parse(text)[0]!, shape), null, text)
    }
    const texts = [
      'MATCH (p) WHERE p.id > -5 RETURN p',
      'MATCH (p) WHERE p.id > 5 + 1 RETURN p',
      'MATCH (p) WHERE p.id > (5) RETURN p',
      'MATCH (p) WHERE p.id + 1 > 5 RETURN p',
      'MATCH (p) WHERE p.id > 9007199254740993 RETURN p',
      'MATCH (p) WITH p WHERE p.id > 5 RETURN p',
      'MATCH (p) RETURN p.id > 5',
      'MATCH (p)-[* (r, n | WHERE r.w > 5)]->(q) RETURN p',
    ]
    for (const text of texts) equal(shapeOf(text), null, text)
  })
})

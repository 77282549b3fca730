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
    equal(key(text), key('create(:paper{id:22,title:"b,}",y:0.5}) // a comment'.replace('create', 'CREATE')))
    deepEqual(shapeOf(text)?.literals, [
      { kind: 'integer', value: 1 },
      { kind: 'string', value: 'a' },
      { kind: 'float', value: 1.5 },
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
  })

  it('replace all literals of the patterns, and nothing when some stand elsewhere', () => {
    equal(placeholders('MATCH (a {id: 1})-[:r {w: 2}]->(b {id: 3}) CREATE (a)-[:s {w: 4}]->(b)'), 4)
    const elsewhere = 'MATCH (a {id: 1}) RETURN {b: 2}'
    equal(templateOf(parse(elsewhere)[0]!, shapeOf(elsewhere)!), null)
    const below = 'MATCH (a {id: 1}) WHERE EXISTS { MATCH (a)-->({id: 2}) } RETURN a'
    equal(templateOf(parse(below)[0]!, shapeOf(below)!), null)
  })
})

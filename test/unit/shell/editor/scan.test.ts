import assert from 'node:assert/strict'
import { SCALAR_FUNCTIONS } from '../../../../src/functions/registry.ts'
import { TABLE_FUNCTIONS as ENGINE_TABLE_FUNCTIONS } from '../../../../src/functions/table-functions.ts'
import { tokenize } from '../../../../src/parser/lexer.ts'
import { KEYWORDS as PARSER_KEYWORDS } from '../../../../src/parser/tokens.ts'
import { KEYWORDS, quoteName } from '../../../../src/shell/editor/keywords.ts'
import { TABLE_FUNCTIONS, TYPE_NAMES } from '../../../../src/shell/editor/knowledge.ts'
import { scan } from '../../../../src/shell/editor/scan.ts'
import { statementState } from '../../../../src/shell/editor/statement-state.ts'
import { parseType } from '../../../../src/types/parse-type.ts'

function images(text: string): string[] {
  return scan(text).map((t) => `${t.kind}${t.closed ? '' : '!'} ${text.slice(t.start, t.end)}`)
}

describe('what the shell knows of the dialect', () => {
  it('is what the parser and the engine know', () => {
    assert.deepEqual(KEYWORDS, [...PARSER_KEYWORDS.keys()].sort())
    assert.deepEqual(
      TABLE_FUNCTIONS.map((f) => f.name),
      ENGINE_TABLE_FUNCTIONS.map((f) => f.name).sort(),
    )
    for (const { name, columns } of ENGINE_TABLE_FUNCTIONS.filter((f) => f.columns.length > 0)) {
      const known = TABLE_FUNCTIONS.find((f) => f.name === name)!
      assert.deepEqual(
        known.columns,
        columns.map((c) => c.name),
        name,
      )
    }
    for (const name of TYPE_NAMES.filter((n) => !n.endsWith('('))) assert.ok(parseType(name), name)
  })

  it('quotes names that are no plain words', () => {
    assert.deepEqual(['Person', 'my table', 'order', 'a`b', 'match', '1x'].map(quoteName), [
      'Person',
      '`my table`',
      '`order`',
      '`a``b`',
      'match',
      '`1x`',
    ])
  })
})

describe('scan', () => {
  it('cuts a statement as the parser does', () => {
    const names = SCALAR_FUNCTIONS.slice(0, 20).map((f) => f.name)
    const text = `MATCH (a:\`b c\` {x: $p1})-[:R*1..3]->() // c\nWHERE a.x <> .5 /* d */ RETURN 'it\\'s', "é", ${names.join('(1), ')} ;`
    const ours = scan(text).filter((t) => t.kind !== 'comment')
    const theirs = tokenize(text)
    // operators of two characters are two symbols here: only their colour matters
    const starts = new Set(ours.map((t) => t.start))
    assert.deepEqual(
      theirs.filter((t) => !starts.has(t.startOffset)).map((t) => t.image),
      [],
    )
    assert.deepEqual(
      ours.filter((t) => t.kind !== 'symbol').map((t) => t.end),
      theirs.filter((t) => /[\w`'"$]/.test(t.image)).map((t) => t.endOffset! + 1),
    )
  })

  it('goes on after what is not closed', () => {
    assert.deepEqual(images("RETURN 'abc"), ['keyword RETURN', "string! 'abc"])
    assert.deepEqual(images("'a\\'"), ["string! 'a\\'"])
    assert.deepEqual(images("'a\\\\'"), ["string 'a\\\\'"])
    assert.deepEqual(images("'a\\"), ["string! 'a\\"])
    assert.deepEqual(images('`x'), ['name! `x'])
    assert.deepEqual(images('/* x'), ['comment! /* x'])
    assert.deepEqual(images('/*/'), ['comment! /*/'])
    assert.deepEqual(images('// x'), ['comment // x'])
    assert.deepEqual(images('$'), ['parameter $'])
    assert.deepEqual(images('\u{1F600}é ß'), ['symbol \u{1F600}', 'word é', 'word ß'])
  })

  it('reads a long string in one piece', () => {
    const text = `'${'x\\n'.repeat(500_000)}'`
    assert.equal(scan(text).length, 1)
  })
})

describe('statementState', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'empty'],
    [' // only a remark', 'empty'],
    ['RETURN 1', 'open'],
    ['RETURN 1;', 'complete'],
    ['RETURN 1; // done', 'complete'],
    ['RETURN 1; /* open', 'open'],
    ["RETURN ';", 'open'],
    ["RETURN ';';", 'complete'],
    ['RETURN "a\';', 'open'],
    ['MATCH (a;', 'open'],
    ['MATCH (a;\n', 'open'],
    ['MATCH (a;\n\n', 'complete'],
    ['RETURN [1, {a: 2};', 'open'],
    ['RETURN 1);', 'complete'],
    ['RETURN (1];', 'open'],
    ['RETURN 1; RETURN 2', 'open'],
    ['RETURN 1; RETURN (2);', 'complete'],
  ]
  for (const [text, state] of cases) {
    it(`${JSON.stringify(text)} is ${state}`, () => assert.equal(statementState(text), state))
  }
})

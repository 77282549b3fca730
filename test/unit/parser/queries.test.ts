import { deepEqual, equal, throws } from 'node:assert/strict'
import { parse } from '../../../src/parser/parse.ts'
import { bare, clauseOf, clausesOf, functional, statementOf } from './tree.ts'

const kinds = (text: string): string[] => clausesOf(text).map(({ kind }) => kind)
const relOf = (text: string) => clauseOf('match', `MATCH (a)${text}(b) RETURN 1`).patterns[0]?.rels[0]

describe('queries', () => {
  it('reads clauses in order', () => {
    const text = `LOAD FROM 'f.csv' WITH * OPTIONAL MATCH (a) UNWIND [1] AS x CALL f() WITH a SET a.x = 1 DETACH DELETE a
      WITH x CREATE (c) MERGE (d) ON MATCH SET d.x = 1 ON CREATE SET d.y = 2, d.z = 3 RETURN 1`
    const expected = [
      'load',
      'with',
      'match',
      'unwind',
      'call',
      'with',
      'set',
      'delete',
      'with',
      'create',
      'merge',
      'return',
    ]
    deepEqual(kinds(text), expected)
    const merge = clauseOf('merge', text)
    deepEqual([merge.onMatch.length, merge.onCreate.length], [1, 2])
    equal(clauseOf('delete', text).detach, true)
    equal(clauseOf('match', text).optional, true)
  })

  it('refuses clauses out of order', () => {
    throws(
      () => parse('RETURN 1 RETURN 2'),
      /RETURN can only be used at the end of the query \(line: 1, offset: 0\)\n"RETURN 1 RETURN 2"\n \^{6}$/,
    )
    throws(() => parse('MATCH (a) SET a.x = 1 MATCH (b) RETURN b'), /WITH is required/)
    for (const text of [
      'MATCH (n)',
      'UNWIND [1] AS x',
      'WITH 1 AS x',
      "LOAD FROM 'x'",
      'CALL f() YIELD x',
      'COPY T FROM (MATCH (n))',
    ]) {
      throws(() => parse(text), /expected RETURN or an updating clause at the end of the query/, text)
    }
    deepEqual(kinds('CREATE (a) DELETE a'), ['create', 'delete'])
  })

  it('reads projections', () => {
    const text = 'MATCH (n) RETURN DISTINCT *, n.*, n.x AS y ORDER BY n.x DESC, y ASCENDING SKIP 1 LIMIT $k'
    const { distinct, items, orderBy, skip, limit } = clauseOf('return', text).projection
    equal(distinct, true)
    deepEqual(
      items.map(({ expression }) => functional(expression)),
      ['*', 'n.*', 'n.x'],
    )
    deepEqual(
      items.map(({ alias }) => alias?.text),
      [undefined, undefined, 'y'],
    )
    deepEqual(
      orderBy.map(({ descending }) => descending),
      [true, false],
    )
    equal(skip && functional(skip), '1')
    equal(limit && functional(limit), '$k')
    equal(bare(clauseOf('return', 'RETURN 1 LIMIT 2 SKIP 3').projection.skip) !== undefined, true)
    for (const bad of ['RETURN 1, *', 'RETURN *, *', 'RETURN 1,', 'RETURN 1 LIMIT 1 LIMIT 2'])
      throws(() => parse(bad), { code: 'SYNTAX' }, bad)
  })

  it('reads UNION', () => {
    const statement = statementOf('RETURN 1 AS x UNION ALL RETURN 2 AS x UNION RETURN 3 AS x')
    equal(statement.kind === 'query' && statement.query.parts.length, 3)
    deepEqual(statement.kind === 'query' && statement.query.unions, ['all', 'distinct'])
  })

  it('reads node patterns', () => {
    const text = 'MATCH p = (a:A:B)-[]-(:`x y`|C {x: 1}), (()) RETURN 1'
    const [first, second] = clauseOf('match', text).patterns
    equal(first?.variable?.text, 'p')
    deepEqual(bare(first?.nodes), [
      { variable: 'a', labels: ['A', 'B'], properties: [] },
      { labels: ['x y', 'C'], properties: [{ name: 'x', value: { kind: 'literal', type: 'integer', value: 1 } }] },
    ])
    equal(second?.nodes.length, 1)
    for (const bad of ['(a {id})', '(a $p)', '(a', '(p = (a)-[]->(b))'])
      throws(() => parse(`MATCH ${bad} RETURN 1`), { code: 'SYNTAX' }, bad)
  })

  it('reads directions, with spaces and typographic arrows too', () => {
    const directions: readonly [string, string][] = [
      ['-[e]->', 'right'],
      ['<-[e]-', 'left'],
      ['-[e]-', 'both'],
      ['-->', 'right'],
      ['<--', 'left'],
      ['--', 'both'],
      [' - [ e ] - > ', 'right'],
      ['–[e]—〉', 'right'],
      ['⟨−', 'left'],
    ]
    for (const [text, direction] of directions.slice(0, -1)) equal(relOf(text)?.direction, direction, text)
    equal(relOf('⟨−−')?.direction, 'left')
    throws(() => relOf('<-[e]->'), /expected '\(' \(line: 1, offset: 15\)/)
    deepEqual(bare(relOf('-[e:R|S|:T {w: 1}]->')), {
      variable: 'e',
      labels: ['R', 'S', 'T'],
      properties: [{ name: 'w', value: { kind: 'literal', type: 'integer', value: 1 } }],
      direction: 'right',
    })
  })

  it('reads the ranges of recursive relationships', () => {
    const range = (text: string): unknown => {
      const recursive = relOf(`-[:R${text}]->`)?.recursive
      return [recursive?.lower, recursive?.upper]
    }
    deepEqual(range('*'), [undefined, undefined])
    deepEqual(range('*3'), [3, 3])
    deepEqual(range('*1..3'), [1, 3])
    deepEqual(range('* ..3'), [undefined, 3])
    deepEqual(range('*2..'), [2, undefined])
    deepEqual(range('*..'), [undefined, undefined])
    equal(relOf('-[:R]->')?.recursive, undefined)
    for (const bad of ['*-1..2', '*$x', '*ALL 1..2', '*ALL TRAIL 1..2'])
      throws(() => relOf(`-[:R${bad}]->`), { code: 'SYNTAX' }, bad)
  })

  it('reads the semantics of recursive relationships', () => {
    const semantics = (text: string): unknown => {
      const recursive = relOf(`-[:R*${text} 1..2]->`)?.recursive
      return recursive?.weight === undefined ? recursive?.semantics : [recursive.semantics, recursive.weight.text]
    }
    equal(semantics('WALK'), 'walk')
    equal(semantics(' TRAIL'), 'trail')
    equal(semantics('acyclic'), 'acyclic')
    equal(semantics('SHORTEST'), 'shortest')
    equal(semantics('ALL SHORTEST'), 'all shortest')
    deepEqual(semantics('WSHORTEST(w)'), ['weighted shortest', 'w'])
    deepEqual(semantics('ALL WSHORTEST(w)'), ['all weighted shortest', 'w'])
    equal(semantics(''), undefined)
  })

  it('reads filters and projections inside recursive relationships', () => {
    const inner = (text: string) => relOf(`-[:R*1..2 (r, n${text}) {w: 1}]->`)?.recursive?.inner
    const full = inner(' | WHERE r.w | 2 > 1 AND n.x = 2 | {r.w, r.v AS q}, {}')
    equal(full?.where && functional(full.where), 'AND(>(|(r.w,2),1),=(n.x,2))')
    deepEqual(
      full?.relItems?.map(({ alias }) => alias?.text),
      [undefined, 'q'],
    )
    deepEqual(full?.nodeItems, [])
    equal(inner(' | {r.w}, {n.x}')?.where, undefined)
    equal(inner(' | {r.w}, {n.x}')?.nodeItems?.length, 1)
    deepEqual(bare(inner('')), { relVariable: 'r', nodeVariable: 'n' })
    equal(relOf('-[:R* (_, _ | WHERE true)]->')?.recursive?.inner?.relVariable.text, '_')
  })

  it('reads join hints', () => {
    const hint = (text: string): unknown => bare(clauseOf('match', `MATCH (a)-[e]->(b) HINT ${text} RETURN 1`).hint)
    const variable = (name: string): unknown => ({ kind: 'variable', name })
    deepEqual(hint('(a JOIN e) JOIN b'), hint('a JOIN e JOIN b'))
    deepEqual(hint('a JOIN (e JOIN b)'), {
      kind: 'join',
      left: variable('a'),
      right: { kind: 'join', left: variable('e'), right: variable('b') },
    })
    deepEqual(hint('a MULTI_JOIN e MULTI_JOIN b'), { kind: 'multi-join', inputs: ['a', 'e', 'b'].map(variable) })
  })

  it('reads LOAD and CALL as clauses', () => {
    const load = clauseOf(
      'load',
      "LOAD WITH HEADERS (a INT64, b STRING[]) FROM ['x', 'y'] (HEADER=true, delim '|', SKIP -1, PARALLEL) WHERE a > 1 RETURN *",
    )
    deepEqual(
      load.headers?.map(({ name, type }) => [name.text, type.text]),
      [
        ['a', 'INT64'],
        ['b', 'STRING[]'],
      ],
    )
    deepEqual(bare(load.source), { kind: 'files', paths: ['x', 'y'], byColumn: false })
    deepEqual(
      load.options.map(({ name, value }) => [name.text, value && functional(value)]),
      [
        ['HEADER', 'true'],
        ['delim', "'|'"],
        ['SKIP', 'negate(1)'],
        ['PARALLEL', undefined],
      ],
    )
    const call = clauseOf('call', 'MATCH (a) CALL f(a, opt := 2) WHERE x > 1 YIELD x AS y, z RETURN y')
    equal(call.call.args[1]?.name?.text, 'opt')
    deepEqual(bare(call.yields), [{ name: 'x', alias: 'y' }, { name: 'z' }])
    equal(call.where?.kind, 'operator')
  })
})

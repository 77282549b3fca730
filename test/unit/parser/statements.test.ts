import { deepEqual, equal, throws } from 'node:assert/strict'
import type { Statement } from '../../../src/parser/ast.ts'
import { parse } from '../../../src/parser/parse.ts'
import { bare, statementOf } from './tree.ts'

function as<K extends Statement['kind']>(kind: K, text: string): Extract<Statement, { kind: K }> {
  const statement = statementOf(text)
  if (statement.kind !== kind) throw new Error(`${statement.kind} instead of ${kind}: ${text}`)
  return statement as Extract<Statement, { kind: K }>
}

const plain = (text: string): unknown => bare(statementOf(text))

describe('statements', () => {
  it('reads several statements and says where each lies', () => {
    const text = ' RETURN 1;; CHECKPOINT ;\nCOMMIT;'
    const statements = parse(text)
    deepEqual(
      statements.map(({ kind }) => kind),
      ['query', 'checkpoint', 'transaction'],
    )
    deepEqual(
      statements.map(({ span }) => text.slice(span.start, span.end)),
      ['RETURN 1', 'CHECKPOINT', 'COMMIT'],
    )
    for (const empty of ['', ' \n', '// x', '/* x */'])
      throws(() => parse(empty), { message: 'Parser exception: Query is empty.' })
    throws(() => parse(';'), { code: 'SYNTAX' })
  })

  it('reads CREATE NODE TABLE', () => {
    const table = as(
      'create-node-table',
      'CREATE NODE TABLE IF NOT EXISTS user(id INT64 DEFAULT 1+1 PRIMARY KEY, `a b` STRING[], type STRUCT(x INT64))',
    )
    equal(table.ifNotExists, true)
    equal(table.primaryKey?.text, 'id')
    deepEqual(
      table.columns.map(({ name, type }) => [name.text, type.kind]),
      [
        ['id', 'named'],
        ['a b', 'list'],
        ['type', 'fields'],
      ],
    )
    equal(table.columns[0]?.default?.kind, 'operator')
    equal(as('create-node-table', 'CREATE NODE TABLE T(ID INT64, PRIMARY KEY(id))').primaryKey?.text, 'id')
    equal(as('create-node-table', 'CREATE NODE TABLE T(ID INT64 PRIMARY KEY, PRIMARY KEY(id))').primaryKey?.text, 'ID')
    equal(as('create-node-table', 'CREATE NODE TABLE T AS MATCH (n) RETURN n.id').query?.parts.length, 1)
    throws(() => parse('CREATE NODE TABLE T(id INT64)'), { message: 'Parser exception: Can not find primary key.' })
    throws(() => parse('CREATE NODE TABLE T(a INT64 PRIMARY KEY, b INT64 PRIMARY KEY)'), {
      message: 'Parser exception: Found multiple primary keys.',
    })
    throws(() => parse('CREATE NODE TABLE T(a INT64, PRIMARY KEY(a), b INT64)'), { code: 'SYNTAX' })
  })

  it('reads CREATE REL TABLE', () => {
    const table = as(
      'create-rel-table',
      "CREATE REL TABLE GROUP R(FROM A TO B, FROM A TO A, w INT64 DEFAULT 2, from DATE, MANY_ONE) WITH (storage_direction='fwd')",
    )
    deepEqual(
      table.endpoints.map(({ from, to }) => [from.text, to.text]),
      [
        ['A', 'B'],
        ['A', 'A'],
      ],
    )
    deepEqual(
      table.columns.map(({ name }) => name.text),
      ['w', 'from'],
    )
    equal(table.multiplicity?.text, 'MANY_ONE')
    deepEqual(bare(table.options), [
      { name: 'storage_direction', value: { kind: 'literal', type: 'string', value: 'fwd' } },
    ])
    equal(as('create-rel-table', 'CREATE REL TABLE group(FROM A TO B)').name.text, 'group')
    equal(
      as('create-rel-table', 'CREATE REL TABLE IF NOT EXISTS R(FROM A TO B) AS MATCH (a) RETURN a.x, a.y').query?.parts
        .length,
      1,
    )
    for (const bad of [
      'R(w INT64, FROM A TO B)',
      'R(FROM A TO B, MANY_ONE, w INT64)',
      'R(FROM A TO B, w INT64) AS RETURN 1',
      'R()',
    ]) {
      throws(() => parse(`CREATE REL TABLE ${bad}`), { code: 'SYNTAX' }, bad)
    }
  })

  it('still reads patterns whose names are words of DDL', () => {
    equal(statementOf('CREATE node = (:A)-[:B]->(:C)').kind, 'query')
    equal(statementOf('CREATE (type:type)').kind, 'query')
  })

  it('reads ALTER TABLE', () => {
    const change = (text: string): unknown => bare(as('alter-table', `ALTER TABLE T ${text}`).change)
    const int64 = { kind: 'named', name: 'INT64', numbers: [], text: 'INT64' }
    deepEqual(change('ADD IF NOT EXISTS p INT64'), {
      kind: 'add-column',
      ifNotExists: true,
      column: { name: 'p', type: int64 },
    })
    deepEqual(change('ADD from INT64'), {
      kind: 'add-column',
      ifNotExists: false,
      column: { name: 'from', type: int64 },
    })
    deepEqual(change('DROP IF EXISTS p'), { kind: 'drop-column', ifExists: true, column: 'p' })
    deepEqual(change('RENAME p TO q'), { kind: 'rename-column', column: 'p', to: 'q' })
    deepEqual(change('RENAME to TO q'), { kind: 'rename-column', column: 'to', to: 'q' })
    deepEqual(change('RENAME TO U'), { kind: 'rename-table', to: 'U' })
    deepEqual(change('ADD FROM A TO B'), {
      kind: 'add-endpoints',
      ifNotExists: false,
      endpoints: { from: 'A', to: 'B' },
    })
    deepEqual(change('DROP IF EXISTS FROM A TO B'), {
      kind: 'drop-endpoints',
      ifExists: true,
      endpoints: { from: 'A', to: 'B' },
    })
  })

  it('reads the other definitions', () => {
    deepEqual(plain('DROP TABLE IF EXISTS T'), { kind: 'drop', what: 'table', name: 'T', ifExists: true })
    deepEqual(plain('DROP SEQUENCE s'), { kind: 'drop', what: 'sequence', name: 's', ifExists: false })
    deepEqual(plain("COMMENT ON TABLE T IS 'x'"), { kind: 'comment', table: 'T', text: 'x' })
    deepEqual(plain('CREATE TYPE t AS INT64'), {
      kind: 'create-type',
      name: 't',
      type: { kind: 'named', name: 'INT64', numbers: [], text: 'INT64' },
    })
    deepEqual(
      plain(
        'CREATE SEQUENCE IF NOT EXISTS s INCREMENT BY -2 NO MINVALUE MAXVALUE 9223372036854775807 START WITH 3 CYCLE',
      ),
      {
        kind: 'create-sequence',
        name: 's',
        ifNotExists: true,
        increment: -2,
        maxValue: 9223372036854775807n,
        start: 3,
        cycle: true,
      },
    )
    throws(() => parse('CREATE SEQUENCE s START 2 START 3'), {
      message: 'Parser exception: START should be passed at most once.',
    })
    throws(() => parse('CREATE SEQUENCE s START'), /expected an integer after START/)
    const macro = as('create-macro', 'CREATE MACRO f(a, b := 3) AS a + b')
    deepEqual(
      macro.parameters.map(({ name, default: value }) => [name.text, value?.kind]),
      [
        ['a', undefined],
        ['b', 'literal'],
      ],
    )
    throws(() => parse('CREATE MACRO f(a := 3, b) AS a'), /Parameter b needs a default value/)
  })

  it('reads COPY', () => {
    const source = (text: string): unknown => bare(as('copy-from', `COPY T FROM ${text}`).source)
    deepEqual(source("'a.csv'"), { kind: 'files', paths: ['a.csv'], byColumn: false })
    deepEqual(source(`['a', "b"]`), { kind: 'files', paths: ['a', 'b'], byColumn: false })
    deepEqual(source("GLOB('x*')"), { kind: 'files', paths: ['x*'], byColumn: false })
    deepEqual(source(`("a.npy",  "b.npy") BY COLUMN`), { kind: 'files', paths: ['a.npy', 'b.npy'], byColumn: true })
    deepEqual(source('db.t'), { kind: 'object', path: ['db', 't'] })
    deepEqual(source('$df'), { kind: 'parameter', name: 'df' })
    equal(as('copy-from', 'COPY T FROM (UNWIND $rows AS r RETURN r.id)').source.kind, 'query')
    equal(as('copy-from', "COPY T FROM f('x')").source.kind, 'function')
    const copy = as('copy-from', `COPY T(a, b) FROM "x" (from='A', NULL_STRINGS=['', 'x'])`)
    deepEqual(
      copy.columns?.map(({ text }) => text),
      ['a', 'b'],
    )
    deepEqual(
      copy.options.map(({ name, value }) => [name.text, value?.kind]),
      [
        ['from', 'literal'],
        ['NULL_STRINGS', 'list'],
      ],
    )
    const object = as('copy-from', "COPY T FROM t (from='A')")
    deepEqual([object.source.kind, object.options.length], ['object', 1])
    const out = as('copy-to', "COPY (MATCH (n) RETURN n.x) TO 'x.csv' (HEADER=true)")
    deepEqual([out.path, out.options.length, out.query.parts.length], ['x.csv', 1, 1])
    for (const bad of ["COPY T FROM ('a', 'b')", "COPY T TO 'x'", "COPY T FROM 'x' (a=1+1)", "COPY T FROM 'x' (a,)"]) {
      throws(() => parse(bad), { code: 'SYNTAX' }, bad)
    }
  })

  it('reads statements about databases, extensions and transactions', () => {
    deepEqual(plain("EXPORT DATABASE 'd' (schema_only=true)"), {
      kind: 'export-database',
      path: 'd',
      options: [{ name: 'schema_only', value: { kind: 'literal', type: 'boolean', value: true } }],
    })
    deepEqual(plain("IMPORT DATABASE 'd'"), { kind: 'import-database', path: 'd' })
    deepEqual(plain("ATTACH 'p' AS x (dbtype kuzu, skip_unsupported_table=true)"), {
      kind: 'attach',
      path: 'p',
      alias: 'x',
      databaseType: 'kuzu',
      options: [{ name: 'skip_unsupported_table', value: { kind: 'literal', type: 'boolean', value: true } }],
    })
    throws(() => parse("ATTACH 'p' (type kuzu)"), /Invalid input <type>: expected DBTYPE/)
    deepEqual(plain('DETACH x'), { kind: 'detach', database: 'x' })
    deepEqual(plain('USE x'), { kind: 'use', database: 'x' })
    equal(as('extension', 'FORCE INSTALL json').force, true)
    equal(as('extension', "INSTALL json FROM 'http://x'").repository, 'http://x')
    for (const [text, action, name] of [
      ['LOAD json', 'load', 'json'],
      ['LOAD EXTENSION json', 'load', 'json'],
      ['LOAD EXTENSION', 'load', 'EXTENSION'],
      ["LOAD EXTENSION '/x'", 'load', '/x'],
      ['UPDATE json', 'update', 'json'],
      ['UNINSTALL json', 'uninstall', 'json'],
    ] as const) {
      deepEqual([as('extension', text).action, as('extension', text).extension], [action, name], text)
    }
    equal(as('transaction', 'BEGIN TRANSACTION').action, 'begin')
    equal(as('transaction', 'begin transaction read only').action, 'begin read only')
    equal(as('transaction', 'ROLLBACK').action, 'rollback')
    throws(() => parse('BEGIN'), /expected TRANSACTION/)
  })

  it('tells the three kinds of CALL apart', () => {
    equal(as('set-option', 'CALL threads=2').name.text, 'threads')
    equal(as('call-function', "CALL create_fts_index('T', 'i', ['p'])").call.args.length, 3)
    equal(as('query', 'CALL show_tables() RETURN *').kind, 'query')
  })

  it('reads EXPLAIN and PROFILE', () => {
    equal(as('explain', 'EXPLAIN CREATE NODE TABLE T(id INT64 PRIMARY KEY)').statement.kind, 'create-node-table')
    equal(as('explain', 'EXPLAIN LOGICAL MATCH (a) RETURN a').mode, 'logical')
    equal(as('explain', 'PROFILE RETURN 1').mode, 'profile')
    throws(() => parse('EXPLAIN EXPLAIN RETURN 1'), { code: 'SYNTAX' })
  })
})

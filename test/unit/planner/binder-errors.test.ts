import assert from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import type { ErrorCode } from '../../../src/errors/error-code.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from './fake-database.ts'

const context = fakeContext(fakeCatalog(SOCIAL_SCHEMA))

function errorOf(text: string): DatabaseError {
  try {
    planText(text, context)
  } catch (error) {
    assert.ok(error instanceof DatabaseError, String(error))
    return error
  }
  throw new assert.AssertionError({ message: `no error for ${text}` })
}

/** The text with its faulty part between « and », the code, and the message without its prefix. */
const CASES: readonly (readonly [marked: string, code: ErrorCode, message: string])[] = [
  // names
  ['MATCH (a:Person) RETURN «x»', 'UNKNOWN_VARIABLE', 'Variable x is not in scope.'],
  [
    'MATCH (person:Person) RETURN «perzon».name',
    'UNKNOWN_VARIABLE',
    'Variable perzon is not in scope. Did you mean person?',
  ],
  ['MATCH (a:Person) RETURN a.«foo»', 'UNKNOWN_PROPERTY', 'Cannot find property foo for a.'],
  ['MATCH (a:Person) RETURN a.«nmae»', 'UNKNOWN_PROPERTY', 'Cannot find property nmae for a. Did you mean name?'],
  ['MATCH (a:«Persn») RETURN a', 'UNKNOWN_TABLE', 'Table Persn does not exist. Did you mean Person?'],
  ['MATCH (a:«Knows») RETURN a', 'BINDER', 'Cannot bind Knows as a node pattern label.'],
  ['MATCH ()-[e:«City»]->() RETURN e', 'BINDER', 'Cannot bind City as a relationship pattern label.'],
  ['RETURN «dummy»(1)', 'UNKNOWN_FUNCTION', 'function DUMMY does not exist.'],
  ["CALL «lower»('A') RETURN *", 'BINDER', 'lower is not a table or algorithm function.'],
  ['RETURN CAST(1 AS «INT65»)', 'UNKNOWN_TYPE', 'INT65 is neither an internal type nor a user defined type.'],
  ['MATCH (a:Person) RETURN a.s.«zz»', 'UNKNOWN_PROPERTY', 'Invalid struct field name: zz.'],
  ['MATCH (a:Person) RETURN a.«_id»', 'BINDER', '_id is reserved for system usage. External access is not allowed.'],
  // patterns
  [
    'MATCH (a)-[e:Knows]->(b)-[«e»:Knows]->(c) RETURN a',
    'BINDER',
    'Bind relationship e to relationship with same name is not supported.',
  ],
  ['MATCH (a:Person)-[«a»:Knows]->(b) RETURN a', 'TYPE_MISMATCH', 'a has data type NODE but REL was expected.'],
  ['WITH 1 AS a MATCH («a») RETURN a', 'BINDER', 'Cannot bind a as node pattern.'],
  ['MATCH (a)-[e:Knows«*1..31»]->(b) RETURN a', 'BINDER', 'Upper bound of rel e exceeds maximum: 30.'],
  ['MATCH (a)-[e:Knows«*3..2»]->(b) RETURN a', 'BINDER', 'Lower bound of rel e is greater than upperBound.'],
  [
    'MATCH (a)-[e:Knows«* SHORTEST 2..3»]->(b) RETURN a',
    'BINDER',
    'Lower bound of shortest/all_shortest path must be 1.',
  ],
  // types
  [
    'MATCH (a:Person) WHERE «a.age» RETURN a',
    'TYPE_MISMATCH',
    'Expression a.age has data type INT32 but expected BOOL. Implicit cast is not supported.',
  ],
  ['MATCH (a:Person) RETURN «a = 1»', 'TYPE_MISMATCH', 'Type Mismatch: Cannot compare types NODE and INT64'],
  ['RETURN «true = 1»', 'TYPE_MISMATCH', 'Type Mismatch: Cannot compare types BOOL and INT64'],
  [
    "RETURN [1, «'a'»]",
    'TYPE_MISMATCH',
    'Expression a has data type STRING but expected INT64. Implicit cast is not supported.',
  ],
  ['UNWIND «1» AS x RETURN x', 'TYPE_MISMATCH', '1 has data type INT64 but LIST was expected.'],
  [
    'MATCH (a:Person) RETURN «a.name.x»',
    'TYPE_MISMATCH',
    'a.name has data type STRING but (NODE,REL,STRUCT,ANY) was expected.',
  ],
  ['RETURN «CAST(1 AS INT64[])»', 'CONVERSION', 'Unsupported casting function from INT64 to LIST.'],
  // projections
  [
    'MATCH (a:Person) RETURN a.age, «a.age»',
    'DUPLICATE_NAME',
    'Multiple result column with the same name a.age are not supported.',
  ],
  ['MATCH (a:Person) WITH «a.age» RETURN 1', 'BINDER', 'Expression in WITH must be aliased (use AS).'],
  ['RETURN «*»', 'BINDER', 'RETURN or WITH * is not allowed when there are no variables in scope.'],
  ['MATCH (a:Person) RETURN a ORDER BY «a»', 'BINDER', 'Cannot order by a. Order by NODE is not supported.'],
  ['MATCH (a:Person) RETURN a ORDER BY «a.l»', 'BINDER', 'Cannot order by a.l. Order by INT64[] is not supported.'],
  ['MATCH (a:Person) RETURN DISTINCT a.age ORDER BY «a.name»', 'UNKNOWN_VARIABLE', 'Variable a is not in scope.'],
  [
    'MATCH (a:Person) RETURN a.name LIMIT «-1»',
    'RUNTIME',
    'The number of rows to skip/limit must be a non-negative integer.',
  ],
  [
    'MATCH (a:Person) RETURN a.name LIMIT «a.age»',
    'BINDER',
    'The number of rows to skip/limit must be a parameter/literal expression.',
  ],
  ['MATCH (a:Person) RETURN «sum(count(*))»', 'BINDER', 'Expression SUM(COUNT_STAR()) contains nested aggregation.'],
  ["RETURN 1 UNION «RETURN 'a'»", 'TYPE_MISMATCH', 'a has data type STRING but INT64 was expected.'],
  ['RETURN 1 UNION «RETURN 1, 2»', 'BINDER', 'The number of columns to union/union all must be the same.'],
  [
    'CALL «db_version(1)» RETURN *',
    'BINDER',
    'Function db_version did not receive correct arguments:\nActual:   (INT64)\nExpected: ()\n\n',
  ],
  // changes
  ['«CREATE (a:Person)»', 'BINDER', 'Create node a expects primary key id as input.'],
  ['«CREATE (a)»', 'BINDER', 'Create node a with multiple node labels is not supported.'],
  [
    'MATCH (a:Person) SET a.«id» = 2',
    'BINDER',
    'Cannot set property id in table Person because it is used as primary key. Try delete and then insert.',
  ],
  [
    "MATCH (a:Person) SET a.age = «'x'»",
    'TYPE_MISMATCH',
    'Expression x has data type STRING but expected INT32. Implicit cast is not supported.',
  ],
  [
    'MATCH (a:Person), (b:Person) CREATE (a)«-[:Knows]-»(b)',
    'BINDER',
    'Create undirected relationship is not supported. Try create 2 directed relationships instead.',
  ],
  [
    'MATCH (a:City), (b:City) CREATE (a)«-[:Lives]->»(b)',
    'BINDER',
    'Query node a violates schema. Expected labels are Person.',
  ],
  [
    'MATCH (a:Person) DELETE «a.age»',
    'BINDER',
    'Cannot delete expression a.age with type PROPERTY. Expect node or rel pattern.',
  ],
  // schema
  ['CREATE NODE TABLE «Person»(id INT64, PRIMARY KEY(id))', 'DUPLICATE_NAME', 'Person already exists in catalog.'],
  [
    'CREATE NODE TABLE T(id INT64, «ID» INT64, PRIMARY KEY(id))',
    'DUPLICATE_NAME',
    'Duplicated column name: ID, column name must be unique.',
  ],
  [
    'CREATE NODE TABLE T(id INT64, PRIMARY KEY(«x»))',
    'BINDER',
    'Primary key x does not match any of the predefined node properties.',
  ],
  [
    'CREATE NODE TABLE T(id BOOL, PRIMARY KEY(«id»))',
    'BINDER',
    'Invalid primary key column type BOOL. Primary keys must be either STRING or a numeric type.',
  ],
  ['CREATE NODE TABLE T(id INT64, «_label» INT64, PRIMARY KEY(id))', 'BINDER', '_label is a reserved property name.'],
  [
    "CREATE NODE TABLE T(id INT64, s INT64 DEFAULT «'a'», PRIMARY KEY(id))",
    'TYPE_MISMATCH',
    'Expression a has data type STRING but expected INT64. Implicit cast is not supported.',
  ],
  [
    'CREATE REL TABLE R(FROM Person TO City, «FROM Person TO City»)',
    'BINDER',
    'Found duplicate FROM-TO Person-City pairs.',
  ],
  ['CREATE REL TABLE R(FROM Person TO City, «ONE_X»)', 'BINDER', 'Cannot bind ONE_X as relationship multiplicity.'],
  ['«CREATE SEQUENCE s INCREMENT 0»', 'BINDER', 'INCREMENT must be non-zero.'],
  ["COPY Person(«foo») FROM 'f.csv'", 'BINDER', 'Table Person does not contain column foo.'],
  ["COPY Person(id, «id») FROM 'f.csv'", 'BINDER', 'Detect duplicate column name id during COPY.'],
  ['«COPY Person FROM (RETURN 1)»', 'BINDER', 'Query returns 1 columns but 8 columns were expected.'],
  ["«COPY (RETURN 1) TO 'x.foo'»", 'RUNTIME', "Exporting query result to the 'foo' file is currently not supported."],
]

describe('binder errors', () => {
  for (const [marked, code, message] of CASES) {
    const text = marked.replace('«', '').replace('»', '')
    it(text, () => {
      const error = errorOf(text)
      assert.equal(error.code, code)
      const words = error.message.slice(error.message.indexOf(': ') + 2)
      assert.equal(words, message)
      assert.ok(error.span !== undefined, 'has no place')
      const place = [error.span.start, error.span.end]
      assert.deepEqual(place, [marked.indexOf('«'), marked.indexOf('»') - 1], text.slice(place[0], place[1]))
    })
  }

  it('names the facts of an error as data', () => {
    assert.deepEqual(errorOf('MATCH (a:Person) RETURN a.foo').facts, { property: 'foo', variable: 'a' })
    assert.deepEqual(errorOf('MATCH (a:Nope) RETURN a').facts, { table: 'Nope' })
  })
})

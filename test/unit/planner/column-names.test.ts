import assert from 'node:assert/strict'
import type { StatementPlan } from '../../../src/plan/statement.ts'
import { printType } from '../../../src/types/print-type.ts'
import { fakeCatalog, fakeContext, planText, SOCIAL_SCHEMA } from './fake-database.ts'

const context = fakeContext(fakeCatalog(SOCIAL_SCHEMA))

function columnsOf(plan: StatementPlan): string[] {
  assert.equal(plan.kind, 'query')
  return plan.kind === 'query' ? plan.columns.map((c) => `${c.name} : ${printType(c.type)}`) : []
}

const CASES: readonly (readonly [query: string, ...columns: string[]])[] = [
  ["MATCH (a:Person) RETURN a.NAME + 'x', count(*)", '+(a.name,x) : STRING', 'COUNT_STAR() : INT64'],
  ['MATCH (a:Person) RETURN count(a), COUNT(DISTINCT a.age)', 'COUNT(a._ID) : INT64', 'COUNT(DISTINCT a.age) : INT64'],
  ['MATCH (a:Person) RETURN sum(a.age) + 1', '+(SUM(a.age),CAST(1, INT128)) : INT128'],
  ["RETURN 1, 1.5, 'abc', true, null", '1 : INT64', '1.500000 : DOUBLE', 'abc : STRING', 'True : BOOL', ' : STRING'],
  ['RETURN -1, -(1), NOT true', '-1 : INT64', 'NEGATE(1) : INT64', 'NOT(True) : BOOL'],
  ['RETURN 1 IS NULL, 2 IS NOT NULL', 'IS_NULL(1) : BOOL', 'IS_NOT_NULL(2) : BOOL'],
  ['RETURN 1 + 1.5, 1 = 1.0', '+(CAST(1, DOUBLE),1.500000) : DOUBLE', 'EQUALS(CAST(1, DOUBLE),1.000000) : BOOL'],
  ['RETURN 1 < 2, 1 <> 2, true XOR false', 'LESS_THAN(1,2) : BOOL', 'NOT_EQUALS(1,2) : BOOL', 'XOR(True,False) : BOOL'],
  [
    'RETURN [1,2], [], {a: 1}',
    'LIST_CREATION(1,2) : INT64[]',
    'LIST_CREATION() : INT64[]',
    'STRUCT_PACK(1) : STRUCT(a INT64)',
  ],
  ['RETURN 9223372036854775808, -9223372036854775808', '9223372036854775808 : INT128', '-9223372036854775808 : INT64'],
  [
    'MATCH (a:Person) RETURN a.age IN [1,2.5]',
    'LIST_CONTAINS(LIST_CREATION(CAST(1, DOUBLE),2.500000),CAST(a.age, DOUBLE)) : BOOL',
  ],
  ['RETURN CASE WHEN true THEN 1 ELSE 2.5 END', 'CASE WHEN True THEN 1 ELSE CAST(2.500000, INT64) : INT64'],
  [
    "MATCH (a:Person) RETURN CASE a.age WHEN 1 THEN 'a' END",
    'CASE WHEN EQUALS(a.age,CAST(1, INT32)) THEN a ELSE  : STRING',
  ],
  ['MATCH (a:Person) RETURN id(a), label(a)', 'a._ID : INTERNAL_ID', 'Person : STRING'],
  ['MATCH (a) RETURN label(a), a.age', 'LABEL(a._ID,[Person,City]) : STRING', 'a.age : STRING'],
  ['MATCH (a:Person)-[e:Knows*1..2]->(b) RETURN length(e), b.pop', 'e._LENGTH : INT64', 'b.pop : INT64'],
  ['MATCH (a:Person)-[e:Knows* WSHORTEST(w)]->(b) RETURN cost(e)', 'e_cost : DOUBLE'],
  ['MATCH p = (a:Person)-[e:Knows*1..2]->(b)-[f:Lives]->(c) RETURN length(p)', '+(1,e._LENGTH) : INT64'],
  ['MATCH (a:Person), (b:Person) RETURN a = b', 'EQUALS(a._ID,b._ID) : BOOL'],
  ['MATCH (a:Person) RETURN a.s.A', 'STRUCT_EXTRACT(a.s,A) : INT64'],
  ['MATCH (a:Person) WITH a AS b RETURN b.name, b.age AS x', 'a.name : STRING', 'x : INT32'],
  ['MATCH (a:Person) RETURN EXISTS { MATCH (a)-[:Knows]->() }', 'EXISTS { MATCH (a)-[:Knows]->() } : BOOL'],
  ['RETURN addp(1), addp(1, 2)', '+(1,3) : INT64', '+(1,2) : INT64'],
  [
    "RETURN date('2020-01-01'), string(1), substring('abc', 1, 2), 2 ^ 3, blob('a')",
    'TO_DATE(2020-01-01) : DATE',
    'TO_STRING(1) : STRING',
    'SUBSTR(abc,1,2) : STRING',
    '^(CAST(2, DOUBLE),CAST(3, DOUBLE)) : DOUBLE',
    'TO_BLOB(a) : BLOB',
  ],
  ['RETURN CAST(5 AS INT64), CAST(5 AS INT32), CAST(NULL AS INT8)', '5 : INT64', 'CAST(5, INT32) : INT32', ' : INT8'],
  ['RETURN union_value(a := 1)', 'UNION_VALUE(a) : UNION(a INT64)'],
  ['CALL table_info("City") RETURN name, type', 'name : STRING', 'type : STRING'],
]

describe('column names', () => {
  for (const [query, ...columns] of CASES) {
    it(query, () => {
      assert.deepEqual(columnsOf(planText(query, context)), columns)
    })
  }

  it('expands stars in the order of scope and tables', () => {
    const names = columnsOf(planText('MATCH (a:City)<-[e:Lives]-(b:Person) RETURN *', context)).map(
      (c) => c.split(' ')[0],
    )
    assert.deepEqual(names, ['a', 'b', 'e'])
    const columns = columnsOf(planText('MATCH (a) RETURN a.*', context)).map((c) => c.split(' ')[0])
    assert.deepEqual(
      columns,
      ['id', 'name', 'age', 'h', 'l', 's', 'bd', 'u', 'pop'].map((p) => `a.${p}`),
    )
  })
})

import assert from 'node:assert/strict'
import { COMMANDS } from '../../../../src/shell/commands/registry.ts'
import { complete } from '../../../../src/shell/editor/complete.ts'
import type { Knowledge, NamedThing } from '../../../../src/shell/editor/knowledge.ts'

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  Person: ['id', 'name', 'birth day'],
  City: ['id', 'population'],
  Knows: ['since', 'weight'],
  LivesIn: ['from_year'],
  'odd table': ['x'],
}

const named = (name: string): NamedThing => ({ name, detail: '' })

const KNOWLEDGE: Knowledge = {
  tables: () => [
    { name: 'Person', kind: 'node' },
    { name: 'City', kind: 'node' },
    { name: 'odd table', kind: 'node' },
    { name: 'Knows', kind: 'rel' },
    { name: 'LivesIn', kind: 'rel' },
  ],
  properties: (table) => {
    const found = Object.keys(PROPERTIES).find((t) => t.toLowerCase() === table.toLowerCase())
    return (found === undefined ? [] : PROPERTIES[found]!).map(named)
  },
  endpoints: (table) =>
    table.toLowerCase() === 'knows'
      ? [{ from: 'Person', to: 'Person' }]
      : table === 'LivesIn'
        ? [
            { from: 'Person', to: 'City' },
            { from: 'odd table', to: 'City' },
          ]
        : [],
  functions: () => ['+', 'replace', 'reverse', 'size', 'list_sort', 'count', 'collect'].map(named),
  settings: () => ['threads', 'timeout'].map(named),
  parameters: () => ['person', 'place'],
  list: (folder) =>
    folder === '' ? ['.hidden', 'data/', 'people.csv'] : folder === 'data/' ? ['cities.csv', "o'k.csv"] : [],
  commands: COMMANDS,
  modes: ['box', 'csv', 'json', 'jsonlines'],
}

/** `|` is the cursor, `¦` the dialect's own pipe. @returns what would be written, those with a suffix with it. */
function offered(marked: string): string[] {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '').replaceAll('¦', '|')
  const { start, candidates } = complete(text, cursor, KNOWLEDGE)
  assert.ok(start <= cursor)
  return candidates.map((c) => c.text + c.suffix)
}

const NODES = ['City', 'Person', '`odd table`']
const RELS = ['Knows', 'LivesIn']

describe('complete', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    // properties of nodes whose table the rels next to them tell
    ['MATCH (a:Person)-[:Knows]->(b) RETURN b.|', ['id', 'name', '`birth day`']],
    ['MATCH (a)-[:LivesIn]->(b) RETURN b.|', ['id', 'population']],
    ['MATCH (b)<-[x:LivesIn {from_year: 3}]-(a:Person) RETURN b.|', ['id', 'population']],
    ['MATCH (b)<-[x:LivesIn]-(a) RETURN a.|', ['id', 'name', '`birth day`', 'x']],
    ['MATCH (b)-[:LivesIn]-(:City) RETURN b.|', ['id', 'name', '`birth day`', 'x']],
    ['MATCH (a)-[:LivesIn]->(:City), (a)-[:Knows]->(c) RETURN a.|', ['id', 'name', '`birth day`']],
    ['MATCH (a)-[:LivesIn]->(b) WITH b AS town, count(*) AS n WHERE town.|', ['id', 'population']],
    ['MATCH (a)-[:LivesIn]->(b {|', ['id', 'population']],
    ['MATCH (a:City)-[:Knows*1..2]->(b) RETURN b.i|', ['id']],
    // columns of CALL
    ['CALL show_functions() YIELD |', ['name', 'type', 'signature']],
    ['CALL show_functions() YIELD name AS n, s|', ['signature']],
    ['CALL Show_Connection("Knows") YIELD d|', ['`destination table name`', '`destination table primary key`']],
    ['CALL show_functions() YIELD name RETURN name, siz|', ['size(']],
    // tables in patterns
    ['MATCH (x:|', NODES],
    ['MATCH (x:pe|', ['Person']],
    ['MATCH (:Person)-[:|', RELS],
    ['MATCH (a)-[x:K|]->(b)', ['Knows']],
    ['MATCH (a)-[:Knows|', ['Knows']],
    ['MATCH (a)-[:Knows¦|', RELS],
    ['MATCH (a)<-[x:Knows¦L|', ['LivesIn']],
    ['MATCH (a:Person¦|)', NODES],
    ['MATCH (a:`odd|', ['`odd table`']],
    ['CREATE (:Ci|', ['City']],
    ['MATCH (a) WHERE EXISTS { MATCH (a)-[:Li|', ['LivesIn']],
    ['MATCH p = (a:C|', ['City']],
    // properties
    ['MATCH (p:Person) WHERE p.|', ['id', 'name', '`birth day`']],
    ['MATCH (p:Person) RETURN p.n|', ['name']],
    ['MATCH (p:person)-[k:Knows]->(q:City) RETURN k.|', ['since', 'weight']],
    ['MATCH (p:person)-[k:Knows¦LivesIn*1..3]->(q) RETURN k.|', ['since', 'weight', 'from_year']],
    ['MATCH (p:Person) WITH p AS q RETURN q.|', ['id', 'name', '`birth day`']],
    ['MATCH (p) RETURN p.|', ['id', 'population', 'name', '`birth day`', 'x']],
    ['MATCH (p:Person {|', ['id', 'name', '`birth day`']],
    ['MATCH (p:Person {id: 1, n|', ['name']],
    ['RETURN p.|; MATCH (p:City)', ['id', 'population', 'since', 'weight', 'from_year', 'name', '`birth day`', 'x']],
    ['MATCH (p:City) RETURN p.po|, p', ['population']],
    ['MATCH (p:City) SET p.|', ['id', 'population']],
    ['MATCH (c:City) WHERE c.id = 1 AND c.|', ['id', 'population']],
    // keywords and functions, in the typed case
    ['ma|', ['match ']],
    ['MA|', ['MATCH ']],
    ['MATCH (n) ret|', ['return ']],
    ['MATCH (n) RETURN rep|', ['replace(']],
    ['MATCH (n) RETURN REP|', ['REPLACE(']],
    ['MATCH (n) RETURN n ORD|', ['ORDER BY ']],
    ['MATCH (n) RETURN n ORDER |', ['BY ']],
    ['MATCH (n) WHERE n.x IS |', ['NULL ', 'NOT NULL ']],
    ['MATCH (person) RETURN per|', ['person']],
    ['UNWIND [1] AS abc RETURN ab|', ['abc']],
    ['MATCH (a) RETURN 5 AS |', []],
    ['RETURN siz|(x)', ['size(']],
    ['EXPLAIN MAT|', ['MATCH ']],
    ['create |', ['NODE TABLE ', 'REL TABLE ', 'SEQUENCE ', 'MACRO ']],
    // statements about tables
    ['COPY Pe|', ['Person']],
    ['DROP TABLE |', ['City', 'Knows', 'LivesIn', 'Person', '`odd table`', 'IF EXISTS ']],
    ['DROP TABLE IF EXISTS kn|', ['Knows']],
    ['ALTER TABLE Person |', ['ADD ', 'DROP ', 'RENAME ']],
    ['ALTER TABLE Person DROP n|', ['name']],
    ['CREATE NODE TABLE T(id IN|', ['INT8', 'INT16', 'INT32', 'INT64', 'INT128', 'INTERVAL']],
    ['CREATE NODE TABLE T(id int64 pri|', ['primary key ']],
    ['CREATE REL TABLE T(FROM P|', ['Person']],
    ['CREATE REL TABLE T(FROM Person TO |', NODES],
    ['RETURN CAST(1 AS dat|', ['date']],
    // files
    ["COPY Person FROM '|", ['data/', "people.csv'"]],
    ["COPY Person FROM 'peo|'", ['people.csv']],
    ["COPY Person FROM 'data/|", ["cities.csv'", "o\\'k.csv'"]],
    ['LOAD FROM "p|', ['people.csv"']],
    ["COPY Person FROM ['people.csv', 'd|", ['data/']],
    ["COPY Person FROM 'people.csv' (DELIM='|", []],
    ["COPY (MATCH (a) RETURN a) TO 'p|", ["people.csv'"]],
    ["EXPORT DATABASE 'd|", ['data/']],
    ["COPY Person FROM '.h|", [".hidden'"]],
    ["RETURN 'p|", []],
    // calls
    ['CALL show_t|', ['show_tables(']],
    ['CALL thr|', ['threads=']],
    ["CALL table_info('|", ["City'", "Knows'", "LivesIn'", "Person'", "odd table'"]],
    ["CALL show_connection('k|", ["Knows'"]],
    ["CALL current_setting('ti|", ["timeout'"]],
    // parameters
    ['MATCH (p {id: $|', ['$person', '$place']],
    ['RETURN $pl|', ['$place']],
    // commands
    [':mo|', [':mode ']],
    [':mode |', ['box', 'csv', 'json', 'jsonlines']],
    [':mode js|', ['json', 'jsonlines']],
    [':read d|', ['data/']],
    [':output data/c|', ['cities.csv']],
    [':schema per|', ['Person']],
    [':stats o|', ['on', 'off']],
    [':help :sc|', [':schema']],
    // comments
    ['RETURN 1 // ma|', []],
    ['RETURN 1 /* ma|', []],
  ]
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(offered(text), expected))
  }

  it('offers statements at the start, types after a new column', () => {
    assert.ok(offered('|').includes('MATCH '))
    assert.ok(offered('RETURN 1; |').includes('MATCH '))
    assert.ok(offered('ALTER TABLE Person ADD age |').includes('INT64'))
    assert.ok(offered('MATCH (n:Person) |').includes('WHERE '))
  })

  it('answers for every place of a statement', () => {
    const text =
      "MATCH (a:Person {name: 'x'})-[k:Knows*1..2]->(b) WHERE a.id > $p AND NOT b.x IN [1, 2] WITH a, count(*) AS c ORDER BY c DESC RETURN a.name; :x CALL f('y') CREATE NODE TABLE t(a INT64, PRIMARY KEY(a));"
    for (let cursor = 0; cursor <= text.length; cursor++) {
      const { start, end } = complete(text, cursor, KNOWLEDGE)
      assert.ok(start <= cursor && end === cursor)
      complete(text.slice(0, cursor), cursor, KNOWLEDGE)
    }
  })
})

/** A result whose form in every mode is kept in test/golden/shell. */
export interface GoldenCase {
  readonly name: string
  readonly setup: readonly string[]
  readonly query: string
  /** 0: no limit. */
  readonly maxWidth: number
  readonly maxRows: number
}

const ROUND = { setup: [], maxWidth: 0, maxRows: 20 } as const

/** Literals of every type of a value. */
const TYPES: readonly (readonly [string, string])[] = [
  ['bool', 'true'],
  ['int8', "CAST(-1, 'INT8')"],
  ['int16', "CAST(-300, 'INT16')"],
  ['int32', "CAST(70000, 'INT32')"],
  ['int64', '9007199254740993'],
  ['int128', '170141183460469231731687303715884105727'],
  ['uint8', "CAST(255, 'UINT8')"],
  ['uint16', "CAST(65535, 'UINT16')"],
  ['uint32', "CAST(4294967295, 'UINT32')"],
  ['uint64', "CAST('18446744073709551615', 'UINT64')"],
  ['float', "CAST(0.1, 'FLOAT')"],
  ['double', '-2.5'],
  ['inf', "CAST('inf', 'DOUBLE')"],
  ['decimal', "CAST('12.340', 'DECIMAL(10, 3)')"],
  ['date', "date('2020-02-29')"],
  ['timestamp', "timestamp('2020-02-29 01:02:03.4')"],
  ['timestamp_ns', "CAST('2020-02-29 01:02:03.123456789', 'TIMESTAMP_NS')"],
  ['timestamp_tz', "CAST('2020-02-29 01:02:03', 'TIMESTAMP_TZ')"],
  ['interval', "interval('1 year 2 days 03:04:05')"],
  ['string', "'text'"],
  ['blob', "blob('\\\\xAA\\\\x00z')"],
  ['uuid', "uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')"],
  ['json', "to_json({a: [1, NULL], b: 'x\"y'})"],
  ['list', '[1, NULL, 3]'],
  ['nested', "[['a', 'b,c'], []]"],
  ['array', "CAST([0.5, 1.5, -2], 'FLOAT[3]')"],
  ['vector', "CAST(range(1, 128), 'FLOAT[128]')"],
  ['struct', "{a: 1, b: 'x', c: NULL}"],
  ['map', "map(['k', 'j'], [1, 2])"],
  ['union', 'union_value(a := 1)'],
]

const GRAPH = [
  'CREATE NODE TABLE Person(name STRING, age INT64, vector FLOAT[16], PRIMARY KEY(name))',
  'CREATE NODE TABLE City(id INT64, PRIMARY KEY(id))',
  'CREATE REL TABLE KNOWS(FROM Person TO Person, since INT64)',
  'CREATE REL TABLE LIVES(FROM Person TO City)',
  "CREATE (:Person {name: 'Ada <&>', age: 36, vector: range(1, 16)}), (:Person {name: 'Béa'}), (:City {id: 7})",
  "MATCH (a:Person {age: 36}), (b:Person {name: 'Béa'}), (c:City) CREATE (a)-[:KNOWS {since: 1999}]->(b), (b)-[:KNOWS]->(a), (a)-[:KNOWS]->(a), (a)-[:LIVES]->(c)",
]

/** Everything that is drawn and compared. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  ...Array.from({ length: 3 }, (_part, part): GoldenCase => {
    const types = TYPES.slice(part * 10, part * 10 + 10)
    return {
      ...ROUND,
      name: `types-${part + 1}`,
      query: `RETURN ${types.map(([n, v]) => `${v} AS \`${n}\``).join(', ')}`,
    }
  }),
  {
    ...ROUND,
    name: 'nulls',
    query:
      "UNWIND [1, NULL, 3] AS i UNWIND ['x', NULL, ''] AS s RETURN i, s, CAST(NULL, 'DOUBLE') AS d, [NULL, i] AS l ORDER BY i, s",
  },
  {
    ...ROUND,
    name: 'unicode',
    query:
      "UNWIND ['plain', 'né', 'e\u0301', '日本語', '👩‍👩‍👧 family', '🇩🇪', 'עברית', 'a\nb\tc\r', 'tab\\\\slash', '\u001b[31mred', '\u202eturned'] AS text RETURN text, size(text) AS `länge 長`",
  },
  {
    ...ROUND,
    name: 'special',
    query:
      "UNWIND ['a,b', 'q\"q', 'p|p', '<b>&amp;', '50% $x_y^{2} #~\\\\', '*em* `code` [l]', ' padded ', 'it\\'s'] AS `a|b,\"c\"<d>_%` RETURN *",
  },
  { ...ROUND, name: 'empty', query: "UNWIND [1] AS i WITH i WHERE i > 1 RETURN i, 'x' AS text" },
  { ...ROUND, name: 'same-names', query: 'MATCH (a:City), (b:City) RETURN a.id AS id, b.id AS `id_1`', setup: GRAPH },
  { ...ROUND, name: 'many-rows', query: 'UNWIND range(1, 100) AS i RETURN i, i * 10 AS ten', maxRows: 7 },
  {
    ...ROUND,
    name: 'wide',
    query: `RETURN ${Array.from({ length: 60 }, (_c, i) => `${i % 3 === 0 ? `repeat('w${i} ', 9)` : i} AS column${i}`).join(', ')}`,
    maxWidth: 80,
  },
  {
    ...ROUND,
    name: 'squeezed',
    query: "RETURN 'short' AS a, repeat('long ', 30) AS b, repeat('日本', 30) AS c, 12 AS d",
    maxWidth: 60,
  },
  {
    ...ROUND,
    name: 'nodes',
    setup: GRAPH,
    query: 'MATCH (a:Person)-[r]->(b) RETURN a, r, b ORDER BY a.name, offset(id(r)), label(r)',
  },
  {
    ...ROUND,
    name: 'paths',
    setup: GRAPH,
    query:
      "MATCH p = (a:Person {name: 'Béa'})-[r*1..2]->(b) RETURN p, length(p) AS n ORDER BY n, label(b), offset(id(b))",
  },
]

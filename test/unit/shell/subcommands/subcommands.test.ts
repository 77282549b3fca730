import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Connection, Database, type QueryResult } from '../../../../src/index.ts'
import { runSubcommand } from '../../../../src/shell/subcommands/run-subcommand.ts'
import { inFolder } from '../support/cli.ts'
import { Kept } from '../support/test-session.ts'

interface Ran {
  readonly code: number
  readonly output: string
  readonly messages: string
}

async function run(
  name: Parameters<typeof runSubcommand>[0],
  args: string[],
  options: Record<string, unknown> = {},
): Promise<Ran> {
  const [output, messages] = [new Kept(), new Kept()]
  const code = await runSubcommand(name, args, options, { output, messages })
  return { code, output: output.text, messages: messages.text }
}

async function withDatabase<T>(file: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const database = new Database(file, { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 })
  const connection = new Connection(database)
  try {
    return await work(connection)
  } finally {
    await database.close()
  }
}

async function rowsOf(connection: Connection, query: string): Promise<string[]> {
  const result = (await connection.query(query)) as QueryResult
  return Array.from({ length: result.getNumTuples() }, (_row, i) => result.getRowText(i, 'json').join('|')).sort()
}

/** Everything that a file of text could lose. */
const HARD = [
  `CREATE NODE TABLE t(id INT64, s STRING, l STRING[], m MAP(STRING, INT64), st STRUCT(a INT64, b STRING), b BLOB, u UNION(a INT64, b STRING), f FLOAT, d DOUBLE,
    dec DECIMAL(20, 3), ts TIMESTAMP, iv INTERVAL, uu UUID, ll INT64[][], fx FLOAT[3], i INT64, big INT128, PRIMARY KEY(id))`,
  String.raw`CREATE (:t {id: 0, s: '', l: ['a,b', 'c"d', NULL, ''], m: map(['k,1', 'x=y'], [1, 2]), st: {a: 1, b: 'x, y}'}, b: blob('\\xAA\\x00z,'), u: union_value(b := 'five'), f: 0.1,
    d: 0.12345678901234567, dec: 12345678901234567.891, ts: timestamp('2020-01-01 10:00:00.123456'), iv: interval('1 year 3 hours'), uu: uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
    ll: [[1, 2], [], NULL, [NULL]], fx: [1.5, 0.1, -2e30], i: 9007199254740993, big: 170141183460469231731687303715884105727})`,
  String.raw`CREATE (:t {id: 1}), (:t {id: 2, s: ' sp ', d: CAST('inf', 'DOUBLE'), l: [], fx: [1, NULL, 3]}), (:t {id: 3, s: '\\N', d: 1e300}), (:t {id: 4, s: 'two
lines, "quoted" \\ and `.concat('`ticks`', "', f: -0.0})"),
  'CREATE NODE TABLE `odd name`(`the key` STRING, n SERIAL, PRIMARY KEY(`the key`))',
  "CREATE (:`odd name` {`the key`: 'a b'}), (:`odd name` {`the key`: ''})",
  'CREATE NODE TABLE gaps(n SERIAL, v INT64, PRIMARY KEY(n))',
  'UNWIND range(0, 4) AS i CREATE (:gaps {v: i})',
  'MATCH (g:gaps) WHERE g.v = 1 DELETE g',
  'CREATE REL TABLE r(FROM t TO `odd name`, FROM gaps TO gaps, FROM t TO t, w DOUBLE, tags STRING[])',
  "MATCH (a:t), (b:`odd name`) WHERE a.id < 2 CREATE (a)-[:r {w: a.id + 0.5, tags: ['x', b.`the key`]}]->(b)",
  'MATCH (a:gaps), (b:gaps) WHERE a.v < b.v CREATE (a)-[:r {w: a.v}]->(b)',
  "COMMENT ON TABLE t IS 'it\\'s'",
]

const QUESTIONS = [
  'CALL show_schema() RETURN *',
  'MATCH (n:t) RETURN n.*',
  'MATCH (n:`odd name`) RETURN n.*',
  'MATCH (n:gaps) RETURN n.*',
  'MATCH (a:t)-[x:r]->(b:`odd name`) RETURN a.id, b.`the key`, x.w, x.tags',
  'MATCH (a:gaps)-[x:r]->(b:gaps) RETURN a.n, a.v, b.n, b.v, x.w, x.tags',
]

describe('sub-commands', function () {
  this.timeout(120_000)

  it('export and import lose nothing', () =>
    inFolder(async (folder) => {
      const [from, to, dir] = ['from.db', 'to.db', 'dir'].map((n) => path.join(folder, n)) as [string, string, string]
      const ask = (file: string) =>
        withDatabase(file, async (connection) => {
          const answers: string[][] = []
          for (const question of QUESTIONS) answers.push(await rowsOf(connection, question))
          return answers
        })
      await withDatabase(from, async (connection) => {
        for (const statement of HARD) await connection.query(statement)
      })
      const exported = await run('export', [from, dir])
      assert.match(
        exported.messages,
        /gaps: n has gaps, and is exported as INT64 instead of SERIAL\.\n4 tables written/,
      )
      assert.deepEqual(readdirSync(dir).sort(), [
        'copy.cypher',
        'gaps.csv',
        'odd_name.csv',
        'r_gaps_gaps.csv',
        'r_t_odd_name.csv',
        'r_t_t.csv',
        'schema.cypher',
        't.csv',
      ])
      const imported = await run('import', [to, dir])
      assert.equal(imported.code, 0, imported.messages)
      const before = await ask(from)
      const after = await ask(to)
      before[0] = before[0]!.map((s) => s.replace('gaps(n SERIAL', 'gaps(n INT64'))
      assert.deepEqual(after, before)
      await assert.rejects(run('export', [from, dir]), /is not empty/)
    }))

  it('import makes tables of files, and a dry run only says how', () =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'Person.csv'), 'id,name,born\n1,Ada,1815-12-10\n2,"Ben, B.",\n')
      writeFileSync(path.join(folder, 'KNOWS_Person_Person.csv'), 'from,to,since\n1,2,1840\n')
      const file = path.join(folder, 'x.db')
      const dry = await run('import', [file, folder], { dryRun: true })
      assert.match(dry.output, /CREATE NODE TABLE Person\(id INT64, name STRING, born DATE, PRIMARY KEY \(id\)\);/)
      assert.ok(!readdirSync(folder).includes('x.db'))
      const real = await run('import', [file, folder])
      assert.equal(real.code, 0, real.messages)
      await withDatabase(file, async (connection) => {
        assert.deepEqual(await rowsOf(connection, 'MATCH (a)-[k:KNOWS]->(b) RETURN a.name, k.since, b.name, a.born'), [
          '"Ada"|1840|"Ben, B."|"1815-12-10"',
        ])
      })
      assert.equal((await run('import', [file, path.join(folder, 'Person.csv')])).code, 1, 'the keys are there already')
      await assert.rejects(run('import', [file, path.join(folder, 'nowhere')]), /There is no .*nowhere/)
    }))

  it('info, schema and check tell about a database without changing it', () =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'x.db')
      await withDatabase(file, async (connection) => {
        for (const statement of HARD) await connection.query(statement)
      })
      const bytes = readFileSync(file)
      const info = await run('info', [file])
      assert.match(info.output, /^.*x\.db: [\d.]+ [KM]B, [\d.]+ [KM]B in tables, format \d+\n/)
      assert.match(info.output, /^t +node +5 /m)
      assert.match(info.output, /^fx +FLOAT\[3\] +5 /m)
      const json = JSON.parse((await run('info', [file], { json: true })).output) as {
        tables: { name: string; rows: number }[]
      }
      assert.deepEqual(
        json.tables.map((t) => [t.name, t.rows]),
        [
          ['t', 5],
          ['odd name', 2],
          ['gaps', 4],
          ['r', 10],
        ],
      )
      const schema = await run('schema', [file, 'gaps'])
      assert.equal(schema.output, 'CREATE NODE TABLE gaps(n SERIAL, v INT64, PRIMARY KEY (n));\n')
      const check = await run('check', [file])
      assert.deepEqual([check.code, check.messages], [0, ''])
      assert.match(check.output, /x\.db: 6 tables, \d+ pages, 11 nodes, 10 rels: no problems\n$/)
      assert.deepEqual(readFileSync(file), bytes)
      await assert.rejects(run('info', [path.join(folder, 'nothing')]), /There is no database/)
    }))

  it('check names what is damaged, and ends with 1', () =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'x.db')
      await withDatabase(file, async (connection) => {
        await connection.query(
          "CREATE NODE TABLE t(id INT64, s STRING, PRIMARY KEY(id)); COPY t FROM (UNWIND range(1, 20000) AS i RETURN i, 'text number ' + string(i))",
        )
      })
      const bytes = readFileSync(file)
      const at = bytes.indexOf('text number 7777')
      assert.ok(at > 0)
      bytes[at + 3]! ^= 1
      writeFileSync(file, bytes)
      const check = await run('check', [file])
      assert.equal(check.code, 1)
      assert.match(check.output, /^t, pages: Storage exception: Page \d+ is damaged: .*\n.*: 1 problem\n$/)
    }))

  it('dataset generates files, and lists what there is', () =>
    inFolder(async (folder) => {
      assert.match((await run('dataset', [])).output, /^citations: /)
      const dir = path.join(folder, 'c')
      const made = await run('dataset', ['citations'], { out: dir, nodes: 500, seed: 3 })
      assert.match(
        made.messages,
        /^500 papers, [\d,]+ citations, .*\nnisaba import c\.nisaba .* --node-table paper --rel-table cites\n$/,
      )
      const file = path.join(folder, 'x.db')
      const imported = await run('import', [file, dir], { nodeTable: 'paper', relTable: 'cites' })
      assert.equal(imported.code, 0, imported.messages)
      await assert.rejects(run('dataset', ['citation'], { out: dir }), /Did you mean citations\?/)
      await assert.rejects(run('dataset', ['citations']), /Where to\?/)
    }))

  it('dataset converts published files into a database or a folder', () =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'cora.content'), 'a\t1\t0\tML\nb\t0\t1\tDB\n')
      writeFileSync(path.join(folder, 'cora.cites'), 'a\tb\n')
      const file = path.join(folder, 'cora.nisaba')
      const made = await run('dataset', ['Cora'], { raw: folder, out: file })
      assert.match(made.messages, /^2 nodes of 2 numbers, 2 edges in .*cora\.nisaba\nnisaba .* -c "MATCH/)
      assert.deepEqual(await withDatabase(file, (c) => rowsOf(c, 'MATCH (p:paper) RETURN p.id, p.y')), ['0|0', '1|1'])
      const files = await run('dataset', ['cora'], { raw: folder, out: path.join(folder, 'out') })
      assert.match(files.messages, /nisaba import out\.nisaba .* --node-table paper --rel-table cites\n$/)
      await assert.rejects(run('dataset', ['cora'], { out: file }), /Where are the published files\?/)
    }))
})

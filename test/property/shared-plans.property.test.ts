import assert from 'node:assert/strict'
import { Connection, Database, DatabaseError, type QueryResult } from '../../src/index.ts'
import { parse } from '../../src/parser/parse.ts'
import { shapeOf, templateOf } from '../../src/parser/statement-template.ts'
import { seededRandom } from './storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const SHAPES = Number(process.env['NISABA_SHAPES'] ?? 150)
/** Texts of each shape; from the third on the first two have left a template and a plan. */
const TEXTS = 4

const COLUMNS = [
  ['id', 'INT64'],
  ['i8', 'INT8'],
  ['i32', 'INT32'],
  ['u64', 'UINT64'],
  ['serial', 'SERIAL'],
  ['f', 'FLOAT'],
  ['d', 'DOUBLE'],
  ['s', 'STRING'],
  ['day', 'DATE'],
  ['flag', 'BOOL'],
  ['list', 'INT64[]'],
] as const
const OPERATORS = ['=', '<>', '<', '<=', '>', '>=']
const VARIABLES = ['a', 'b', 'r', 'x']
/** Lists of literals of one kind; texts of a shape take other ones of the same list. */
const LITERALS = [
  ['0', '1', '3', '7', '40', '127', '128', '2147483648', '9007199254740991'],
  ['0.0', '0.1', '.5', '1.5', '3.0', '7.25', '1e3', '1e308'],
  ["'a'", '"b"', "'3'", "'2020-01-03'", "'2020-02-30'", "''", "'q\\'uote'", "'true'"],
]

type Draw = () => number

const pick = <T>(draw: Draw, items: readonly T[]): T => items[Math.floor(draw() * items.length)]!

/** A text whose literals are left to be drawn. */
type Shape = (draw: Draw) => string

function condition(draw: Draw, depth: number): Shape {
  const kind = depth === 0 ? 0 : draw()
  if (kind < 0.4) return comparison(draw)
  if (kind < 0.5) {
    const inner = condition(draw, depth - 1)
    return (d) => `NOT (${inner(d)})`
  }
  const join = kind < 0.8 ? 'AND' : 'OR'
  const [left, right] = [condition(draw, depth - 1), condition(draw, depth - 1)]
  return (d) => `(${left(d)} ${join} ${right(d)})`
}

function comparison(draw: Draw): Shape {
  const variable = draw() < 0.03 ? 'nobody' : pick(draw, VARIABLES.slice(0, 3))
  const property = `${variable}.${draw() < 0.03 ? 'nothing' : pick(draw, COLUMNS)[0]}`
  const operator = pick(draw, OPERATORS)
  const literals = pick(draw, LITERALS)
  if (draw() < 0.3) return (d) => `${pick(d, literals)} ${operator} ${property}`
  return (d) => `${property} ${operator} ${pick(d, literals)}`
}

function statement(draw: Draw): Shape {
  const map = draw() < 0.2
  const where = condition(draw, 2)
  const result = pick(draw, ['count(*)', 'a.id, r.id, b.id', 'a.id AS n, count {MATCH (b)-->()} ORDER BY n LIMIT 9'])
  const optional = draw() < 0.2 ? 'MATCH (a:N) OPTIONAL' : ''
  return (d) =>
    `MATCH (x:N {id: ${pick(d, LITERALS[0]!)}}) ${optional} MATCH (a:N)-[r:R]->(b:N${map ? ` {id: ${pick(d, ['1', '2'])}}` : ''}) WHERE ${where(d)} RETURN ${result}`
}

async function answer(connection: Connection, text: string): Promise<unknown> {
  try {
    const result = (await connection.query(text)) as QueryResult
    const rows = (await result.getAll()).map((row) =>
      JSON.stringify(row, (_k, v) => (typeof v === 'bigint' ? `${v}` : v)),
    )
    return { names: result.getColumnNames(), types: result.getColumnDataTypes(), rows: rows.sort() }
  } catch (error) {
    assert.ok(error instanceof DatabaseError, String(error))
    return { code: error.code, message: error.message, span: error.span, facts: error.facts }
  }
}

/** No template is used inside a transaction. An error ends it. */
async function answerInTransaction(connection: Connection, text: string): Promise<unknown> {
  await connection.query('BEGIN TRANSACTION READ ONLY')
  const found = await answer(connection, text)
  if (!('code' in (found as object))) await connection.query('COMMIT')
  return found
}

async function fill(connection: Connection): Promise<void> {
  const columns = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')
  await connection.query(`CREATE NODE TABLE N(${columns}, PRIMARY KEY(id))`)
  await connection.query(`CREATE REL TABLE R(FROM N TO N, ${columns.replace('serial SERIAL', 'serial INT64')})`)
  const values = (n: string) =>
    `id: ${n}, i8: CAST(${n} % 100, 'INT8'), i32: CAST(${n}, 'INT32'), u64: CAST(${n}, 'UINT64'), f: CAST(${n} * 0.5, 'FLOAT'), d: ${n} * 0.1, s: CAST(${n}, 'STRING'), day: date('2020-01-01') + to_days(${n}), flag: ${n} % 2 = 0, list: [${n}]`
  await connection.query(`UNWIND range(0, 60) AS n CREATE (:N {${values('n')}})`)
  await connection.query(`CREATE (:N {id: 1000})`)
  await connection.query(`MATCH (a:N), (b:N) WHERE (a.id * 7 + b.id) % 23 = 0 CREATE (a)-[:R {${values('b.id')}}]->(b)`)
}

describe(`plans shared by texts that differ in literals (seed ${SEED})`, () => {
  it('give the rows and the errors of each text', async () => {
    const database = new Database(':memory:')
    const connection = new Connection(database)
    await fill(connection)
    const draw = seededRandom(SEED)
    let shared = 0
    for (let i = 0; i < SHAPES; i++) {
      const make = statement(draw)
      for (let j = 0; j < TEXTS; j++) {
        const text = make(draw)
        const found = await answer(connection, text)
        assert.deepEqual(found, await answerInTransaction(connection, text), `${text} (text ${j} of its shape)`)
        if (j > 1 && templateOf(parse(text)[0]!, shapeOf(text)!) !== null) shared++
      }
    }
    assert.ok(shared > SHAPES / 3, `only ${shared} texts shared a statement`)
    await connection.close()
    await database.close()
  })
})

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Connection, QueryResult } from '../../../src/index.ts'
import { npyBytes } from '../../support/npy-file.ts'

/*
 * A database that is written in rounds, one transaction each. What it holds after R rounds follows from R alone, so that whoever
 * reads it can tell a committed state from anything else.
 */

/** Every so many rounds all tables are dropped and made anew. */
const ROUNDS_PER_LIFE = 12
/** Rows of a load: enough for a worker thread, or so few that the main thread loads them. */
const LARGE_LOAD = 40_000
const SMALL_LOAD = 700
const RELS_PER_LOAD = 60_000
const NODES_BY_STATEMENT = 5

const SCHEMA = [
  'CREATE NODE TABLE item(id INT64, x FLOAT[4], v INT64, PRIMARY KEY(id))',
  'CREATE NODE TABLE note(key STRING, v INT64, body STRING, PRIMARY KEY(key))',
  'CREATE REL TABLE link(FROM item TO note, v INT64)',
]

type RoundKind = 'reset' | 'npy' | 'csv' | 'rels' | 'statements'

const LIFE: readonly RoundKind[] = [
  'reset',
  'npy',
  'csv',
  'statements',
  'rels',
  'statements',
  'npy',
  'csv',
  'statements',
  'rels',
  'npy',
  'statements',
]

function kindOf(round: number): RoundKind {
  return LIFE[(round - 1) % ROUNDS_PER_LIFE]!
}

/** First round of the life that a round belongs to. */
function birthOf(round: number): number {
  return round - ((round - 1) % ROUNDS_PER_LIFE)
}

function loadSize(round: number): number {
  return round % 5 === 0 ? SMALL_LOAD : LARGE_LOAD
}

/** Ids of different rounds do not meet. */
function firstId(round: number): number {
  return round * 100_000
}

interface Content {
  items: number
  notes: number
  links: number
  /** Sum of the property v. */
  itemSum: number
  noteSum: number
  linkSum: number
}

/** @returns what a database of so many rounds holds. */
function contentAfter(rounds: number): Content {
  const content: Content = { items: 0, notes: 0, links: 0, itemSum: 0, noteSum: 0, linkSum: 0 }
  for (let round = birthOf(rounds); round <= rounds; round++) {
    const kind = kindOf(round)
    const items = kind === 'npy' ? loadSize(round) : kind === 'statements' ? NODES_BY_STATEMENT - 1 : 0
    const notes = kind === 'csv' ? loadSize(round) : kind === 'statements' ? 1 : 0
    const links = kind === 'rels' ? RELS_PER_LOAD : items * notes
    content.items += items
    content.notes += notes
    content.links += links
    content.itemSum += items * round + (kind === 'statements' ? 1 : 0)
    content.noteSum += notes * round
    content.linkSum += links * round
  }
  return content
}

/**
 * Runs one round, a transaction.
 * @param say told what happens: `copy R` and `copied R` around a load, `try R` and `ack R` around the commit.
 * @param folder for the files to load.
 */
export async function runRound(
  connection: Connection,
  round: number,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const statements = statementsOf(round, folder)
  await connection.query('BEGIN TRANSACTION')
  for (const statement of statements) {
    const isLoad = statement.startsWith('COPY')
    if (isLoad) say(`copy ${round}`)
    await connection.query(statement)
    if (isLoad) say(`copied ${round}`)
  }
  await connection.query('MATCH (r:rounds) SET r.done = r.done + 1')
  say(`try ${round}`)
  await connection.query('COMMIT')
  say(`ack ${round}`)
}

function statementsOf(round: number, folder: string): string[] {
  switch (kindOf(round)) {
    case 'reset':
      return [...(round > 1 ? ['DROP TABLE link', 'DROP TABLE item', 'DROP TABLE note'] : []), ...SCHEMA]
    case 'npy':
      return [`COPY item FROM (${writeArrays(round, folder)}) BY COLUMN`]
    case 'csv':
      return [`COPY note FROM '${writeNotes(round, folder)}' (HEADER=false)`]
    case 'rels':
      return [`COPY link FROM '${writeLinks(round, folder)}' (HEADER=false)`]
    case 'statements':
      return changesOf(round)
  }
}

/** Items with a link each to a new note; the last of them is deleted again, and an item of a load is changed. */
function changesOf(round: number): string[] {
  const first = firstId(round)
  const end = first + NODES_BY_STATEMENT
  return [
    `UNWIND range(${first}, ${end - 1}) AS i CREATE (:item {id: i, x: CAST([i % 1000, 0, 0, 0], 'FLOAT[4]'), v: ${round}})`,
    `CREATE (:note {key: 'k${first}', v: ${round}, body: 'note ${first}'})`,
    `MATCH (a:item), (b:note {key: 'k${first}'}) WHERE a.id >= ${first} AND a.id < ${end} CREATE (a)-[:link {v: ${round}}]->(b)`,
    `MATCH (a:item {id: ${end - 1}}) DETACH DELETE a`,
    `MATCH (a:item {id: ${firstId(birthOf(round) + 1)}}) SET a.v = a.v + 1`,
  ]
}

function writeArrays(round: number, folder: string): string {
  const count = loadSize(round)
  const first = firstId(round)
  const columns = [
    ['<i8', [count], BigInt64Array.from({ length: count }, (_, i) => BigInt(first + i))],
    ['<f4', [count, 4], Float32Array.from({ length: count * 4 }, (_, i) => (i & 3 ? i : (first + (i >> 2)) % 1000))],
    ['<i8', [count], new BigInt64Array(count).fill(BigInt(round))],
  ] as const
  const files = columns.map(([descr, shape, { buffer }], i) => {
    const file = path.join(folder, `column-${i}.npy`)
    const head = npyBytes({ descr, shape, fortran: false, version: 1, truncate: 0 }, [])
    writeFileSync(file, Buffer.concat([head, Buffer.from(buffer)]))
    return `"${file}"`
  })
  return files.join(', ')
}

function writeNotes(round: number, folder: string): string {
  const first = firstId(round)
  return writeLines(path.join(folder, 'notes.csv'), loadSize(round), (i) => {
    return `k${first + i},${round},note ${first + i}`
  })
}

/** Between the first items and notes of the life. */
function writeLinks(round: number, folder: string): string {
  const items = birthOf(round) + 1
  const notes = birthOf(round) + 2
  return writeLines(path.join(folder, 'links.csv'), RELS_PER_LOAD, (i) => {
    const item = firstId(items) + ((i * 7) % loadSize(items))
    return `${item},k${firstId(notes) + ((i * 13) % loadSize(notes))},${round}`
  })
}

function writeLines(file: string, count: number, line: (i: number) => string): string {
  writeFileSync(file, Array.from({ length: count }, (_, i) => `${line(i)}\n`).join(''))
  return file
}

/** Makes the table that counts the rounds, unless it is there. */
export async function createRounds(connection: Connection): Promise<void> {
  await connection.query('CREATE NODE TABLE IF NOT EXISTS rounds(id INT64, done INT64, PRIMARY KEY(id))')
  await connection.query('MERGE (r:rounds {id: 0}) ON CREATE SET r.done = 0')
}

/** @returns how many rounds were committed. */
export async function roundsDone(connection: Connection): Promise<number> {
  return (await numbers(connection, 'MATCH (r:rounds) RETURN r.done'))[0]!
}

/** Checks, in one read transaction, that a database holds what its number of rounds says. @returns the number. */
export async function checkRounds(connection: Connection): Promise<number> {
  await connection.query('BEGIN TRANSACTION READ ONLY')
  const done = await roundsDone(connection)
  if (done > 0) await checkTables(connection, done)
  await connection.query('COMMIT')
  return done
}

async function checkTables(connection: Connection, done: number): Promise<void> {
  const { items, notes, links, itemSum, noteSum, linkSum } = contentAfter(done)
  const check = async (expected: number[], text: string): Promise<void> => {
    assert.deepEqual(await numbers(connection, text), expected, `after ${done} rounds: ${text}`)
  }
  await check([items, items, itemSum], 'MATCH (a:item) RETURN count(*), count(a.x), sum(a.v)')
  await check([0], 'MATCH (a:item) WHERE a.x[1] <> a.id % 1000 RETURN count(*)')
  await check([notes, noteSum], 'MATCH (b:note) RETURN count(*), sum(b.v)')
  await check([0], "MATCH (b:note) WHERE 'k' + substring(b.body, 6, 20) <> b.key RETURN count(*)")
  await check([links, linkSum], 'MATCH (a:item)-[r:link]->(b:note) RETURN count(b.v), sum(r.v)')
  await check([links, linkSum], 'MATCH (a:item)-[r:link]->(b:note) HINT (a JOIN r) JOIN b RETURN count(a.v), sum(r.v)')
  const last = Array.from({ length: ROUNDS_PER_LIFE }, (_, i) => done - i).find((r) => kindOf(r) === 'csv')
  if (last === undefined || last < birthOf(done)) return
  const key = `k${firstId(last) + loadSize(last) - 1}`
  await check([last], `MATCH (b:note {key: '${key}'}) RETURN b.v`)
}

async function numbers(connection: Connection, text: string): Promise<number[]> {
  const [row] = await ((await connection.query(text)) as QueryResult).getAll()
  assert.ok(row !== undefined, `no row: ${text}`)
  return Object.values(row).map((value) => Number(value ?? 0))
}

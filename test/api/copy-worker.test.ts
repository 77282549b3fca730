import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Connection, Database, QueryResult } from '../../src/index.ts'
import { openPageStore } from '../../src/storage/open-page-store.ts'
import { fails, one, rows, type Scratch, SMALL, scratched, value } from './support/scratch.ts'

/** Enough rows for a file that is not loaded on the main thread. */
const NODES = 120_000
const RELS = 150_000

/** Runs `body` and counts the threads that start meanwhile. */
async function threadsStarted(body: () => unknown): Promise<number> {
  let count = 0
  const counting = (): void => {
    count++
  }
  process.on('worker', counting)
  try {
    await body()
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('worker', counting)
  }
  return count
}

/** Writes a file of `count` lines, and lines of its own at the end. */
function lines(scratch: Scratch, name: string, count: number, line: (i: number) => string, ...last: string[]): string {
  const file = scratch.file(name)
  writeFileSync(file, [...Array.from({ length: count }, (_x, i) => line(i)), ...last, ''].join('\n'))
  return file
}

const person = (i: number): string => `${i},person number ${i}`
/** Keys that are no sequence, so that they go to the hash index. */
const scattered = (i: number): string => `${(i * 7919) % 1_000_003},person number ${i}`
const knows = (i: number): string => `${i % NODES},${(i * 31) % NODES},${i}`

/** The next multiple of the number of nodes as a key: one that no person has. */
const STRANGER = NODES

async function withSchema(scratch: Scratch, place: string): Promise<Connection> {
  const connection = scratch.connection(place)
  await connection.query('CREATE NODE TABLE person(id INT64, name STRING, PRIMARY KEY(id))')
  await connection.query('CREATE REL TABLE knows(FROM person TO person, weight INT64)')
  return connection
}

/** @returns how many pages the file holds, published or not. The database must be closed. */
function pagesOf(file: string): number {
  const store = openPageStore(file, { readOnly: true })
  try {
    return store.stats().pageCount
  } finally {
    store.closeSync()
  }
}

for (const place of [':memory:', 'copy.db']) {
  describe(`COPY in a worker thread, ${place}`, () => {
    it('gives the same as the blocking form', () =>
      scratched(async (scratch) => {
        const nodes = lines(scratch, 'nodes.csv', NODES, person)
        const rels = lines(scratch, 'rels.csv', RELS, knows)
        const sums: unknown[] = []
        for (const blocking of [false, true]) {
          const connection = await withSchema(scratch, place === ':memory:' ? place : `${blocking}.db`)
          const run = (text: string) => (blocking ? connection.querySync(text) : connection.query(text))
          const started = await threadsStarted(async () => {
            await run(`COPY person FROM '${nodes}'`)
            await run(`COPY knows FROM '${rels}'`)
          })
          assert.equal(started, blocking ? 0 : 1)
          const text = `MATCH (a:person)-[r:knows]->(b:person)
            RETURN count(*) AS n, sum(a.id) AS a, sum(b.id) AS b, sum(r.weight) AS w, sum(a.id * r.weight) AS p`
          sums.push(await rows(connection, text))
          assert.equal(await value(connection, 'MATCH (a:person {id: 119999}) RETURN a.name'), 'person number 119999')
        }
        assert.deepEqual(sums[0], sums[1])
        assert.equal((sums[0] as { n: number }[])[0]!.n, RELS)
      }))

    it('sees what its transaction has changed, and goes with it', () =>
      scratched(async (scratch) => {
        const connection = await withSchema(scratch, place)
        await connection.query(`COPY person FROM '${lines(scratch, 'nodes.csv', NODES, person)}'`)
        const rels = lines(scratch, 'rels.csv', RELS, knows, `${STRANGER},${STRANGER},7`)
        for (const end of ['ROLLBACK', 'COMMIT']) {
          await connection.query('BEGIN TRANSACTION')
          await connection.query(`CREATE (:person {id: ${STRANGER}, name: 'stranger'})`)
          await connection.query(`COPY knows FROM '${rels}'`)
          assert.equal(await value(connection, 'MATCH ()-[r:knows]->() RETURN count(*)'), RELS + 1)
          await connection.query(end)
          const kept = end === 'COMMIT' ? RELS + 1 : 0
          assert.equal(await value(connection, 'MATCH ()-[r:knows]->() RETURN count(*)'), kept)
        }
        assert.equal(
          await value(connection, 'MATCH (a:person)-[r:knows]->(a) WHERE r.weight = 7 RETURN a.name'),
          'stranger',
        )
      }))

    it('leaves nodes of an aborted transaction out, and loads them again', () =>
      scratched(async (scratch) => {
        const connection = await withSchema(scratch, place)
        const nodes = lines(scratch, 'nodes.csv', NODES, scattered)
        await connection.query('BEGIN TRANSACTION')
        await connection.query(`COPY person FROM '${nodes}'`)
        await connection.query('ROLLBACK')
        assert.equal(await value(connection, 'MATCH (a:person) RETURN count(*)'), 0)
        await connection.query(`COPY person FROM '${nodes}'`)
        assert.equal(await value(connection, 'MATCH (a:person) RETURN count(*)'), NODES)
      }))

    it('hides what it loads from readers until the end', () =>
      scratched(async (scratch) => {
        const database = scratch.database(place)
        const writer = new Connection(database)
        const reader = new Connection(database)
        await writer.query('CREATE NODE TABLE person(id INT64, name STRING, PRIMARY KEY(id))')
        const nodes = lines(scratch, 'nodes.csv', NODES, person)
        const seen = new Set<unknown>()
        let done = false
        const loading = writer.query(`COPY person FROM '${nodes}'`).then(() => {
          done = true
        })
        while (!done) {
          seen.add(await value(reader, 'MATCH (a:person) RETURN count(*)'))
          await new Promise((resolve) => setImmediate(resolve))
        }
        await loading
        assert.deepEqual(
          [...seen].filter((count) => count !== 0 && count !== NODES),
          [],
        )
        assert.equal(await value(reader, 'MATCH (a:person) RETURN count(*)'), NODES)
      }))

    it('fills SERIAL and default columns', () =>
      scratched(async (scratch) => {
        const connection = scratch.connection(place)
        await connection.query(`CREATE NODE TABLE item(id SERIAL, name STRING, level INT64 DEFAULT 3 + 4,
          code UUID DEFAULT gen_random_uuid(), PRIMARY KEY(id))`)
        const file = lines(scratch, 'items.csv', NODES, (i) => `the name of item ${i}`)
        const started = await threadsStarted(() => connection.query(`COPY item(name) FROM '${file}'`))
        assert.equal(started, 1)
        const text = 'MATCH (a:item) RETURN min(a.id), max(a.id), sum(a.level), count(DISTINCT a.code)'
        const [row] = await rows(connection, text)
        assert.deepEqual(Object.values(row!).map(Number), [0, NODES - 1, NODES * 7, NODES])
        await connection.query("CREATE (:item {name: 'next'})")
        assert.equal(await value(connection, "MATCH (a:item {name: 'next'}) RETURN a.id"), NODES)
      }))

    it('reports rows that it leaves out', () =>
      scratched(async (scratch) => {
        const connection = await withSchema(scratch, place)
        await connection.query(`COPY person FROM '${lines(scratch, 'nodes.csv', NODES, person)}'`)
        const rels = lines(scratch, 'rels.csv', RELS, knows, `${STRANGER},1,1`, '2,3,many', '3,4,5')
        const result = await one(connection, `COPY knows FROM '${rels}' (IGNORE_ERRORS=true)`)
        const [copied, warned] = result.getAllSync().map((row) => String(row['result']))
        assert.match(copied!, new RegExp(`^${RELS + 1} tuples have been copied`))
        assert.match(warned!, /^2 warnings/)
        const warnings = await rows(connection, 'CALL show_warnings() RETURN line_number')
        assert.deepEqual(warnings.map((w) => Number(w['line_number'])).sort(), [RELS + 1, RELS + 2])
      }))

    it('loads the rows of a large query', () =>
      scratched(async (scratch) => {
        const connection = await withSchema(scratch, place)
        const query = `UNWIND range(0, ${NODES - 1}) AS i RETURN i, concat('person number ', cast(i AS STRING))`
        const started = await threadsStarted(() => connection.query(`COPY person FROM (${query})`))
        assert.ok(started >= 1)
        assert.equal(await value(connection, 'MATCH (a:person) RETURN sum(a.id)'), (NODES * (NODES - 1)) / 2)
      }))
  })
}

describe('COPY in a worker thread that fails', () => {
  /** Runs a COPY that must fail; afterwards the file must be as before it. */
  async function failing(
    scratch: Scratch,
    setUp: (connection: Connection) => Promise<unknown>,
    run: (connection: Connection, database: Database) => Promise<unknown>,
    count: string,
  ): Promise<void> {
    const file = scratch.file('failing.db')
    const before = new Database(file, SMALL)
    const first = new Connection(before)
    await first.query('CREATE NODE TABLE person(id INT64, name STRING, PRIMARY KEY(id))')
    await first.query('CREATE REL TABLE knows(FROM person TO person, weight INT64)')
    await setUp(first)
    const rowsBefore = await value(first, count)
    await before.close()
    const pagesBefore = pagesOf(file)
    const database = new Database(file, SMALL)
    const connection = new Connection(database)
    await run(connection, database)
    await database.close()
    assert.equal(pagesOf(file), pagesBefore, 'pages are left')
    assert.deepEqual(
      readdirSync(scratch.folder).filter((name) => name.includes('spill')),
      [],
    )
    const again = scratch.connection('failing.db')
    assert.equal(await value(again, count), rowsBefore)
  }
  const people = 'MATCH (a:person) RETURN count(*)'
  const relCount = 'MATCH ()-[r:knows]->() RETURN count(*)'
  const nothing = async (): Promise<void> => {}

  it('names file and line of a bad last row', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', NODES, person, 'x,bad')
      const expected = fails('BAD_FILE', new RegExp(`nodes.csv on line ${NODES + 1}`))
      return failing(scratch, nothing, (c) => assert.rejects(c.query(`COPY person FROM '${nodes}'`), expected), people)
    }))

  it('names key, file and line of a key that is there twice', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', NODES, scattered, scattered(17))
      const key = (17 * 7919) % 1_000_003
      const expected = fails('DUPLICATE_KEY', new RegExp(`${key}.*nodes.csv.*${NODES + 1}`))
      return failing(scratch, nothing, (c) => assert.rejects(c.query(`COPY person FROM '${nodes}'`), expected), people)
    }))

  it('names key, file and line of a rel without an end', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', NODES, person)
      const rels = lines(scratch, 'rels.csv', RELS, knows, `1,${STRANGER},0`)
      const expected = fails('UNKNOWN_KEY', new RegExp(`${STRANGER}.*rels.csv, line ${RELS + 1}`))
      return failing(
        scratch,
        (c) => c.query(`COPY person FROM '${nodes}'`),
        (c) => assert.rejects(c.query(`COPY knows FROM '${rels}'`), expected),
        relCount,
      )
    }))

  it('stops when it is interrupted', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', NODES, person)
      const rels = lines(scratch, 'rels.csv', 4 * RELS, knows)
      return failing(
        scratch,
        (c) => c.query(`COPY person FROM '${nodes}'`),
        (c) =>
          assert.rejects(
            c.query(`COPY knows FROM '${rels}'`, () => c.interrupt()),
            fails('INTERRUPTED'),
          ),
        relCount,
      )
    }))

  it('stops when its time is over', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', 4 * NODES, person)
      return failing(
        scratch,
        nothing,
        async (c) => {
          c.setQueryTimeout(30)
          await assert.rejects(c.query(`COPY person FROM '${nodes}'`), fails('TIMEOUT'))
        },
        people,
      )
    }))

  it('ends when the database is closed', () =>
    scratched((scratch) => {
      const nodes = lines(scratch, 'nodes.csv', 4 * NODES, person)
      return failing(
        scratch,
        nothing,
        async (c, database) => {
          const loading = assert.rejects(c.query(`COPY person FROM '${nodes}'`), fails('CLOSED'))
          await new Promise((resolve) => setTimeout(resolve, 60))
          await database.close()
          await loading
        },
        people,
      )
    }))
})

describe('COPY and other processes', () => {
  it('refuses a writer at once and lets a reader see the state before', () =>
    scratched(async (scratch) => {
      const connection = await withSchema(scratch, 'shared.db')
      const nodes = lines(scratch, 'nodes.csv', 4 * NODES, person)
      const index = path.resolve(import.meta.dirname, '..', '..', 'src', 'index.js')
      const script = scratch.file('other.mjs')
      writeFileSync(
        script,
        `import { Connection, Database } from ${JSON.stringify(index)}
        const reader = new Connection(new Database(${JSON.stringify(scratch.file('shared.db'))}, { readOnly: true, bufferPoolSize: ${16 * 2 ** 20} }))
        const count = async () => Object.values((await (await reader.query('MATCH (a:person) RETURN count(*)')).getAll())[0])[0]
        const writer = new Connection(new Database(${JSON.stringify(scratch.file('shared.db'))}, { bufferPoolSize: ${16 * 2 ** 20} }))
        const error = await writer.query("CREATE (:person {id: -1, name: 'other'})").catch((e) => e.code)
        console.log(await count(), error)
        process.exit(0)`,
      )
      let finished = false
      const loading = connection.query(`COPY person FROM '${nodes}'`).then(() => {
        finished = true
      })
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
      let output = ''
      child.stdout.on('data', (data) => {
        output += data
      })
      await once(child, 'close')
      const during = !finished
      await loading
      // the lease is this process's before, during and after the load; only the count depends on who was faster
      assert.match(output, during ? /^0 LOCKED/ : /^\d+ LOCKED/)
      assert.equal(await value(connection, 'MATCH (a:person) RETURN count(*)'), 4 * NODES)
    }))
})

describe('work of a COPY', () => {
  it('writes each page once, the same number in both forms', () =>
    scratched(async (scratch) => {
      const nodes = lines(scratch, 'nodes.csv', NODES, person)
      const rels = lines(scratch, 'rels.csv', RELS, knows)
      const counts: number[] = []
      for (const blocking of [false, true]) {
        const file = scratch.file(`work-${blocking}.db`)
        const database = new Database(file, SMALL)
        const connection = new Connection(database)
        const run = async (text: string): Promise<void> => {
          const result = blocking ? connection.querySync(text) : await connection.query(text)
          assert.ok(result instanceof QueryResult)
        }
        await run('CREATE NODE TABLE person(id INT64, name STRING, PRIMARY KEY(id))')
        await run('CREATE REL TABLE knows(FROM person TO person, weight INT64)')
        await run(`COPY person FROM '${nodes}'`)
        await run(`COPY knows FROM '${rels}'`)
        await database.close()
        counts.push(pagesOf(file))
      }
      assert.equal(counts[0], counts[1])
      // names: offsets and about 19 bytes each; lists: offsets, neighbours and rel ids of 4 bytes both ways; weights: 4 bytes
      const bytes = NODES * (4 + 20) + 2 * (NODES + RELS) * 4 + RELS * 4 + RELS * 4
      assert.ok(counts[0]! <= Math.ceil(bytes / 65_520) + 8, `${counts[0]} pages for ${bytes} bytes`)
    }))
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { Connection, type Database } from '../../src/index.ts'
import { fails, one, PLACES, rows, type Scratch, scratched, value } from './support/scratch.ts'

/** Runs for minutes, and gives one row at the end. */
const ENDLESS =
  'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 1000003 = 7 RETURN count(*) AS c'
/** Takes longer than a statement may stay on the main thread. */
const LONG =
  'UNWIND range(1, 3000) AS a UNWIND range(1, 1000) AS b WITH a, b WHERE (a * b) % 1003 = 7 RETURN count(*) AS c'

/** Waits until a condition holds, giving the event loop turns. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A database with a table of 20,000 nodes. */
async function filled(scratch: Scratch, place: string): Promise<Database> {
  const database = scratch.database(place)
  const connection = new Connection(database)
  await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id))')
  await connection.query("COPY n FROM (UNWIND range(1, 20000) AS i RETURN i, 's' + CAST(i % 100, 'STRING'))")
  await connection.close()
  return database
}

/** A cross product that takes long on any machine. */
const CROSS = 'MATCH (a:n), (b:n) WHERE a.id * b.id % 1000003 = 7 RETURN count(*) AS c'

for (const place of PLACES) {
  describe(`long statements on ${place}`, () => {
    it('give the same in a worker thread as here, and leave the event loop alone', () =>
      scratched(async (scratch) => {
        const connection = new Connection(await filled(scratch, place))
        const text =
          'MATCH (a:n), (b:n) WHERE a.id < 300 AND a.id * b.id % 1003 = 7 RETURN a.s AS s, count(*) AS c, collect(b.id)[1] AS first, min(b.s) AS m ORDER BY s'
        let turns = 0
        const timer = setInterval(() => turns++, 1)
        const there = await rows(connection, text)
        clearInterval(timer)
        assert.ok(turns > 2, `the event loop ran ${turns} times`)
        const here = connection.querySync(text)
        assert.ok(!Array.isArray(here))
        assert.deepEqual(there, here.getAllSync())
        assert.equal(there.length, 100)
      }))

    it('see the changes of the open transaction that they belong to', () =>
      scratched(async (scratch) => {
        const connection = new Connection(await filled(scratch, place))
        await connection.query('CREATE NODE TABLE m(id INT64, PRIMARY KEY(id)); CHECKPOINT')
        await connection.query(
          'BEGIN TRANSACTION; MATCH (a:n) WHERE a.id > 300 DELETE a; CREATE (:n {id: 1000000, s: "new"})',
        )
        await connection.query('COPY m FROM (UNWIND range(1, 100) AS i RETURN i)')
        const text = 'MATCH (a:m), (b:n), (c:n) WHERE (a.id + b.id + c.id) % 7 = 0 RETURN count(*) AS c, max(b.s) AS s'
        let turns = 0
        const timer = setInterval(() => turns++, 1)
        const there = await rows(connection, text)
        clearInterval(timer)
        assert.ok(turns > 2, `the event loop ran ${turns} times`)
        const here = connection.querySync(text)
        assert.ok(!Array.isArray(here))
        assert.deepEqual(there, here.getAllSync())
        await connection.query('ROLLBACK')
      }))

    it('stop when they are interrupted', () =>
      scratched(async (scratch) => {
        const connection = new Connection(await filled(scratch, place))
        let reports = 0
        const running = connection.query(CROSS, () => reports++)
        const next = value(connection, 'RETURN 1')
        running.catch(() => undefined)
        await until(() => reports > 0)
        connection.interrupt()
        await assert.rejects(running, fails('INTERRUPTED', /^Interrupted\.$/))
        assert.equal(await next, 1, 'the statement after it runs')
        connection.interrupt()
        assert.equal(await value(connection, 'RETURN 2'), 2, 'an interrupt without a statement is forgotten')
      }))

    it('stop when their time is over', () =>
      scratched(async (scratch) => {
        const connection = new Connection(await filled(scratch, place))
        connection.setQueryTimeout(50)
        await assert.rejects(connection.query(CROSS), fails('TIMEOUT', /^Interrupted\.$/))
        assert.throws(() => connection.querySync(CROSS), fails('TIMEOUT'))
        await assert.rejects(connection.query(ENDLESS), fails('TIMEOUT'))
        connection.setQueryTimeout(0)
        await connection.query('CALL timeout = 50')
        await assert.rejects(connection.query(CROSS), fails('TIMEOUT'))
        await connection.query('CALL timeout = 0')
        assert.equal(await value(connection, 'MATCH (a:n) RETURN count(*)'), 20000)
      }))

    it('end with a clear error when the database is closed', () =>
      scratched(async (scratch) => {
        const database = await filled(scratch, place)
        const [a, b] = [new Connection(database), new Connection(database)]
        let reports = 0
        const running = [a.query(CROSS, () => reports++), b.query(CROSS, () => reports++), a.query('RETURN 1')]
        for (const p of running) p.catch(() => undefined)
        await until(() => reports > 1)
        assert.throws(() => database.closeSync(), fails('BUSY'))
        await database.close()
        for (const p of running) await assert.rejects(p, fails('CLOSED', 'connection is closed'))
      }))

    it('of one connection do not hold up another', () =>
      scratched(async (scratch) => {
        const database = await filled(scratch, place)
        const [a, b] = [new Connection(database), new Connection(database)]
        const running = a.query(CROSS)
        running.catch(() => undefined)
        assert.equal(await value(b, 'MATCH (x:n {id: 5}) RETURN x.s'), 's5')
        await b.query('CREATE (:n {id: 100000})')
        a.interrupt()
        await assert.rejects(running, fails('INTERRUPTED'))
      }))
  })
}

/** One call of a function, or one loop over a list, that takes long. */
const LONG_CALLS = [
  'RETURN size(list_sort(range(1, 20000000), "DESC"))',
  'RETURN size(list_transform(range(1, 50000000), x -> x * x % 7))',
  'RETURN size(list_filter(range(1, 50000000), x -> x * x % 7 = 1))',
  'RETURN list_reduce(range(1, 50000000), (x, y) -> (x + y) % 1000003)',
  'UNWIND range(1, 50000000) AS x RETURN count(DISTINCT x)',
  'RETURN levenshtein(repeat("ab", 30000), repeat("ba", 30000))',
  'RETURN list_to_string(",", range(1, 50000000))',
  'RETURN size(string_split(repeat("a,", 100000000), ","))',
  'RETURN regexp_extract(repeat("a", 10000000) + "!b", "(?i)(a{0,100}){0,10}b")',
  'RETURN repeat("ab", 200000000) =~ "((a|b)*c)*"',
  'UNWIND range(1, 100000000) AS i RETURN count(*) AS c, sum(size(regexp_replace("text" + CAST(i, "STRING"), "(t|e|x)+", "", "g")))',
  'UNWIND range(1, 10000000) AS i WITH i WHERE "text" =~ ("(t|e|x)+" + CAST(i, "STRING")) RETURN count(*)',
]

/** Statements over 20,000 nodes `n` and 100,000 rels `r` that take minutes. */
const LONG_ON_GRAPH = [
  'MATCH (a:n)-[:r*1..12]->(b:n) RETURN count(*)',
  'MATCH p = (a:n)-[:r* TRAIL 1..12]->(b:n) RETURN max(length(p))',
  'MATCH (a:n)-[e:r* SHORTEST 1..20]->(b:n) RETURN sum(length(e))',
  'MATCH (a:n)-[e:r* ALL SHORTEST 1..20]->(b:n) RETURN count(*)',
  'MATCH (a:n)-[e:r* WSHORTEST(w)]->(b:n) RETURN count(*)',
  'MATCH (a:n), (b:n) RETURN a.id AS x, b.s AS y ORDER BY (x * 7919) % 10007, y',
  'MATCH (a:n), (b:n) RETURN a.id + b.id AS k, count(*), collect(DISTINCT b.s)',
]
/** Statements over the same that change something and take seconds. */
const LONG_CHANGES = [
  'UNWIND range(1, 3000000) AS i MATCH (a:n {id: i % 20000}) SET a.s = "changed"',
  'UNWIND range(1, 3000000) AS i CREATE (:n {id: i + 100000})',
  'UNWIND range(1, 3000000) AS i MERGE (:n {id: i + 100000})',
  'UNWIND range(1, 3000000) AS i MATCH (a:n {id: i % 20000}), (b:n {id: 7}) CREATE (a)-[:r {w: 1.0}]->(b)',
  'COPY n FROM (UNWIND range(1, 30000000) AS i RETURN i + 100000, "new")',
]

describe('one call that takes long', () => {
  for (const text of LONG_CALLS) {
    it(`stops: ${text}`, () =>
      scratched(async (scratch) => {
        const connection = scratch.connection()
        connection.setQueryTimeout(20)
        assert.throws(() => connection.querySync(text), fails('TIMEOUT'))
        connection.setQueryTimeout(0)
        const running = connection.query(text)
        running.catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 30))
        connection.interrupt()
        await assert.rejects(running, fails('INTERRUPTED'))
      }))
  }

  it('is made once per run where it is constant', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection()
      // 100,000 times a list of 300,000: minutes, were each row to make its own
      const text = 'UNWIND range(1, 100000) AS i RETURN sum(range(1, 300000)[i]) AS s'
      assert.equal(await value(connection, text), 5000050000)
      const failing = 'UNWIND [] AS i RETURN list_extract(range(1, 300000), 0) + i'
      assert.deepEqual(await rows(connection, failing), [], 'it fails only if a row asks for it')
    }))
})

describe('long statements of each kind', () => {
  /** Changes run in this thread, which no timer reaches: another thread has to interrupt them, as the shell does. */
  function interruptLater(connection: Connection): Worker {
    const code = `const { workerData } = require('node:worker_threads')
      setTimeout(() => Atomics.store(workerData, 0, 1), 50)`
    return new Worker(code, { eval: true, workerData: connection.interruptFlag })
  }

  for (const text of [...LONG_ON_GRAPH, ...LONG_CHANGES]) {
    it(`stop: ${text}`, () =>
      scratched(async (scratch) => {
        const connection = new Connection(await filled(scratch, 'graph.db'))
        await connection.query('CREATE REL TABLE r(FROM n TO n, w DOUBLE)')
        await connection.query(
          'COPY r FROM (UNWIND range(0, 99999) AS i RETURN i % 20000 + 1, (i * 7919 + i % 13) % 20000 + 1, i % 10 + 1.0)',
        )
        const state = 'MATCH (a:n)-[e:r]->() RETURN count(*), count(DISTINCT a.s), sum(e.w)'
        const before = await rows(connection, state)
        connection.setQueryTimeout(50)
        await assert.rejects(connection.query(text), fails('TIMEOUT'))
        connection.setQueryTimeout(0)
        const running = connection.query(text)
        const interrupter = interruptLater(connection)
        await assert.rejects(running, fails('INTERRUPTED'))
        await interrupter.terminate()
        assert.deepEqual(await rows(connection, state), before)
        assert.equal(await value(connection, 'MATCH (a:n) RETURN count(*)'), 20000)
      }))
  }

  for (const text of [
    'RETURN repeat("a", 300000000) + repeat("b", 300000000)',
    'RETURN concat(repeat("a", 300000000), repeat("b", 300000000))',
    'RETURN repeat("ab", 10000000000)',
    'RETURN lpad("a", 10000000000, "x")',
    'RETURN list_to_string(repeat("x", 100000), range(1, 100000))',
    'RETURN regexp_replace(repeat("a", 1000000), "a", repeat("b", 1000), "g")',
    'RETURN range(1, 10000000000)',
    'UNWIND range(1, 2) AS i RETURN repeat("a", 300000000 * i) + "b"',
  ]) {
    it(`say what is too large: ${text}`, () =>
      scratched(async (scratch) => {
        const connection = scratch.connection()
        assert.throws(() => connection.querySync(text), fails('OVERFLOW'))
        await assert.rejects(connection.query(text), fails('OVERFLOW'))
        assert.equal(await value(connection, 'RETURN 1'), 1)
      }))
  }
})

describe('statements that change much', () => {
  it('stop when they are interrupted, and leave nothing', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection('load.db')
      const file = scratch.file('many.csv')
      writeFileSync(file, Array.from({ length: 400_000 }, (_x, i) => `${i},name${i}\n`).join(''))
      await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id))')
      const loading = connection.query(`COPY n FROM '${file}'`, () => connection.interrupt())
      await assert.rejects(loading, fails('INTERRUPTED'))
      assert.equal(await value(connection, 'MATCH (a:n) RETURN count(*)'), 0)
      await connection.query(`COPY n FROM '${file}'`)
      assert.equal(await value(connection, 'MATCH (a:n) RETURN count(*)'), 400_000)
    }))

  it('give the event loop turns while they load', () =>
    scratched(async (scratch) => {
      const connection = scratch.connection('turns.db')
      const file = scratch.file('many.csv')
      writeFileSync(file, Array.from({ length: 400_000 }, (_x, i) => `${i},name${i}\n`).join(''))
      await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id))')
      let turns = 0
      const timer = setInterval(() => turns++, 1)
      await connection.query(`COPY n FROM '${file}'`)
      clearInterval(timer)
      assert.ok(turns > 2, `the event loop ran ${turns} times`)
    }))
})

describe('a script that forgets to close', () => {
  const index = path.resolve(import.meta.dirname, '..', '..', 'src', 'index.js')

  function run(body: string, folder: string): { status: number | null; output: string } {
    const file = path.join(folder, 'script.mjs')
    writeFileSync(file, `import { Database, Connection } from ${JSON.stringify(index)}\n${body}`)
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      cwd: folder,
      timeout: 60_000,
    })
    return { status, output: stdout + stderr }
  }

  for (const place of [':memory:', 'forgotten.db']) {
    it(`ends, with ${place}`, () =>
      scratched((scratch) => {
        const body = `
          const c = new Connection(new Database('${place}', { bufferPoolSize: ${16 * 2 ** 20}, numThreads: 2 }))
          await c.query('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE (:n {id: 1})')
          console.log((await (await c.query(${JSON.stringify(LONG)})).getAll())[0].c)`
        const { status, output } = run(body, scratch.folder)
        assert.deepEqual({ status, output: output.trim() }, { status: 0, output: String(expectedOfLong()) })
      }))

    it(`ends when a worker is closed by the last line, with ${place}`, () =>
      scratched((scratch) => {
        const body = `
          const db = new Database('${place}', { bufferPoolSize: ${16 * 2 ** 20}, numThreads: 2 })
          const c = new Connection(db)
          await c.query(${JSON.stringify(LONG)})
          await db.close()
          console.log('closed')`
        const { status, output } = run(body, scratch.folder)
        assert.deepEqual({ status, output: output.trim() }, { status: 0, output: 'closed' })
      }))
  }

  it('has kept what it committed', () =>
    scratched(async (scratch) => {
      const body = `
        const c = new Connection(new Database('kept.db'))
        c.querySync('CREATE NODE TABLE n(id INT64, PRIMARY KEY(id)); CREATE (:n {id: 1})')
        await c.query('BEGIN TRANSACTION; CREATE (:n {id: 2})')`
      assert.deepEqual(run(body, scratch.folder), { status: 0, output: '' })
      assert.deepEqual(await rows(scratch.connection('kept.db'), 'MATCH (a:n) RETURN a.id AS id'), [{ id: 1 }])
    }))
})

/** The answer of {@link LONG}, counted plainly. */
function expectedOfLong(): number {
  let count = 0
  for (let a = 1; a <= 3000; a++) for (let b = 1; b <= 1000; b++) if ((a * b) % 1003 === 7) count++
  return count
}

describe('the event of a long statement without tables', () => {
  it('is right too', () =>
    scratched(async (scratch) => {
      assert.deepEqual((await one(scratch.connection(), LONG)).getAllSync(), [{ c: expectedOfLong() }])
    }))
})

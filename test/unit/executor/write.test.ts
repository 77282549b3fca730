import assert from 'node:assert/strict'
import { Connection } from '../../../src/database/connection.ts'
import { Database } from '../../../src/database/database.ts'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { Random } from '../../oracle/random.ts'

/** A connection to a new database in memory; statements give rows as arrays. */
class Session {
  readonly #database = new Database(':memory:')
  readonly #connection = new Connection(this.#database)

  rows(text: string): unknown[][] {
    const result = this.#connection.querySync(text)
    const last = Array.isArray(result) ? result.at(-1)! : result
    return last.getAllSync().map((row) => Object.values(row as Record<string, unknown>))
  }

  error(text: string): string {
    try {
      this.#connection.querySync(text)
    } catch (error) {
      assert(error instanceof DatabaseError, String(error))
      return `${error.code}: ${error.message}`
    }
    throw new assert.AssertionError({ message: `no error from ${text}` })
  }

  close(): void {
    this.#database.closeSync()
  }
}

describe('writing operators', () => {
  let db: Session

  beforeEach(() => {
    db = new Session()
    db.rows('CREATE NODE TABLE N(id INT64, v INT64, PRIMARY KEY(id))')
    db.rows('CREATE NODE TABLE M(name STRING, PRIMARY KEY(name))')
    db.rows('CREATE REL TABLE F(FROM N TO N, w INT64)')
    db.rows('CREATE REL TABLE G(FROM N TO M, FROM M TO N, k STRING)')
    db.rows('CREATE REL TABLE One(FROM N TO N, MANY_ONE)')
    db.rows('UNWIND range(1, 5) AS i CREATE (:N {id: i})')
  })

  afterEach(() => db.close())

  describe('create', () => {
    it('binds what it creates for later clauses', () => {
      const text = 'CREATE (a:N {id: 10, v: 1})-[f:F {w: 7}]->(b:N {id: 11}) RETURN a.id, a.v, f.w, b.id, b.v, label(f)'
      assert.deepEqual(db.rows(text), [[10, 1, 7, 11, null, 'F']])
    })

    it('lets all rows be read before it writes, and all writes be seen after it', () => {
      assert.deepEqual(db.rows('MATCH (a:N) CREATE (:N {id: a.id + 100}) WITH a MATCH (c:N) RETURN count(*)'), [[50]])
      assert.deepEqual(db.rows('MATCH (n:N) RETURN count(*)'), [[10]])
    })

    it('is complete before rels are followed', () => {
      const text =
        'MATCH (a:N {id: 1}), (b:N) WHERE b.id > 1 CREATE (a)-[:F]->(b) WITH a MATCH (a)-[:F]->(c) RETURN count(*)'
      assert.deepEqual(db.rows(text), [[16]])
    })

    it('is seen by a joined OPTIONAL MATCH', () => {
      const text = 'CREATE (:N {id: 50, v: 99}) WITH 50 AS x OPTIONAL MATCH (n:N) WHERE n.id = x RETURN n.v'
      assert.deepEqual(db.rows(text), [[99]])
    })

    it('creates everything in spite of LIMIT', () => {
      assert.deepEqual(db.rows('UNWIND [20, 21, 22] AS x CREATE (a:N {id: x}) RETURN a.id LIMIT 1'), [[20]])
      assert.deepEqual(db.rows('MATCH (a:N) WHERE a.id >= 20 RETURN count(*)'), [[3]])
    })

    it('chooses the FROM-TO pair by the tables of the nodes', () => {
      db.rows("CREATE (:M {name: 'm'})")
      db.rows("MATCH (a:N {id: 1}), (m:M) CREATE (a)-[:G {k: 'nm'}]->(m), (m)-[:G {k: 'mn'}]->(a)")
      assert.deepEqual(db.rows('MATCH (:N)-[g:G]->(:M) RETURN g.k'), [['nm']])
      assert.deepEqual(db.rows('MATCH (:M)-[g:G]->(:N) RETURN g.k'), [['mn']])
    })

    it('creates no rel at a node that is NULL', () => {
      const text = 'MATCH (a:N {id: 1}) OPTIONAL MATCH (a)-[:F]->(b:N) CREATE (a)-[f:F]->(b) RETURN f'
      assert.deepEqual(db.rows(text), [[null]])
    })

    it('passes on the errors of the storage', () => {
      assert.match(
        db.error('CREATE (:N {id: 1})'),
        /^DUPLICATE_KEY: Runtime exception: Found duplicated primary key value 1,/,
      )
      assert.match(db.error('CREATE (:N {id: NULL})'), /^NULL_KEY: Runtime exception: Found NULL,/)
      const twice = 'MATCH (a:N {id: 1}), (b:N {id: 2}) CREATE (a)-[:One]->(b), (a)-[:One]->(b)'
      assert.match(
        db.error(twice),
        /^MULTIPLICITY: Runtime exception: Node\(nodeOffset: 0\) has more than one neighbour/,
      )
      assert.deepEqual(db.rows('MATCH ()-[r:One]->() RETURN count(*)'), [[0]])
    })

    it('refuses a rel at a node that the statement has deleted', () => {
      const text = 'MATCH (a:N {id: 1}), (b:N {id: 2}) DELETE a CREATE (a)-[:F]->(b)'
      assert.match(db.error(text), /^RUNTIME: .*Node\(nodeOffset: 0\) of table N has been deleted/)
    })
  })

  describe('set', () => {
    it('lets later items see earlier ones', () => {
      assert.deepEqual(db.rows('MATCH (a:N {id: 1}) SET a.v = 1, a.v = a.v + 1 RETURN a.v'), [[2]])
      const swap = 'MATCH (a:N {id: 1}), (b:N {id: 2}) SET b.v = 20, a.v = b.v, b.v = a.v + 1 RETURN a.v, b.v'
      assert.deepEqual(db.rows(swap), [[20, 21]])
    })

    it('gives each row the state after its own changes', () => {
      assert.deepEqual(db.rows('UNWIND [1, 2, 3] AS x MATCH (a:N {id: 1}) SET a.v = x RETURN a.v'), [[1], [2], [3]])
    })

    it('reads all rows before it changes what they were found by', () => {
      db.rows('MATCH (a:N) SET a.v = a.id')
      db.rows('MATCH (a:N), (b:N) WHERE a.v < b.v SET b.v = 0')
      assert.deepEqual(db.rows('MATCH (a:N) RETURN a.v ORDER BY a.id'), [[1], [0], [0], [0], [0]])
    })

    it('does not remember values of before in a WITH', () => {
      const text = 'CREATE (a:N {id: 30, v: 1}) WITH a, a.v AS x SET a.v = x + 1 RETURN x, a.v'
      assert.deepEqual(db.rows(text), [[1, 2]])
    })

    it('does nothing to NULL', () => {
      const text = 'MATCH (a:N {id: 1}) OPTIONAL MATCH (a)-[f:F]->(b:N) SET b.v = 1, f.w = 2 RETURN b.v, f.w'
      assert.deepEqual(db.rows(text), [[null, null]])
      assert.deepEqual(db.rows('MATCH (a:N) WHERE a.v IS NOT NULL RETURN count(*)'), [[0]])
    })

    it('sets properties of nodes of several tables and of rels', () => {
      db.rows("CREATE (:M {name: 'm'})")
      db.rows('MATCH (a:N {id: 1}), (m:M) CREATE (a)-[:G]->(m), (m)-[:G]->(a)')
      db.rows('MATCH (x)-[g:G]->(y) SET g.k = label(x), x.v = 5')
      assert.deepEqual(db.rows('MATCH (:N)-[g:G]->() RETURN g.k'), [['N']])
      assert.deepEqual(db.rows('MATCH (:M)-[g:G]->() RETURN g.k'), [['M']])
      assert.deepEqual(db.rows('MATCH (a:N) WHERE a.v = 5 RETURN a.id'), [[1]])
    })
  })

  describe('delete', () => {
    beforeEach(() => {
      db.rows('MATCH (a:N), (b:N) WHERE b.id = a.id + 1 CREATE (a)-[:F {w: a.id}]->(b)')
    })

    it('refuses a node with rels, naming table and direction', () => {
      const tail = 'which cannot be deleted. Please delete the edges first or try DETACH DELETE.'
      const text = (offset: number, direction: string): string =>
        `CONNECTED_NODE: Runtime exception: Node(nodeOffset: ${offset}) has connected edges in table F in the ${direction} direction, ${tail}`
      assert.equal(db.error('MATCH (a:N {id: 1}) DELETE a'), text(0, 'fwd'))
      assert.equal(db.error('MATCH (a:N {id: 5}) DELETE a'), text(4, 'bwd'))
      assert.deepEqual(db.rows('MATCH (a:N) RETURN count(*)'), [[5]])
    })

    it('deletes rels of all rows before nodes', () => {
      db.rows('MATCH (a:N)-[f:F]->(b:N) DELETE a, f')
      assert.deepEqual(db.rows('MATCH (a:N) RETURN a.id'), [[5]])
    })

    it('detaches, and leaves what is deleted readable', () => {
      assert.deepEqual(db.rows('MATCH (a:N {id: 2}) DETACH DELETE a RETURN a.id'), [[2]])
      assert.deepEqual(db.rows('MATCH ()-[f:F]->() RETURN f.w ORDER BY f.w'), [[3], [4]])
      assert.deepEqual(db.rows('MATCH (a:N)-[f:F]->(b) DELETE f RETURN f.w ORDER BY f.w'), [[3], [4]])
    })

    it('takes NULL and what is deleted already', () => {
      db.rows('MATCH (a:N {id: 5}) OPTIONAL MATCH (a)-[f:F]->(b:N) DELETE f, b')
      db.rows('MATCH (a:N)-[f:F]->() DELETE f DELETE f')
      db.rows('MATCH (a:N {id: 1}), (b:N) DELETE a DELETE a')
      assert.deepEqual(db.rows('MATCH (a:N) RETURN count(*)'), [[4]])
    })

    it('is seen by what follows', () => {
      assert.deepEqual(db.rows('MATCH (a:N {id: 1}) DETACH DELETE a WITH a MATCH (b:N) RETURN count(*)'), [[4]])
    })
  })

  describe('merge', () => {
    it('sees what earlier rows created', () => {
      const text =
        'UNWIND [1, 1, 7, 7, 8] AS x MERGE (a:N {id: x}) ON CREATE SET a.v = 100 ON MATCH SET a.v = 7 RETURN a.id, a.v'
      assert.deepEqual(db.rows(text), [
        [1, 7],
        [1, 7],
        [7, 100],
        [7, 7],
        [8, 100],
      ])
      assert.deepEqual(db.rows('UNWIND [7, 7, 9, 9] AS x MERGE (a:N {id: x}) RETURN count(DISTINCT a)'), [[2]])
    })

    it('gives one row per match, and creates a rel once', () => {
      db.rows('MATCH (a:N {id: 1}), (b:N {id: 2}) CREATE (a)-[:F {w: 1}]->(b), (a)-[:F {w: 2}]->(b)')
      const text =
        'MATCH (a:N), (b:N {id: 2}) WHERE a.id < 4 MERGE (a)-[f:F]->(b) ON CREATE SET f.w = 9 RETURN a.id, f.w'
      assert.deepEqual(db.rows(text), [
        [1, 1],
        [1, 2],
        [2, 9],
        [3, 9],
      ])
      assert.deepEqual(db.rows('MATCH ()-[f:F]->() RETURN count(*)'), [[4]])
    })

    it('sets what it matched though nobody else reads it', () => {
      db.rows('MATCH (a:N {id: 1}), (b:N {id: 2}) CREATE (a)-[:F {w: 1}]->(b)')
      db.rows('MATCH (a:N {id: 1}), (b:N {id: 2}) MERGE (a)-[f:F]->(b) ON MATCH SET f.w = 4')
      assert.deepEqual(db.rows('MATCH ()-[f:F]->() RETURN f.w'), [[4]])
    })

    it('creates the whole pattern when a part is missing', () => {
      const text = 'MERGE (a:N {id: 20})-[f:F {w: 1}]->(b:N {id: 21}) RETURN a.id, b.id, f.w'
      assert.deepEqual(db.rows(text), [[20, 21, 1]])
      assert.deepEqual(db.rows(text), [[20, 21, 1]])
      assert.deepEqual(db.rows('MATCH (a:N) WHERE a.id >= 20 RETURN count(*)'), [[2]])
      assert.match(db.error('MERGE (a:N {id: 20})-[:F {w: 2}]->(b:N {id: 21})'), /^DUPLICATE_KEY/)
      assert.match(db.error('MERGE (a:N {id: 1, v: 77})'), /^DUPLICATE_KEY/)
    })

    it('gives NULL for a rel to a NULL node', () => {
      const text = 'MATCH (a:N {id: 1}) OPTIONAL MATCH (a)-[:F]->(b:N) MERGE (a)-[f:F]->(b) RETURN a.id, f'
      assert.deepEqual(db.rows(text), [[1, null]])
    })

    it('knows its own creations by the values asked for, whatever was set in them', () => {
      const text =
        'UNWIND [21, 25, 25, 21, 23] AS x MERGE (a:N {id: x, v: x}) ON MATCH SET a.v = x + 20 ON CREATE SET a.v = x + 10 RETURN a.v'
      assert.deepEqual(db.rows(text), [[31], [35], [45], [41], [33]])
    })

    it('looks for everything before it changes anything', () => {
      db.rows('MATCH (a:N) SET a.v = a.id')
      db.rows('UNWIND [1, 2, 3] AS x MERGE (a:N {v: x, id: x}) ON MATCH SET a.v = a.v + 1')
      assert.deepEqual(db.rows('MATCH (a:N) RETURN a.v ORDER BY a.id'), [[2], [3], [4], [4], [5]])
    })

    it('matches what the same statement created before', () => {
      db.rows('CREATE (:N {id: 70, v: 1}) MERGE (b:N {id: 70}) ON MATCH SET b.v = 2')
      assert.deepEqual(db.rows('MATCH (a:N {id: 70}) RETURN a.v'), [[2]])
    })

    it('does not look at counters for equal patterns', () => {
      db.rows('CREATE NODE TABLE S(id SERIAL, name STRING, PRIMARY KEY(id))')
      const text = "UNWIND ['x', 'y', 'x'] AS n MERGE (s:S {name: n}) RETURN s.id, s.name"
      assert.deepEqual(db.rows(text), [
        [0, 'x'],
        [1, 'y'],
        [0, 'x'],
      ])
      assert.deepEqual(db.rows('UNWIND [1, 2] AS i MERGE (s:S) RETURN count(*)'), [[4]])
    })

    it('is complete before a following MATCH', () => {
      const text =
        'UNWIND [60, 61, 60] AS x MERGE (a:N {id: x}) WITH a MATCH (b:N) WHERE b.id >= 60 RETURN a.id, count(*)'
      assert.deepEqual(db.rows(`${text} ORDER BY a.id`), [
        [60, 4],
        [61, 2],
      ])
    })
  })

  it('agrees with a model over random statements', () => {
    const seed = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
    const random = new Random(seed)
    const nodes = new Map<number, number | null>([1, 2, 3, 4, 5].map((id) => [id, null]))
    const rels: { from: number; to: number; w: number }[] = []
    for (let i = 0; i < 300; i++) step(db, random, nodes, rels, `SEED=${seed} statement ${i}`)
  }).timeout(30_000)

  it('creates and sets many rows in one statement each', () => {
    const n = 20_000
    db.rows(`UNWIND range(1000, ${999 + n}) AS i CREATE (:N {id: i, v: i % 7})`)
    assert.deepEqual(db.rows('MATCH (a:N) WHERE a.id >= 1000 RETURN count(*), sum(a.v)').map(String), [
      `${n},${Array.from({ length: n }, (_, i) => (1000 + i) % 7).reduce((a, b) => a + b)}`,
    ])
    db.rows(`UNWIND range(0, 4999) AS i MATCH (a:N {id: 1000 + (i * 7919) % ${n}}) SET a.v = 100`)
    assert.deepEqual(db.rows('MATCH (a:N) WHERE a.v = 100 RETURN count(*)'), [[5000]])
  }).timeout(30_000)
})

/** One random statement, done to the database and to a model; then both are compared. */
function step(
  db: Session,
  random: Random,
  nodes: Map<number, number | null>,
  rels: { from: number; to: number; w: number }[],
  about: string,
): void {
  const id = 1 + random.int(12)
  const other = 1 + random.int(12)
  const w = random.int(5)
  switch (random.int(6)) {
    case 0:
      db.rows(`MERGE (a:N {id: ${id}}) ON CREATE SET a.v = ${w} ON MATCH SET a.v = coalesce(a.v, 0) + 1`)
      nodes.set(id, nodes.has(id) ? (nodes.get(id) ?? 0) + 1 : w)
      break
    case 1:
      db.rows(`MATCH (a:N {id: ${id}}), (b:N {id: ${other}}) CREATE (a)-[:F {w: ${w}}]->(b)`)
      if (nodes.has(id) && nodes.has(other)) rels.push({ from: id, to: other, w })
      break
    case 2:
      db.rows(`MATCH (a:N {id: ${id}})-[f:F]->(b:N) WHERE f.w = ${w} DELETE f`)
      remove(rels, (r) => r.from === id && r.w === w)
      break
    case 3:
      db.rows(`MATCH (a:N {id: ${id}}) DETACH DELETE a`)
      nodes.delete(id)
      remove(rels, (r) => r.from === id || r.to === id)
      break
    case 4:
      db.rows(`MATCH (a:N {id: ${id}})-[f:F]->(b:N) SET f.w = ${w}, b.v = ${w}`)
      for (const r of rels) {
        if (r.from !== id) continue
        r.w = w
        nodes.set(r.to, w)
      }
      break
    default:
      db.rows(`MATCH (a:N {id: ${id}}), (b:N {id: ${other}}) MERGE (a)-[f:F {w: ${w}}]->(b)`)
      if (nodes.has(id) && nodes.has(other) && !rels.some((r) => r.from === id && r.to === other && r.w === w)) {
        rels.push({ from: id, to: other, w })
      }
  }
  assert.deepEqual(
    db.rows('MATCH (a:N) RETURN a.id, a.v ORDER BY a.id'),
    [...nodes].sort((a, b) => a[0] - b[0]),
    about,
  )
  assert.deepEqual(
    db.rows('MATCH (a:N)-[f:F]->(b:N) RETURN a.id, b.id, f.w').map(String).sort(),
    rels.map((r) => `${r.from},${r.to},${r.w}`).sort(),
    about,
  )
}

function remove<T>(items: T[], test: (item: T) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !test(item)))
}

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Connection } from '../../src/index.ts'
import { npyBytes } from '../support/npy-file.ts'
import { one, rows, scratched, value } from './support/scratch.ts'

const PAPERS = 60_000
const WIDTH = 128
const CITATIONS = 300_000

/** 30 MB of features, for a pool of 16 MiB. */
function featureFile(file: string): void {
  const features = Float32Array.from({ length: PAPERS * WIDTH }, (_, i) => ((i * 2654435761) % 1000) / 7)
  const head = npyBytes({ descr: '<f4', shape: [PAPERS, WIDTH], fortran: false, version: 1, truncate: 0 }, [])
  writeFileSync(file, Buffer.concat([head, Buffer.from(features.buffer)]))
}

function idFile(file: string): void {
  const head = npyBytes({ descr: '<i8', shape: [PAPERS], fortran: false, version: 1, truncate: 0 }, [])
  const ids = BigInt64Array.from({ length: PAPERS }, (_, i) => BigInt(i))
  writeFileSync(file, Buffer.concat([head, Buffer.from(ids.buffer)]))
}

describe('a pool much smaller than the data', function () {
  this.timeout(120_000)

  it('evicts, keeps to its limit during COPY and queries, and changes no answer', () =>
    scratched(async (scratch) => {
      const limit = 16 * 2 ** 20
      const database = scratch.database('small.db', { bufferPoolSize: limit })
      const connection = new Connection(database)
      let mostUsed = 0
      const look = (): void => {
        const { used } = database.bufferPoolStats()
        mostUsed = Math.max(mostUsed, used)
      }
      const timer = setInterval(look, 2)
      const [ids, features, cites] = [scratch.file('ids.npy'), scratch.file('x.npy'), scratch.file('cites.csv')]
      idFile(ids)
      featureFile(features)
      const line = (i: number): string => `${(i * 7) % PAPERS},${(i * 13) % PAPERS},${i},c${i % 10}\n`
      writeFileSync(cites, Array.from({ length: CITATIONS }, (_, i) => line(i)).join(''))
      await connection.query('CREATE NODE TABLE paper(id INT64, x FLOAT[128], PRIMARY KEY(id))')
      await connection.query('CREATE REL TABLE cites(FROM paper TO paper, n INT64, t STRING)')
      await connection.query(`COPY paper FROM ("${ids}", "${features}") BY COLUMN`)
      await connection.query(`COPY cites FROM '${cites}' (HEADER=false)`)
      for (let round = 0; round < 2; round++) {
        const sum = Number(await value(connection, 'MATCH (p:paper) RETURN sum(p.x[1]) AS s'))
        const expected = Array.from({ length: PAPERS }, (_, i) => Math.fround(((i * WIDTH * 2654435761) % 1000) / 7))
        assert.ok(Math.abs(sum - expected.reduce((a, b) => a + b, 0)) < 1)
        const rels = await rows(connection, 'MATCH (:paper)-[r:cites]->(:paper) RETURN count(*) AS c, sum(r.n) AS s')
        assert.deepEqual(rels, [{ c: CITATIONS, s: (CITATIONS * (CITATIONS - 1)) / 2 }])
        look()
      }
      clearInterval(timer)
      const stats = database.bufferPoolStats()
      assert.equal(stats.limit, limit)
      assert.ok(mostUsed <= limit, `${mostUsed} bytes`)
      // two scans of nearly twice the pool: what the first has left in it, the second need not read
      const least = 2 * PAPERS * WIDTH * 4 - limit
      assert.ok(stats.bytesRead > least, `${stats.bytesRead} bytes read`)
      assert.ok(stats.evictions >= (least - limit) / 65_536, `${stats.evictions} evictions`)
      const [info] = await (await one(connection, 'CALL bm_info() RETURN *')).getAll()
      assert.ok(Number(info!['mem_usage']) <= Number(info!['mem_limit']))
      assert.equal(Number(info!['mem_limit']), limit)
      assert.ok(Number(info!['evictions']) > 0)
    }))
})

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { Connection, Database, type QueryResult } from '../../../../src/index.ts'
import { trainCommand } from '../../../../src/shell/train/train-command.ts'
import { numbers } from '../../../support/device-suite.ts'

const NODES = 300

class Text extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

describe('nisaba train', () => {
  let folder = ''
  let file = ''
  const train = async (options: Record<string, unknown>) => {
    const output = new Text()
    const report = path.join(folder, 'report.html')
    const all = { backend: 'wasm', batchSize: 64, hidden: 8, epochs: 2, report, ...options }
    assert.equal(await trainCommand(file, all, { output, messages: new Text() }), 0)
    return output.text
  }

  /** Papers of three classes that cite their own class; the features hint at it; a second node table to be in the way. */
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-train-'))
    file = path.join(folder, 'graph.db')
    const x = numbers(NODES * 4, 7)
    const papers = Array.from({ length: NODES }, (_, i) => {
      const row = [0, 1, 2, 3].map((f) => x[i * 4 + f]! + (f === i % 3 ? 0.8 : 0))
      return `${i},"[${row.join(',')}]",${i % 3},${['train', 'train', 'validation', 'test'][Math.floor(i / 3) % 4]}`
    })
    const cites = Array.from({ length: NODES * 4 }, (_, k) => `${(k + 3 * (1 + (k >> 6))) % NODES},${k % NODES}`)
    writeFileSync(path.join(folder, 'paper.csv'), papers.join('\n'))
    writeFileSync(path.join(folder, 'cites.csv'), cites.join('\n'))
    const database = new Database(file)
    const connection = new Connection(database)
    await connection.query('CREATE NODE TABLE paper(id INT64, x FLOAT[4], y INT64, part STRING, PRIMARY KEY(id))')
    await connection.query(
      'CREATE NODE TABLE author(name STRING, PRIMARY KEY(name)); CREATE REL TABLE wrote(FROM author TO paper)',
    )
    await connection.query('CREATE REL TABLE cites(FROM paper TO paper)')
    await connection.query(`COPY paper FROM "${path.join(folder, 'paper.csv')}" (HEADER=false)`)
    await connection.query(`COPY cites FROM "${path.join(folder, 'cites.csv')}" (HEADER=false)`)
    await connection.close()
    await database.close()
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  it('trains, tests, reports and saves', async () => {
    const out = path.join(folder, 'out')
    const text = await train({ splitColumn: 'part', epochs: 6, out, lr: 0.02, dropout: 0.1, predict: 'guess' })
    assert.match(text, /Training on wasm/)
    assert.match(
      text,
      /sage of 139 parameters on paper, cites: 3 classes, 150 nodes to train on, 75 to validate, 75 to test/,
    )
    assert.equal(text.match(/^epoch \d: loss /gm)?.length, 6)
    assert.ok(Number(/test: accuracy ([\d.]+)/.exec(text)![1]) > 80, text)
    const report = readFileSync(path.join(folder, 'report.html'), 'utf8')
    assert.equal(report.match(/<svg /g)?.length, 5)
    assert.doesNotMatch(report, /https?:|<script|NaN/)
    for (const name of ['weights.json', 'weights.bin', 'checkpoint/checkpoint.json'])
      assert.ok(existsSync(path.join(out, name)))

    const database = new Database(file, { readOnly: true })
    const connection = new Connection(database)
    const result = (await connection.query('MATCH (p:paper) WHERE p.guess = p.y RETURN count(*) AS n')) as QueryResult
    const [row] = (await result.getAll()) as { n: number }[]
    assert.ok(row!.n > 0.8 * NODES, `${row!.n} of ${NODES}`)
    await connection.close()
    await database.close()
  })

  it('goes on from its checkpoint', async () => {
    const whole = await train({ out: path.join(folder, 'whole'), epochs: 4 })
    const out = path.join(folder, 'parts')
    await train({ out, epochs: 2 })
    const rest = await train({ out, epochs: 4, resume: true })
    const lines = (text: string) =>
      text.match(/^(epoch [34]: loss [\d.]+, accuracy [\d.]+ %, validation [\d.]+ %|test: .*)/gm)
    assert.equal(lines(rest)?.length, 3)
    assert.deepEqual(lines(rest), lines(whole))
  })

  it('takes models, queries, fractions, both directions and workers', async () => {
    const query = (rest: number) => `MATCH (p:paper) WHERE p.id % 3 = ${rest} RETURN p`
    const queries = {
      trainQuery: query(0),
      validationQuery: query(1),
      testQuery: 'MATCH (p:paper) WHERE p.id % 3 = 2 RETURN id(p)',
    }
    assert.match(await train({ model: 'gcn', ...queries }), /100 nodes to train on, 100 to validate, 100 to test/)
    assert.match(await train({ model: 'mlp', split: '0.5' }), /150 nodes to train on, 0 to validate, 0 to test/)
    assert.match(await train({ model: 'inception', fanOut: '3,2', symmetric: true, workers: 2 }), /test: accuracy/)
    assert.match(await train({ model: 'gat', epochs: 1, norm: 'layer' }), /test: accuracy/)
  })

  it('says what is wrong', async () => {
    const refuses = (options: Record<string, unknown>, message: RegExp) => assert.rejects(train(options), { message })
    await refuses({ model: 'cnn' }, /There is no model cnn/)
    await refuses({ table: 'nobody' }, /no node table nobody/)
    await refuses({ features: 'z' }, /No node table has the columns z, y/)
    await refuses({ edges: 'wrote' }, /no rel table wrote from paper to itself/)
    await refuses({ split: '0.9,0.3' }, /--split/)
    await refuses({ fanOut: '10,x' }, /--fan-out/)
    await refuses({ batchSize: 0 }, /--batch-size/)
    await refuses({ trainQuery: 'MATCH (p:paper) WHERE p.id < 0 RETURN p' }, /no node to train on/)
    await refuses({ backend: 'tpu' }, /no training backend 'tpu'/)
    await assert.rejects(
      trainCommand(path.join(folder, 'none.db'), {}, { output: new Text(), messages: new Text() }),
      /no database/,
    )
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Connection, Database } from '../../../src/index.ts'
import { type Batch, type LoaderState, NeighborLoader, type RemoteStores } from '../../../src/pyg-compat/index.ts'
import {
  chooseBackend,
  LayeredModel,
  loaderStateOf,
  readWeights,
  Trainer,
  fit as train,
} from '../../../src/training/index.ts'
import { numbers } from '../../support/device-suite.ts'

const NODES = 240
const FEATURES = 6
const x = numbers(NODES * FEATURES, 21)
const y = Int32Array.from({ length: NODES }, (_, i) => (i * 5 + 1) % 4)
const edges = Array.from({ length: NODES * 6 }, (_, k) => [(k * k + 7 * k) % NODES, k % NODES] as const)

/** The same graph in memory, edges in the order in which the database got them. */
function inMemory() {
  const lists = Array.from({ length: NODES }, () => [] as number[])
  for (const [from, to] of edges) lists[to]!.push(from)
  const starts = new Uint32Array(NODES + 1)
  lists.forEach((list, i) => {
    starts[i + 1] = starts[i]! + list.length
  })
  const columns = {
    x: { data: x, shape: [NODES, FEATURES], dtype: 'float32' },
    y: { data: y, shape: [NODES], dtype: 'int32' },
  } as const
  return {
    nodes: [{ nodeType: 'paper', count: NODES, columns }],
    edges: [
      {
        edgeType: ['paper', 'cites', 'paper'] as const,
        starts,
        neighbours: Uint32Array.from(lists.flat()),
        ids: null,
        columns: {},
      },
    ],
  }
}

describe('training from disk', () => {
  let folder = ''
  let database: Database
  let stores: RemoteStores

  before(async () => {
    await chooseBackend('wasm')
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-disk-'))
    const papers = Array.from({ length: NODES }, (_, i) => {
      const row = Array.from(x.subarray(i * FEATURES, (i + 1) * FEATURES))
      return `${i},"[${row.join(',')}]",${y[i]}`
    })
    writeFileSync(path.join(folder, 'paper.csv'), papers.join('\n'))
    writeFileSync(path.join(folder, 'cites.csv'), edges.map((e) => e.join(',')).join('\n'))
    database = new Database(path.join(folder, 'graph.db'))
    const connection = new Connection(database)
    await connection.query(`CREATE NODE TABLE paper(id INT64, x FLOAT[${FEATURES}], y INT32, PRIMARY KEY(id))`)
    await connection.query('CREATE REL TABLE cites(FROM paper TO paper)')
    await connection.query(`COPY paper FROM '${path.join(folder, 'paper.csv')}' (HEADER=false)`)
    await connection.query(`COPY cites FROM '${path.join(folder, 'cites.csv')}' (HEADER=false)`)
    await connection.close()
    stores = database.getTorchGeometricRemoteBackend()
  })

  after(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const options = (numWorkers: number, state?: LoaderState) => ({
    numNeighbors: [4, 3],
    batchSize: 32,
    shuffle: true,
    seed: 12,
    numWorkers,
    ...(state === undefined ? {} : { state }),
  })

  function parts() {
    const model = new LayeredModel({ kind: 'sage', inputs: FEATURES, hidden: 16, outputs: 4, norm: 'batch', seed: 3 })
    return { model, trainer: new Trainer(model, { learningRate: 0.01, seed: 8 }) }
  }

  async function curve(loader: NeighborLoader, extra: { resume?: string } = {}) {
    const { model, trainer } = parts()
    const losses: number[] = []
    const { history } = await train<Batch>(trainer, loader, {
      epochs: 3,
      ...extra,
      onBatch: (totals) => {
        losses.push(totals.lossSum)
      },
    })
    await loader.close()
    const weights = await readWeights(model)
    trainer.dispose()
    model.dispose()
    return { losses, weights, epochs: history.map((e) => e.train) }
  }

  it('has the losses of training from memory, bit for bit, with any number of workers', async () => {
    const expected = await curve(new NeighborLoader(inMemory(), options(0)))
    assert.equal(expected.losses.length, 24)
    for (const workers of [0, 1, 2, 4])
      assert.deepEqual(await curve(new NeighborLoader(stores, options(workers))), expected)
  })

  it('goes on in mid-epoch after a crash as if there had been none', async () => {
    const expected = await curve(new NeighborLoader(stores, options(0)))
    const checkpoint = { folder: path.join(folder, 'run'), everyBatches: 3 }
    const { model, trainer } = parts()
    let batches = 0
    const onBatch = () => {
      if (++batches === 13) throw new Error('killed')
    }
    const loader = new NeighborLoader(stores, options(2))
    await assert.rejects(train<Batch>(trainer, loader, { epochs: 3, checkpoint, onBatch }), /killed/)
    await loader.close()
    trainer.dispose()
    model.dispose()
    // The last checkpoint is that of the second epoch's third batch: 8 batches of the first epoch, and 3.
    const rest = new NeighborLoader(stores, options(1, loaderStateOf(checkpoint.folder) as LoaderState))
    const resumed = await curve(rest, { resume: checkpoint.folder })
    assert.deepEqual(resumed.weights, expected.weights)
    assert.deepEqual(resumed.epochs, expected.epochs)
  })
})

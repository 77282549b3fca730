// Cora's public split, in a database: GraphSAGE and GCN on sampled neighbours.
//
//   node examples/cora.mjs [--small]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Connection, Database } from 'nisaba'
import { NeighborLoader } from 'nisaba/pyg'
import { chooseBackend, classesOf, fit, inferFromDatabase, LayeredModel, Trainer, writePredictions } from 'nisaba/training'

const small = process.argv.includes('--small')
const data = new URL('../datasets/cora/', import.meta.url)
const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-cora-'))

// Papers as a CSV file with their words as a vector, and links in both directions.
const papers = readFileSync(new URL('papers.csv', data), 'utf8').trimEnd().split('\n').slice(1)
const rows = papers.map((line, id) => {
  const [label, part, list] = line.split(',')
  const words = list.split(' ').filter(Boolean).map(Number)
  const x = new Array(1433).fill(0)
  for (const word of words) x[word] = 1 / words.length
  return `${id},${label},${part},"[${x.join(',')}]"`
})
writeFileSync(path.join(folder, 'paper.csv'), rows.join('\n'))
const links = readFileSync(new URL('links.csv', data), 'utf8').trimEnd().split('\n').slice(1)
writeFileSync(path.join(folder, 'cites.csv'), links.flatMap((l) => [l, l.split(',').reverse().join(',')]).join('\n'))

const db = new Database(path.join(folder, 'cora.nisaba'))
const conn = new Connection(db)
await conn.query('CREATE NODE TABLE paper(id INT64, y INT64, part STRING, x FLOAT[1433], PRIMARY KEY(id))')
await conn.query('CREATE REL TABLE cites(FROM paper TO paper)')
await conn.query(`COPY paper FROM '${path.join(folder, 'paper.csv')}' (HEADER=false)`)
await conn.query(`COPY cites FROM '${path.join(folder, 'cites.csv')}' (HEADER=false)`)

await chooseBackend()
const stores = db.getTorchGeometricRemoteBackend()
const loader = (part, numNeighbors, options = {}) =>
  new NeighborLoader(stores, {
    numNeighbors,
    inputNodes: { query: `MATCH (p:paper) WHERE p.part = '${part}' RETURN p` },
    batchSize: 500,
    ...options,
  })

for (const kind of ['sage', 'gcn']) {
  const model = new LayeredModel({ kind, inputs: 1433, hidden: small ? 16 : 64, outputs: 7, inputDropout: 0.5 })
  const [first, rest] = [true, false].map((inFirst) =>
    model.parameters().filter(({ name }) => name.startsWith('layer0') === inFirst),
  )
  // Weight decay on the first layer only, as Kipf and Welling have it.
  const groups = [{ parameters: first, weightDecay: 5e-4 }, { parameters: rest }]
  const trainer = new Trainer(model, { learningRate: 0.01, groups })
  const result = await fit(trainer, loader('train', [10, 10], { shuffle: true }), {
    epochs: small ? 8 : 150,
    validation: loader('validation', [10, 10]),
    patience: 60,
  })
  const test = await trainer.evaluate(loader('test', [-1, -1]))
  console.log(
    `${kind}: test accuracy ${(100 * test.accuracy).toFixed(1)} %, macro-F1 ${test.macroF1.toFixed(3)}, best epoch ${result.best.epoch + 1}`,
  )
  // Every paper's class, from all its neighbours, as a column of the table.
  const scores = await inferFromDatabase(model, stores, { edgeType: ['paper', 'cites', 'paper'], columns: ['x'] })
  writePredictions(stores[0], 'paper', `${kind}_class`, classesOf(scores, 7))
  trainer.dispose()
  model.dispose()
}
const agree = await conn.query('MATCH (p:paper) WHERE p.sage_class = p.gcn_class RETURN count(*) AS n')
console.log(`Both say the same of ${(await agree.getAll())[0].n} of ${papers.length} papers.`)
await conn.close()
await db.close()
rmSync(folder, { recursive: true })

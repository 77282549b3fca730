// Kùzu's post "Scaling Pytorch Geometric GNNs With Kùzu" (May 2023), line by line: its Python stands in the comments.
//
//   node examples/papers100m.mjs <folder> [--pool 10GB]     the files that `nisaba dataset ogbn-papers100M` writes lie in <folder>
//   node examples/papers100m.mjs <folder> --small           any folder; a small citation graph is generated into it
import { availableParallelism } from 'node:os'
import { existsSync } from 'node:fs'
import { Connection, Database } from 'nisaba'
import { NeighborLoader } from 'nisaba/pyg'
import { chooseBackend, describeBackend, InceptionSage, Trainer } from 'nisaba/training'

const [folder = '.', ...flags] = process.argv.slice(2)
const small = flags.includes('--small')
const gigabytes = Number((flags[flags.indexOf('--pool') + 1] ?? '10GB').replace(/GB$/i, '')) || 10
if (small) {
  const { generateCitations } = await import(new URL('../build/datasets/generate-citations.js', import.meta.url).href)
  generateCitations(folder, { papers: 3000, features: 128, meanCitations: 8, classes: 172, seed: 1 }, () => {})
}
process.chdir(folder)

// db = kuzu.Database('papers100M')
// conn = kuzu.Connection(db, num_threads=cpu_count())
const fresh = !existsSync('papers100M')
const db = new Database('papers100M', { bufferPoolSize: small ? 16 * 2 ** 20 : gigabytes * 10 ** 9, numThreads: availableParallelism() })
const conn = new Connection(db)

if (fresh) {
  // conn.execute("CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id));")
  await conn.query('CREATE NODE TABLE paper(id INT64, x FLOAT[128], year INT64, y FLOAT, PRIMARY KEY (id));')
  // conn.execute("CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY);")
  await conn.query('CREATE REL TABLE cites (FROM paper TO paper, MANY_MANY);')
  // conn.execute('COPY paper FROM ("%s",  "%s",  "%s", "%s") BY COLUMN;' % ('./ids.npy', './node_feat.npy', './node_year.npy', './node_label.npy'))
  await conn.query('COPY paper FROM ("./ids.npy",  "./node_feat.npy", "./node_year.npy", "./node_label.npy") BY COLUMN;')
  // conn.execute('COPY cites FROM "%s";' % ('./edge_index.csv'))
  await conn.query('COPY cites FROM "./edge_index.csv";')
}

// feature_store, graph_store = db.get_torch_geometric_remote_backend(multiprocessing.cpu_count())
const [featureStore, graphStore] = db.getTorchGeometricRemoteBackend(availableParallelism())

// kuzu_sampler = NeighborLoader(
//     data=(feature_store, graph_store),
//     num_neighbors={('paper', 'cites', 'paper'): [12, 12, 12]},
//     batch_size=LOADER_BATCH_SIZE,
//     input_nodes=('paper', input_nodes),
//     num_workers=4, filter_per_worker=False)
const sampler = new NeighborLoader([featureStore, graphStore], {
  numNeighbors: { paper__cites__paper: small ? [4, 4, 4] : [12, 12, 12] },
  batchSize: small ? 64 : 1152,
  // Papers with a label; the story's input_nodes is the published split, which has 1,207,179 of them.
  inputNodes: { query: `MATCH (p:paper) WHERE p.y IS NOT NULL AND p.year <= 2017 ${small ? 'AND p.id < 192 ' : ''}RETURN p` },
  numWorkers: small ? 1 : 4,
  // Missing features count as 0, as OGB's own loader has it.
  impute: 0,
})

// model = SAGE(128, 1024, 172, 3, torch.nn.functional.relu, 0.2)
const backend = await chooseBackend(small ? 'wasm' : undefined)
for (const line of describeBackend(backend)) console.log(line)
const model = new InceptionSage(128, small ? 32 : 1024, 172, 3, { dropout: 0.2 })
console.log(`${model.parameterCount().toLocaleString('en-US')} parameters`)
// optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)
// criterion = torch.nn.CrossEntropyLoss()
const trainer = new Trainer(model, { backend, learningRate: 0.01, weightDecay: 5e-4 })

// for epoch in range(NUM_EPOCHS):
for (let epoch = 0; epoch < 1; epoch++) {
  // for b in kuzu_sampler:
  for await (const b of sampler) {
    // x = b['paper']['x']
    // y = b['paper']['y']
    const { x, y, batchSize, numSampledNodes } = b.node('paper')
    // edge_index = b['paper', 'cites', 'paper'].edge_index
    const { edgeIndex, numSampledEdges } = b.edge(['paper', 'cites', 'paper'])
    // out = model(edge_index, x)
    // loss = criterion(out, y)
    // optimizer.zero_grad(); loss.backward(); optimizer.step()
    const { loss } = await trainer.step({ x, y, edgeIndex, batchSize, numSampledNodes, numSampledEdges })
    console.log(`epoch ${epoch + 1}, batch ${b.index + 1} of ${sampler.length}: loss ${loss.toFixed(4)}`)
    b.dispose()
  }
}
const { hitRate, bytesRead } = sampler.statistics()
console.log(`${(100 * hitRate).toFixed(1)} % of the rows came from memory, ${(bytesRead / 2 ** 20).toFixed(1)} MiB from disk.`)
await sampler.close()
await conn.close()
await db.close()

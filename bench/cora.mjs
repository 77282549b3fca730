// node bench/cora.mjs [--seeds 10] [--write]: test accuracy on Cora's public split, trained on sampled neighbours, the mean of several seeds.
// --write puts the figures into bench/cora-results.json. Needs `npm run build -- --tests` (npm test and npm run demo do that).
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadCora } from '../build/datasets/load-cora.js'
import { chooseBackend, describeBackend } from '../build/src/training/index.js'
import { trainOnCora } from '../build/test/support/train-on-cora.js'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const { values: options } = parseArgs({
  options: { seeds: { type: 'string', default: '10' }, write: { type: 'boolean' } },
})
const cora = loadCora(path.join(root, 'datasets', 'cora'))
const bars = { sage: 0.79, gcn: 0.805 }

for (const line of describeBackend(await chooseBackend('wasm'))) console.log(line)
const results = {}
for (const kind of ['sage', 'gcn']) {
  const accuracies = []
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const { accuracy, epoch } = await trainOnCora(cora, kind, seed)
    accuracies.push(accuracy)
    console.log(`${kind}, seed ${seed}: ${(100 * accuracy).toFixed(1)} % (epoch ${epoch + 1})`)
  }
  const mean = accuracies.reduce((a, b) => a + b, 0) / accuracies.length
  const spread = Math.sqrt(accuracies.reduce((a, b) => a + (b - mean) ** 2, 0) / accuracies.length)
  results[kind] = { fanOut: [10, 10], mean, standardDeviation: spread, bar: bars[kind], accuracies }
  console.log(
    `${kind}: ${(100 * mean).toFixed(2)} ± ${(100 * spread).toFixed(2)} %, to reach: ${(100 * bars[kind]).toFixed(1)} %`,
  )
  if (mean < bars[kind]) process.exitCode = 1
}
if (options.write) writeFileSync(path.join(root, 'bench', 'cora-results.json'), `${JSON.stringify(results, null, 2)}\n`)
process.exit()

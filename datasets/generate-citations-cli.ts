// Usage: node build/datasets/generate-citations-cli.js <folder> [--papers n] [--features n] [--citations mean] [--classes n] [--seed n]
import { parseArgs } from 'node:util'
import { DEFAULT_CITATIONS, generateCitations } from './generate-citations.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    papers: { type: 'string', default: String(DEFAULT_CITATIONS.papers) },
    features: { type: 'string', default: String(DEFAULT_CITATIONS.features) },
    citations: { type: 'string', default: String(DEFAULT_CITATIONS.meanCitations) },
    classes: { type: 'string', default: String(DEFAULT_CITATIONS.classes) },
    seed: { type: 'string', default: String(DEFAULT_CITATIONS.seed) },
  },
})
const [folder] = positionals
if (folder === undefined) {
  process.stderr.write(
    'Which folder? Usage: generate-citations-cli <folder> [--papers n] [--features n] [--citations mean] [--classes n] [--seed n]\n',
  )
  process.exit(2)
}
const summary = generateCitations(folder, {
  papers: Number(values.papers),
  features: Number(values.features),
  meanCitations: Number(values.citations),
  classes: Number(values.classes),
  seed: Number(values.seed),
})
process.stdout.write(`${JSON.stringify(summary)}\n`)

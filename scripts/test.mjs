// Everything that CI runs: policy checks, then mocha over build/test. Ends with mocha's totals and one plain line of totals.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const node = process.execPath
let passed = 0
let failed = 0

function check(name, args) {
  const result = spawnSync(node, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const ok = result.status === 0
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`)
  if (!ok) console.log(`${result.stdout}${result.stderr}`)
  if (ok) passed++
  else failed++
}

const biome = path.join('node_modules', '@biomejs', 'biome', 'bin', 'biome')
if (process.argv.length <= 2) {
  check('types', [path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit'])
  check('format and lint', [biome, 'check', '--error-on-warnings', '.'])
  check('layers', ['scripts/check-layers.mjs'])
  check('documentation of exports', ['scripts/check-docs.mjs'])
}

// Random tests draw a new seed in each run, and print it; CI repeats one, so that a red run is about the change.
const seeds = process.env.CI === undefined ? {} : { NISABA_SEED: '7' }

const temp = mkdtempSync(path.join(os.tmpdir(), 'nisaba-test-'))
const report = path.join(temp, 'mocha.json')
const files = process.argv.length > 2 ? process.argv.slice(2) : ['build/test/**/*.test.js']
const mocha = spawnSync(
  node,
  [
    'node_modules/mocha/bin/mocha.js',
    '--exit',
    '--timeout',
    '120000',
    '--reporter',
    'test/support/reporter.cjs',
    ...files,
  ],
  { cwd: root, stdio: 'inherit', env: { ...seeds, ...process.env, NISABA_TEST_REPORT: report, TMPDIR: temp } },
)
try {
  const stats = JSON.parse(readFileSync(report, 'utf8'))
  passed += stats.passes
  failed += stats.failures
} catch {
  failed++
}
if (mocha.status !== 0 && failed === 0) failed++
rmSync(temp, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

// Installs from the lock file and builds, each only when it is missing or stale; so `npm run demo` and `npm test` may be the very
// first command in a fresh clone. Stale is decided by hashes of the lock file and of the sources, never by which optional packages are there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** Files under a folder, sorted, so that the hash does not depend on the file system. */
function filesUnder(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => (e.isDirectory() ? filesUnder(path.join(dir, e.name)) : [path.join(dir, e.name)]))
}

function hashOf(files) {
  const hash = createHash('sha256').update(process.version.split('.')[0])
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file))
  return hash.digest('hex')
}

function stampIs(file, hash) {
  return existsSync(file) && readFileSync(file, 'utf8') === hash
}

function stamp(file, hash) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, hash)
}

/** Runs a step and shows its output only if it fails: a warning of somebody's installer is not news to our user. */
function step(title, command, args) {
  process.stderr.write(`${title} … `)
  const started = Date.now()
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (result.status !== 0) {
    process.stderr.write(`failed\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`)
    process.exit(result.status || 1)
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}

const lockHash = hashOf([path.join(root, 'package-lock.json'), path.join(root, 'package.json')])
const installStamp = path.join(root, 'node_modules', '.nisaba-install')
if (!stampIs(installStamp, lockHash)) {
  step('Installing packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  stamp(installStamp, lockHash)
}

const sources = ['src', 'scripts', 'datasets', 'test'].filter(
  (d) => existsSync(path.join(root, d)) && statSync(path.join(root, d)).isDirectory(),
)
const sourceHash = hashOf([
  ...sources.flatMap((d) => filesUnder(path.join(root, d))),
  path.join(root, 'tsconfig.json'),
  path.join(root, 'package-lock.json'),
])
const buildStamp = path.join(root, 'build', '.nisaba-build')
if (!stampIs(buildStamp, sourceHash) || !existsSync(path.join(root, 'dist', 'index.js'))) {
  step('Building', process.execPath, ['scripts/build.mjs'])
  step('Building tests', process.execPath, ['scripts/build.mjs', '--tests'])
  stamp(buildStamp, sourceHash)
}

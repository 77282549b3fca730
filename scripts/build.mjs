// Builds the package. `dist/` is what users get: bundles (chevrotain inside, lmdb and apache-arrow outside), worker files
// of their own, type declarations. `--tests` builds `build/` instead: every file of src/ and test/ transpiled by itself,
// so that tests reach internals and worker files under their own names.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { thirdPartyNotices } from './third-party-notices.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** Entry points of dist/: public modules and worker files. A worker file keeps its base name, beside the module that starts it. */
const DIST_ENTRIES = [
  'src/index.ts',
  'src/pyg-compat/index.ts',
  'src/training/index.ts',
  'src/cli.ts',
  'src/executor/executor-worker.ts',
  'src/storage/storage-writer.ts',
  'src/pyg-compat/loader/loader-worker.ts',
  'src/storage/rows/row-read-worker.ts',
  'src/storage/rows/row-read-process.ts',
  'src/shell/editor/interrupt-watcher.ts',
  'datasets/generate-citations.ts',
]

/** Entry points whose own name is taken: public modules that are called index.ts in their folder. */
const DIST_NAMES = { 'src/pyg-compat/index.ts': 'pyg', 'src/training/index.ts': 'training' }

async function sourceFiles(dir) {
  const entries = await readdir(path.join(root, dir), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((e) => e.isFile() && e.name.endsWith('.ts') && !e.name.endsWith('.d.ts'))
    .map((e) => path.join(e.parentPath ?? e.path, e.name))
}

async function buildTests() {
  const files = (await Promise.all(['src', 'test', 'datasets', 'bench'].map(sourceFiles)))
    .flat()
    .filter((f) => !f.includes('node_modules'))
  const result = await build({
    entryPoints: files,
    outdir: path.join(root, 'build'),
    outbase: root,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    write: false,
    logLevel: 'warning',
  })
  // esbuild leaves specifiers alone when it does not bundle: './x.ts' in the source is './x.js' in build/.
  const relativeTs = /((?:from|import|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g
  const { mkdir } = await import('node:fs/promises')
  await Promise.all(
    result.outputFiles.map(async (f) => {
      await mkdir(path.dirname(f.path), { recursive: true })
      await writeFile(f.path, f.path.endsWith('.js') ? f.text.replace(relativeTs, '$1.js$2') : f.contents)
    }),
  )
  await removeStale(new Set(result.outputFiles.map((f) => f.path)))
  writeFileSync(path.join(root, 'build', 'package.json'), '{"type":"module"}\n')
}

/** Files of an earlier build whose source is gone. Deleting all first would pull the rug from under a test that runs meanwhile. */
async function removeStale(written) {
  for (const folder of ['src', 'test', 'datasets', 'bench']) {
    const entries = await readdir(path.join(root, 'build', folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    for (const e of entries) {
      const file = path.join(e.parentPath ?? e.path, e.name)
      if (e.isFile() && /\.js(\.map)?$/.test(file) && !written.has(file)) rmSync(file)
    }
  }
}

async function buildDist() {
  const dist = path.join(root, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const version = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version
  const { metafile } = await build({
    entryPoints: DIST_ENTRIES.map((f) => ({ in: path.join(root, f), out: DIST_NAMES[f] ?? path.basename(f, '.ts') })),
    chunkNames: 'chunk-[hash]',
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // names stay, for stack traces; without comments and blanks the import reads and parses a third less
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120, // node shows the line of an error that nobody catches
    external: ['lmdb', 'apache-arrow', 'yauzl', 're2js', '@tensorflow/*', 'commander'],
    define: { __NISABA_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
    metafile: true,
  })
  await writeFile(path.join(dist, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(root, Object.keys(metafile.inputs)))
  // require() of an ES module works on every supported Node, but warns on Node 20 unless the caller is in node_modules: this file is.
  for (const name of ['index', ...Object.values(DIST_NAMES)]) {
    await writeFile(path.join(dist, `${name}.cjs`), `'use strict'\nmodule.exports = require('./${name}.js')\n`)
  }
  const tsc = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (tsc.status !== 0) process.exit(tsc.status ?? 1)
  for (const file of await sourceFilesOf(path.join(dist, 'types'), '.d.ts')) {
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replace(/((?:from|declare module|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'),
    )
  }
}

async function sourceFilesOf(dir, ending) {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter((e) => e.isFile() && e.name.endsWith(ending))
    .map((e) => path.join(e.parentPath ?? e.path, e.name))
}

if (process.argv.includes('--tests')) await buildTests()
else await buildDist()

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

/** Packs what would be published and unpacks it into a folder that has nothing else but links to the dependencies. */
function install(folder: string): void {
  if (!existsSync(path.join(root, 'dist', 'index.cjs'))) {
    execFileSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], { cwd: root })
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const packed = execFileSync(npm, ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  const modules = path.join(folder, 'node_modules')
  mkdirSync(path.join(modules, 'nisaba'), { recursive: true })
  execFileSync('tar', ['-xzf', path.join(folder, filename), '--strip-components=1', '-C', path.join(modules, 'nisaba')])
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name), 'junction')
  }
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n')
}

/** What a user's program does first: a file, a load, a query that is long enough for a worker, a result in Arrow. */
const PROGRAM = `
async function main({ Database, Connection, DatabaseError, VERSION, STORAGE_VERSION }) {
  const assert = (await import('node:assert')).strict
  const { writeFileSync } = await import('node:fs')
  const { createRequire } = await import('node:module')
  const database = new Database('graph.db', { bufferPoolSize: 32 * 2 ** 20, numThreads: 2 })
  const connection = new Connection(database)
  await connection.query('CREATE NODE TABLE n(id INT64, s STRING, PRIMARY KEY(id)); CREATE REL TABLE r(FROM n TO n)')
  writeFileSync('n.csv', Array.from({ length: 20000 }, (_x, i) => i + ',name' + i).join('\\n'))
  writeFileSync('r.csv', Array.from({ length: 20000 }, (_x, i) => i + ',' + ((i * 7) % 20000)).join('\\n'))
  await connection.query("COPY n FROM './n.csv' (HEADER=false); COPY r FROM './r.csv' (HEADER=false)")
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const result = await connection.query('MATCH (a:n), (b:n) WHERE a.id < 500 AND (a.id * b.id) % 1003 = 7 RETURN count(*) AS c')
  clearInterval(timer)
  assert.ok(turns > 0, 'the query ran in a worker')
  assert.equal((await result.getAll()).length, 1)
  const table = await (await connection.query('MATCH (a:n)-[:r]->(b:n) RETURN a.id AS a, b.id AS b')).toArrow()
  assert.equal(table.numRows, 20000)
  const { NeighborLoader } = await import('nisaba/pyg')
  const stores = database.getTorchGeometricRemoteBackend()
  let seeds = 0
  for await (const batch of new NeighborLoader(stores, { numNeighbors: [2], batchSize: 5000, numWorkers: 2 })) {
    seeds += batch.batchSize
    batch.dispose()
  }
  assert.equal(seeds, 20000)
  await assert.rejects(connection.query('MATCH (a:none) RETURN a'), DatabaseError)
  assert.ok(VERSION.length > 0 && STORAGE_VERSION > 0)
  const loaded = () => Object.keys(createRequire(process.cwd() + '/').cache).some((f) => f.includes('re2js'))
  await connection.query("RETURN 'abc' =~ 'a.*', regexp_extract('a1', '[0-9]+')")
  assert.equal(loaded(), false, 'simple patterns load no engine')
  await connection.query("RETURN 'abab' =~ '(ab)+'")
  assert.equal(loaded(), true)
  await database.close()
  console.log('done')
}
`

const CONSUMER = `
import { Connection, Database, DatabaseError, PreparedStatement, QueryResult, VERSION } from 'nisaba'
import type { BufferPoolStats, DatabaseOptions, ErrorCode, JsValue, NodeValue, Parameters, Row } from 'nisaba'

const options: DatabaseOptions = { bufferPoolSize: 2 ** 26, readOnly: false, integers: 'bigint' }
const database: Database = new Database('x.db', options)
const connection: Connection = new Connection(database, 2)
const parameters: Parameters = { id: 1, list: [1, 2], when: new Date(), bytes: new Uint8Array(2), nested: { a: [null] } }

export async function main(): Promise<void> {
  const result: QueryResult | QueryResult[] = await connection.query('RETURN $id', parameters)
  if (Array.isArray(result)) return
  const rows: Row[] = await result.getAll()
  const value: JsValue = rows[0]!['x']
  for await (const row of result) console.log(row)
  const prepared: PreparedStatement = await connection.prepare('RETURN 1')
  const names: string[] = (await connection.execute(prepared, {}, (share: number) => console.log(share))).getColumnNamesSync()
  const table = await result.toArrow()
  console.log(names, table.numRows, value, VERSION)
  const stats: BufferPoolStats = database.bufferPoolStats()
  console.log(stats.hits)
  const node = rows[0]!['n'] as NodeValue
  console.log(node._id.offset, node._label)
  try {
    connection.querySync('RETURN 1')
  } catch (error) {
    if (error instanceof DatabaseError) {
      const code: ErrorCode = error.code
      console.log(code, error.span?.line)
    }
  }
  // @ts-expect-error: a number is no query
  await connection.query(5)
  // @ts-expect-error: not an option
  new Database('x', { readonly: true })
  await connection.close()
  await database.close()
}
`

describe('the packed package', function () {
  this.timeout(300_000)
  let folder = ''

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-package-'))
    install(folder)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  function node(args: string[], input?: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    })
  }

  function script(name: string, text: string): string {
    writeFileSync(path.join(folder, name), text)
    rmSync(path.join(folder, 'graph.db'), { force: true })
    rmSync(path.join(folder, 'graph.db-lock'), { force: true })
    return name
  }

  it('can be required, without a warning, and starts its workers', () => {
    const { status, stdout, stderr } = node([script('program.cjs', `${PROGRAM}main(require('nisaba'))`)])
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'done\n', stderr: '' })
  })

  it('can be imported, and starts its workers', () => {
    const text = `import * as nisaba from 'nisaba'\n${PROGRAM}await main(nisaba)`
    const { status, stdout, stderr } = node([script('program.mjs', text)])
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'done\n', stderr: '' })
  })

  it('has declarations that a strict program compiles against', () => {
    script('consumer.ts', CONSUMER)
    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--exactOptionalPropertyTypes',
    ]
    const { status, stdout } = node([
      path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...flags,
      '--skipLibCheck',
      'consumer.ts',
    ])
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' })
  })

  it('trains: wasm is found from the bundle, in both kinds of module', () => {
    const text = `
async function main({ chooseBackend, LayeredModel, Trainer }) {
  const { name } = await chooseBackend('wasm')
  const trainer = new Trainer(new LayeredModel({ kind: 'sage', inputs: 2, hidden: 4, outputs: 2 }))
  const { loss } = await trainer.step({
    x: { data: Float32Array.of(1, 0, 0, 1), shape: [2, 2], dtype: 'float32' },
    y: { data: Int32Array.of(0), shape: [1], dtype: 'int32' },
    edgeIndex: { data: Int32Array.of(1, 0), shape: [2, 1], dtype: 'int32' },
    batchSize: 1, numSampledNodes: [1, 1], numSampledEdges: [1],
  })
  console.log(name, loss > 0)
}
`
    const imported = `import * as training from 'nisaba/training'\nimport { NeighborLoader } from 'nisaba/pyg'\n${text}if (NeighborLoader) await main(training)`
    const required = `${text}main(require('nisaba/training'))`
    for (const name of [script('training.mjs', imported), script('training.cjs', required)]) {
      const { status, stdout, stderr } = node([name])
      assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'wasm true\n', stderr: '' })
    }
  })

  it('has a command', () => {
    const cli = path.join('node_modules', 'nisaba', 'dist', 'cli.js')
    const once = node([cli, '-c', 'RETURN 6 * 7 AS answer'])
    assert.equal(once.status, 0, once.stderr)
    assert.match(once.stdout, /answer/)
    assert.match(once.stdout, /42/)
    const piped = node([cli], 'RETURN 6 * 7 AS answer;\n')
    assert.equal(piped.status, 0, piped.stderr)
    assert.match(piped.stdout, /42/)
    const evil = node([cli, '-m', 'csv', '-c', `RETURN '${'a'.repeat(60)}' =~ '(a+)+b' AS x, 'ab' =~ '(a|b)+' AS y`])
    assert.equal(evil.status, 0, evil.stderr)
    assert.match(evil.stdout, /False,True/)
    assert.notEqual(node([cli, '-c', 'RETRUN 1']).status, 0)
  })

  it('holds what runs and what is read, nothing else', () => {
    const files = readdirSync(path.join(folder, 'node_modules', 'nisaba'), { recursive: true }).map(String)
    for (const file of [
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'package.json',
      'dist/index.js',
      'dist/index.cjs',
      'dist/cli.js',
      'dist/executor-worker.js',
      'dist/storage-writer.js',
      'dist/row-read-worker.js',
      'dist/row-read-process.js',
      'dist/types/index.d.ts',
    ]) {
      assert.ok(files.includes(path.normalize(file)), `${file} is missing`)
    }
    const notices = readFileSync(path.join(folder, 'node_modules/nisaba/dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
    assert.match(notices, /^string-width \d.*\(MIT\)$/m)
    assert.doesNotMatch(
      notices,
      /^(re2js|lmdb|apache-arrow) /m,
      'a package that is installed beside lies in a bundle too',
    )
    const strange = files.filter((f) => /^(src|test|bench|datasets|scripts|build|demo-data|docs)\b/.test(f))
    assert.deepEqual(strange, [])
  })
})

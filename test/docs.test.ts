import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AGGREGATES } from '../src/functions/aggregate/aggregate-record.ts'
import { SCALAR_FUNCTIONS } from '../src/functions/registry.ts'
import { TABLE_FUNCTIONS } from '../src/functions/table-functions.ts'
import { Connection, Database, DatabaseError, type QueryResult } from '../src/index.ts'
import { datasetStatements, printedRows } from './support/behaviour-runner.ts'
import { npyBytes } from './support/npy-file.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const file = path.join(root, 'docs', 'cypher.md')
const text = readFileSync(file, 'utf8')

/** A fenced block of statements, with the answer of the last one where there is one. */
interface Example {
  readonly statements: readonly string[]
  readonly error: string | null
  readonly rows: readonly string[] | null
}

/** Examples by section (`## …`). Each line of a block is a statement. */
function examples(): Map<string, Example[]> {
  const found = new Map<string, Example[]>()
  for (const section of text.split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n'))
    const blocks = [...section.matchAll(/^```cypher(?: error=(\w+))?\n([\s\S]*?)^```\n(?:```text\n([\s\S]*?)^```)?/gm)]
    const list = blocks.map(([, error, body, answer]) => ({
      statements: body!.trim().split('\n'),
      error: error ?? null,
      rows: answer === undefined ? null : answer.replace(/\n$/, '').split('\n'),
    }))
    if (list.length > 0) found.set(title, list)
  }
  return found
}

/** Files that examples read. */
function makeFiles(folder: string): void {
  const social = path.join(root, 'datasets', 'tiny-social')
  for (const name of readdirSync(social)) copyFileSync(path.join(social, name), path.join(folder, name))
  const npy = (name: string, descr: string, shape: number[], values: number[]) => {
    const options = { descr, shape, fortran: false, version: 1, truncate: 0 }
    writeFileSync(path.join(folder, name), npyBytes(options, values))
  }
  npy('ids.npy', '<i8', [2], [0, 1])
  npy('node_feat.npy', '<f4', [2, 2], [0.5, 1.5, 2, 3])
  npy('node_year.npy', '<i8', [2], [1990, 2000])
  npy('node_label.npy', '<f4', [2], [0, 1])
  writeFileSync(path.join(folder, 'edge_index.csv'), '1,0\n')
}

async function run(connection: Connection, { statements, error, rows }: Example): Promise<void> {
  let last: QueryResult | null = null
  for (const statement of statements) {
    const outcome = await connection.query(statement).catch((e: unknown) => e)
    if (error !== null) {
      assert.ok(outcome instanceof DatabaseError, statement)
      assert.equal(outcome.code, error, statement)
      return
    }
    if (outcome instanceof Error) throw new Error(`${statement}\n${outcome.message}`, { cause: outcome })
    last = outcome as QueryResult
  }
  if (rows === null) return
  const ordered = /ORDER BY/.test(statements.at(-1)!)
  const got = printedRows(last!)
  assert.deepEqual(ordered ? got : got.sort(), ordered ? rows : [...rows].sort(), statements.at(-1))
}

describe('docs/cypher.md', () => {
  for (const [title, list] of examples()) {
    it(`examples of "${title}"`, async () => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-docs-'))
      const before = process.cwd()
      process.chdir(folder)
      const database = new Database(':memory:', { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 })
      try {
        makeFiles(folder)
        const connection = new Connection(database)
        for (const statement of datasetStatements('tiny-social')) connection.querySync(statement)
        for (const example of list) await run(connection, example)
      } finally {
        await database.close()
        process.chdir(before)
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }

  it('lists the functions that there are', () => {
    const begin = text.indexOf('<!-- functions')
    const end = text.indexOf('<!-- end of functions -->')
    assert.ok(begin > 0 && end > begin)
    const head = text.slice(begin, text.indexOf('\n', begin) + 1)
    const wanted = `${text.slice(0, begin)}${head}${functionTables()}${text.slice(end)}`
    // NISABA_UPDATE_DOCS=1 writes the lists instead of comparing them
    if (process.env['NISABA_UPDATE_DOCS'] === '1') writeFileSync(file, wanted)
    else assert.equal(text, wanted, 'the lists of functions are old: run this test with NISABA_UPDATE_DOCS=1')
  })
})

function functionTables(): string {
  const cell = (words: string) => words.replaceAll('|', '\\|')
  const row = (name: string, aliases: readonly string[], docs: string) =>
    `| ${[name, ...aliases].map((n) => `\`${cell(n.toLowerCase())}\``).join(' ')} | ${cell(docs)} |`
  const table = (title: string, rows: readonly string[]) =>
    `\n### ${title}\n\n| name | gives |\n|---|---|\n${rows.join('\n')}\n`
  const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1
  return [
    table(
      'Aggregates',
      [...AGGREGATES].sort(byName).map((f) => row(f.name, [], f.docs)),
    ),
    table(
      'Of one row',
      [...SCALAR_FUNCTIONS].sort(byName).map((f) => row(f.name, f.aliases, f.docs)),
    ),
    table(
      'After CALL',
      [...TABLE_FUNCTIONS].sort(byName).map((f) => row(f.name, [], f.description)),
    ),
    '\n',
  ].join('')
}

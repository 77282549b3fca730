import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Connection, Database, DatabaseError } from '../../src/index.ts'
import { readBehaviourFile } from '../support/behaviour-file.ts'
import { datasetStatements } from '../support/behaviour-runner.ts'
import { seededRandom } from './storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
const COUNT = Number(process.env['NISABA_STATEMENTS'] ?? 2_000)
/** A text file with more statements, one a line. */
const CORPUS = process.env['NISABA_CORPUS']
const STATEMENTS_PER_DATABASE = 200
const TIMEOUT_MS = 2_000

const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|[A-Za-z_]\w*|\d+(?:\.\d+)?|<>|<=|>=|->|<-|=~|\.\.|\s+|./gs

/** Put in the place of any token: the ends of what values can be, and things that hardly ever fit. */
const ODDITIES = [
  '0',
  '-1',
  '2',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '1e308',
  '-0.0',
  "''",
  "'x'",
  "'2020-02-30'",
  "'\\u0000'",
  "'\u{1f600}'",
  'NULL',
  'true',
  '[]',
  '[NULL]',
  '[[1], NULL]',
  '{}',
  '{a: 1}',
  'map([1], [2])',
  "CAST('1 day', 'INTERVAL')",
  "date('2000-01-01')",
  "CAST(1, 'INT8')",
  "CAST(1.5, 'DECIMAL(5, 2)')",
  "CAST([1.5, 2], 'FLOAT[2]')",
  "blob('a')",
  'x -> x',
  '*',
  '(',
  ')',
  '$p',
  'p',
  'id(p)',
  'count(*)',
  'DISTINCT',
  'collect(1)',
]

function corpus(): string[] {
  const root = path.resolve(import.meta.dirname, '..', '..', '..', 'test', 'cypher')
  const files = readdirSync(root, { recursive: true }).map(String)
  const ours = files
    .filter((file) => file.endsWith('.test'))
    .flatMap((file) => readBehaviourFile(path.join(root, file)).cases)
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === 'statement' ? [step.text] : []))
  const more =
    CORPUS === undefined
      ? []
      : readFileSync(CORPUS, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
  return [...new Set([...ours, ...more])].filter((text) => text.length < 2_000)
}

/** Makes statements that are nearly right: a token or three taken out, doubled, swapped, or replaced by one from elsewhere. */
class Mutator {
  readonly #random: () => number
  readonly #statements: readonly string[]
  readonly #tokens: readonly string[]

  constructor(statements: readonly string[], random: () => number) {
    this.#statements = statements
    this.#random = random
    this.#tokens = [...new Set(statements.flatMap((text) => text.match(TOKEN) ?? []))].filter((t) => t.trim() !== '')
  }

  next(): string {
    const tokens = [...(this.#pick(this.#statements).match(TOKEN) ?? [])]
    for (let changes = 1 + this.#below(3); changes > 0 && tokens.length > 0; changes--) this.#change(tokens)
    return tokens.join('')
  }

  #change(tokens: string[]): void {
    const solid = tokens.flatMap((token, i) => (token.trim() === '' ? [] : [i]))
    if (solid.length === 0) return
    const at = this.#pick(solid)
    const other = this.#pick(solid)
    switch (this.#below(6)) {
      case 0:
        tokens.splice(at, 1)
        break
      case 1:
        tokens.splice(at, 0, tokens[at]!, ' ')
        break
      case 2:
        ;[tokens[at], tokens[other]] = [tokens[other]!, tokens[at]!]
        break
      case 3:
        tokens[at] = this.#pick(this.#tokens)
        break
      default:
        tokens[at] = this.#pick(ODDITIES)
    }
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!
  }
}

async function freshConnection(): Promise<{ database: Database; connection: Connection }> {
  const database = new Database(':memory:', { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 })
  const connection = new Connection(database)
  for (const statement of datasetStatements('tiny-social')) await connection.query(statement)
  connection.setQueryTimeout(TIMEOUT_MS)
  return { database, connection }
}

describe(`statements that are nearly right (NISABA_SEED=${SEED})`, function () {
  this.timeout(120_000 + COUNT * 50)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-mutated-'))
  const home = process.cwd()
  before(() => process.chdir(folder))
  after(() => {
    process.chdir(home)
    rmSync(folder, { recursive: true })
  })

  it('work or fail with a code, never with an error of the engine itself', async () => {
    const mutator = new Mutator(corpus(), seededRandom(SEED))
    const bad = new Map<string, string>()
    let failures = 0
    let open = await freshConnection()
    for (let i = 0; i < COUNT; i++) {
      if (i % STATEMENTS_PER_DATABASE === STATEMENTS_PER_DATABASE - 1) {
        await open.database.close()
        open = await freshConnection()
      }
      const text = mutator.next()
      if (process.env['NISABA_TRACE']) process.stderr.write(`${JSON.stringify(text)}\n`)
      try {
        await open.connection.query(text, text.includes('$p') ? { p: 1 } : {})
      } catch (error) {
        failures++
        if (error instanceof DatabaseError && error.code !== 'INTERNAL') continue
        const { message, stack = '' } = error as Error
        const place = stack.split('\n').find((line) => line.includes('/src/')) ?? ''
        bad.set(place.trim() || message, `${text}\n    ${message}\n    ${stack.split('\n').slice(1, 4).join('\n')}`)
      }
    }
    await open.database.close()
    assert.equal(bad.size, 0, `\n${[...bad.values()].join('\n\n')}`)
    assert.ok(failures > COUNT / 3 && failures < COUNT, `${failures} of ${COUNT} failed`)
  })
})

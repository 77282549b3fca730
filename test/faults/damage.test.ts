import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { open as openLmdb, type RootDatabase } from 'lmdb'
import { decodeCatalog } from '../../src/catalog/catalog-codec.ts'
import { Connection, Database, DatabaseError, type QueryResult } from '../../src/index.ts'
import type { ColumnBase, IntEncoding, KeyIndexPart, RunEncoding, ValueRun } from '../../src/storage/column-base.ts'
import { groupPages } from '../../src/storage/csr-format.ts'
import { openPageStore } from '../../src/storage/open-page-store.ts'
import { unseal } from '../../src/storage/store-format.ts'
import { decodeTable } from '../../src/storage/transaction-record.ts'
import type { TableState } from '../../src/storage/transaction-table-state.ts'
import { seededRandom } from '../property/storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Date.now() % 1_000_000)
/** Tries each page of the file, not one of each structure only: takes minutes. */
const EVERY_ENTRY = process.env['NISABA_DAMAGE'] === 'all'
const OPTIONS = { bufferPoolSize: 16 * 2 ** 20, numThreads: 1, autoCheckpoint: false }
/** Rows enough for the offsets, texts and validity bits of a column to lie in pages of their own. */
const ROWS = 30_000

/** Every way in which rows are stored, and the column of table `kinds` that is stored so. A new way without a column does not compile. */
const RUN_COLUMNS: Record<RunEncoding['kind'], string> = {
  constant: 'k_constant',
  int: 'k_number',
  plain: 'k_vector',
  wide: 'k_wide',
  uuid: 'k_uuid',
  bytes: 'k_text',
  dictionary: 'k_word',
  list: 'k_list',
  stride: 'k_stride',
  struct: 'k_struct',
  union: 'k_union',
}
const INT_COLUMNS: Record<IntEncoding['kind'], string> = {
  arithmetic: 'id',
  packed: 'k_number',
  int64: 'k_large',
  uint64: 'k_unsigned',
}
const KEY_PART_TABLES: Record<KeyIndexPart['kind'], string> = { arithmetic: 'kinds', hash: 'texts' }

const KINDS_DDL = `CREATE NODE TABLE kinds(id INT64, k_constant STRING, k_number INT64, k_large INT64, k_unsigned UINT64, k_vector FLOAT[4],
  k_wide INT128, k_uuid UUID, k_text STRING, k_word STRING, k_list INT64[], k_stride STRING[2], k_struct STRUCT(a INT64, b STRING),
  k_union UNION(n INT64, s STRING), k_bool BOOL, k_double DOUBLE, k_date DATE, k_interval INTERVAL, k_blob BLOB, k_map MAP(STRING, INT64), PRIMARY KEY(id))`
const KINDS_ROWS = `COPY kinds FROM (UNWIND range(0, 399) AS i RETURN i, CAST(NULL, 'STRING'), i * 7919 % 251,
  i * 6700417 * 2147483647, CAST(CAST(i, 'UINT64') * 36028797018963968, 'UINT64'),
  CAST([0.37 * i, 1.5, 2.25 + i, 3.1], 'FLOAT[4]'), CAST('1701411834604692317316873037158' + CAST(i, 'STRING'), 'INT128'),
  CAST('a0eebc99-9c0b-4ef8-bb6d-6bb9bd38' + CAST(1000 + i, 'STRING'), 'UUID'), 'text number ' + CAST(i * i, 'STRING'),
  CASE i % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'green' ELSE 'blue' END, range(0, i % 5), CAST([CAST(i, 'STRING'), 'x'], 'STRING[2]'),
  {a: i, b: CAST(i * 3, 'STRING')}, union_value(n := i), i % 2 = 0, 0.1 * i, date('2020-01-01') + to_days(i % 400),
  to_days(i), blob('\\\\xAA\\\\x01'), map(['k' + CAST(i, 'STRING')], [i]))`

/** Makes a database whose file has an entry of every kind, and copies it while it is open, so that nothing has been merged or tidied up. */
async function makeFile(file: string, copy: string): Promise<void> {
  const database = new Database(file, OPTIONS)
  const writer = new Connection(database)
  const reader = new Connection(database)
  await writer.query(KINDS_DDL)
  await writer.query(KINDS_ROWS)
  await writer.query('CREATE NODE TABLE texts(key STRING, body STRING, n INT64, l INT64[], PRIMARY KEY(key))')
  await writer.query(
    `COPY texts FROM (UNWIND range(1, ${ROWS}) AS i RETURN 'key ' + CAST(i * 7919 % 1000003, 'STRING'),
     CASE WHEN i % 7 = 0 THEN NULL ELSE 'the body of text number ' + CAST(i * i, 'STRING') END,
     CASE WHEN i % 11 = 0 THEN NULL ELSE i * 104729 % 70000 END, range(0, i % 4))`,
  )
  await writer.query('CREATE REL TABLE near(FROM texts TO texts, weight DOUBLE)')
  const pairs = `UNWIND range(1, ${ROWS}) AS i RETURN 'key ' + CAST(i * 7919 % 1000003, 'STRING') AS a,
    'key ' + CAST((i % 977 + 1) * 7919 % 1000003, 'STRING') AS b, 0.1 * i`
  await writer.query(`COPY near FROM (${pairs})`)
  await writer.query(`COPY near FROM (${pairs})`) // a second load: rel ids are stored in both directions
  await writer.query('MATCH (t:kinds) WHERE t.id % 50 = 49 DELETE t')
  await writer.query('CREATE NODE TABLE gone(id INT64, PRIMARY KEY(id))')
  await writer.query('COPY gone FROM (UNWIND range(1, 500) AS i RETURN i * i)')
  await writer.query('CHECKPOINT')
  await reader.query('BEGIN TRANSACTION READ ONLY')
  await reader.query('MATCH (g:gone) RETURN count(*)')
  await writer.query('DROP TABLE gone') // its pages stay for the reader: they are listed
  await writer.query("CREATE (:kinds {id: 1000, k_text: 'not merged'})")
  const store = openPageStore(file)
  const bulk = (await store.writer()).beginBulk()
  await bulk.write([{ first: bulk.allocate(1), bytes: new Uint8Array(65_520).fill(5) }])
  copyFileSync(file, copy)
  await bulk.abort()
  await store.close()
  await database.close()
}

/** Reads everything, by every way in which it can be reached, and writes. */
async function useEverything(file: string): Promise<void> {
  const database = new Database(file, OPTIONS)
  try {
    const connection = new Connection(database)
    const all = async (text: string): Promise<unknown> => ((await connection.query(text)) as QueryResult).getAll()
    await all('MATCH (t:kinds) RETURN t')
    await all("MATCH (t:texts) WHERE t.body <> '' RETURN max(t.body), count(t.n)")
    await all('MATCH (t:texts) RETURN sum(size(t.l)), max(t.key)')
    await all(
      `UNWIND range(1, 200) AS i MATCH (t:texts {key: 'key ' + CAST(i * 7919 % 1000003, 'STRING')}) RETURN count(*)`,
    )
    await all('MATCH (a:texts)-[r:near]->(b:texts) RETURN sum(r.weight), sum(b.n)')
    await all('MATCH (a:texts)-[r:near]->(b:texts) HINT a JOIN (r JOIN b) RETURN sum(r.weight), sum(a.n)')
    for (const direction of ['->', '<-'])
      await all(
        `MATCH (a:texts)${direction === '->' ? '-[r:near]->' : '<-[r:near]-'}(b) WHERE a.key > 'key 9' RETURN sum(r.weight)`,
      )
    await connection.query('CREATE (:kinds {id: 2000})')
  } finally {
    await database.close()
  }
}

type Entries = RootDatabase<Uint8Array, Uint8Array>

function openRaw(file: string): Entries {
  return openLmdb({
    path: file,
    noSubdir: true,
    maxDbs: 1,
    overlappingSync: false,
    keyEncoding: 'binary',
    encoding: 'binary',
  })
}

/** What a damaged entry must be called, or null if nothing refers to it. @throws for an entry that this test does not know. */
function expectation(key: Uint8Array, owners: ReadonlyMap<number, string>): RegExp | null {
  const name = Buffer.from(key.subarray(1)).toString('latin1')
  const id = (at: number): number => Number(Buffer.from(key).readBigUInt64BE(at))
  switch (key[0]) {
    case 1:
      if (name === 'format') return /^Storage exception: The format record is damaged/
      if (name === 'root') return /^Storage exception: The root record is damaged/
      if (name === 'lease') return /^Storage exception: The lease is damaged/
      if (name.startsWith('bulk:')) return new RegExp(`The journal of bulk load ${id(6)} is damaged`)
      if (name.startsWith('freed:')) return new RegExp(`The list of pages freed by commit ${id(7)} is damaged`)
      break
    case 2:
      if (/^(catalog|tables|table\/\d+|redo\/[0-9a-f]{14})$/.test(name))
        return new RegExp(`The record "${name}" is damaged`)
      break
    case 3:
    case 4: {
      const owner = owners.get(id(1))
      return owner === undefined ? null : new RegExp(`Page ${id(1)} is damaged: .*\\(${owner}\\)\\.$`)
    }
  }
  return assert.fail(`an entry of a kind that has no case: ${Buffer.from(key).toString('hex')} ${name}`)
}

/** @returns what each page in use is called, worked out from the records. */
function pageOwners(
  tables: readonly TableState[],
  nameOf: (tableId: number, columnId: number) => string,
): Map<number, string> {
  const owners = new Map<number, string>()
  const add = ({ firstPage, pageCount }: { firstPage: number; pageCount: number }, owner: string): void => {
    for (let page = firstPage; page < firstPage + pageCount; page++) owners.set(page, owner)
  }
  for (const { tableId, schema, base } of tables) {
    const ofTable = `of table ${schema.name}`
    for (const { columnId, chunks } of base.columns) {
      for (const chunk of chunks) add(chunk, `column ${nameOf(tableId, columnId)} ${ofTable}`)
    }
    if ('fwd' in base) {
      for (const [groups, side] of [
        [base.fwd, 'source'],
        [base.bwd, 'target'],
      ] as const) {
        for (const group of groups ?? []) {
          const pages = { firstPage: group.firstPage, pageCount: groupPages(group) }
          add(
            pages,
            `(offsets|neighbours|rel ids)( and (neighbours|rel ids))* in the lists by ${side} of nodes from 0 on ${ofTable}`,
          )
        }
      }
    } else {
      if (base.deleted !== null) add(base.deleted, `set of deleted rows ${ofTable}`)
      for (const part of base.keyIndex.parts) if (part.kind === 'hash') add(part, `primary key index ${ofTable}`)
    }
  }
  return owners
}

/** @returns a random one of the entries that are called the same but for their numbers. */
function oneOfEachName(
  keys: readonly Uint8Array[],
  owners: ReadonlyMap<number, string>,
  random: () => number,
): Uint8Array[] {
  const groups = new Map<string, Uint8Array[]>()
  for (const key of keys) {
    const name = `${key[0]} ${expectation(key, owners)?.source.replace(/Page \d+|(?<=redo.)[0-9a-f]{14}|\d+(?= is)/, '')}`
    groups.set(name, [...(groups.get(name) ?? []), key])
  }
  return [...groups.values()].map((group) => group[Math.floor(random() * group.length)]!)
}

function runKinds(run: ValueRun): string[] {
  const { encoding } = run
  const children = 'children' in encoding ? encoding.children : 'child' in encoding ? [encoding.child] : []
  return [encoding.kind, ...children.flatMap(runKinds)]
}

/** Kinds of whole numbers that a run itself consists of. */
function intKinds({ encoding }: ValueRun): string[] {
  return Object.values(encoding as object).flatMap((part) =>
    typeof part === 'object' && part !== null && 'kind' in part && !('rows' in part) ? [String(part.kind)] : [],
  )
}

describe(`a damaged file (NISABA_SEED=${SEED})`, function () {
  this.timeout(240_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-damage-'))
  const whole = path.join(folder, 'whole.db')
  const keys: Uint8Array[] = []
  const tables: TableState[] = []
  let nameOf: (tableId: number, columnId: number) => string

  before(async () => {
    await makeFile(path.join(folder, 'made.db'), whole)
    const raw = openRaw(whole)
    for (const { key, value } of raw.getRange({})) {
      keys.push(Uint8Array.from(key))
      const name = Buffer.from(key.subarray(1)).toString('latin1')
      if (key[0] === 2 && name.startsWith('table/')) tables.push(decodeTable(unseal(value, name)))
    }
    const catalog = decodeCatalog(unseal(raw.get(Buffer.from('\x02catalog'))!, 'catalog'))
    await raw.close()
    nameOf = (tableId, columnId) => {
      const table = catalog.nodeTableById(tableId) ?? catalog.relTableOfPair(tableId)
      return table!.properties.find((p) => p.columnId === columnId)!.name
    }
  })
  after(() => rmSync(folder, { recursive: true }))

  const columnNamed = (name: string): ColumnBase =>
    tables.flatMap(({ tableId, base }) => base.columns.filter((c) => nameOf(tableId, c.columnId) === name))[0]!

  it('is tried in all forms that columns and key indexes are written in', () => {
    for (const [kind, name] of Object.entries(RUN_COLUMNS)) {
      const kinds = columnNamed(name).chunks.flatMap((chunk) => runKinds(chunk.run))
      assert.ok(kinds.includes(kind), `${name} is stored as ${kinds}`)
    }
    for (const [kind, name] of Object.entries(INT_COLUMNS)) {
      const kinds = columnNamed(name).chunks.flatMap((chunk) => intKinds(chunk.run))
      assert.ok(kinds.includes(kind), `the numbers of ${name} are stored as ${kinds}`)
    }
    for (const [kind, name] of Object.entries(KEY_PART_TABLES)) {
      const state = tables.find(({ schema }) => schema.name === name)!
      assert.ok(
        state.kind === 'node' && state.base.keyIndex.parts.some((part) => part.kind === kind),
        `${name}: ${kind}`,
      )
    }
    const near = tables.find((state) => state.kind === 'rel')!
    assert.ok(near.kind === 'rel' && near.base.fwd!.every((g) => g.firstRelId < 0 && groupPages(g) > 4))
    assert.ok(tables.some((state) => state.kind === 'node' && state.base.deleted !== null))
    assert.ok(columnNamed('body').chunks.some(({ pageCount, run }) => pageCount > 4 && run.validityAt > 0))
  })

  it('works as long as it is whole', async () => {
    const file = path.join(folder, 'copy.db')
    copyFileSync(whole, file)
    await useEverything(file)
  })

  it('is noticed, whichever entry has a flipped bit, and the entry is named', async () => {
    const random = seededRandom(SEED)
    const owners = pageOwners(tables, nameOf)
    const found = { pages: 0, checksums: 0, records: 0, unused: 0 }
    for (const key of EVERY_ENTRY ? keys : oneOfEachName(keys, owners, random)) {
      const file = path.join(folder, 'damaged.db')
      copyFileSync(whole, file)
      const raw = openRaw(file)
      const value = Uint8Array.from(raw.get(key)!)
      const bit = Math.floor(random() * value.length * 8)
      value[bit >>> 3]! ^= 1 << (bit & 7)
      await raw.put(key, value)
      await raw.close()
      const expected = expectation(key, owners)
      const at = `bit ${bit} of entry ${Buffer.from(key).toString('hex')}`
      let error: unknown = null
      await useEverything(file).catch((e: unknown) => {
        error = e
      })
      if (expected === null) {
        assert.equal(error, null, `${at}: nothing refers to it`)
        found.unused++
        continue
      }
      assert.ok(error instanceof DatabaseError, `${at} was not noticed; expected ${expected}`)
      assert.equal(error.code, 'CORRUPT_PAGE', `${at}: ${error.message}`)
      assert.match(error.message, expected, at)
      if (key[0]! <= 2) found.records++
      else if (key[0] === 3) found.pages++
      else found.checksums++
      rmSync(file)
      rmSync(`${file}-lock`, { force: true })
    }
    const names = EVERY_ENTRY ? owners.size : new Set(owners.values()).size
    assert.deepEqual([found.pages, found.checksums], [names, names])
    assert.ok(found.records >= 10 && found.unused > 0, JSON.stringify(found))
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PAGE_BYTES, type PageSource } from '../../../src/bufferpool/page-source.ts'
import { Connection, Database, type QueryResult } from '../../../src/index.ts'
import { ProblemList, type StorageCheckResult } from '../../../src/storage/check-report.ts'
import { checkStorage } from '../../../src/storage/check-storage.ts'
import { openStorage } from '../../../src/storage/open-storage.ts'
import type { SnapshotReadView } from '../../../src/storage/read-view-snapshot.ts'
import { storageParts } from '../../../src/storage/storage-info.ts'
import type { TableState } from '../../../src/storage/transaction-table-state.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-check-'))
const file = path.join(folder, 'db')

const STATEMENTS = [
  'CREATE NODE TABLE p(id INT64, name STRING, x FLOAT[4], tags STRING[], PRIMARY KEY(id))',
  'CREATE REL TABLE r(FROM p TO p, w INT64)',
  "COPY p FROM (UNWIND range(1, 3000) AS i RETURN i * i, 'n' + string(i), [i, i, i, i], ['a', string(i)])",
  'COPY r FROM (MATCH (a:p), (b:p) WHERE a.id < 900 AND b.id < 400 RETURN a.id, b.id, a.id + 1)',
  'MATCH (a:p) WHERE a.id = 4 DETACH DELETE a',
  'CHECKPOINT',
]

function emptyResult(): StorageCheckResult {
  return { tables: 0, pages: 0, rows: 0, rels: 0, values: 0, problems: [] }
}

const INTACT: PageSource = { readPageInto: () => undefined }

/** Checks a view whose tables are as `damage` makes them, without reading pages. */
function problemsOf(damage: (view: SnapshotReadView) => SnapshotReadView): string[] {
  const storage = openStorage(file, { readOnly: true })
  const view = storage.openView() as SnapshotReadView
  const result = emptyResult()
  for (const _step of checkStorage(damage(view), INTACT, result));
  view.close()
  storage.closeSync()
  return result.problems.map((p) => `${p.table}, ${p.place}: ${p.text}`)
}

/** A view with some members replaced. */
function altered<T extends object>(target: T, members: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get: (of, name) => {
      if (Object.hasOwn(members, name)) return members[name as keyof T]
      const value: unknown = Reflect.get(of, name, of)
      return typeof value === 'function' ? value.bind(of) : value
    },
  })
}

function stateOf(view: SnapshotReadView, kind: TableState['kind']): TableState {
  return [...view.tables.values()].find((s) => s.kind === kind)!
}

function withState(view: SnapshotReadView, state: TableState): SnapshotReadView {
  return altered(view, { tables: new Map([...view.tables, [state.tableId, state]]) })
}

describe('checkStorage', function () {
  this.timeout(60_000)

  before(async () => {
    const database = new Database(file)
    const connection = new Connection(database)
    for (const statement of STATEMENTS) await connection.query(statement)
    await database.close()
  })
  after(() => rmSync(folder, { recursive: true }))

  it('finds nothing wrong with what the engine wrote, and says what it has looked at', async () => {
    const database = new Database(file, { readOnly: true })
    const shares: number[] = []
    const report = await database.check(({ done, total }) => {
      shares.push(done / total)
      return false
    })
    const { tables, rows, rels, problems } = report
    assert.deepEqual({ tables, rows, rels, problems }, { tables: 2, rows: 2999, rels: 28 * 18, problems: [] })
    assert.ok(report.pages >= 8 && report.values > 6000)
    assert.equal(shares.at(-1), 1)
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    )
    await database.close()
  })

  it('stops when it is told to', async () => {
    const database = new Database(file, { readOnly: true })
    assert.equal((await database.check(() => true)).rows, 0)
    await database.close()
  })

  it('names the table of a damaged page', () => {
    const storage = openStorage(file, { readOnly: true })
    const view = storage.openView() as SnapshotReadView
    const bad = storageParts(view, stateOf(view, 'node').tableId).find((part) => part.pages > 0)!.firstPage
    const result = emptyResult()
    const source: PageSource = {
      readPageInto: (id, target) => {
        assert.equal(target.length, PAGE_BYTES)
        if (id === bad) throw new Error(`Page ${id} is damaged.`)
      },
    }
    for (const _step of checkStorage(view, source, result));
    assert.deepEqual(result.problems, [{ table: 'p', place: 'pages', text: `Page ${bad} is damaged.` }])
    view.close()
    storage.closeSync()
  })

  it('finds keys that lead elsewhere', () => {
    const found = problemsOf((view) =>
      altered(view, {
        nodeTable: (id: number) =>
          altered(view.nodeTable(id), { lookup: (key: number) => (key === 9 ? 7 : Math.sqrt(key) - 1) }),
      }),
    )
    assert.deepEqual(found, ['p, primary key: the key of row 2 leads to row 7'])
  })

  it('finds bounds and NULL counts that are wrong, and chunks of the wrong size', () => {
    const found = problemsOf((view) => {
      const state = stateOf(view, 'node')
      if (state.kind !== 'node') throw new Error('no node table')
      const columns = state.base.columns.map((column) => {
        const [chunk] = column.chunks
        if (column.type.id === 'INT64') return { ...column, chunks: [{ ...chunk!, max: 8_999_999 }] }
        if (column.type.id === 'STRING')
          return { ...column, chunks: [{ ...chunk!, run: { ...chunk!.run, nullCount: 3 } }] }
        if (column.type.id === 'ARRAY') return { ...column, rowCount: 2999 }
        return column
      })
      return withState(view, altered(state, { base: { ...state.base, columns } }))
    })
    assert.deepEqual(found, [
      'p, columns: column 2 has 2999 rows, the table 3000',
      'p, columns: chunks of column 2 have 3000 rows, the column 2999',
      'p, column 0: row 2999 lies outside of the bounds of chunk 0',
      'p, column 1: chunk 0 has 0 NULLs, its descriptor says 3',
    ])
  })

  it('finds lists that lead nowhere, repeat a rel or differ by direction', () => {
    const found = problemsOf((view) => {
      const relTable = (id: number) => {
        const table = view.relTable(id)
        const cursor = (direction: 'fwd' | 'bwd', withIds: boolean) => {
          const real = table.cursor(direction, withIds)
          if (direction === 'bwd') return real
          const load = real.load.bind(real)
          return Object.assign(real, {
            load: (node: number) => {
              load(node)
              if (node === 0) real.neighbours = real.neighbours.map((n, k) => (k === real.lo ? 5000 : n))
            },
          })
        }
        return altered(table, { cursor })
      }
      return altered(view, { relTable })
    })
    assert.deepEqual(found, [
      'r, forward lists: node 0 has a rel to row 5000, which is not there',
      'r, lists: the two directions hold different rels',
    ])
  })

  it('finds pages that two things claim', () => {
    const found = problemsOf((view) => {
      const state = stateOf(view, 'node')
      if (state.kind !== 'node') throw new Error('no node table')
      const [first, ...rest] = state.base.columns.filter((c) => c.chunks[0]!.pageCount > 0)
      const chunks = rest[0]!.chunks.map((c) => ({ ...c, firstPage: first!.chunks[0]!.firstPage }))
      const columns = state.base.columns.map((c) => (c === rest[0] ? { ...c, chunks } : c))
      return withState(view, altered(state, { base: { ...state.base, columns } }))
    })
    assert.match(found[0]!, /^p, pages: page \d+ belongs to table p too$/)
  })

  it('lists at most five problems of one cause', () => {
    const result = emptyResult()
    const list = new ProblemList(result.problems, 't', 'x')
    for (let i = 0; i < 9; i++) list.add(String(i))
    assert.deepEqual([result.problems.length, list.found], [5, 9])
  })

  it('shows how a table is stored: CALL storage_info', async () => {
    const connection = new Connection(new Database(file, { readOnly: true }))
    const rows = async (table: string) => {
      const result = (await connection.query(
        `CALL storage_info('${table}') RETURN kind, column, pair, rows, nulls, compression, pages, bytes`,
      )) as QueryResult
      return Array.from({ length: result.getNumTuples() }, (_row, i) => result.getRowText(i).join('|'))
    }
    const parts = (await rows('p')).join('\n')
    assert.match(parts, /^column\|id\|\|3000\|0\|packed 32 bits\|1\|12000$/m)
    assert.match(parts, /^column\|x\|\|3000\|0\|plain f32\[4\]\|1\|48000$/m)
    assert.match(parts, /^column\|name\|\|3000\|0\|text\|1\|\d+$/m)
    assert.match(parts, /^key index\|\|\|3000\|0\|hash\|\d\|\d+$/m)
    assert.match(parts, /^deleted rows\|\|\|1\|0\|bitset\|1\|\d+$/m)
    const lists = (await rows('r')).filter((row) => row.includes('lists'))
    assert.deepEqual(
      lists.map((row) => row.split('|').slice(0, 4)),
      [
        ['forward lists', '', 'p->p', '504'],
        ['backward lists', '', 'p->p', '504'],
      ],
    )
    await connection.close()
  })
})

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Connection, Database } from '../../../../src/index.ts'
import { SchemaCache } from '../../../../src/shell/editor/schema-cache.ts'
import { endpointsOf, propertiesOf } from '../../../../src/shell/editor/schema-text.ts'

describe('propertiesOf', () => {
  it('reads names and types from the statement of a table', () => {
    const node =
      "CREATE NODE TABLE `odd t`(`a b` STRUCT(x INT64, y STRING[]), id SERIAL, d DECIMAL(10, 2) DEFAULT 1.5, s STRING DEFAULT 'a,(b', PRIMARY KEY (id));"
    assert.deepEqual(propertiesOf(node), [
      { name: 'a b', detail: 'STRUCT(x INT64, y STRING[])' },
      { name: 'id', detail: 'SERIAL' },
      { name: 'd', detail: 'DECIMAL(10, 2)' },
      { name: 's', detail: 'STRING' },
    ])
    assert.deepEqual(propertiesOf('CREATE REL TABLE R(FROM A TO B, FROM A TO A, w DOUBLE, MANY_ONE);'), [
      { name: 'w', detail: 'DOUBLE' },
    ])
    assert.deepEqual(endpointsOf('CREATE REL TABLE R(FROM A TO `B b`, FROM A TO A, w DOUBLE, MANY_ONE);'), [
      { from: 'A', to: 'B b' },
      { from: 'A', to: 'A' },
    ])
    assert.deepEqual(propertiesOf('CREATE SEQUENCE s START 1;'), [])
  })
})

describe('SchemaCache', () => {
  let database: Database
  let connection: Connection
  let cache: SchemaCache
  beforeEach(() => {
    database = new Database(':memory:', { bufferPoolSize: 16 * 2 ** 20 })
    connection = new Connection(database)
    cache = new SchemaCache(connection, () => ['p'])
  })
  afterEach(async () => {
    await connection.close()
    await database.close()
  })

  function run(text: string): void {
    let succeeded = true
    try {
      connection.querySync(text)
    } catch {
      succeeded = false
    }
    cache.ran(text, succeeded)
  }

  it('sees what statements change, also in an open transaction', () => {
    assert.deepEqual(cache.tables(), [])
    run('CREATE NODE TABLE A(id INT64 PRIMARY KEY, `x y` STRING)')
    run('CREATE REL TABLE R(FROM A TO A, w DOUBLE)')
    assert.deepEqual(
      [...cache.tables()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      [
        { name: 'A', kind: 'node' },
        { name: 'R', kind: 'rel' },
      ],
    )
    assert.deepEqual(cache.properties('a'), [
      { name: 'id', detail: 'INT64' },
      { name: 'x y', detail: 'STRING' },
    ])
    assert.deepEqual(cache.endpoints('r'), [{ from: 'A', to: 'A' }])
    run('ALTER TABLE A ADD z DATE')
    assert.equal(cache.properties('A').length, 3)
    run('BEGIN TRANSACTION')
    run('CREATE NODE TABLE B(id INT64 PRIMARY KEY)')
    assert.equal(cache.tables().length, 3)
    run('RETURN 1/0')
    assert.equal(cache.tables().length, 2, 'the error ended the transaction')
    assert.deepEqual(cache.properties('nowhere'), [])
  })

  it('reads the schema once as long as nothing changes', () => {
    run('CREATE NODE TABLE A(id INT64 PRIMARY KEY)')
    const first = cache.tables()
    assert.equal(cache.tables(), first)
    run('MATCH (a:A) RETURN a')
    assert.equal(cache.tables(), first)
  })

  it('sees what another connection committed', async () => {
    cache.tables()
    const other = new Connection(database)
    other.querySync('CREATE NODE TABLE A(id INT64 PRIMARY KEY)')
    await other.close()
    assert.equal(cache.tables().length, 1)
  })

  it('knows functions, settings and parameters, and says nothing while a statement runs', async () => {
    assert.ok(cache.functions().some((f) => f.name === 'list_sort' && f.detail !== ''))
    assert.ok(cache.settings().some((s) => s.name === 'threads'))
    assert.deepEqual(cache.parameters(), ['p'])
    const running = connection.query('RETURN 1')
    assert.deepEqual(cache.settings(), [])
    await running
  })

  it('lists folders', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-list-'))
    try {
      mkdirSync(path.join(folder, 'sub'))
      writeFileSync(path.join(folder, 'a.csv'), '')
      assert.deepEqual(cache.list(`${folder}/`), ['a.csv', 'sub/'])
      assert.deepEqual(cache.list(`${folder}/none/`), [])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

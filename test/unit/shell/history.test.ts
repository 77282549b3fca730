import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { History, historyFile } from '../../../src/shell/history.ts'

describe('History', () => {
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-history-'))
    file = path.join(folder, 'deep', 'history.txt')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps whole statements, each once, newest last', () => {
    const history = new History(file)
    history.add('MATCH (a)\nRETURN a;')
    history.add(' RETURN 1; ')
    history.add('RETURN 1;')
    history.add('MATCH (a)\nRETURN a;')
    const expected = ['RETURN 1;', 'MATCH (a)\nRETURN a;']
    assert.deepEqual(history.entries, expected)
    assert.deepEqual(new History(file).entries, expected)
    assert.equal(readFileSync(file, 'utf8'), 'MATCH (a)\r\nRETURN a;\nRETURN 1;\nMATCH (a)\r\nRETURN a;\n')
  })

  it('is for its owner only, also when the file was open to all', function () {
    if (process.platform === 'win32') this.skip()
    new History(file).add('RETURN 1;')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    chmodSync(file, 0o644)
    new History(file).add('RETURN 2;')
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })

  it('keeps the newest thousand, and cuts a file that has grown long', () => {
    const many = path.join(folder, 'many.txt')
    writeFileSync(many, Array.from({ length: 2500 }, (_x, i) => `RETURN ${i};\n`).join(''))
    const history = new History(many)
    assert.equal(history.entries.length, 1000)
    assert.equal(history.entries[999], 'RETURN 2499;')
    assert.equal(readFileSync(many, 'utf8').split('\n').length, 1001)
    history.add('RETURN x;')
    assert.equal(history.entries.length, 1000)
    assert.equal(history.entries[0], 'RETURN 1501;')
  })

  it('forgets what seems to hold a secret', () => {
    const history = new History(file)
    history.add("CALL s3_secret_access_key='x';")
    history.add("ATTACH 'x' (PASSWORD = 'y');")
    history.add("CALL token = 'x';")
    assert.deepEqual(history.entries, [])
  })

  it('works without a file that can be written', () => {
    const history = new History(path.join(folder, 'many.txt', 'x'))
    writeFileSync(path.join(folder, 'many.txt'), '')
    history.add('RETURN 1;')
    assert.deepEqual(history.entries, ['RETURN 1;'])
  })

  it('finds its file from a folder or a file name', () => {
    assert.equal(historyFile(folder), path.join(folder, 'history.txt'))
    assert.equal(historyFile(`${folder}/new/`), path.join(folder, 'new', 'history.txt'))
    assert.equal(historyFile(path.join(folder, 'mine')), path.join(folder, 'mine'))
    assert.equal(historyFile(), path.join(os.homedir(), '.nisaba', 'history.txt'))
  })
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./support/read-only-disk.js', import.meta.url))
/** A disk that turns read-only when there is a database on it: permissions of files mean nothing to root. */
const TURN_READ_ONLY =
  'mount -t tmpfs -o size=32m tmpfs "$1" && "$2" "$3" make "$1" && mount -o remount,ro "$1" && exec "$2" "$3" use "$1"'

describe('a disk that cannot be written', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-read-only-'))
  after(() => rmSync(folder, { recursive: true }))

  it('lets databases be opened for reading, and says why nothing else', function () {
    if (spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', folder]).status !== 0) {
      console.log('      skipped: this process may not mount a file system')
      this.skip()
    }
    const shell = ['-rm', 'sh', '-c', TURN_READ_ONLY, 'sh', folder, process.execPath, SCRIPT]
    const { status, stdout, stderr } = spawnSync('unshare', shell, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const denied = (name: string): string =>
      `IO IO exception: Cannot open file ${path.join(folder, name)}: Permission denied`
    assert.deepEqual(stdout.trim().split('\n'), [
      `new: ${denied('new.db')}`,
      `read: ${denied('old.db')}`,
      `write: ${denied('old.db')}`,
      `copy: ${denied('old.db')}`,
      `begin: ${denied('old.db')}`,
      `read-again: ${denied('old.db')}`,
      'read-only: 5',
      `export: IO IO exception: Cannot open file ${path.join(folder, 'x.csv')}: Read-only file system.`,
    ])
  })
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./support/full-disk.js', import.meta.url))
const MIB = 2 ** 20
/** A disk of its own that is gone with the process; needs the right to make name spaces. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=64m tmpfs "$1" && shift && exec "$@"'
/** Files that cannot grow: what a program without rights can do to itself. */
const WITH_FILE_LIMIT = 'trap "" XFSZ && ulimit -f 24576 && exec "$@"'

function hasUnshare(folder: string): boolean {
  return spawnSync('unshare', ['-rm', 'sh', '-c', ON_SMALL_DISK, 'sh', folder, 'true']).status === 0
}

/** Runs the script. @returns what it says of each step. */
function outcomes(command: string, args: string[]): Map<string, string> {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 200_000 })
  assert.equal(status, 0, `${stderr}\n${stdout}`)
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  )
}

describe('a full disk', function () {
  this.timeout(240_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'nisaba-full-'))
  after(() => rmSync(folder, { recursive: true }))

  const inputs = path.join(folder, 'inputs')

  before(() => {
    mkdirSync(inputs)
    const lines = (name: string, count: number, line: (i: number) => string): void =>
      writeFileSync(path.join(inputs, name), Array.from({ length: count }, (_, i) => `${line(i)}\n`).join(''))
    lines('small.csv', 1000, (i) => `${i},1,${'x'.repeat(150)}`)
    lines('big.csv', 300_000, (i) => `${i + 10_000},1,${`${Math.imul(i, 2654435761) >>> 0}`.repeat(12)}`)
    lines('rels.csv', 3_000_000, (i) => `${i % 1000},${(i * 7) % 1000}`)
  })

  it('fails COPY, commit and merge with a clear error, leaves the committed state, and is over when there is space', function () {
    const disk = path.join(folder, 'disk')
    mkdirSync(disk)
    if (!hasUnshare(disk)) {
      console.log('      skipped: this process may not mount a small file system')
      this.skip()
    }
    const node = [process.execPath, SCRIPT, disk, inputs, String(40 * MIB)]
    const said = outcomes('unshare', ['-rm', 'sh', '-c', ON_SMALL_DISK, 'sh', disk, ...node])
    const expected = {
      schema: 'ok',
      'small-copy': 'ok',
      copy: 'DISK_FULL',
      'after-copy': 'whole',
      'copy-again': 'DISK_FULL',
      'insert-after-copy': 'ok',
      'after-insert': 'whole',
      'copy-rels': 'DISK_FULL',
      'after-rels': 'whole',
      begin: 'ok',
      'large-insert': 'ok',
      commit: 'DISK_FULL',
      'after-commit': 'whole',
      commits: 'DISK_FULL',
      'after-commits': 'whole',
      merge: 'DISK_FULL',
      'after-merge': 'whole',
      reopened: 'whole',
      'insert-with-space': 'ok',
      'merge-with-space': 'ok',
      'after-space': 'whole',
      'reopened-again': 'whole',
    }
    assert.deepEqual(Object.fromEntries(said), expected)
  })

  it('is told like a file that may not grow', function () {
    if (process.platform === 'win32') this.skip()
    const place = path.join(folder, 'limited')
    mkdirSync(place)
    const said = outcomes('sh', ['-c', WITH_FILE_LIMIT, 'sh', process.execPath, SCRIPT, place, inputs, '0'])
    for (const step of ['copy', 'copy-again', 'commit', 'commits', 'merge'])
      assert.equal(said.get(step), 'DISK_FULL', step)
    for (const [step, outcome] of said) if (/^(after|reopened)/.test(step)) assert.equal(outcome, 'whole', step)
    assert.deepEqual(
      readdirSync(place).filter((name) => !name.startsWith('full.db')),
      [],
    )
  })
})

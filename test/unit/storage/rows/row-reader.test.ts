import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { RequestWriter } from '../../../../src/storage/rows/extract-rows.ts'
import { RowReader } from '../../../../src/storage/rows/row-reader.ts'
import { childrenOf } from './support/children.ts'

const BLOCK = 4096
const BLOCKS = 40

interface Outcome {
  readonly answers: Map<number, Buffer>
  readonly failed: number[]
  readonly ended: boolean
}

/** Asks for all of `requests` at once. @param kill ends the process as soon as it is there. */
function askAll(file: string, requests: readonly Uint8Array[], kill = false): Promise<Outcome> {
  return new Promise((resolve) => {
    const before = new Set(childrenOf(process.pid))
    const outcome = { answers: new Map<number, Buffer>(), failed: [] as number[], ended: false }
    const settle = (): void => {
      if (!outcome.ended && outcome.answers.size + outcome.failed.length < requests.length) return
      reader.close()
      resolve(outcome)
    }
    const reader = new RowReader(file, {
      arrived: (tag, answer) => outcome.answers.set(tag, Buffer.from(answer)),
      failed: (tag) => outcome.failed.push(tag),
      ended: () => {
        outcome.ended = true
        settle()
      },
      idle: settle,
    })
    for (const request of requests) reader.ask(request)
    if (kill) for (const pid of childrenOf(process.pid)) if (!before.has(pid)) process.kill(pid, 'SIGKILL')
    reader.send()
  })
}

function requestOf(tag: number, start: number, count: number, pieces: readonly (readonly [number, number])[]): Buffer {
  const writer = new RequestWriter(new ArrayBuffer(1024))
  writer.begin(tag, { start, count })
  for (let block = 0; block < count; block++) writer.addCheck(block * BLOCK, (block + 1) * BLOCK)
  for (const [from, to] of pieces) writer.addPiece(from, to)
  return Buffer.from(new Uint8Array(writer.view.buffer as ArrayBuffer, 0, writer.end()))
}

describe('a process that reads rows', () => {
  let folder = ''
  let file = ''
  const content = Buffer.from(Uint8Array.from({ length: BLOCKS * BLOCK }, (_, i) => (i * 2_654_435_761) >>> 24))

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-rows-'))
    file = path.join(folder, 'blocks')
    writeFileSync(file, content)
  })
  after(() => rmSync(folder, { recursive: true }))

  it('answers each request with the checksums of its blocks and the bytes asked for', async () => {
    const count = 700 // more than can be under way, and than fits into a pipe
    const requests = Array.from({ length: count }, (_, k) =>
      requestOf(k, k % (BLOCKS - 8), 8, [
        [100, 612],
        [612, 1124],
        [7 * BLOCK, 8 * BLOCK],
      ]),
    )
    const { answers, failed, ended } = await askAll(file, requests)
    assert.deepEqual([answers.size, failed, ended], [count, [], false])
    for (let k = 0; k < count; k++) {
      const start = (k % (BLOCKS - 8)) * BLOCK
      const answer = answers.get(k)!
      assert.equal(answer.readUInt32LE(0), 8)
      for (let block = 0; block < 8; block++) {
        const expected = crc32(content.subarray(start + block * BLOCK, start + (block + 1) * BLOCK))
        assert.equal(answer.readUInt32LE(4 + 4 * block), expected)
      }
      const pieces = [
        content.subarray(start + 100, start + 1124),
        content.subarray(start + 7 * BLOCK, start + 8 * BLOCK),
      ]
      assert.deepEqual(answer.subarray(36), Buffer.concat(pieces))
    }
  })

  it('takes what lies past the end of the file for zeros', async () => {
    const { answers } = await askAll(file, [requestOf(1, BLOCKS - 1, 3, [[BLOCK - 4, BLOCK + 4]])])
    assert.deepEqual(answers.get(1)!.subarray(16), Buffer.concat([content.subarray(-4), Buffer.alloc(4)]))
  })

  it('says which requests could not be read', async () => {
    const { answers, failed } = await askAll(folder, [requestOf(7, 0, 1, [[0, 8]]), requestOf(8, 1, 1, [[0, 8]])])
    assert.deepEqual([answers.size, failed.sort()], [0, [7, 8]])
  })

  it('says that there is no process any more', async () => {
    const { ended } = await askAll(file, [requestOf(1, 0, 1, [[0, 8]])], true)
    assert.equal(ended, true)
  })

  it('ends by itself when the file cannot be opened', async () => {
    const { ended } = await askAll(path.join(folder, 'nothing'), [requestOf(1, 0, 1, [[0, 8]])])
    assert.equal(ended, true)
  })
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { encodeColumnChunk } from '../../../src/storage/column-writer.ts'
import { type LogicalType, scalar } from '../../../src/types/logical-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { vectorOf } from './support/load-rig.ts'
import { PageHeap } from './support/tiny-pool.ts'

/** The bytes of the chunk's one page as the tables of docs/storage-format.md give them: `[offset, bytes]`. */
function assertPage(type: LogicalType, values: readonly Value[], parts: readonly [number, string][]): string {
  const heap = new PageHeap()
  const chunk = encodeColumnChunk(vectorOf(type, values), heap)
  assert.equal(heap.pages.size, 1)
  const page = heap.pages.get(chunk.firstPage)!
  const wanted = new Uint8Array(page.length)
  for (const [offset, bytes] of parts) wanted.set(Buffer.from(bytes.replaceAll(' ', ''), 'hex'), offset)
  assert.deepEqual(Buffer.from(page), Buffer.from(wanted))
  return JSON.stringify({ ...chunk, firstPage: 7 })
}

describe('docs/storage-format.md', () => {
  const text = readFileSync(path.resolve('docs/storage-format.md'), 'utf8')

  it('shows a packed column as it is', () => {
    const parts: [number, string][] = [
      [0, '80 00 03'],
      [16, 'fb'],
    ]
    const descriptor = assertPage(scalar('INT64'), [1995, 2003, null, 1995, 1998], parts)
    for (const [, bytes] of parts) assert.ok(text.includes(`\`${bytes}\``), bytes)
    const shown = /\{ "firstPage": 7[\s\S]*?\} \} \} \}?/.exec(text)![0]
    assert.deepEqual(JSON.parse(shown), JSON.parse(descriptor))
  })

  it('shows a dictionary as it is', () => {
    const parts: [number, string][] = [
      [0, '12'],
      [16, '49 43 4d 4c 4b 44 44'],
      [32, '40 07 00 00'],
    ]
    assertPage(scalar('STRING'), ['ICML', 'KDD', 'ICML', 'ICML', 'KDD', 'ICML'], parts)
    for (const [, bytes] of parts) assert.ok(text.includes(`\`${bytes}\``), bytes)
  })
})

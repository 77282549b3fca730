import { DatabaseError } from '../errors/database-error.ts'
import { assert } from '../util/assert.ts'
import { type CsrGroup, EMPTY_GROUP, groupElements, MAX_GROUP_RELS, PAGE_ELEMENTS } from './csr-format.ts'
import type { PageSink } from './page-sink.ts'

/** Writes a known number of u32 elements, given piece by piece, to consecutive pages. Memory: one page. */
class ElementWriter {
  readonly firstPage: number
  readonly #sink: PageSink
  readonly #page = new Uint32Array(PAGE_ELEMENTS)
  readonly #bytes = new Uint8Array(this.#page.buffer)
  #next: number
  #filled = 0

  constructor(sink: PageSink, elements: number) {
    this.#sink = sink
    this.firstPage = sink.reserve(Math.ceil(elements / PAGE_ELEMENTS))
    this.#next = this.firstPage
  }

  write(elements: Uint32Array): void {
    let from = 0
    while (from < elements.length) {
      const count = Math.min(elements.length - from, PAGE_ELEMENTS - this.#filled)
      this.#page.set(elements.subarray(from, from + count), this.#filled)
      this.#filled += count
      from += count
      if (this.#filled === PAGE_ELEMENTS) this.flush()
    }
  }

  flush(): void {
    if (this.#filled === 0) return
    this.#sink.put(this.#next++, this.#bytes.subarray(0, this.#filled * 4))
    this.#filled = 0
  }
}

/**
 * Writes one group of a direction; see csr-format.ts for the layout. Give the offsets first (constructor), then all neighbours,
 * then all rel ids unless they are implicit.
 */
export class CsrGroupWriter {
  readonly #out: ElementWriter
  readonly #group: CsrGroup
  #neighbours = 0
  #ids = 0

  /**
   * @param offsets element i is the position of the first rel of local node i; one more element than nodes, the last one is the number of rels.
   * @param firstRelId rel id of position 0 when ids are implicit, else -1.
   * @throws {DatabaseError} LIMIT if the group has too many rels.
   */
  constructor(sink: PageSink, offsets: Uint32Array, firstRelId: number) {
    const nodeCount = offsets.length - 1
    const relCount = offsets[nodeCount]!
    if (relCount > MAX_GROUP_RELS) {
      throw new DatabaseError('LIMIT', `More than ${MAX_GROUP_RELS} relationships at 131072 neighbouring nodes`, {
        facts: { relCount },
      })
    }
    let maxDegree = 0
    for (let i = 0; i < nodeCount; i++) maxDegree = Math.max(maxDegree, offsets[i + 1]! - offsets[i]!)
    const shape = { nodeCount, relCount, maxDegree, firstRelId }
    this.#out = new ElementWriter(sink, groupElements({ ...shape, firstPage: 0 }))
    this.#group = { firstPage: this.#out.firstPage, ...shape }
    this.#out.write(offsets)
  }

  neighbours(elements: Uint32Array): void {
    this.#neighbours += elements.length
    this.#out.write(elements)
  }

  relIds(elements: Uint32Array): void {
    assert(this.#neighbours === this.#group.relCount, 'rel ids before the last neighbour')
    this.#ids += elements.length
    this.#out.write(elements)
  }

  finish(): CsrGroup {
    const { relCount, firstRelId } = this.#group
    assert(this.#neighbours === relCount, 'group is incomplete', { relCount, written: this.#neighbours })
    assert(this.#ids === (firstRelId < 0 ? relCount : 0), 'rel ids are incomplete', { relCount, written: this.#ids })
    this.#out.flush()
    return this.#group
  }
}

/** Writes a group whose lists are in memory. @param relIds null when they are implicit from `firstRelId`. */
export function writeCsrGroup(
  sink: PageSink,
  offsets: Uint32Array,
  neighbours: Uint32Array,
  relIds: Uint32Array | null,
  firstRelId: number,
): CsrGroup {
  if (neighbours.length === 0) return EMPTY_GROUP
  const writer = new CsrGroupWriter(sink, offsets, relIds === null ? firstRelId : -1)
  writer.neighbours(neighbours)
  if (relIds !== null) writer.relIds(relIds)
  return writer.finish()
}

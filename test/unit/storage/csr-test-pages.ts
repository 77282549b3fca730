import { BufferPool } from '../../../src/bufferpool/buffer-pool.ts'
import { PAGE_BYTES, type PageId } from '../../../src/bufferpool/page-source.ts'
import { SpillFile } from '../../../src/bufferpool/spill-file.ts'
import type { LoadContext } from '../../../src/storage/load-context.ts'
import type { PageSink } from '../../../src/storage/page-sink.ts'

/** Pages in a Map under a pool of its own: what loads and cursors need, without a file. */
export class TestPages implements LoadContext, PageSink {
  readonly pool: BufferPool
  readonly sink: PageSink = this
  readonly memoryBytes: number
  spills = 0
  readonly #pages = new Map<PageId, Uint8Array>()
  #next = 1

  constructor(memoryBytes = 1 << 20, poolBytes = 4 << 20) {
    this.memoryBytes = memoryBytes
    this.pool = BufferPool.create(
      {
        readPageInto: (id, target) => {
          target.fill(0)
          target.set(this.#pages.get(id)!)
        },
      },
      poolBytes,
    )
  }

  get pageCount(): number {
    return this.#pages.size
  }

  readonly openSpill = (): SpillFile => {
    this.spills++
    return new SpillFile()
  }

  reserve(count: number): PageId {
    this.#next += count
    return this.#next - count
  }

  fill(id: PageId, length: number, write: (target: Uint8Array) => void): void {
    const bytes = new Uint8Array(length)
    write(bytes)
    this.put(id, bytes)
  }

  put(id: PageId, bytes: Uint8Array): void {
    if (this.#pages.has(id) || bytes.length > PAGE_BYTES) throw new Error(`page ${id} put twice or too long`)
    this.#pages.set(id, bytes.slice())
  }

  oldRows(): (row: number) => null {
    return () => null
  }

  flush(): void {}

  abort(): void {}
}

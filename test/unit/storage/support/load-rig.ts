import type { BufferPool } from '../../../../src/bufferpool/buffer-pool.ts'
import { SpillFile } from '../../../../src/bufferpool/spill-file.ts'
import type { NodeTableBase } from '../../../../src/storage/column-base.ts'
import type { NodeOverlay } from '../../../../src/storage/column-overlay.ts'
import { openColumn } from '../../../../src/storage/column-reader.ts'
import type { LoadContext } from '../../../../src/storage/load-context.ts'
import { emptyColumn } from '../../../../src/storage/merge-column.ts'
import { openNodeTable } from '../../../../src/storage/node-table-reader.ts'
import type { NodeTableReader } from '../../../../src/storage/read-view.ts'
import { ReaderContext } from '../../../../src/storage/reader-context.ts'
import type { NodeTableSchema } from '../../../../src/storage/table-schema.ts'
import type { LogicalType } from '../../../../src/types/logical-type.ts'
import type { Value } from '../../../../src/types/value.ts'
import type { Vector } from '../../../../src/types/vector.ts'
import { vectorBuilder } from '../../../../src/types/vector-builder.ts'
import { PageHeap, TestMemory, TinyPool } from './tiny-pool.ts'

/** Pages in memory behind a tiny pool, and what loads need around them. */
export class LoadRig {
  readonly heap = new PageHeap()
  readonly pool: TinyPool
  readonly memory: TestMemory
  spills = 0
  aborted = 0
  readonly #contexts: ReaderContext[] = []

  constructor(frames = 20, memoryBytes = 1 << 22) {
    this.pool = new TinyPool(this.heap, frames)
    this.memory = new TestMemory(memoryBytes)
  }

  readers(): ReaderContext {
    const context = new ReaderContext(this.pool, this.memory, 4)
    this.#contexts.push(context)
    return context
  }

  /** @param loadMemory what the load may use; small: keys spill. */
  loadContext(loadMemory = 1 << 26): LoadContext {
    const readers = this.readers()
    return {
      pool: this.pool as unknown as BufferPool,
      sink: this.heap,
      memoryBytes: loadMemory,
      openSpill: () => {
        this.spills++
        return new SpillFile()
      },
      oldRows: (column) => {
        const reader = openColumn(column, null, readers, { table: 'T', column: String(column.columnId) })
        return (row) => reader.value(row)
      },
      flush: () => {},
      abort: () => {
        this.aborted++
      },
    }
  }

  open(schema: NodeTableSchema, base: NodeTableBase, overlay: NodeOverlay | null = null): NodeTableReader {
    return openNodeTable(schema, base, overlay, this.readers())
  }

  close(): void {
    for (const context of this.#contexts) context.close()
  }
}

/** A table `T` of these column types; the first is the key. */
export function schemaOf(...types: LogicalType[]): NodeTableSchema {
  return { tableId: 1, name: 'T', primaryKey: 0, columns: types.map((type, columnId) => ({ columnId, type })) }
}

export function emptyBase(schema: NodeTableSchema): NodeTableBase {
  const columns = schema.columns.map((column) => emptyColumn(column.columnId, column.type))
  return { tableId: schema.tableId, rowCount: 0, deletedCount: 0, deleted: null, columns, keyIndex: { parts: [] } }
}

export function vectorOf(type: LogicalType, values: readonly Value[]): Vector {
  const builder = vectorBuilder(type)
  for (const value of values) builder.append(value)
  return builder.finish()
}

import type { ChunkDescriptor, ColumnBase } from '../../../../src/storage/column-base.ts'
import { encodeColumnChunk } from '../../../../src/storage/column-writer.ts'
import type { PageSink } from '../../../../src/storage/page-sink.ts'
import type { LogicalType } from '../../../../src/types/logical-type.ts'
import type { Value } from '../../../../src/types/value.ts'
import { vectorBuilder } from '../../../../src/types/vector-builder.ts'

/** Writes a column of these values. */
export function writeColumn(
  type: LogicalType,
  values: readonly Value[],
  chunkShift: number,
  sink: PageSink,
  columnId = 0,
): ColumnBase {
  const chunks: ChunkDescriptor[] = []
  for (let from = 0; from < values.length; from += 1 << chunkShift) {
    const builder = vectorBuilder(type)
    for (const v of values.slice(from, from + (1 << chunkShift))) builder.append(v)
    chunks.push(encodeColumnChunk(builder.finish(), sink))
  }
  return { columnId, type, chunkShift, rowCount: values.length, chunks }
}

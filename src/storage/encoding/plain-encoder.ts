import { PAGE_BYTES } from '../../bufferpool/page-source.ts'
import type { Vector } from '../../types/vector.ts'
import type { PlainElement } from '../column-base.ts'
import type { ExtentWriter } from './extent-writer.ts'
import { rowSkip, rowsPerPage } from './plain-layout.ts'
import type { RunResult } from './run-result.ts'

/** Writes an ARRAY of numbers row by row, without looking at it. Cost: one copy. */
export function encodePlainArray(
  vector: Vector,
  layout: { readonly element: PlainElement; readonly length: number; readonly rowBytes: number },
  writer: ExtentWriter,
): RunResult {
  const { rowBytes, element, length } = layout
  const data = vector.children[0]!.data!
  const bytes = new Uint8Array(data.buffer, data.byteOffset, vector.length * rowBytes)
  return {
    encoding: { kind: 'plain', element, rowElements: length, at: writePlainRows(bytes, rowBytes, writer) },
    min: null,
    max: null,
    distinct: vector.length - vector.nullCount,
  }
}

/** @returns where the run starts. Layout: {@link rowsPerPage}. */
function writePlainRows(bytes: Uint8Array, rowBytes: number, writer: ExtentWriter): number {
  const rows = rowBytes === 0 ? 0 : bytes.length / rowBytes
  const here = writer.startRun()
  if (rowsPerPage(rowBytes, rows, here) === 0) {
    writer.write(bytes)
    return here
  }
  const start = writer.startPage()
  const skip = rowSkip(rowBytes)
  const pageBytes = Math.floor(PAGE_BYTES / rowBytes) * rowBytes
  for (let from = 0; from < bytes.length; from += pageBytes) {
    const page = bytes.subarray(from, Math.min(from + pageBytes, bytes.length))
    const isLast = from + pageBytes >= bytes.length
    if (skip === 0 && !isLast) writer.writePage(page)
    else {
      writer.write(new Uint8Array(skip))
      writer.write(page)
      if (!isLast) writer.startPage()
    }
  }
  return start + skip
}

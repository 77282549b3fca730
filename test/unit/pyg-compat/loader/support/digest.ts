import { createHash } from 'node:crypto'
import { edgeTypeKey } from '../../../../../src/pyg-compat/edge-type.ts'
import type { Batch } from '../../../../../src/pyg-compat/loader/batch.ts'

/** @returns a hash of everything that a batch holds, statistics apart. */
export function digest(batch: Batch): string {
  const hash = createHash('sha256')
  const text = (...values: unknown[]) => hash.update(JSON.stringify(values))
  const array = (name: string, data: ArrayBufferView | null | undefined) => {
    text(name, data?.byteLength ?? null)
    if (data != null) hash.update(Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
  }
  text(batch.epoch, batch.index)
  for (const nodeType of batch.nodeTypes) {
    const node = batch.node(nodeType)
    text(nodeType, node.numNodes, node.batchSize, node.numSampledNodes)
    for (const [name, { data, shape, dtype }] of node.columns) {
      text(shape, dtype)
      array(name, data)
    }
    array('nId', node.nId)
    array('batch', node.batch)
    array('inputId', node.inputId)
    array('seedTime', node.seedTime)
    array('srcIndex', node.srcIndex?.data)
    array('dstPosIndex', node.dstPosIndex?.data)
    array('dstNegIndex', node.dstNegIndex?.data)
  }
  for (const edgeType of batch.edgeTypes) {
    const edge = batch.edge(edgeType)
    text(edgeTypeKey(edgeType), edge.numSampledEdges)
    for (const [name, { data, shape, dtype }] of edge.columns) {
      text(shape, dtype)
      array(name, data)
    }
    array('edgeIndex', edge.edgeIndex.data)
    array('eId', edge.eId)
    array('inputId', edge.inputId)
    array('edgeLabelIndex', edge.edgeLabelIndex?.data)
    array('edgeLabel', edge.edgeLabel?.data)
  }
  return hash.digest('hex').slice(0, 16)
}

/** @returns the digests of some batches of a loader's next epoch, each disposed before the next. @param most stops after so many. */
export async function digests(loader: AsyncIterable<Batch>, most = Number.POSITIVE_INFINITY): Promise<string[]> {
  const found: string[] = []
  for await (const batch of loader) {
    found.push(digest(batch))
    batch.dispose()
    if (found.length >= most) break
  }
  return found
}

import { NodeStore } from '../data.ts'
import type { Tensor } from '../tensor.ts'
import type { BatchBuffer, NodeLayout } from './batch-data.ts'
import { FieldViews } from './field-views.ts'

/**
 * The nodes of one type in a batch: seeds first, in given order, then in order of discovery. All arrays live in the batch's memory: see
 * {@link Batch.dispose}.
 *
 * `columns` has x [n, width] as float32, joined from the feature columns; y [batchSize, …] for the seeds only unless labels of all nodes were asked
 * for, as int32 or float32; and whatever else the loader was asked for.
 */
export class NodeBatch extends NodeStore {
  /** [P] local ids of the links' sources (triplets). */
  readonly srcIndex: Tensor<'int32'> | null
  /** [P] local ids of the links' targets (triplets). */
  readonly dstPosIndex: Tensor<'int32'> | null
  /** [P] or [P, amount] local ids of the negative targets (triplets). */
  readonly dstNegIndex: Tensor<'int32'> | null

  constructor(layout: NodeLayout, buffer: BatchBuffer) {
    const fields = new FieldViews(layout.fields, buffer)
    super({
      nodeType: layout.nodeType,
      numNodes: layout.numNodes,
      columns: fields.columns(),
      nId: fields.array('nId', 'uint32'),
      batch: fields.array('batch', 'uint32'),
      numSampledNodes: layout.numSampledNodes,
      batchSize: layout.batchSize,
      inputId: fields.array('inputId', 'uint32'),
      seedTime: fields.array('seedTime', 'float64'),
    })
    this.srcIndex = fields.tensor('srcIndex', 'int32')
    this.dstPosIndex = fields.tensor('dstPosIndex', 'int32')
    this.dstNegIndex = fields.tensor('dstNegIndex', 'int32')
  }

  override get x(): Tensor<'float32'> {
    return super.x as Tensor<'float32'>
  }

  /** [n] offsets in the node table. */
  get ids(): Uint32Array {
    return this.nId!
  }
}

import { EdgeStore } from '../data.ts'
import type { Tensor } from '../tensor.ts'
import type { BatchBuffer, EdgeLayout } from './batch-data.ts'
import { FieldViews } from './field-views.ts'

/**
 * The edges of one type in a batch. `edgeIndex` [2, e]: row 0 = source (the sampled neighbour), row 1 = target (the node that it was sampled for),
 * local ids. All arrays live in the batch's memory: see {@link Batch.dispose}.
 */
export class EdgeBatch extends EdgeStore {
  /** [2, P + negatives] local ids of the seed links, negatives behind the positives; on the type that the links are of. */
  readonly edgeLabelIndex: Tensor<'int32'> | null
  /** [P + negatives] labels of the seed links. */
  readonly edgeLabel: Tensor | null
  /** [P] position of each seed link in the list of links, or the user's own ids. */
  readonly inputId: Uint32Array | null
  /** [P + negatives] times of the links of edgeLabelIndex; null unless given. */
  readonly edgeLabelTime: Float64Array | null
  /** [P] times of the seed links of triplets; null unless given. */
  readonly seedTime: Float64Array | null

  constructor(layout: EdgeLayout, buffer: BatchBuffer) {
    const fields = new FieldViews(layout.fields, buffer)
    super({
      edgeType: layout.edgeType,
      edgeIndex: fields.tensor('edgeIndex', 'int32')!,
      columns: fields.columns(),
      eId: fields.array('eId', 'uint32'),
      numSampledEdges: layout.numSampledEdges,
    })
    this.edgeLabelIndex = fields.tensor('edgeLabelIndex', 'int32')
    this.edgeLabel = fields.any('edgeLabel')
    this.inputId = fields.array('inputId', 'uint32')
    this.edgeLabelTime = fields.array('edgeLabelTime', 'float64')
    this.seedTime = fields.array('seedTime', 'float64')
  }
}

import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { Tensor } from '../tensor.ts'
import type { BatchBuffer, EdgeLayout } from './batch-data.ts'
import { FieldViews } from './field-views.ts'

/** The edges of one type in a batch. Tensors live in the batch's memory: see {@link Batch.dispose}. e is {@link numEdges}. */
export class EdgeBatch {
  readonly edgeType: EdgeType
  readonly numEdges: number
  /** Edges per hop; null for bidirectional and induced subgraphs and for HGT samples. */
  readonly numSampledEdges: readonly number[] | null
  /** [2, e] local ids: row 0 = source (the sampled neighbour), row 1 = target (the node that it was sampled for). */
  readonly edgeIndex: Tensor<'int32'>
  /** [e] rel ids in the rel table; null when they were not asked for. */
  readonly eId: Tensor<'uint32'> | null
  /** Edge columns by name: [e, …] each. */
  readonly columns: Readonly<Record<string, Tensor>>
  /** [2, P + negatives] local ids of the seed links, negatives behind the positives. */
  readonly edgeLabelIndex: Tensor<'int32'> | null
  /** [P + negatives] labels of the seed links. */
  readonly edgeLabel: Tensor | null
  /** [P] position of each seed link in the list of links, or the user's own ids. */
  readonly inputId: Tensor | null
  /** [P] times of the seed links; null unless given. */
  readonly seedTime: Tensor<'float64'> | null

  constructor(layout: EdgeLayout, buffer: BatchBuffer) {
    const fields = new FieldViews(layout.fields, buffer)
    this.edgeType = layout.edgeType
    this.numEdges = layout.numEdges
    this.numSampledEdges = layout.numSampledEdges
    this.edgeIndex = fields.get('edgeIndex', 'int32')!
    this.eId = fields.get('eId', 'uint32')
    this.columns = fields.columns()
    this.edgeLabelIndex = fields.get('edgeLabelIndex', 'int32')
    this.edgeLabel = fields.any('edgeLabel')
    this.inputId = fields.any('inputId')
    this.seedTime = fields.get('seedTime', 'float64')
  }

  /** @throws {DatabaseError} UNKNOWN_PROPERTY when the loader was not asked for the column. */
  column(name: string): Tensor {
    const column = this.columns[name]
    if (column !== undefined) return column
    const table = edgeTypeKey(this.edgeType)
    const text = `Column ${name} of edge type ${table} is not in the batch. Name it in the option edgeColumns.`
    throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table, column: name } })
  }
}

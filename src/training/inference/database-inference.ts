import type { FeatureStore } from '../../pyg-compat/backend/feature-store.ts'
import type { RemoteStores } from '../../pyg-compat/backend/get-remote-backend.ts'
import type { EdgeType } from '../../pyg-compat/edge-type.ts'
import type { DecodedColumn } from '../../pyg-compat/features/decoded-column.ts'
import type { FeatureSource } from '../../pyg-compat/features/feature-source.ts'
import { openNodeFeatures } from '../../pyg-compat/features/open-node-features.ts'
import { DatabaseGraph } from '../../pyg-compat/sampler/database-graph.ts'
import type { GraphModel } from '../models/graph-model.ts'
import { type InferenceOptions, inferLayerByLayer } from './layer-by-layer.ts'

/** Where a database keeps what inference reads. */
export interface DatabaseInferenceOptions extends InferenceOptions {
  readonly edgeType: EdgeType
  /** Feature columns, joined in this order: what the loader's option `columns: { x }` was. */
  readonly columns: readonly (string | DecodedColumn)[]
  readonly direction?: 'in' | 'both'
  /** Stands for NULL and NaN features; without it they are refused. */
  readonly impute?: number
}

/**
 * Class scores of every node of a database's table from all its neighbours, in the snapshot of the stores: see inferLayerByLayer.
 * @throws {DatabaseError} as inferLayerByLayer, and for tables and columns that are not there.
 */
export async function inferFromDatabase(
  model: GraphModel,
  [featureStore]: RemoteStores,
  options: DatabaseInferenceOptions,
): Promise<Float32Array> {
  const snapshot = featureStore.backend.snapshot.retain()
  const nodeType = options.edgeType[0]
  const features: FeatureSource[] = []
  try {
    const graph = new DatabaseGraph(snapshot.view, snapshot.catalog, {
      nodeTypes: [nodeType],
      edgeTypes: [options.edgeType],
    })
    for (const column of options.columns) {
      const { impute } = options
      features.push(openNodeFeatures(snapshot, nodeType, column, impute === undefined ? {} : { impute }))
    }
    const { edgeType, direction = 'in' } = options
    return await inferLayerByLayer(model, { graph, edgeType, direction, features }, options)
  } finally {
    for (const source of features) source.close()
    snapshot.release()
  }
}

/**
 * Writes one class per node into a column of its table, which is added if it is not there, in a transaction of its own.
 * @param classes [nodes] by offset, deleted nodes included.
 * @throws {DatabaseError} as FeatureStore.putTensor.
 */
export function writePredictions(featureStore: FeatureStore, table: string, column: string, classes: Int32Array): void {
  featureStore.putTensor(
    { data: classes, shape: [classes.length], dtype: 'int32' },
    { groupName: table, attrName: column, index: null },
  )
}

/**
 * `nisaba/pyg`: what PyTorch Geometric offers for training from a remote backend, over a database.
 *
 * `const [features, graph] = database.getTorchGeometricRemoteBackend()`, `new NeighborLoader([features, graph], { … })`.
 */
export type { AttrView, ColumnView, GroupView } from './backend/attr-view.ts'
export type { EdgeAttr, EdgeAttrLike, EdgeLayout } from './backend/edge-attr.ts'
export { FeatureStore, type GetTensorOptions } from './backend/feature-store.ts'
export { getTorchGeometricRemoteBackend, type RemoteStores } from './backend/get-remote-backend.ts'
export {
  type EdgeIndex,
  type EdgeLayouts,
  type GetEdgeIndexOptions,
  GraphStore,
  type IdArray,
} from './backend/graph-store.ts'
export { PinnedSnapshot } from './backend/pinned-snapshot.ts'
export { type QuantizedColumn, quantizeColumn } from './backend/quantize-column.ts'
export { type CloseListener, RemoteBackend } from './backend/remote-backend.ts'
export { type PropertiesByType, resultGraph, type TorchGeometricGraph } from './backend/result-graph.ts'
export type { Slice, TensorIndex } from './backend/row-index.ts'
export type { GroupName, TensorAttr, TensorAttrLike } from './backend/tensor-attr.ts'
export {
  type Columns,
  Data,
  type EdgeParts,
  EdgeStore,
  type GraphSummary,
  HeteroData,
  type NodeParts,
  NodeStore,
} from './data.ts'
export {
  type ConvertedDataset,
  type ConvertOptions,
  convertDataset,
  DATASETS,
  type DatasetName,
} from './datasets/convert-dataset.ts'
export type { DatasetProgress } from './datasets/progress.ts'
export { type EdgeType, edgeTypeKey } from './edge-type.ts'
export { openDatabaseFeatures } from './features/database-feature-source.ts'
export type { DecodedColumn, Decoding } from './features/decoded-column.ts'
export { DecodingFeatureSource } from './features/decoding-feature-source.ts'
export type { FeatureSource, FeatureSourceStats } from './features/feature-source.ts'
export { MemoryFeatureSource } from './features/memory-feature-source.ts'
export type { BaseLoader } from './loader/base-loader.ts'
export { Batch } from './loader/batch.ts'
export type { BatchStatistics } from './loader/batch-data.ts'
export type { Consistency } from './loader/batch-engine.ts'
export type { BatchSampler, SamplerModule } from './loader/batch-sampler.ts'
export { EdgeBatch } from './loader/edge-batch.ts'
export type { InMemoryEdges, InMemoryGraph, InMemoryNodes } from './loader/in-memory-graph.ts'
export { LinkLoader, LinkNeighborLoader } from './loader/link-loader.ts'
export type {
  ColumnChoice,
  EdgeLabelIndex,
  HGTLoaderOptions,
  InputNodes,
  LinkChoice,
  LinkLoaderOptions,
  LinkNeighborLoaderOptions,
  LoaderOptions,
  NeighborLoaderOptions,
  NeighborOptions,
  NodeChoice,
  NodeLoaderOptions,
  Numbers,
} from './loader/loader-options.ts'
export type { LoaderState } from './loader/loader-state.ts'
export type { LoaderStatistics, PoolUse } from './loader/loader-statistics.ts'
export type { LookAhead } from './loader/look-ahead.ts'
export { NodeBatch } from './loader/node-batch.ts'
export { HGTLoader, NeighborLoader, NodeLoader } from './loader/node-loader.ts'
export type { LoaderData } from './loader/open-source.ts'
export { HgtSampler } from './sampler/hgt-sampler.ts'
export { LinkSampler } from './sampler/link-sampler.ts'
export { MemoryGraph } from './sampler/memory-graph.ts'
export { NeighborSampler } from './sampler/neighbor-sampler.ts'
export type { DType, Tensor, TypedArray, TypedArrayOf } from './tensor.ts'

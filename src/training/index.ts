/**
 * `nisaba/training`: graph neural networks on TensorFlow.js, trained from loaders of `nisaba/pyg` or anything that yields such batches.
 */
export { BACKEND_NAMES, type BackendName } from './backends/backend-name.ts'
export { type ChosenBackend, chooseBackend, describeBackend } from './backends/choose-backend.ts'
export { BatchGraph, type LayerGraph } from './batch-graph.ts'
export { featuresOf, labelsOf } from './batch-tensors.ts'
export { loadCheckpoint, loaderStateOf, type Progress, saveCheckpoint } from './checkpoint.ts'
export { Confusion } from './confusion.ts'
export { binaryCrossEntropy, crossEntropy } from './cross-entropy.ts'
export { describeEpoch, type EpochReport, type EpochTotals, type Scores, type TimeSplit } from './epoch-report.ts'
export { type BatchSource, type FitOptions, type FitResult, fit } from './fit.ts'
export { type DatabaseInferenceOptions, inferFromDatabase, writePredictions } from './inference/database-inference.ts'
export { classesOf, type InferenceData, type InferenceOptions, inferLayerByLayer } from './inference/layer-by-layer.ts'
export {
  aggregateMax,
  aggregateMean,
  aggregateSum,
  dropElements,
  gatherRows,
  segmentSoftmax,
  spreadToEdges,
} from './kernels/operations.ts'
export { Segments } from './kernels/segments.ts'
export { BatchNorm } from './layers/batch-norm.ts'
export { dropout } from './layers/dropout.ts'
export type { ForwardContext } from './layers/forward-context.ts'
export { GatConv, type GatConvOptions } from './layers/gat-conv.ts'
export { GcnConv } from './layers/gcn-conv.ts'
export { LayerNorm } from './layers/layer-norm.ts'
export { Linear, type LinearOptions } from './layers/linear.ts'
export { Module, type NamedVariable } from './layers/module.ts'
export { SageConv, type SageConvOptions } from './layers/sage-conv.ts'
export { GraphModel } from './models/graph-model.ts'
export { InceptionSage, type InceptionSageOptions } from './models/inception-sage.ts'
export { LayeredModel, type LayeredModelOptions, type LayerKind } from './models/layered-model.ts'
export { Adam, type AdamOptions, type AdamState, type ParameterGroup } from './optimise/adam.ts'
export { type PlateauOptions, ReduceOnPlateau } from './optimise/reduce-on-plateau.ts'
export { htmlReport, type ReportContents } from './report/html-report.ts'
export { loadWeights, saveWeights } from './save-weights.ts'
export { SeededRandom } from './seeded-random.ts'
export { type StepResult, Trainer, type TrainerOptions } from './trainer.ts'
export type { BatchCost, TrainingBatch } from './training-batch.ts'
export { readWeights, type Weights, writeWeights } from './weights.ts'

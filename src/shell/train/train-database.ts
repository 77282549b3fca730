import type { Connection, Database } from '../../index.ts'
import { type Batch, edgeTypeKey, NeighborLoader, type RemoteStores } from '../../pyg-compat/index.ts'
import {
  type BatchSource,
  type ChosenBackend,
  chooseBackend,
  classesOf,
  type EpochReport,
  type EpochTotals,
  type FitResult,
  fit as fitModel,
  type GraphModel,
  InceptionSage,
  inferFromDatabase,
  LayeredModel,
  loaderStateOf,
  type Scores,
  saveWeights,
  Trainer,
  type TrainingBatch,
  writePredictions,
} from '../../training/index.ts'
import type { TrainSettings } from './train-settings.ts'
import { findTrainingGraph, type TrainingGraph } from './training-graph.ts'

/** Told as training goes on. */
export interface TrainListener {
  onStart?(backend: ChosenBackend, graph: TrainingGraph, model: GraphModel): void
  onBatch?(totals: Readonly<EpochTotals>, batches: number): void
  onEpoch?(report: EpochReport): void
}

/** What came out. */
export interface TrainOutcome {
  readonly backend: ChosenBackend
  readonly graph: TrainingGraph
  readonly parameters: number
  readonly result: FitResult
  /** Null when no nodes were left for testing. */
  readonly test: Scores | null
}

/** Trains on one table and one rel table of a database, as `nisaba train` does. @throws {ShellError} {DatabaseError} for what does not fit. */
export async function trainDatabase(
  database: Database,
  connection: Connection,
  settings: TrainSettings,
  listener: TrainListener = {},
): Promise<TrainOutcome> {
  const backend = await chooseBackend(settings.backend)
  const stores = database.getTorchGeometricRemoteBackend()
  try {
    return await trainOver(database, stores, connection, backend, settings, listener)
  } finally {
    await stores[0].close()
  }
}

async function trainOver(
  database: Database,
  stores: RemoteStores,
  connection: Connection,
  backend: ChosenBackend,
  settings: TrainSettings,
  listener: TrainListener,
): Promise<TrainOutcome> {
  const graph = await findTrainingGraph(connection, stores, settings)
  const model = makeModel(settings, featureWidth(stores, graph, settings), graph.classes)
  const { learningRate, weightDecay, seed, epochs, patience, resume, out } = settings
  const trainer = new Trainer(model, { backend, learningRate, weightDecay, seed })
  const loaders = new Loaders(stores, graph, settings, database.bufferPoolStats().limit)
  try {
    listener.onStart?.(backend, graph, model)
    const train = loaders.training(resume)
    const validation = loaders.held('validation')
    const result = await fitModel<Batch>(trainer, train, {
      epochs,
      select: loaders.select,
      ...(validation === null ? {} : { validation }),
      ...(patience === undefined ? {} : { patience }),
      ...(out === undefined ? {} : { checkpoint: { folder: `${out}/checkpoint` } }),
      ...(resume === undefined ? {} : { resume }),
      onBatch: (totals) => listener.onBatch?.(totals, train.length),
      onEpoch: (report) => listener.onEpoch?.(report),
    })
    // What training's loader keeps in the pool is for testing now.
    await loaders.close()
    const held = loaders.held('test')
    const test = held === null ? null : await trainer.evaluate(loaders.selected(held))
    if (out !== undefined) await saveWeights(model, out)
    await loaders.close()
    await predict(stores, graph, model, settings)
    return { backend, graph, parameters: model.parameterCount(), result, test }
  } finally {
    await loaders.close()
    trainer.dispose()
    model.dispose()
  }
}

/** Shares of the buffer pool for feature rows; the rest is for neighbour lists and labels. */
const TRAINING_SHARE = 1 / 2
const HELD_SHARE = 1 / 8

/** The loaders of one run. */
class Loaders {
  readonly #stores: RemoteStores
  readonly #graph: TrainingGraph
  readonly #settings: TrainSettings
  readonly #poolBytes: number
  readonly #open: NeighborLoader[] = []

  constructor(stores: RemoteStores, graph: TrainingGraph, settings: TrainSettings, poolBytes: number) {
    this.#poolBytes = poolBytes
    this.#stores = stores
    this.#graph = graph
    this.#settings = settings
  }

  /** Training's loader, at the position of a checkpoint if there is one. */
  training(checkpoint: string | undefined): NeighborLoader {
    return this.#loader('train', checkpoint)
  }

  /** Batches of a part that is not trained on, in order; null if it is empty. */
  held(part: 'validation' | 'test'): NeighborLoader | null {
    return this.#graph.splits[part].length === 0 ? null : this.#loader(part, undefined)
  }

  /** The trained node table and edges of a batch, whatever else is in it. */
  readonly select = (batch: Batch): TrainingBatch => {
    const nodes = batch.node(this.#graph.table)
    const edges = batch.edge(this.#graph.edgeType)
    return {
      x: nodes.x,
      y: nodes.y,
      edgeIndex: edges.edgeIndex,
      batchSize: nodes.batchSize,
      numSampledNodes: nodes.numSampledNodes,
      numSampledEdges: edges.numSampledEdges,
      nId: nodes.ids,
      statistics: batch.statistics,
      dispose: () => batch.dispose(),
    }
  }

  async *selected(batches: BatchSource<Batch>): AsyncIterable<TrainingBatch> {
    for await (const batch of batches) yield this.select(batch)
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((loader) => loader.close()))
  }

  #loader(part: 'train' | 'validation' | 'test', checkpoint: string | undefined): NeighborLoader {
    const { table, edgeType, allEdgeTypes, splits } = this.#graph
    const { fanOut, direction, batchSize, workers, seed, features, label, impute, model } = this.#settings
    const key = edgeTypeKey(edgeType)
    const hops = model === 'mlp' ? fanOut.map(() => 0) : [...fanOut]
    const none = hops.map(() => 0)
    const loader = new NeighborLoader(this.#stores, {
      numNeighbors: Object.fromEntries(
        allEdgeTypes.map((type) => [edgeTypeKey(type), edgeTypeKey(type) === key ? hops : none]),
      ),
      direction: { [key]: direction },
      inputNodes: [table, splits[part]],
      batchSize,
      shuffle: part === 'train',
      numWorkers: workers,
      persistentWorkers: part === 'train',
      seed,
      edgeIds: false,
      columns: { [table]: { x: features, y: label } },
      // Training keeps its rows from epoch to epoch; while it does, validation gets along with little.
      cacheBytes: Math.floor(this.#poolBytes * (part === 'train' ? TRAINING_SHARE : HELD_SHARE)),
      ...(impute === undefined ? {} : { impute }),
      ...(checkpoint === undefined ? {} : { state: loaderStateOf(checkpoint) as never }),
    })
    this.#open.push(loader)
    return loader
  }
}

function featureWidth([features]: RemoteStores, graph: TrainingGraph, settings: TrainSettings): number {
  return settings.features.reduce((sum, column) => {
    const [, ...row] = features.getTensorSize({ groupName: graph.table, attrName: column, index: null })
    return sum + row.reduce((a, b) => a * b, 1)
  }, 0)
}

function makeModel(settings: TrainSettings, inputs: number, outputs: number): GraphModel {
  const { model, hidden, dropout, norm, fanOut, seed } = settings
  if (model === 'inception') return new InceptionSage(inputs, hidden, outputs, fanOut.length, { dropout, seed })
  return new LayeredModel({ kind: model, inputs, hidden, outputs, layers: fanOut.length, dropout, norm, seed })
}

async function predict(
  stores: RemoteStores,
  graph: TrainingGraph,
  model: GraphModel,
  settings: TrainSettings,
): Promise<void> {
  const { predict: column, features, direction, impute } = settings
  if (column === undefined) return
  const { edgeType, table } = graph
  const scores = await inferFromDatabase(model, stores, {
    edgeType,
    columns: features,
    direction,
    ...(impute === undefined ? {} : { impute }),
  })
  writePredictions(stores[0], table, column, classesOf(scores, model.outputs))
}

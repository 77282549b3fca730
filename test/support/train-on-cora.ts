import type { Cora } from '../../datasets/load-cora.ts'
import { fit as train } from '../../src/training/fit.ts'
import { LayeredModel } from '../../src/training/models/layered-model.ts'
import { Trainer } from '../../src/training/trainer.ts'
import { SampledBatches } from './sampled-batches.ts'

/** What one run on Cora came to. */
export interface CoraResult {
  /** Share of the 1,000 test papers, with the weights of the epoch that was best on the 500 validation papers. */
  readonly accuracy: number
  readonly epoch: number
}

/**
 * Two layers, 64 wide, on sampled neighbours, [10, 10]; Adam 0.01, weight decay 5e-4 on the first layer, dropout 0.5 on features and hidden
 * rows, rows of features sum to 1: PyG's recipe, but for the width. Scored with all neighbours.
 */
export async function trainOnCora(cora: Cora, kind: 'sage' | 'gcn', seed: number, epochs = 150): Promise<CoraResult> {
  const options = { inputs: cora.features, hidden: 64, outputs: cora.classes, dropout: 0.5, inputDropout: 0.5, seed }
  const model = new LayeredModel({ kind, ...options })
  const inFirst = ({ name }: { name: string }) => name.startsWith('layer0')
  const parameters = model.parameters()
  const trainer = new Trainer(model, {
    learningRate: 0.01,
    seed,
    groups: [
      { parameters: parameters.filter(inFirst), weightDecay: 5e-4 },
      { parameters: parameters.filter((p) => !inFirst(p)) },
    ],
  })
  const batches = (nodes: Int32Array, numNeighbors: number[], shuffle: boolean) =>
    new SampledBatches(cora, nodes, { numNeighbors, batchSize: 1000, shuffle, seed })
  const result = await train(trainer, batches(cora.train, [10, 10], true), {
    epochs,
    validation: batches(cora.validation, [-1, -1], false),
  })
  const { accuracy } = await trainer.evaluate(batches(cora.test, [-1, -1], false))
  trainer.dispose()
  model.dispose()
  return { accuracy, epoch: result.best!.epoch }
}

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'
import type { EpochReport, EpochTotals } from './epoch-report.ts'
import type { AdamState } from './optimise/adam.ts'
import type { PlateauState } from './optimise/reduce-on-plateau.ts'
import { type RandomState, SeededRandom } from './seeded-random.ts'
import { finishReplace, readTensors, replaceFolder, writeTensors } from './tensor-file.ts'
import type { Trainer } from './trainer.ts'
import { readWeights, variablesOf, type Weights, writeWeights } from './weights.ts'

/** How far a run has come, besides weights and optimiser. */
export interface Progress {
  readonly totals: EpochTotals
  readonly history: readonly EpochReport[]
  readonly best: { readonly epoch: number; readonly score: number; readonly weights: Weights } | null
  readonly plateau: PlateauState | null
  /** What the loader's state() gave; for the loader that goes on. */
  readonly loader: unknown
}

/** The part of a checkpoint that is JSON. */
interface CheckpointFile extends Omit<Progress, 'best'> {
  readonly version: 1
  readonly random: RandomState
  readonly steps: number
  readonly learningRates: readonly number[]
  readonly best: { readonly epoch: number; readonly score: number } | null
}

/**
 * Saves everything that decides how training goes on: weights (TensorFlow.js's format, `weights.json` and `weights.bin`), moments, best weights,
 * random numbers, position. The folder is replaced as a whole.
 */
export async function saveCheckpoint(folder: string, trainer: Trainer, progress: Progress): Promise<void> {
  const variables = variablesOf(trainer.model)
  const weights = await readWeights(trainer.model)
  const { steps, learningRates, moments } = await trainer.optimiser.state()
  const { best, ...rest } = progress
  const file: CheckpointFile = {
    version: 1,
    ...rest,
    random: trainer.random.state,
    steps,
    learningRates,
    best: best === null ? null : { epoch: best.epoch, score: best.score },
  }
  const shaped = (values: Weights) =>
    variables.map(({ name, variable }) => ({ name, shape: variable.shape, values: values[name]! }))
  replaceFolder(folder, (fresh) => {
    writeTensors(fresh, 'weights', shaped(weights))
    writeTensors(
      fresh,
      'optimiser',
      Object.entries(moments).flatMap(([name, { first, second }]) => [
        { name: `${name}.first`, shape: [first.length], values: first },
        { name: `${name}.second`, shape: [second.length], values: second },
      ]),
    )
    if (best !== null) writeTensors(fresh, 'best', shaped(best.weights))
    writeFileSync(path.join(fresh, 'checkpoint.json'), `${JSON.stringify(file)}\n`)
  })
}

/**
 * Puts a trainer where {@link saveCheckpoint} left one; training then goes on bit for bit as it would have.
 * @throws {DatabaseError} IO without such a folder, BAD_FILE, INVALID_ARGUMENT for another model's.
 */
export function loadCheckpoint(folder: string, trainer: Trainer): Progress {
  const { random, steps, learningRates, best, version: _version, ...progress } = readCheckpointFile(folder)
  const named = (base: string) =>
    Object.fromEntries(readTensors(folder, base).map(({ name, values }) => [name, values])) as Record<
      string,
      Float32Array
    >
  writeWeights(trainer.model, named('weights'))
  const moments = named('optimiser')
  const state: Record<string, { first: Float32Array; second: Float32Array }> = {}
  for (const { name } of trainer.model.parameters()) {
    const first = moments[`${name}.first`]
    const second = moments[`${name}.second`]
    if (first !== undefined && second !== undefined) state[name] = { first, second }
  }
  const adam: AdamState = { steps, learningRates, moments: state }
  trainer.optimiser.restore(adam)
  trainer.random = new SeededRandom(random)
  return { ...progress, best: best === null ? null : { ...best, weights: named('best') } }
}

/** @returns what the loader of a checkpoint had to say of its position; undefined when it said nothing. @throws {DatabaseError} IO, BAD_FILE. */
export function loaderStateOf(folder: string): unknown {
  return readCheckpointFile(folder).loader
}

function readCheckpointFile(folder: string): CheckpointFile {
  finishReplace(folder)
  const name = path.join(folder, 'checkpoint.json')
  let text: string
  try {
    text = readFileSync(name, 'utf8')
  } catch (error) {
    throw new DatabaseError('IO', `There is no checkpoint in ${folder}.`, { cause: error })
  }
  const file = JSON.parse(text) as CheckpointFile
  if (file.version !== 1) throw new DatabaseError('BAD_FILE', `${name} is of version ${file.version}; 1 is known.`)
  return file
}

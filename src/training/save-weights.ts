import { mkdirSync } from 'node:fs'
import type { Module } from './layers/module.ts'
import { readTensors, writeTensors } from './tensor-file.ts'
import { readWeights, variablesOf, writeWeights } from './weights.ts'

/** Saves a model's weights in TensorFlow.js's format: `weights.json`, a weights manifest, and `weights.bin`. The folder is made if need be. */
export async function saveWeights(model: Module, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const weights = await readWeights(model)
  writeTensors(
    folder,
    'weights',
    variablesOf(model).map(({ name, variable }) => ({ name, shape: variable.shape, values: weights[name]! })),
  )
}

/** Loads weights that {@link saveWeights} saved. @throws {DatabaseError} IO, BAD_FILE; INVALID_ARGUMENT when they are another model's. */
export function loadWeights(model: Module, folder: string): void {
  writeWeights(model, Object.fromEntries(readTensors(folder, 'weights').map(({ name, values }) => [name, values])))
}

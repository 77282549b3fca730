import { DatabaseError } from '../errors/database-error.ts'
import type { Module, NamedVariable } from './layers/module.ts'
import { assignValues } from './optimise/adam.ts'

/** Values of a model's variables by name: trained ones and kept ones. */
export type Weights = Readonly<Record<string, Float32Array>>

/** All variables of a model that make up its function. */
export function variablesOf(model: Module): NamedVariable[] {
  return [...model.parameters(), ...model.buffers()]
}

/** Copies a model's weights out of the device. */
export async function readWeights(model: Module): Promise<Weights> {
  const weights: Record<string, Float32Array> = {}
  for (const { name, variable } of variablesOf(model)) weights[name] = Float32Array.from(await variable.data())
  return weights
}

/** Overwrites a model's weights. @throws {DatabaseError} INVALID_ARGUMENT for a missing name or another size. */
export function writeWeights(model: Module, weights: Weights): void {
  for (const { name, variable } of variablesOf(model)) {
    const values = weights[name]
    if (values?.length !== variable.size) {
      const text = `The weights hold ${values?.length ?? 'no'} numbers for '${name}'; the model has ${variable.size}.`
      throw new DatabaseError('INVALID_ARGUMENT', text)
    }
    assignValues(variable, values)
  }
}

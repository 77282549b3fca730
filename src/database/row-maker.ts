import type { JsValue } from './js-value.ts'

/** Makes the row with this number. */
export type RowMaker = (row: number) => Record<string, JsValue>

/** Makers of makers by column names: results of one statement have one shape of row for V8. */
const factories = new Map<string, RowFactory>()
const FACTORIES_KEPT = 128
/** The same by the list of names itself, which results of one plan share. */
const factoriesByList = new WeakMap<readonly string[], RowFactory>()

type RowFactory = (readers: readonly ((row: number) => JsValue)[]) => RowMaker

/**
 * @returns a function that makes rows as object literals, which V8 builds several times faster than objects that grow name by name.
 * Cost: some 20 µs for column names that were not seen before.
 */
export function rowMaker(names: readonly string[], readers: readonly ((row: number) => JsValue)[]): RowMaker {
  let factory = factoriesByList.get(names)
  if (factory === undefined) {
    factory = rowFactory(names)
    factoriesByList.set(names, factory)
  }
  return factory(readers)
}

function rowFactory(names: readonly string[]): RowFactory {
  const key = JSON.stringify(names)
  let factory = factories.get(key)
  if (factory === undefined) {
    // computed, since a literal with a plain __proto__ would set the prototype
    const fields = names.map(
      (name, i) => `${name === '__proto__' ? `["__proto__"]` : JSON.stringify(name)}: r${i}(row)`,
    )
    const readerNames = names.map((_name, i) => `r${i}`)
    factory = new Function(
      'readers',
      `'use strict'\nconst [${readerNames.join(', ')}] = readers\nreturn (row) => ({ ${fields.join(', ')} })`,
    ) as RowFactory
    if (factories.size >= FACTORIES_KEPT) factories.delete(factories.keys().next().value!)
    factories.set(key, factory)
  }
  return factory
}

import type { JsValue } from './js-value.ts'

/** Makes the row with this number. */
export type RowMaker = (row: number) => Record<string, JsValue>

/** Makers of makers by column names: results of one statement have one shape of row for V8. */
const factories = new Map<string, (readers: readonly ((row: number) => JsValue)[]) => RowMaker>()
const FACTORIES_KEPT = 128

/**
 * @returns a function that makes rows as object literals, which V8 builds several times faster than objects that grow name by name.
 * Cost: some 20 µs for column names that were not seen before.
 */
export function rowMaker(names: readonly string[], readers: readonly ((row: number) => JsValue)[]): RowMaker {
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
    ) as (readers: readonly ((row: number) => JsValue)[]) => RowMaker
    if (factories.size >= FACTORIES_KEPT) factories.delete(factories.keys().next().value!)
    factories.set(key, factory)
  }
  return factory(readers)
}

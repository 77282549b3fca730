import type { Statement } from '../parser/ast.ts'

const cache = new WeakMap<Statement, ReadonlySet<string>>()

/** @returns the names of the parameters that a statement mentions. Cost: one walk of the tree at the first call. */
export function usedParameters(statement: Statement): ReadonlySet<string> {
  let names = cache.get(statement)
  if (names === undefined) {
    const found = new Set<string>()
    collect(statement, found)
    names = found
    cache.set(statement, names)
  }
  return names
}

/** Trees are plain data, so that one generic walk sees every place where an expression may stand. */
function collect(node: unknown, into: Set<string>): void {
  if (node === null || typeof node !== 'object') return
  if ('kind' in node && node.kind === 'parameter' && 'name' in node && typeof node.name === 'string')
    into.add(node.name)
  for (const part of Object.values(node)) collect(part, into)
}

import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Emitter } from './emitter.ts'
import type { NodeVariables, RelVariables } from './slot-variables.ts'

/** The two numbers of an internal id as code, and the test whether it is NULL. */
export interface IdParts {
  readonly table: string
  readonly offset: string
  readonly nul: string | null
}

/** @returns the parts of the id that a node, a rel or an internalId expression stands for; null for other expressions. */
export function emitIdParts(e: BoundExpression, emitter: Emitter): IdParts | null {
  if (e.kind !== 'internalId' && e.kind !== 'slot') return null
  const v = emitter.variables(e.slot)
  if (v.kind === 'value') return null
  if (v.kind === 'node') return nodeId(v, emitter)
  return relId(v, e.kind === 'internalId' ? e.of : 'self', emitter)
}

function nodeId(v: NodeVariables, emitter: Emitter): IdParts {
  return { table: emitter.tableOf(v), offset: v.offset, nul: v.nullable ? `${v.offset} < 0` : null }
}

function relId(v: RelVariables, of: 'self' | 'source' | 'target', emitter: Emitter): IdParts {
  const offset = (of === 'self' ? v.id : of === 'source' ? v.source : v.target)!
  const nul = v.nullable ? `${offset} < 0` : null
  const pairs = v.slot.tables
  if (of === 'self') return { table: v.pair ?? emitter.tableId(pairs[0]!), offset, nul }
  const side = of === 'source' ? 'fromTableId' : 'toTableId'
  if (v.pair === null) {
    const table = emitter.bind(`${side}:${pairs[0]}`, (run) => run.context.view.relTable(pairs[0]!)[side])
    return { table, offset, nul }
  }
  const ends = emitter.bind(`${side}:${pairs.join()}`, (run) => {
    return new Map(pairs.map((pair) => [pair, run.context.view.relTable(pair)[side]]))
  })
  return { table: `${ends}.get(${v.pair})`, offset, nul }
}

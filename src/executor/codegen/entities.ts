import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { EntityReader } from '../runtime/entity-reader.ts'
import type { Code } from './code.ts'
import type { Emitter } from './emitter.ts'
import { emitIdParts } from './ids.ts'
import type { NodeVariables, RelVariables } from './slot-variables.ts'

/** Emits the value of a whole node or rel: a positional array in the field order of the type. */
export function emitEntity(
  e: Extract<BoundExpression, { readonly kind: 'slot' }>,
  v: NodeVariables | RelVariables,
  emitter: Emitter,
): Code {
  const key = `${e.slot}`
  const known = emitter.scope.recall(key)
  if (known !== undefined) return known
  const code = v.kind === 'node' ? emitNode(e.type, v, emitter) : emitRel(e.type, v, emitter)
  emitter.scope.remember(key, code)
  return code
}

function emitNode(type: LogicalType, v: NodeVariables, emitter: Emitter): Code {
  const reader = entityReader(type, v.slot.tables, false, emitter)
  return stored(`${reader}.node(${emitter.tableOf(v)}, ${v.offset})`, v.nullable ? `${v.offset} < 0` : null, emitter)
}

function emitRel(type: LogicalType, v: RelVariables, emitter: Emitter): Code {
  const reader = entityReader(type, v.slot.tables, true, emitter)
  const pair = v.pair ?? emitter.tableId(v.slot.tables[0]!)
  return stored(`${reader}.rel(${pair}, ${v.id}, ${v.source}, ${v.target})`, v.nullable ? `${v.id} < 0` : null, emitter)
}

function stored(call: string, nul: string | null, emitter: Emitter): Code {
  const value = emitter.hold(nul === null ? call : `${nul} ? null : ${call}`)
  return { value, nul: nul === null ? null : `${value} === null`, boxed: true, rep: 'any' }
}

function entityReader(type: LogicalType, tables: readonly number[], isRel: boolean, emitter: Emitter): string {
  const key = `entity:${isRel}:${tables.join()}:${JSON.stringify(type)}`
  return emitter.bind(key, (run) => new EntityReader(run.context.view, run.context.catalog, type))
}

/** Emits an INTERNAL_ID value. */
export function emitInternalId(e: Extract<BoundExpression, { readonly kind: 'internalId' }>, emitter: Emitter): Code {
  const parts = emitIdParts(e, emitter)!
  const value = `({ table: ${parts.table}, offset: ${parts.offset} })`
  return { value, nul: parts.nul, boxed: parts.nul === null, rep: 'any' }
}

/** Emits the name of the table that a node or rel comes from. */
export function emitLabel(e: Extract<BoundExpression, { readonly kind: 'label' }>, emitter: Emitter): Code {
  const v = emitter.variables(e.slot)
  if (v.kind === 'value') throw new TypeError(`label of the value slot ${e.slot}`)
  const row = v.kind === 'node' ? v.offset : (v.id ?? v.source ?? v.target)
  const nul = v.nullable ? `${row} < 0` : null
  const table = v.kind === 'node' ? v.table : v.pair
  if (table === null) {
    const name = e.names.find((n) => n.table === v.slot.tables[0])?.name ?? ''
    return { value: emitter.use(emitter.object(() => name)), nul, boxed: nul === null, rep: 'string' }
  }
  const names = emitter.use(emitter.object(() => new Map(e.names.map((n) => [n.table, n.name]))))
  return { value: `${names}.get(${table})`, nul, boxed: nul === null, rep: 'string' }
}

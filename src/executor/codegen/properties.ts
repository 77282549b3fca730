import type { BoundExpression, PropertySource } from '../../plan/bound-expression.ts'
import { sameType } from '../../types/logical-type.ts'
import { emitCast } from './casts.ts'
import { boxedCode, boxedValue, type Code, fillerOf, NULL_CODE, type Rep } from './code.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'
import type { NodeVariables, RelVariables, ScanRange } from './slot-variables.ts'
import { columnOf } from './traits.ts'

/** A read of a property of a node or rel slot. */
export type PropertyExpression = Extract<BoundExpression, { readonly kind: 'property' }>

/** How one column is read: code over a row variable. */
interface ColumnRead {
  /** Value of a row that is not NULL; with `boxed`, of any row. */
  readonly value: (row: string) => string
  /** NULL test, or null. */
  readonly nul: ((row: string) => string) | null
  readonly boxed: boolean
  readonly rep: Rep
  /** Emits the decoding of a whole range in front of its loop. @returns the prefix of the names of values and base. */
  readonly ofRange?: (range: ScanRange) => string
}

/**
 * Emits the read of a property of a node or rel slot. It is read once per binding of the slot, at first use: where the use is in
 * an inner loop, variables are declared beside the slot and a flag says whether they are filled.
 */
export function emitProperty(e: PropertyExpression, emitter: Emitter): Code {
  const slot = emitter.variables(e.slot)
  if (slot.kind === 'value') throw new TypeError(`property of the value slot ${e.slot}`)
  const key = `${e.slot}.${e.name.toLowerCase()}`
  const known = emitter.scope.recall(key)
  if (known !== undefined) return known
  const row = slot.kind === 'node' ? slot.offset : slot.id!
  const code = tableVariable(slot) === null ? readOne(e, slot, row, emitter) : readByTable(e, slot, row, emitter)
  emitter.scope.remember(key, code)
  return code
}

function tableVariable(slot: NodeVariables | RelVariables): string | null {
  return slot.kind === 'node' ? slot.table : slot.pair
}

function columnRead(source: PropertySource, isRel: boolean, emitter: Emitter): ColumnRead {
  const { table, columnId, type } = source
  const reader = emitter.bind(`column:${table}:${columnId}`, (run) =>
    columnOf(run.context.view, table, columnId, isRel),
  )
  const neverNull = emitter.traits.neverNull(table, columnId, isRel)
  const isNull = neverNull ? null : (row: string): string => `${reader}.isNull(${row})`
  const rep = repOf(type)
  if ((rep === 'number' || rep === 'int') && emitter.traits.safeNumber(table, columnId, isRel)) {
    const ofRange = (range: ScanRange): string => emitDecoded(reader, range, emitter)
    return { value: (row) => `${reader}.number(${row})`, nul: isNull, boxed: false, rep: 'number', ofRange }
  }
  if (rep === 'string') return { value: (row) => `${reader}.string(${row})`, nul: isNull, boxed: false, rep }
  return { value: (row) => `${reader}.value(${row})`, nul: neverNull ? null : isNull, boxed: true, rep }
}

function readOne(e: PropertyExpression, slot: NodeVariables | RelVariables, row: string, emitter: Emitter): Code {
  const source = e.sources.find((s) => s.table === slot.slot.tables[0])
  if (source === undefined || source.columnId < 0) return NULL_CODE
  const read = columnRead(source, slot.kind === 'rel', emitter)
  const raw = isDeeper(slot, emitter)
    ? readLazily(read, slot, row, emitter)
    : readNow(inRange(read, slot, emitter), slot, row, emitter)
  return sameType(source.type, e.type) ? raw : emitter.holdCode(emitCast(raw, source.type, e.type, emitter))
}

/** fast path: where every row of a scan reads the column, it is decoded once per range instead of being asked row by row. */
function inRange(read: ColumnRead, slot: NodeVariables | RelVariables, emitter: Emitter): ColumnRead {
  if (slot.kind !== 'node' || slot.range === null || read.ofRange === undefined) return read
  if (slot.place.block !== emitter.scope.block) return read
  const decoded = read.ofRange(slot.range)
  return { ...read, value: (row) => `${decoded}v[${row} - ${decoded}b]` }
}

function emitDecoded(reader: string, range: ScanRange, emitter: Emitter): string {
  const name = emitter.fresh('u')
  range.declarations.line(`const ${name} = ${reader}.numbers(${range.start}, ${range.end})`)
  range.declarations.line(`const ${name}v = ${name}.values, ${name}b = ${name}.base`)
  return name
}

function isDeeper(slot: NodeVariables | RelVariables, emitter: Emitter): boolean {
  return emitter.scope.loopDepth > slot.place.loopDepth
}

function nullTest(read: ColumnRead, slot: NodeVariables | RelVariables, row: string): string | null {
  const missing = slot.nullable ? `${row} < 0` : null
  const inColumn = read.boxed ? null : (read.nul?.(row) ?? null)
  return missing !== null && inColumn !== null ? `${missing} || ${inColumn}` : (missing ?? inColumn)
}

function readNow(read: ColumnRead, slot: NodeVariables | RelVariables, row: string, emitter: Emitter): Code {
  const test = nullTest(read, slot, row)
  if (read.boxed) {
    const value = emitter.hold(test === null ? read.value(row) : `${test} ? null : ${read.value(row)}`)
    return read.nul === null && test === null
      ? { value, nul: null, boxed: true, rep: read.rep }
      : boxedCode(value, read.rep)
  }
  const nul = test === null ? null : emitter.hold(test, 'z')
  const value = emitter.hold(nul === null ? read.value(row) : `${nul} ? ${fillerOf(read.rep)} : ${read.value(row)}`)
  return { value, nul, boxed: nul === null, rep: read.rep }
}

function readLazily(read: ColumnRead, slot: NodeVariables | RelVariables, row: string, emitter: Emitter): Code {
  const { declarations } = slot.place
  const value = emitter.fresh('x')
  const filled = emitter.fresh('f')
  const test = nullTest(read, slot, row)
  const nul = read.boxed || test === null ? null : emitter.fresh('z')
  declarations.line(`let ${value} = ${read.boxed ? 'null' : fillerOf(read.rep)}, ${filled} = false`)
  if (nul !== null) declarations.line(`let ${nul} = false`)
  emitter.within(`if (!${filled})`, () => {
    emitter.line(`${filled} = true`)
    if (nul !== null) emitter.line(`${nul} = ${test}`)
    const guard = nul !== null ? `if (!${nul}) ` : test !== null ? `if (!(${test})) ` : ''
    emitter.line(`${guard}${value} = ${read.value(row)}`)
  })
  if (!read.boxed) return { value, nul, boxed: nul === null, rep: read.rep }
  return read.nul === null && test === null
    ? { value, nul: null, boxed: true, rep: read.rep }
    : boxedCode(value, read.rep)
}

/** Several tables: one read per table behind a test of the table variable. */
function readByTable(e: PropertyExpression, slot: NodeVariables | RelVariables, row: string, emitter: Emitter): Code {
  const table = tableVariable(slot)!
  const value = emitter.fresh('x')
  emitter.line(`let ${value} = null`)
  let keyword = 'if'
  for (const source of e.sources) {
    if (source.columnId < 0 || !slot.slot.tables.includes(source.table)) continue
    emitter.within(`${keyword} (${table} === ${emitter.tableId(source.table)})`, () => {
      const read = columnRead(source, slot.kind === 'rel', emitter)
      const raw = readNow(read, slot, row, emitter)
      const code = sameType(source.type, e.type) ? raw : emitCast(raw, source.type, e.type, emitter)
      emitter.line(`${value} = ${boxedValue(code)}`)
    })
    keyword = 'else if'
  }
  return boxedCode(value, repOf(e.type))
}

import { unsupportedCast } from '../../types/cast/unsupported-cast.ts'
import { castFunction } from '../../types/cast.ts'
import { isIntType, SAFE_RANGES } from '../../types/int.ts'
import { type LogicalType, sameType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { boxedCode, type Code, known } from './code.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'

/** Emits the conversion of a value from one type to another. NULL stays NULL. */
export function emitCast(code: Code, from: LogicalType, to: LogicalType, emitter: Emitter): Code {
  if (sameType(from, to) || code.nul === 'true' || from.id === 'ANY') return code
  // fast path: the JavaScript form of a wider integer is the same
  if (isIntType(from.id) && isIntType(to.id) && isWithin(from, to)) return code
  if (to.id === 'DOUBLE' && (from.id === 'FLOAT' || (isIntType(from.id) && code.rep === 'number'))) return code
  const cast = emitter.bind(`cast:${JSON.stringify([from, to])}`, () => castOrFail(from, to))
  const held = emitter.holdCode(code)
  const call = `${cast}(${held.value})`
  if (held.nul === null) return known(emitter.hold(call), repOf(to))
  return boxedCode(emitter.hold(`${held.nul} ? null : ${call}`), repOf(to))
}

function castOrFail(from: LogicalType, to: LogicalType): (v: Value) => Value {
  const cast = castFunction(from, to)
  if (cast === null) throw unsupportedCast(from, to)
  return cast
}

function isWithin(from: LogicalType, to: LogicalType): boolean {
  if (to.id === 'INT128' || to.id === 'INT64' || to.id === 'SERIAL')
    return from.id !== 'INT128' && (to.id === 'INT128' || from.id !== 'UINT64')
  if (!isIntType(from.id) || !isIntType(to.id)) return false
  return (
    SAFE_RANGES[from.id].min >= SAFE_RANGES[to.id].min &&
    SAFE_RANGES[from.id].max <= SAFE_RANGES[to.id].max &&
    from.id !== 'INT128'
  )
}

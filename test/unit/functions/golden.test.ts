import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { bindFunction, implementation } from '../../../src/functions/bind-function.ts'
import { textParser } from '../../../src/types/cast/text-parser.ts'
import { castFunction, unsupportedCast } from '../../../src/types/cast.ts'
import { formatValue } from '../../../src/types/format.ts'
import { canCastImplicitly } from '../../../src/types/implicit-cast.ts'
import { ANY, BOOL, INT64, type LogicalType, STRING } from '../../../src/types/logical-type.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import type { Value } from '../../../src/types/value.ts'

/** A constant argument: null, a boolean, an INT64, a text, `[type, text]` or `{named, value}`. */
type GoldenArg =
  | null
  | boolean
  | number
  | string
  | readonly [string, string | null]
  | { named: string; value: GoldenArg }
/** Function, arguments, and the result's type and printed form or the first line of the error, as observed in Kùzu 0.11.3. */
type GoldenCall = readonly [string, readonly GoldenArg[], string | { error: string }, (string | null)?]

interface Argument {
  readonly type: LogicalType
  readonly value: Value
  readonly name?: string
}

function argument(arg: GoldenArg): Argument {
  if (arg === null) return { type: ANY, value: null }
  if (typeof arg === 'boolean') return { type: BOOL, value: arg }
  if (typeof arg === 'number') return { type: INT64, value: arg }
  if (typeof arg === 'string') return { type: STRING, value: arg }
  if ('named' in arg) return { ...argument(arg.value), name: arg.named }
  const type = parseType(arg[0])
  return { type, value: arg[1] === null ? null : textParser(type)(arg[1]) }
}

/** Binds, casts and calls as the planner and the executor do. */
function evaluate(name: string, args: readonly Argument[]): readonly [string, string | null] {
  const literals = args.map((arg) => arg.value)
  const types = args.map((arg) => arg.type)
  const fn = structuredClone(
    bindFunction(
      name,
      types,
      literals,
      args.map((arg) => arg.name),
    ),
  )
  const values = args.map(({ type, value }, i) => {
    const target = fn.parameterTypes[i] ?? type
    if (value === null) return null
    const hollow = Array.isArray(value) && value.every((v) => v === null)
    if (fn.coercion === 'implicit' && !hollow && !canCastImplicitly(type, target)) {
      throw new Error(
        `Binder exception: Expression ${value} has data type ${printType(type)} but expected ${printType(target)}. Implicit cast is not supported.`,
      )
    }
    const cast = castFunction(type, target)
    if (cast === null) throw unsupportedCast(type, target)
    return cast(value)
  })
  const shown = fn.returnType.id === 'ANY' ? 'STRING' : printType(fn.returnType)
  if (fn.nulls === 'propagate' && values.includes(null)) return [shown, null]
  const result = implementation(fn)(...values)
  assert.ok(result !== null || fn.mayBeNull, 'a result that may not be NULL')
  return [shown, result === null ? null : formatValue(fn.returnType, result)]
}

const calls = readFileSync('test/unit/functions/golden-calls.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as GoldenCall)

describe('functions answer as Kùzu does', () => {
  for (const [name, cases] of groupByName(calls)) {
    it(`${name}, ${cases.length} calls`, () => {
      for (const [, args, typeOrError, text] of cases) {
        const shown = `${name}(${JSON.stringify(args)})`
        if (typeof typeOrError === 'object') {
          // the expression that the message names is the caller's to fill in
          const neutral = (m: string): string =>
            m.split('\n')[0]!.replace(/Expression .* has data/, 'Expression has data')
          assert.throws(
            () => evaluate(name, args.map(argument)),
            (error: Error) =>
              neutral(error.message) === neutral(typeOrError.error) || assert.fail(`${shown}: ${error.message}`),
          )
        } else {
          const [type, result] = evaluate(name, args.map(argument))
          assert.deepEqual(
            [type, result?.trim() ?? null],
            [typeOrError, text?.replaceAll('-nan', 'nan').trim() ?? null],
            shown,
          )
        }
      }
    })
  }
})

function groupByName(all: readonly GoldenCall[]): Map<string, GoldenCall[]> {
  const groups = new Map<string, GoldenCall[]>()
  for (const call of all) groups.set(call[0], [...(groups.get(call[0]) ?? []), call])
  return groups
}

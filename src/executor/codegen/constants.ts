import { DatabaseError } from '../../errors/database-error.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { boxedValue, type Code, known, NULL_CODE } from './code.ts'
import type { Emitter } from './emitter.ts'
import { repOf } from './rep.ts'
import { subexpressions } from './used-slots.ts'

/** Emits a literal. The value comes out of the bindings table, never into the text. */
export function emitLiteral(e: Extract<BoundExpression, { readonly kind: 'literal' }>, emitter: Emitter): Code {
  if (e.value === null) return NULL_CODE
  const name = emitter.use(emitter.object(() => e.value))
  return known(name, valueRep(e.value, e))
}

function valueRep(value: Value, e: BoundExpression): Code['rep'] {
  return typeof value === 'number' ? 'number' : repOf(e.type)
}

/** Emits a parameter. Whether it is NULL is part of what the code relies on. */
export function emitParameter(e: Extract<BoundExpression, { readonly kind: 'parameter' }>, emitter: Emitter): Code {
  const { name } = e
  const form = emitter.traits.decide(({ parameters }) => formOf(parameters.get(name)), 'any')
  if (form === 'null') return NULL_CODE
  const local = emitter.bind(`parameter:${name}`, (run) => parameterValue(run, name))
  if (form === 'any') return { value: local, nul: `${local} === null`, boxed: true, rep: repOf(e.type) }
  return known(local, form === 'number' ? 'number' : repOf(e.type))
}

function formOf(value: Value | undefined): 'null' | 'number' | 'value' | 'any' {
  return value === undefined || value === null ? 'null' : typeof value === 'number' ? 'number' : 'value'
}

function parameterValue(run: Run, name: string): Value {
  const value = run.context.parameters.get(name)
  if (value === undefined)
    throw new DatabaseError('MISSING_PARAMETER', `Parameter ${name} not found.`, { facts: { name } })
  return value
}

/** @returns whether an expression has the same value throughout an execution. */
export function isConstant(e: BoundExpression): boolean {
  switch (e.kind) {
    case 'literal':
    case 'parameter':
      return true
    case 'slot':
    case 'property':
    case 'internalId':
    case 'label':
    case 'subquery':
    case 'lambdaCall':
      return false
    case 'call':
      return !e.function.volatile && e.args.every(isConstant)
    default:
      return subexpressions(e).every(isConstant)
  }
}

/**
 * @returns a function that gives the value of a constant expression in a run. Calls are evaluated by a small pipeline of their own, before
 * the pipeline that is being written.
 */
export function constantOf(e: BoundExpression, emitter: Emitter): (run: Run) => Value {
  if (e.kind === 'literal') return () => e.value
  if (e.kind === 'parameter') return (run) => parameterValue(run, e.name)
  const holder = emitter.object(() => ({ value: null as Value }))
  emitter.detached(() => {
    emitter.pipeline({ kind: 'once' }, 'constant', () => {
      const code = emitter.expression(e)
      emitter.line(`${emitter.use(holder)}.value = ${boxedValue(code)}`)
    })
  })
  return (run) => run.get<{ value: Value }>(holder).value
}

/** @returns a skip or limit as a number of rows. @throws {DatabaseError} RUNTIME unless it is a whole number from 0 up. */
export function rowCountOf(v: Value, clause: 'SKIP' | 'LIMIT'): number {
  if (typeof v === 'bigint' && v >= 0n) return Number.MAX_SAFE_INTEGER
  if (typeof v === 'number' && Number.isInteger(v) && v >= 0) return v
  throw new DatabaseError('RUNTIME', `The number of rows to ${clause.toLowerCase()} must be a non-negative integer.`)
}

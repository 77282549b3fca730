import type { BoundExpression } from '../../plan/bound-expression.ts'
import { Block } from './block.ts'
import { allOf, notNull } from './code.ts'
import type { Emitter } from './emitter.ts'

/**
 * Emits the test of a predicate. @returns a JavaScript condition that is true exactly when the predicate is TRUE (not FALSE, not NULL).
 * Later parts of AND and OR are evaluated only when earlier ones have not decided.
 */
export function emitCondition(e: BoundExpression, emitter: Emitter): string {
  switch (e.kind) {
    case 'and':
      return emitJunction(e.args, '&&', emitter)
    case 'or':
      return emitJunction(e.args, '||', emitter)
    case 'not':
      if (e.arg.kind === 'not') return emitCondition(e.arg.arg, emitter)
      return emitFalse(e.arg, emitter)
    default: {
      const code = emitter.expression(e)
      if (code.nul === null) return code.value
      if (code.nul === 'true') return 'false'
      // a boxed boolean is compared as a whole: null is not true
      return code.boxed ? `${code.value} === true` : allOf([notNull(code), code.value])
    }
  }
}

/** Condition that holds exactly when the predicate is FALSE. */
function emitFalse(e: BoundExpression, emitter: Emitter): string {
  if (e.kind === 'and' || e.kind === 'or') {
    const negated = e.args.map((arg): BoundExpression => ({ kind: 'not', type: e.type, arg }))
    return emitJunction(negated, e.kind === 'and' ? '||' : '&&', emitter)
  }
  const code = emitter.expression(e)
  if (code.nul === null) return `!(${code.value})`
  if (code.nul === 'true') return 'false'
  return code.boxed ? `${code.value} === false` : allOf([notNull(code), `!(${code.value})`])
}

function emitJunction(args: readonly BoundExpression[], operator: '&&' | '||', emitter: Emitter): string {
  let condition = emitCondition(args[0]!, emitter)
  for (const arg of args.slice(1)) {
    const trial = new Block()
    let right = ''
    emitter.inBlock(trial, () => {
      right = emitCondition(arg, emitter)
    })
    if (trial.isEmpty) {
      condition = `(${condition} ${operator} ${right})`
      continue
    }
    const held = emitter.fresh('b')
    emitter.line(`let ${held} = ${condition}`)
    emitter.line(`if (${operator === '&&' ? held : `!${held}`}) {`)
    emitter.scope.block.append(trial)
    emitter.line(`${held} = ${right}`)
    emitter.line('}')
    condition = held
  }
  return condition
}

/** @returns the conjuncts of a predicate. */
export function conjunctsOf(e: BoundExpression): readonly BoundExpression[] {
  return e.kind === 'and' ? e.args.flatMap(conjunctsOf) : [e]
}

/** Emits nested tests of the conjuncts of a predicate around `body`. */
export function emitFiltered(conjuncts: readonly BoundExpression[], emitter: Emitter, body: () => void): void {
  const [first, ...rest] = conjuncts
  if (first === undefined) {
    body()
    return
  }
  const condition = emitCondition(first, emitter)
  emitter.within(`if (${condition})`, () => emitFiltered(rest, emitter, body))
}

/** Emits `body` for rows in which something is not NULL. What always is gives dead code, so that the operators above are emitted all the same. */
export function emitWhenNotNull(nul: string | null, emitter: Emitter, body: () => void): void {
  if (nul === null) body()
  else emitter.within(nul === 'true' ? 'if (false)' : `if (!(${nul}))`, body)
}

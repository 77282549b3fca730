import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import { boxedCode } from '../codegen/code.ts'
import { conjunctsOf, emitFiltered, emitWhenNotNull } from '../codegen/conditions.ts'
import { constantOf, rowCountOf } from '../codegen/constants.ts'
import type { Emitter } from '../codegen/emitter.ts'
import type { Region } from '../codegen/function-text.ts'
import { emitNodeBitset, splitForBitset } from '../codegen/node-bitset.ts'
import { repOf } from '../codegen/rep.ts'

/** Emits the one row that queries without MATCH start from. */
export function emitSingleRow(_: Operator, emitter: Emitter, consume: () => void): void {
  if (emitter.isNested) {
    consume()
    return
  }
  emitter.pipeline({ kind: 'once' }, 'single row', consume)
}

/** The outer row of a sub-plan: its variables are visible already. */
export function emitArgument(_: Operator, _emitter: Emitter, consume: () => void): void {
  consume()
}

/** Emits a filter as nested tests; above a hop to many nodes, tests of the node alone become a bit per node, set beforehand. */
export function emitFilter(
  op: Extract<Operator, { readonly op: 'filter' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  const conjuncts = conjunctsOf(op.predicate)
  const { child } = op
  if (child.op !== 'extend') {
    emitter.operator(child, () => emitFiltered(conjuncts, emitter, consume))
    return
  }
  const { inBitset, rest } = splitForBitset(conjuncts, child.to, child.estimate, emitter)
  if (inBitset.length > 0) emitter.note(op, 'node-bitset')
  const bits = inBitset.length === 0 ? -1 : emitNodeBitset(inBitset, child.to, emitter)
  emitter.operator(child, () => {
    if (bits < 0) return emitFiltered(rest, emitter, consume)
    const { offset } = emitter.nodeVariables(child.to)
    emitter.within(`if ((${emitter.use(bits)}[${offset} >>> 5] & (1 << ${offset})) !== 0)`, () => {
      emitFiltered(rest, emitter, consume)
    })
  })
}

/** Emits the definition of value slots; those that nobody reads are not computed. */
export function emitProject(
  op: Extract<Operator, { readonly op: 'project' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  const { live } = emitter.demand(op)
  emitter.operator(op.child, () => {
    for (const { slot, expression } of op.items) {
      if (live.has(slot)) emitDefinition(slot, expression, emitter)
    }
    consume()
  })
}

/** Binds a slot to an expression; a node or rel slot becomes another name of the one in the expression. */
export function emitDefinition(slot: number, expression: BoundExpression, emitter: Emitter): void {
  const target = emitter.slotOf(slot)
  if (target.kind === 'value' || expression.kind !== 'slot') {
    emitter.bindValue(slot, emitter.expression(expression))
    return
  }
  const source = emitter.variables(expression.slot)
  emitter.bindSlot({ ...source, slot: { ...source.slot, slot } })
}

/** Emits the loop over the elements of a list; NULL and the empty list give no row. */
export function emitUnwind(
  op: Extract<Operator, { readonly op: 'unwind' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.operator(op.child, () => {
    const list = emitter.holdCode(emitter.expression(op.list))
    emitWhenNotNull(list.nul, emitter, () => {
      const i = emitter.fresh('i')
      emitter.visit(op, `${list.value}.length`)
      emitter.loop(`for (let ${i} = 0; ${i} < ${list.value}.length; ${i}++)`, () => {
        emitter.countWork('1')
        const { type } = emitter.slotOf(op.slot)
        emitter.bindValue(op.slot, boxedCode(emitter.hold(`${list.value}[${i}]`, 'v'), repOf(type)))
        consume()
      })
    })
  })
}

/** Emits SKIP and LIMIT; the pipeline ends as soon as the last row has gone through. */
export function emitLimit(
  op: Extract<Operator, { readonly op: 'limit' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  const skip = op.skip === null ? null : constantOf(op.skip, emitter)
  const limit = op.limit === null ? null : constantOf(op.limit, emitter)
  const register = emitter.newRegister()
  const bounds = emitter.object((run) => {
    const skipped = skip === null ? 0 : rowCountOf(skip(run), 'SKIP')
    return { skip: skipped, end: limit === null ? Infinity : skipped + rowCountOf(limit(run), 'LIMIT') }
  })
  if (emitter.isNested) emitter.line(`${emitter.cell(register)} = 0`)
  const body = (region?: Region): void => {
    emitter.operator(op.child, () => {
      const seen = emitter.cell(register)
      const limits = emitter.use(bounds)
      emitter.line(`${seen} += 1`)
      emitter.within(`if (${seen} > ${limits}.skip && ${seen} <= ${limits}.end)`, consume)
      if (limit !== null) emitter.within(`if (${seen} >= ${limits}.end)`, () => emitter.leave(region))
    })
  }
  if (emitter.isNested) emitter.region(body)
  else body()
}

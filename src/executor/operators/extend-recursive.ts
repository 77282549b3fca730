import type { Hop, Operator } from '../../plan/operator.ts'
import { known } from '../codegen/code.ts'
import { emitCondition } from '../codegen/conditions.ts'
import type { Emitter } from '../codegen/emitter.ts'
import type { NodeVariables } from '../codegen/slot-variables.ts'
import { emitRepeated, emitWeighted } from '../codegen/weights.ts'
import { createSearch, type SearchPlan, searchKind } from '../runtime/recursive-choice.ts'

type ExtendRecursive = Extract<Operator, { readonly op: 'extendRecursive' }>

/**
 * Emits the loop over the results of a recursive rel. The search itself is a run-time object (see runtime/recursive-search.ts); generated code hands it
 * the conditions on rels and nodes as closures over the row. Results that stand for several paths carry a weight where that is welcome.
 */
export function emitExtendRecursive(op: ExtendRecursive, emitter: Emitter, consume: () => void): void {
  const plan = searchPlan(op, emitter)
  emitter.note(op, plan.kind)
  const object = emitter.object((run) => createSearch(run, plan))
  emitter.operator(op.child, () => {
    const from = emitter.nodeVariables(op.from)
    const to = op.toIsBound ? emitter.nodeVariables(op.to) : null
    const tests = [from, to].flatMap((node) => (node?.nullable ? [`${node.offset} >= 0`] : []))
    const search = emitter.use(object)
    const body = (): void => {
      emitTests(op, search, emitter)
      emitter.line(`${search}.start(${startArguments(from, to, emitter)})`)
      emitter.loop(`while (${search}.next())`, () => emitResult(op, search, emitter, consume))
      emitter.visit(op, `${search}.takeVisited()`)
    }
    if (tests.length === 0) emitter.within('', body)
    else emitter.within(`if (${tests.join(' && ')})`, body)
  })
}

function searchPlan(op: ExtendRecursive, emitter: Emitter): SearchPlan {
  const { live, duplicates } = emitter.demand(op)
  const { recursive, hops, reversed } = op
  const isLive = (slot: number): boolean => slot >= 0 && live.has(slot)
  const { semantic, lower, upper } = recursive
  const options = {
    semantic,
    lower,
    upper,
    endTables: emitter.slotOf(op.to).tables,
    isBound: op.toIsBound,
    keepsPaths: isLive(recursive.pathSlot),
    needsLength: isLive(recursive.lengthSlot),
    isDistinct: duplicates === 'exists',
    ignoresEnd: !live.has(op.to),
  }
  const backHops = op.toIsBound ? hopsBack(hops, emitter) : null
  const startTables = emitter.slotOf(op.from).tables
  return { kind: searchKind(options, hops), options, recursive, hops, backHops, startTables, reversed }
}

function hopsBack(hops: readonly Hop[], emitter: Emitter): readonly Hop[] | null {
  const isStored = emitter.traits.decide(
    ({ catalog }) => hops.every((h) => catalog.relTableOfPair(h.relTable)?.storageDirection === 'both'),
    false,
  )
  if (!isStored) return null
  return hops.map(({ relTable, direction, fromTable, toTable }) => ({
    relTable,
    direction: direction === 'fwd' ? 'bwd' : 'fwd',
    fromTable: toTable,
    toTable: fromTable,
  }))
}

function startArguments(from: NodeVariables, to: NodeVariables | null, emitter: Emitter): string {
  const start = `${emitter.tableOf(from)}, ${from.offset}`
  return to === null ? start : `${start}, ${emitter.tableOf(to)}, ${to.offset}`
}

/** The conditions may look at other slots of the row, so they are closures made per row. */
function emitTests(op: ExtendRecursive, search: string, emitter: Emitter): void {
  const { relPredicate, nodePredicate, relSlot, nodeSlot } = op.recursive
  if (op.hops.length === 0) return
  if (relPredicate !== null) {
    const [pair, id, source, target] = [emitter.fresh('t'), emitter.fresh('r'), emitter.fresh('n'), emitter.fresh('n')]
    emitter.within(
      `${search}.graph.relTest = (${pair}, ${id}, ${source}, ${target}) =>`,
      () => {
        const isMixed = emitter.slotOf(relSlot).tables.length > 1
        emitter.bindRel(relSlot, { id, pair: isMixed ? pair : null, source, target })
        emitter.line(`return ${emitCondition(relPredicate, emitter)}`)
      },
      true,
    )
  }
  if (nodePredicate !== null) {
    const [table, offset] = [emitter.fresh('t'), emitter.fresh('n')]
    emitter.within(
      `${search}.graph.nodeTest = (${table}, ${offset}) =>`,
      () => {
        const isMixed = emitter.slotOf(nodeSlot).tables.length > 1
        emitter.bindNode(nodeSlot, offset, isMixed ? table : null)
        emitter.line(`return ${emitCondition(nodePredicate, emitter)}`)
      },
      true,
    )
  }
}

function emitResult(op: ExtendRecursive, search: string, emitter: Emitter, consume: () => void): void {
  const { live, duplicates } = emitter.demand(op)
  const { pathSlot, lengthSlot, costSlot } = op.recursive
  if (!op.toIsBound && live.has(op.to)) {
    const isMixed = emitter.slotOf(op.to).tables.length > 1
    const offset = emitter.hold(`${search}.offset`, 'n')
    emitter.bindNode(op.to, offset, isMixed ? emitter.hold(`${search}.table`, 't') : null)
  }
  if (live.has(lengthSlot)) emitter.bindValue(lengthSlot, known(`${search}.length`, 'number'))
  if (live.has(costSlot)) emitter.bindValue(costSlot, known(`${search}.cost`, 'number'))
  if (live.has(pathSlot)) emitter.bindValue(pathSlot, known(`${search}.path()`, 'any'))
  if (duplicates === 'exists') consume()
  else if (duplicates === 'weight') emitWeighted(`${search}.count`, emitter, consume)
  else emitRepeated(`${search}.count`, emitter, consume)
}

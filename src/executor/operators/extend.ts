import type { Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitHops, emitRelBinding, openCursor } from '../codegen/hops.ts'
import type { NodeVariables } from '../codegen/slot-variables.ts'
import { PART_SELF } from '../codegen/used-slots.ts'
import { emitRepeated, emitWeighted } from '../codegen/weights.ts'
import { emitFrom } from './frontier.ts'

type Extend = Extract<Operator, { readonly op: 'extend' }>

/**
 * Emits the loop over the rels of a node. When nobody looks at the node reached nor at the rel, only degrees are read: they multiply the row's
 * weight, or are tested, or repeat the row.
 */
export function emitExtend(op: Extend, emitter: Emitter, consume: () => void): void {
  const { live, duplicates } = emitter.demand(op)
  const isUnused = !live.has(op.to) && !live.has(op.rel)
  if (isUnused && duplicates !== 'rows' && emitLiveCount(op, emitter, consume)) return
  emitFrom(op, emitter, () => {
    const from = emitter.nodeVariables(op.from)
    if (!isUnused) return emitNeighbours(op, from, live.get(op.rel) ?? 0, emitter, consume)
    emitter.note(op, `degree-${duplicates}`)
    emitDegree(op, from, emitter, (degree) => {
      if (duplicates === 'rows') return emitRepeated(degree, emitter, consume)
      emitWeighted(degree, emitter, consume)
    })
  })
}

/** fast path: all rels of the tables, from the statistics: nothing above looks at either end, nothing below filters. */
function emitLiveCount(op: Extend, emitter: Emitter, consume: () => void): boolean {
  const { child } = op
  const isWholeScan =
    child.op === 'scanNodes' && child.child === null && child.tables.every((t) => t.predicates.length === 0)
  if (!isWholeScan || emitter.isNested || child.slot !== op.from || emitter.demand(op).live.has(op.from)) return false
  const scanned = new Set(child.tables.map((t) => t.table))
  const hops = op.hops.filter((h) => scanned.has(h.fromTable))
  emitter.note(op, 'live-count')
  emitter.pipeline({ kind: 'once' }, 'count', () => {
    const count = emitter.object((run) => {
      return hops.reduce((sum, h) => sum + run.context.view.relTable(h.relTable).liveCount, 0)
    })
    emitWeighted(emitter.use(count), emitter, consume)
  })
  return true
}

function emitDegree(op: Extend, from: NodeVariables, emitter: Emitter, body: (degree: string) => void): void {
  const degree = emitter.fresh('d')
  emitter.line(`let ${degree} = 0`)
  emitHops(
    op.hops,
    from,
    (run, hop) => openCursor(run, hop, false),
    emitter,
    (hop) => {
      emitter.line(`${degree} += ${hop.cursor}.degree(${from.offset})`)
      emitter.visit(op, '1')
    },
  )
  emitter.countWork('1')
  body(degree)
}

function emitNeighbours(
  op: Extend,
  from: NodeVariables,
  relParts: number,
  emitter: Emitter,
  consume: () => void,
): void {
  const withRelIds = (relParts & PART_SELF) !== 0
  emitHops(
    op.hops,
    from,
    (run, hop) => openCursor(run, hop, withRelIds),
    emitter,
    (hop) => {
      emitter.line(`${hop.cursor}.load(${from.offset})`)
      emitList(hop.cursor, op, emitter, (position) => {
        const to = emitter.fresh('n')
        emitter.line(`const ${to} = ${position.neighbours}[${position.index}]`)
        const isMixed = emitter.slotOf(op.to).tables.length > 1
        emitter.bindNode(op.to, to, isMixed ? emitter.hold(hop.toTable, 't') : null)
        if (relParts !== 0)
          emitRelBinding(op.rel, relParts, hop, { from: from.offset, to, relId: position.relId }, emitter)
        consume()
      })
    },
  )
}

/** A position in an adjacency list under way. */
export interface ListPosition {
  readonly neighbours: string
  readonly index: string
  /** Code of the rel id; only for cursors with rel ids. */
  readonly relId: string
}

/** Emits the loop over the list that a cursor has loaded. */
export function emitList(cursor: string, op: Operator, emitter: Emitter, body: (position: ListPosition) => void): void {
  const neighbours = emitter.fresh('a')
  const low = emitter.fresh('k')
  const high = emitter.fresh('k')
  emitter.line(`const ${neighbours} = ${cursor}.neighbours, ${low} = ${cursor}.lo, ${high} = ${cursor}.hi`)
  emitter.visit(op, `${high} - ${low}`)
  emitter.countWork(`${high} - ${low} + 1`)
  const relIds = emitter.fresh('a')
  const declarations = emitter.scope.block.block()
  const index = emitter.fresh('k')
  let usesIds = false
  emitter.loop(`for (let ${index} = ${low}; ${index} < ${high}; ${index}++)`, () => {
    body({
      neighbours,
      index,
      get relId() {
        usesIds = true
        return `${relIds} === null ? ${index} + ${relIds}s : ${relIds}[${index} + ${relIds}s]`
      },
    })
  })
  if (usesIds) declarations.line(`const ${relIds} = ${cursor}.relIds, ${relIds}s = ${cursor}.relShift`)
}

import type { Hop, Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitHops, emitRelBinding, type HopCode, hopsFrom, openCursor } from '../codegen/hops.ts'
import { reversed } from '../codegen/reverse-hops.ts'
import type { NodeVariables } from '../codegen/slot-variables.ts'
import { PART_SELF } from '../codegen/used-slots.ts'
import { emitRepeated, emitWeighted } from '../codegen/weights.ts'
import { NeighbourMarks } from '../runtime/neighbour-marks.ts'
import { emitList } from './extend.ts'

type ExtendInto = Extract<Operator, { readonly op: 'extendInto' }>

/** The two bound nodes; the list of `near` is read. */
interface Ends {
  readonly near: NodeVariables
  readonly far: NodeVariables
  readonly hops: readonly Hop[]
}

/**
 * Emits the rels between two bound nodes. The list of the node that changes less often is read: when the other one belongs to an inner loop,
 * the neighbours are marked once per outer row and each inner row costs one read.
 */
export function emitExtendInto(op: ExtendInto, emitter: Emitter, consume: () => void): void {
  emitter.operator(op.child, () => {
    const { near, far, hops } = chooseEnds(op, emitter)
    const parts = emitter.demand(op).live.get(op.rel) ?? 0
    const withRelIds = (parts & PART_SELF) !== 0
    const isMarked = near.place.loopDepth < far.place.loopDepth && !emitter.plan.writes
    emitter.note(op, isMarked ? 'marks' : 'list')
    const open = isMarked ? openMarks : openCursor
    const emit = (): void => {
      emitHops(
        hops,
        near,
        (run, hop) => open(run, hop, withRelIds),
        emitter,
        (hop) => {
          emitReached(far, hop, emitter, () => {
            if (isMarked) emitMarked(op, near, far, hop, parts, emitter, consume)
            else emitListed(op, near, far, hop, parts, emitter, consume)
          })
        },
      )
    }
    if (far.nullable) emitter.within(`if (${far.offset} >= 0)`, emit)
    else emit()
  })
}

function openMarks(...[run, hop, withRelIds]: Parameters<typeof openCursor>): NeighbourMarks {
  const rows = run.context.view.nodeTable(hop.toTable).rowCount
  return new NeighbourMarks(run, openCursor(run, hop, withRelIds), rows)
}

/** One hop may be followed from either end, if lists of both directions are stored. */
function chooseEnds(op: ExtendInto, emitter: Emitter): Ends {
  const from = emitter.nodeVariables(op.from)
  const to = emitter.nodeVariables(op.to)
  const hops = hopsFrom(op.hops, from).filter((h) => to.slot.tables.includes(h.toTable))
  const [only] = hops
  if (hops.length !== 1 || from.place.loopDepth <= to.place.loopDepth) return { near: from, far: to, hops }
  const { relTable } = only!
  const isReversible = emitter.traits.decide(
    ({ catalog }) => catalog.relTableOfPair(relTable)?.storageDirection === 'both',
    false,
  )
  if (!isReversible) return { near: from, far: to, hops }
  return { near: to, far: from, hops: [reversed(only!)] }
}

/** A hop leads to nodes of one table; the far node may be of another. */
function emitReached(far: NodeVariables, hop: HopCode, emitter: Emitter, body: () => void): void {
  if (far.table === null) {
    body()
    return
  }
  emitter.within(`if (${far.table} === ${hop.toTable})`, body)
}

function emitMarked(
  op: ExtendInto,
  near: NodeVariables,
  far: NodeVariables,
  hop: HopCode,
  parts: number,
  emitter: Emitter,
  consume: () => void,
): void {
  const { duplicates } = emitter.demand(op)
  emitter.visit(op, `${hop.cursor}.mark(${near.offset})`)
  emitter.countWork('1')
  const count = emitter.hold(`${hop.cursor}.count(${far.offset})`, 'd')
  if (parts === 0 && duplicates !== 'rows') {
    emitWeighted(count, emitter, consume)
    return
  }
  if (parts === 0) {
    emitRepeated(count, emitter, consume)
    return
  }
  emitter.within(`if (${count} !== 0)`, () => {
    const cursor = emitter.hold(`${hop.cursor}.cursor`, 'u')
    emitListed(op, near, far, { ...hop, cursor }, parts, emitter, consume, true)
  })
}

function emitListed(
  op: ExtendInto,
  near: NodeVariables,
  far: NodeVariables,
  hop: HopCode,
  parts: number,
  emitter: Emitter,
  consume: () => void,
  isLoaded = false,
): void {
  if (!isLoaded) emitter.line(`${hop.cursor}.load(${near.offset})`)
  emitList(hop.cursor, op, emitter, (position) => {
    emitter.within(`if (${position.neighbours}[${position.index}] === ${far.offset})`, () => {
      const ends = { from: near.offset, to: far.offset, relId: '' }
      if (parts !== 0) {
        const relId = (parts & PART_SELF) !== 0 ? position.relId : ''
        emitRelBinding(op.rel, parts, hop, { ...ends, relId }, emitter)
      }
      consume()
    })
  })
}

import type { Hop } from '../../plan/operator.ts'
import type { AdjacencyCursor } from '../../storage/read-view.ts'
import type { Run } from '../run.ts'
import type { Emitter } from './emitter.ts'
import type { NodeVariables } from './slot-variables.ts'
import { PART_SELF, PART_SOURCE, PART_TARGET } from './used-slots.ts'

/** The hop that code is at: constants of a single hop, or variables of the loop over several. */
export interface HopCode {
  readonly cursor: string
  readonly relTable: string
  readonly toTable: string
  /** Whether the rel leads from the start node to the reached one, as a condition. */
  readonly isForward: string
}

/** @returns the hops that can start at a node slot. */
export function hopsFrom(hops: readonly Hop[], from: NodeVariables): readonly Hop[] {
  return hops.filter((h) => from.slot.tables.includes(h.fromTable))
}

/** Makes what generated code calls `cursor` for a hop. */
export type OpenCursor = (run: Run, hop: Hop) => unknown

/** Opens a cursor that is closed with the run. */
export function openCursor(run: Run, hop: Hop, withRelIds: boolean): AdjacencyCursor {
  const cursor = run.context.view.relTable(hop.relTable).cursor(hop.direction, withRelIds)
  run.closeLater(() => cursor.close())
  return cursor
}

/**
 * Emits `body` for each hop that may start at the node: straight for one hop, in a loop over parallel arrays for several, so that the code
 * above is written once. `open` makes each hop's cursor. Nodes that are NULL or of another table are passed over.
 */
export function emitHops(
  allHops: readonly Hop[],
  from: NodeVariables,
  open: OpenCursor,
  emitter: Emitter,
  body: (hop: HopCode) => void,
): void {
  const hops = hopsFrom(allHops, from)
  const [only] = hops
  if (only === undefined) {
    // dead code, but the operators above are emitted in it and find their slots bound
    emitter.within('if (false)', () => body({ cursor: 'null', relTable: '-1', toTable: '-1', isForward: 'true' }))
    return
  }
  if (from.nullable) {
    emitter.within(`if (${from.offset} >= 0)`, () =>
      emitHops(allHops, { ...from, nullable: false }, open, emitter, body),
    )
    return
  }
  if (hops.length === 1) {
    const hop = {
      cursor: emitter.use(emitter.object((run) => open(run, only))),
      relTable: emitter.tableId(only.relTable),
      toTable: emitter.tableId(only.toTable),
      isForward: only.direction === 'fwd' ? 'true' : 'false',
    }
    if (from.table === null) {
      body(hop)
      return
    }
    emitter.within(`if (${from.table} === ${emitter.tableId(only.fromTable)})`, () => body(hop))
    return
  }
  emitHopLoop(hops, from, open, emitter, body)
}

function emitHopLoop(
  hops: readonly Hop[],
  from: NodeVariables,
  open: OpenCursor,
  emitter: Emitter,
  body: (hop: HopCode) => void,
): void {
  const list = emitter.use(emitter.object((run) => hops.map((hop) => ({ ...hop, cursor: open(run, hop) }))))
  const i = emitter.fresh('i')
  const hop = emitter.fresh('h')
  emitter.loop(`for (let ${i} = 0; ${i} < ${hops.length}; ${i}++)`, () => {
    emitter.line(`const ${hop} = ${list}[${i}]`)
    if (from.table !== null) emitter.line(`if (${hop}.fromTable !== ${from.table}) continue`)
    body({
      cursor: emitter.hold(`${hop}.cursor`, 'u'),
      relTable: `${hop}.relTable`,
      toTable: `${hop}.toTable`,
      isForward: `${hop}.direction === 'fwd'`,
    })
  })
}

/** Emits the binding of a rel slot, with the parts that are asked for. */
export function emitRelBinding(
  slot: number,
  parts: number,
  hop: HopCode,
  ends: { readonly from: string; readonly to: string; readonly relId: string },
  emitter: Emitter,
): void {
  const { from, to } = ends
  const pick = (forward: string, backward: string): string => {
    if (hop.isForward === 'true') return forward
    return hop.isForward === 'false' ? backward : emitter.hold(`${hop.isForward} ? ${forward} : ${backward}`, 'n')
  }
  emitter.bindRel(slot, {
    id: (parts & PART_SELF) !== 0 ? emitter.hold(ends.relId, 'r') : null,
    pair: emitter.slotOf(slot).tables.length > 1 ? emitter.hold(hop.relTable, 't') : null,
    source: (parts & PART_SOURCE) !== 0 ? pick(from, to) : null,
    target: (parts & PART_TARGET) !== 0 ? pick(to, from) : null,
  })
}

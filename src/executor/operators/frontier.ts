import type { Operator } from '../../plan/operator.ts'
import { emitNewBit } from '../codegen/bits.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitRows } from '../codegen/row-source.ts'

type Extend = Extract<Operator, { readonly op: 'extend' }>

/** Fewer rows are not worth a pipeline of their own. */
const LEAST_ROWS = 1024
/** A bit per node of the table is worthwhile when at least this share of them is expected. */
const SHARE_OF_TABLE = 1 / 32

/**
 * Emits what delivers the nodes that a hop starts at. Where many rows lead to a node, all else about them is forgotten and duplicates do not matter,
 * the nodes are first gathered as a set and then visited in the order of their offsets: each list is read once, and each page of lists once, which in
 * a small pool is the difference between a pass over the lists and a page read for every list.
 */
export function emitFrom(op: Extend, emitter: Emitter, consume: () => void): void {
  const table = frontierTable(op, emitter)
  if (table === null) {
    emitter.operator(op.child, consume)
    return
  }
  emitter.note(op, 'frontier')
  const nodes = emitter.object((run) => new Frontier(run.context.view.nodeTable(table).rowCount, run))
  const words = emitter.object((run) => run.get<Frontier>(nodes).words)
  emitter.operator(op.child, () => {
    emitNewBit(emitter.use(words), emitter.nodeVariables(op.from).offset, emitter, () => {})
  })
  emitRows(nodes, 'frontier', emitter, (node) => {
    emitter.within(`if ((${emitter.use(words)}[${node} >>> 5] & (1 << ${node})) !== 0)`, () => {
      emitter.bindNode(op.from, node, null)
      emitter.weight = null
      consume()
    })
  })
}

/** A set of nodes of one table; `length` is that of the table. */
class Frontier {
  readonly length: number
  readonly words: Int32Array

  constructor(length: number, run: { reserve(bytes: number): void }) {
    this.length = length
    const words = (length >>> 5) + 1
    run.reserve(words * 4)
    this.words = new Int32Array(words)
  }
}

function frontierTable(op: Extend, emitter: Emitter): number | null {
  const { child } = op
  if (child.op !== 'extend' || child.to !== op.from || emitter.isNested || child.estimate < LEAST_ROWS) return null
  const { live, duplicates } = emitter.demand(child)
  const needed = [...live.keys()].filter((slot) => slot !== op.to && slot !== op.rel)
  if (duplicates !== 'exists' || needed.some((slot) => slot !== op.from)) return null
  const slot = emitter.slotOf(op.from)
  const [table] = slot.tables
  if (slot.kind !== 'node' || slot.tables.length !== 1 || slot.nullable || table === undefined) return null
  const isWorthwhile = emitter.traits.decide(
    ({ view }) => child.estimate >= view.nodeTable(table).rowCount * SHARE_OF_TABLE,
    false,
  )
  return isWorthwhile ? table : null
}

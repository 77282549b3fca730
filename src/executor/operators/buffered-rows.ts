import type { Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitLoad, emitStore, layoutOf, type RowLayout } from '../codegen/row-layout.ts'
import { emitRows } from '../codegen/row-source.ts'
import { RowBuffer } from '../runtime/row-buffer.ts'

/** Rows that are all there before the first one goes on. Nodes and rels are kept by number: what is read of them later is as it is then. */
export class BufferedRows {
  readonly #emitter: Emitter
  readonly #about: string
  readonly #buffer: number
  #layout: RowLayout = { shapes: [], kinds: [] }

  constructor(emitter: Emitter, about: string) {
    this.#emitter = emitter
    this.#about = about
    this.#buffer = emitter.object((run) => new RowBuffer(run, this.#layout.kinds))
  }

  /** Emits an operator and keeps its rows. @returns the rows. */
  static of(op: Operator, emitter: Emitter): BufferedRows {
    const rows = new BufferedRows(emitter, op.op)
    emitter.operator(op, () => rows.emitStore(op))
    return rows
  }

  /** Emits the storing of the current row: the slots that are read above an operator. May be emitted once only. */
  emitStore(op: Operator): void {
    const emitter = this.#emitter
    const slots = emitter.carried(emitter.demand(op).live.keys())
    this.#layout = layoutOf(slots)
    emitter.countWork('1')
    const row = emitter.hold(`${emitter.use(this.#buffer)}.add()`, 'i')
    emitStore(this.#layout, slots, `${emitter.use(this.#buffer)}.columns`, row, emitter)
  }

  /** Emits a pipeline over the rows. May be emitted several times. */
  emitRows(body: () => void): void {
    const emitter = this.#emitter
    emitRows(this.#buffer, this.#about, emitter, (row) => {
      emitLoad(this.#layout, `${emitter.use(this.#buffer)}.columns`, row, emitter)
      body()
    })
  }
}

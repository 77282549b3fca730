import type { Value } from '../../types/value.ts'
import type { Vector } from '../../types/vector.ts'
import { type RowReader, vectorReader } from '../../types/vector-reader.ts'
import { boxedCode, boxedValue } from '../codegen/code.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { repOf } from '../codegen/rep.ts'
import type { RowSource, SourceOperator } from '../context.ts'
import type { Run } from '../run.ts'

/** Emits the rows of a table function or of files, once per input row. */
export function emitRowSource(op: SourceOperator, emitter: Emitter, consume: () => void): void {
  const reader = emitter.object((run) => new SourceReader(run, op))
  const body = (): void => {
    const args = op.op === 'tableFunction' ? op.args : []
    const values = args.map((arg) => boxedValue(emitter.holdCode(emitter.expression(arg))))
    const name = emitter.use(reader)
    emitter.line(`${name}.open([${values.join(', ')}])`)
    emitter.loop(`while (${name}.nextBatch())`, () => {
      const readers = emitter.hold(`${name}.readers`, 'a')
      emitter.visit(op, `${name}.length`)
      emitter.countWork(`${name}.length`)
      const i = emitter.fresh('i')
      emitter.loop(`for (let ${i} = 0; ${i} < ${name}.length; ${i}++)`, () => {
        const { live } = emitter.demand(op)
        op.outputs.forEach(({ slot }, column) => {
          if (!live.has(slot)) return
          const value = emitter.hold(`${readers}[${column}](${i})`, 'v')
          emitter.bindValue(slot, boxedCode(value, repOf(emitter.slotOf(slot).type)))
        })
        consume()
      })
    })
  }
  if (op.child !== null) emitter.operator(op.child, body)
  else if (emitter.isNested) body()
  else emitter.pipeline({ kind: 'once' }, op.op, body)
}

/** Batches of a row source under way. */
class SourceReader {
  readers: readonly RowReader[] = []
  length = 0
  readonly #run: Run
  readonly #op: SourceOperator
  #source: RowSource | null = null

  constructor(run: Run, op: SourceOperator) {
    this.#run = run
    this.#op = op
    run.closeLater(() => this.#source?.close())
  }

  open(args: readonly Value[]): void {
    this.#source?.close()
    this.#source = this.#run.context.openRowSource(this.#op, args)
  }

  nextBatch(): boolean {
    this.#run.check()
    const batch: readonly Vector[] | null = this.#source!.next()
    if (batch === null) return false
    this.length = batch[0]?.length ?? 0
    this.readers = batch.map(vectorReader)
    return true
  }
}

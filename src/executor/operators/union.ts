import type { Operator } from '../../plan/operator.ts'
import { keyString } from '../../types/hash.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { boxedCode, boxedValue } from '../codegen/code.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { repOf } from '../codegen/rep.ts'
import { emitRows } from '../codegen/row-source.ts'
import { KeyTable } from '../runtime/key-table.ts'
import { RowBuffer } from '../runtime/row-buffer.ts'

/** Emits UNION: the branches fill one buffer of values, without ALL only with rows that are new. */
export function emitUnion(
  op: Extract<Operator, { readonly op: 'union' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  const types = op.slots.map((slot) => emitter.slotOf(slot).type)
  const rows = emitter.object(
    (run) =>
      new RowBuffer(
        run,
        types.map(() => 'any' as const),
      ),
  )
  const seen = emitter.object((run) => new RowKeys(new KeyTable(run), types))
  if (emitter.isNested) for (const o of [rows, seen]) emitter.line(`${emitter.use(o)}.clear()`)
  op.branches.forEach((branch, b) => {
    emitter.operator(branch, () => {
      const values = op.outputs[b]!.map((slot) => emitter.hold(boxedValue(emitter.valueVariables(slot).code), 'v'))
      const store = (): void => {
        const row = emitter.hold(`${emitter.use(rows)}.add()`, 'i')
        values.forEach((v, i) => {
          emitter.line(`${emitter.use(rows)}.columns[${i}][${row}] = ${v}`)
        })
      }
      emitter.countWork('1')
      if (op.all) store()
      else emitter.within(`if (${emitter.use(seen)}.isNew([${values.join(', ')}]))`, store)
    })
  })
  emitRows(rows, 'union', emitter, (row) => {
    op.slots.forEach((slot, i) => {
      const value = emitter.hold(`${emitter.use(rows)}.columns[${i}][${row}]`, 'v')
      emitter.bindValue(slot, boxedCode(value, repOf(types[i]!)))
    })
    consume()
  })
}

/** Rows seen so far, by their values. */
class RowKeys {
  readonly #table: KeyTable
  readonly #types: readonly LogicalType[]

  constructor(table: KeyTable, types: readonly LogicalType[]) {
    this.#table = table
    this.#types = types
  }

  clear(): void {
    this.#table.clear()
  }

  isNew(values: readonly Value[]): boolean {
    const known = this.#table.length
    const key = values.map((v, i) => keyString(this.#types[i]!, v)).join('|')
    return this.#table.find(key) === known
  }
}

import type { Operator } from '../../plan/operator.ts'
import { constantOf, rowCountOf } from '../codegen/constants.ts'
import { type Emitter, shapeOf } from '../codegen/emitter.ts'
import { emitLoad, emitStore, kindsOf, layoutOf, type RowLayout } from '../codegen/row-layout.ts'
import { emitRows } from '../codegen/row-source.ts'
import { unnamedValue, type ValueVariables } from '../codegen/slot-variables.ts'
import { type ColumnKind, RowBuffer } from '../runtime/row-buffer.ts'
import { type SortColumn, Sorter } from '../runtime/sorter.ts'

type Sort = Extract<Operator, { readonly op: 'sort' }>

/** What the storing side has found out about the rows. */
interface SortRows {
  layout: RowLayout
  kinds: readonly ColumnKind[]
  keys: readonly SortColumn[]
}

/**
 * Emits ORDER BY: keys and the slots alive above go into a buffer; with LIMIT only the best rows stay, and what is no key is read only for
 * rows that do.
 */
export function emitSort(op: Sort, emitter: Emitter, consume: () => void): void {
  emitter.note(op, op.limit === null ? 'sort' : 'top-k')
  const skip = op.skip === null ? null : constantOf(op.skip, emitter)
  const limit = op.limit === null ? null : constantOf(op.limit, emitter)
  const rows: SortRows = { layout: { shapes: [], kinds: [] }, kinds: [], keys: [] }
  const sorter = emitter.object((run) => {
    const skipped = skip === null ? 0 : rowCountOf(skip(run), 'SKIP')
    const end = limit === null ? Number.POSITIVE_INFINITY : skipped + rowCountOf(limit(run), 'LIMIT')
    return new Sorter(new RowBuffer(run, rows.kinds), rows.keys, skipped, end)
  })
  const { isNested } = emitter
  if (isNested) emitter.line(`${emitter.use(sorter)}.clear()`)
  emitter.operator(op.child, () => emitSink(op, rows, sorter, emitter))
  if (isNested) emitter.line(`${emitter.use(sorter)}.finish()`)
  else emitter.afterLast((run) => run.get<Sorter>(sorter).finish())
  emitRows(sorter, 'sorted rows', emitter, (i) => {
    const name = emitter.use(sorter)
    const row = emitter.hold(`${name}.order[${i}]`, 'i')
    const first = rows.kinds.length - rows.layout.kinds.length
    emitLoad(rows.layout, `${name}.buffer.columns`, row, emitter, first)
    consume()
  })
}

function emitSink(op: Sort, rows: SortRows, sorter: number, emitter: Emitter): void {
  const [first, ...others] = op.keys
  if (first === undefined) {
    emitRow(op, [], rows, sorter, emitter)
    return
  }
  const key = emitKey(first, emitter)
  const go = (): void => {
    emitRow(op, [key, ...others.map((k) => emitKey(k, emitter))], rows, sorter, emitter)
  }
  if (op.limit === null || key.code.rep !== 'number') {
    go()
    return
  }
  // fast path: most rows are worse than the worst one kept by their first key alone, and nothing else of them is looked at
  const worst = emitter.use(emitter.object((run) => run.get<Sorter>(sorter).worst))
  const isWorse = `${key.code.value} ${first.descending ? '<' : '>'} ${worst}[0]`
  emitter.within(`if (${key.code.nul === null ? '' : `${key.code.nul} || `}!(${isWorse}))`, go)
}

function emitKey(key: Sort['keys'][number], emitter: Emitter): ValueVariables {
  return unnamedValue(emitter.holdCode(emitter.expression(key.expression)), key.expression.type)
}

function emitRow(op: Sort, keys: readonly ValueVariables[], rows: SortRows, sorter: number, emitter: Emitter): void {
  const keyKinds = keys.map((key) => kindsOf(shapeOf(key)))
  let column = 0
  rows.keys = op.keys.map((key, i) => {
    const at = column
    column += keyKinds[i]!.length
    return {
      column: at,
      nullColumn: keyKinds[i]!.length > 1 ? at + 1 : -1,
      type: key.expression.type,
      descending: key.descending,
    }
  })
  const slots = emitter.carried(emitter.demand(op).live.keys())
  rows.layout = layoutOf(slots)
  rows.kinds = [...keyKinds.flat(), ...rows.layout.kinds]
  const name = emitter.use(sorter)
  const row = emitter.hold(`${name}.next()`, 'i')
  const columns = emitter.hold(`${name}.buffer.columns`, 'a')
  emitStore({ shapes: keys.map((key) => shapeOf(key)), kinds: keyKinds.flat() }, keys, columns, row, emitter)
  emitter.within(`if (${name}.accepts())`, () => emitStore(rows.layout, slots, columns, row, emitter, column))
}

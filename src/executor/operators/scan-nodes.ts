import type { Operator } from '../../plan/operator.ts'
import type { Emitter, PipelineSource } from '../codegen/emitter.ts'
import { emitSelection, emitSelectionCount, type ScanTable } from '../codegen/selection.ts'
import { emitWeighted } from '../codegen/weights.ts'

type ScanNodes = Extract<Operator, { readonly op: 'scanNodes' }>

/** Rows per call of a scan pipeline; a power of two below the rows of a chunk. */
export const MORSEL_ROWS = 8192

/**
 * Emits a scan of node tables. As the leaf of a pipeline it is driven morsel by morsel; below another row, or inside of a sub-plan,
 * it loops over the morsels by itself.
 */
export function emitScanNodes(op: ScanNodes, emitter: Emitter, consume: () => void): void {
  const tables = op.tables
  if (op.child !== null) {
    emitter.operator(op.child, () => emitNestedScan(op, emitter, consume))
    return
  }
  if (emitter.isNested) {
    emitNestedScan(op, emitter, consume)
    return
  }
  const { live, duplicates } = emitter.demand(op)
  if (duplicates !== 'rows' && !live.has(op.slot) && emitCount(op, emitter, consume)) return
  emitter.pipeline({ kind: 'nodes', tables: tables.map((t) => t.table) }, 'scan', () => {
    const single = tables.length === 1 ? tables[0]! : null
    if (single !== null) return emitMorsel(op, single, null, emitter, consume)
    const ids = emitter.use(emitter.object(() => tables.map((t) => t.table)))
    emitByTable(op, `${ids}[part]`, 'part', emitter, consume)
  })
}

/** fast path: nobody looks at the nodes, so a row that stands for all of them will do. */
function emitCount(op: ScanNodes, emitter: Emitter, consume: () => void): boolean {
  const isWhole = op.tables.every((t) => t.predicates.length === 0)
  const single = op.tables.length === 1 ? op.tables[0]! : null
  if (!isWhole && (single === null || emitter.traits.hasDeleted(single.table))) return false
  emitter.note(op, isWhole ? 'live-count' : 'selection-count')
  const source: PipelineSource = isWhole ? { kind: 'once' } : { kind: 'nodes', tables: [single!.table] }
  emitter.pipeline(source, 'count', () => {
    if (!isWhole) emitter.visit(op, 'end - start')
    const count = isWhole
      ? emitter.use(
          emitter.object((run) => op.tables.reduce((sum, t) => sum + run.context.view.nodeTable(t.table).liveCount, 0)),
        )
      : emitSelectionCount(single!, 'start', 'end', emitter)!
    emitWeighted(count, emitter, consume)
  })
  return true
}

function emitMorsel(
  op: ScanNodes,
  table: ScanTable,
  tableName: string | null,
  emitter: Emitter,
  consume: () => void,
): void {
  emitter.visit(op, 'end - start')
  emitSelection(table, 'start', 'end', emitter, (offset, range) => {
    // what a reader has decoded is gone once another scan of the table uses it
    const isAlone = !emitter.isNested && isOnlyScan(op, table.table, emitter)
    emitter.bindNode(op.slot, offset, tableName, false, isAlone ? range : null)
    consume()
  })
}

function isOnlyScan(op: ScanNodes, table: number, emitter: Emitter): boolean {
  const scans = [...emitter.demands.keys()].filter((o) => o.op === 'scanNodes')
  return scans.every((o) => o === op || !o.tables.some((t) => t.table === table))
}

/** Several tables: the tests of each table fill a selection, the rows of all go through one loop. */
function emitByTable(op: ScanNodes, table: string, part: string, emitter: Emitter, consume: () => void): void {
  const tableName = emitter.hold(table, 't')
  const selection = emitter.use(emitter.object(() => new Uint32Array(MORSEL_ROWS)))
  const count = emitter.fresh('m')
  emitter.visit(op, 'end - start')
  emitter.line(`let ${count} = 0`)
  op.tables.forEach((t, i) => {
    emitter.within(`if (${part} === ${i})`, () => {
      emitSelection(t, 'start', 'end', emitter, (offset) => emitter.line(`${selection}[${count}++] = ${offset}`))
    })
  })
  const i = emitter.fresh('i')
  emitter.loop(`for (let ${i} = 0; ${i} < ${count}; ${i}++)`, () => {
    emitter.bindNode(op.slot, emitter.hold(`${selection}[${i}]`, 'n'), tableName)
    consume()
  })
}

function emitNestedScan(op: ScanNodes, emitter: Emitter, consume: () => void): void {
  const part = emitter.fresh('i')
  const readers = emitter.use(emitter.object((run) => op.tables.map((t) => run.context.view.nodeTable(t.table))))
  const rows = emitter.fresh('m')
  emitter.loop(`for (let ${part} = 0; ${part} < ${op.tables.length}; ${part}++)`, () => {
    emitter.line(`const ${rows} = ${readers}[${part}].rowCount`)
    emitter.loop(`for (let start = 0; start < ${rows}; start += ${MORSEL_ROWS})`, () => {
      emitter.line(`const end = Math.min(${rows}, start + ${MORSEL_ROWS})`)
      emitter.countWork('end - start')
      if (op.tables.length === 1) return emitMorsel(op, op.tables[0]!, null, emitter, consume)
      emitByTable(op, `${readers}[${part}].tableId`, part, emitter, consume)
    })
  })
}

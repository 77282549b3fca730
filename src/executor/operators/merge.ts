import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import { isConstant } from '../codegen/constants.ts'
import { type Emitter, type SlotShape, shapeOf } from '../codegen/emitter.ts'
import { emitKeyCodes } from '../codegen/key-codes.ts'
import { bufferFor, emitLoad, emitStore, kindsOf, type RowLayout } from '../codegen/row-layout.ts'
import { emitRows } from '../codegen/row-source.ts'
import { unnamedValue } from '../codegen/slot-variables.ts'
import { subexpressions } from '../codegen/used-slots.ts'
import { hasWrite, needsAllWrites } from '../codegen/write-order.ts'
import { NumberTable } from '../runtime/number-table.ts'
import { BufferedRows } from './buffered-rows.ts'
import { emitCreation } from './create.ts'
import { emitAssignments } from './set.ts'

type Merge = Extract<Operator, { readonly op: 'merge' }>

/** Rows of the input with what the pattern matched; the last column tells whether it did. */
interface MatchedRows {
  readonly buffer: number
  readonly layout: RowLayout
}

/**
 * Emits MERGE. First the pattern is looked for, for all rows, before anything is changed. Then row by row: what was matched is set; otherwise the pattern is
 * created, unless an earlier row of the statement has created it for the same ends and property values, which is a match then, too, whatever has
 * been set in it meanwhile.
 */
export function emitMerge(op: Merge, emitter: Emitter, consume: () => void): void {
  const rows = emitMatches(op, emitter)
  if (needsAllWrites(emitter.plan, op)) {
    const output = new BufferedRows(emitter, op.op)
    emitChanges(op, rows, emitter, () => output.emitStore(op))
    output.emitRows(consume)
  } else emitChanges(op, rows, emitter, consume)
}

function emitMatches(op: Merge, emitter: Emitter): MatchedRows {
  let rows: MatchedRows | null = null
  const body = (): void => {
    rows = emitMatch(op, emitter)
  }
  // the match has to see everything that the input changes
  if (hasWrite(op.child)) BufferedRows.of(op.child, emitter).emitRows(body)
  else emitter.operator(op.child, body)
  return rows!
}

function emitMatch(op: Merge, emitter: Emitter): MatchedRows {
  const { live } = emitter.demand(op.match)
  const shapes = [...emitter.carried(live.keys()).map((v) => shapeOf(v)), ...patternShapes(op, live, emitter)]
  const layout: RowLayout = { shapes, kinds: shapes.flatMap(kindsOf) }
  const buffer = bufferFor(layout, emitter, ['u8'])
  const found = emitter.newRegister()
  const emitRow = (isMatch: boolean): void => {
    const row = emitter.hold(`${emitter.use(buffer)}.add()`, 'i')
    const columns = emitter.hold(`${emitter.use(buffer)}.columns`, 'a')
    const slots = shapes.map((s) => emitter.scope.find(s.slot.slot) ?? null)
    emitStore(layout, slots, columns, row, emitter)
    emitter.line(`${columns}[${layout.kinds.length}][${row}] = ${isMatch ? 1 : 0}`)
  }
  emitter.countWork('1')
  emitter.line(`${emitter.cell(found)} = 0`)
  emitter.nested(() => {
    emitter.operator(op.match, () => {
      emitter.line(`${emitter.cell(found)} = 1`)
      emitRow(true)
    })
  })
  emitter.within(`if (${emitter.cell(found)} === 0)`, () => emitRow(false))
  return { buffer, layout }
}

/** Shapes of the pattern's slots that are read later: the match, the creation or neither binds them. */
function patternShapes(op: Merge, live: ReadonlyMap<number, number>, emitter: Emitter): SlotShape[] {
  return [...op.nodes, ...op.rels].flatMap(({ slot: number }): SlotShape[] => {
    if (!live.has(number)) return []
    const slot = emitter.slotOf(number)
    const isMixed = slot.tables.length > 1
    if (slot.kind === 'node') return [{ kind: 'node', slot, hasTable: isMixed, nullable: true }]
    return [{ kind: 'rel', slot, id: true, pair: isMixed, source: true, target: true, nullable: true }]
  })
}

/** Emits the second pass. The code above runs from three places, so it goes into a function. */
function emitChanges(op: Merge, rows: MatchedRows, emitter: Emitter, consume: () => void): void {
  const { buffer, layout } = rows
  emitRows(buffer, op.op, emitter, (row) => {
    emitter.countWork('1')
    emitter.visit(op, '1')
    emitLoad(layout, `${emitter.use(buffer)}.columns`, row, emitter)
    const { live } = emitter.demand(op)
    const shapes = emitter.carried(live.keys()).map((v) => shapeOf(v))
    const helper = emitter.helper([], consume, shapes)
    const next = (): void => {
      emitter.call(
        helper,
        shapes.map((s) => emitter.variables(s.slot.slot)),
      )
    }
    emitter.within(`if (${emitter.use(buffer)}.columns[${layout.kinds.length}][${row}] === 1)`, () => {
      emitAssignments(op.onMatch, emitter)
      next()
    })
    emitter.within('else', () => emitCreationOnce(op, emitter, next))
  })
}

function emitCreationOnce(op: Merge, emitter: Emitter, next: () => void): void {
  const shapes = patternShapes(op, emitter.demand(op.match).live, emitter)
  const layout: RowLayout = { shapes, kinds: shapes.flatMap(kindsOf) }
  const created = bufferFor(layout, emitter)
  const keys = emitPatternKeys(op, emitter)
  const table = emitter.use(emitter.object((run) => new NumberTable(run, keys.length)))
  keys.forEach((key, i) => {
    emitter.line(`${table}.probe[${i}] = ${key}`)
  })
  const group = emitter.hold(`${table}.findAll()`, 'g')
  const buffer = emitter.use(created)
  emitter.within(`if (${group} === ${buffer}.length)`, () => {
    emitCreation(op.nodes, op.rels, emitter)
    const slots = shapes.map((s) => emitter.variables(s.slot.slot))
    emitter.line(`${buffer}.add()`)
    emitStore(layout, slots, `${buffer}.columns`, group, emitter)
    emitAssignments(op.onCreate, emitter)
    next()
  })
  emitter.within('else', () => {
    emitLoad(layout, `${buffer}.columns`, group, emitter)
    emitAssignments(op.onMatch, emitter)
    next()
  })
}

/** Emits the numbers that two rows share exactly if they ask for the same pattern: its ends that are bound, and its property values. */
function emitPatternKeys(op: Merge, emitter: Emitter): string[] {
  const own = new Set(op.nodes.map((n) => n.slot))
  const ends = new Set(op.rels.flatMap((r) => [r.source, r.target]).filter((slot) => !own.has(slot)))
  const values = [...op.nodes, ...op.rels]
    .flatMap((item) => item.values)
    .filter((e) => !isConstant(e) && !isVolatile(e))
  return [
    ...[...ends].flatMap((slot) => emitKeyCodes(emitter.nodeVariables(slot), emitter)),
    ...values.flatMap((e) => {
      return emitKeyCodes(unnamedValue(emitter.holdCode(emitter.expression(e)), e.type), emitter)
    }),
  ]
}

/** Counters and the like: defaults of columns that the pattern does not name. */
function isVolatile(e: BoundExpression): boolean {
  return (e.kind === 'call' && e.function.volatile) || subexpressions(e).some(isVolatile)
}

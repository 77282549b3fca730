import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { PushedPredicate } from '../../plan/operator.ts'
import { emitFiltered } from './conditions.ts'
import { isConstant } from './constants.ts'
import type { Emitter } from './emitter.ts'
import { emitSelection } from './selection.ts'
import { addUses, subexpressions } from './used-slots.ts'

/** A test is worth evaluating once per node of the table from this share of the table on. */
const SHARE_OF_TABLE = 1 / 4

/**
 * Divides the conjuncts of a filter above a hop: those that look at nothing but the node reached and cannot fail may be evaluated once per node of
 * its table, when more rels are expected than a quarter of the nodes.
 */
export function splitForBitset(
  conjuncts: readonly BoundExpression[],
  to: number,
  estimate: number,
  emitter: Emitter,
): { readonly inBitset: readonly BoundExpression[]; readonly rest: readonly BoundExpression[] } {
  const slot = emitter.slotOf(to)
  const none = { inBitset: [], rest: conjuncts }
  if (emitter.plan.writes || slot.kind !== 'node' || slot.tables.length !== 1) return none
  const inBitset = conjuncts.filter((c) => usesOnly(c, to) && cannotFail(c))
  if (inBitset.length === 0) return none
  const table = slot.tables[0]!
  const isWorthwhile = emitter.traits.decide(
    ({ view }) => estimate > view.nodeTable(table).rowCount * SHARE_OF_TABLE,
    false,
  )
  return isWorthwhile ? { inBitset, rest: conjuncts.filter((c) => !inBitset.includes(c)) } : none
}

function usesOnly(e: BoundExpression, slot: number): boolean {
  const uses = new Map<number, number>()
  addUses(e, uses)
  return uses.size === 1 && uses.has(slot)
}

/** Evaluating a test for nodes that the query never reaches must not raise errors. */
function cannotFail(e: BoundExpression): boolean {
  switch (e.kind) {
    case 'literal':
    case 'parameter':
    case 'property':
    case 'label':
      return true
    case 'and':
    case 'or':
    case 'xor':
    case 'not':
    case 'compare':
    case 'isNull':
    case 'in':
      return subexpressions(e).every(cannotFail)
    default:
      return false
  }
}

/** Emits the pipeline that evaluates the tests for every node of the slot's table. @returns the object with the bits. */
export function emitNodeBitset(tests: readonly BoundExpression[], to: number, emitter: Emitter): number {
  const table = emitter.slotOf(to).tables[0]!
  const bits = emitter.object((run) => {
    const words = (run.context.view.nodeTable(table).rowCount >>> 5) + 1
    run.reserve(words * 4)
    return new Int32Array(words)
  })
  const predicates = tests.flatMap((test) => pushedOf(test, table) ?? [])
  const rest = tests.filter((test) => pushedOf(test, table) === null)
  emitter.detached(() => {
    emitter.pipeline({ kind: 'nodes', tables: [table] }, 'bitset', () => {
      emitSelection({ table, predicates }, 'start', 'end', emitter, (offset) => {
        emitter.bindNode(to, offset, null)
        emitFiltered(rest, emitter, () => {
          emitter.line(`${emitter.use(bits)}[${offset} >>> 5] |= 1 << ${offset}`)
        })
      })
    })
  })
  return bits
}

const MIRRORED = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** @returns a comparison of a property with a constant as a test on encoded chunks, or null. */
function pushedOf(e: BoundExpression, table: number): PushedPredicate | null {
  if (e.kind !== 'compare') return null
  const [property, bound, operator] =
    e.left.kind === 'property' ? [e.left, e.right, e.operator] : [e.right, e.left, MIRRORED[e.operator]]
  if (property.kind !== 'property' || !isConstant(bound)) return null
  const source = property.sources.find((s) => s.table === table)
  if (source === undefined || source.columnId < 0 || source.type.id !== e.operandType.id) return null
  if (!isOrdered(e.operandType.id)) return null
  return { columnId: source.columnId, type: source.type, operator, bound }
}

/** Types whose order on encoded chunks is that of the comparison operators; floats have NaN, which these do not order. */
function isOrdered(id: string): boolean {
  return [
    'INT8',
    'INT16',
    'INT32',
    'INT64',
    'UINT8',
    'UINT16',
    'UINT32',
    'UINT64',
    'DATE',
    'TIMESTAMP',
    'STRING',
  ].includes(id)
}

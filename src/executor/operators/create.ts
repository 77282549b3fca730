import { DatabaseError } from '../../errors/database-error.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import type { CreateNodeItem, CreateRelItem, Operator } from '../../plan/operator.ts'
import { boxedValue } from '../codegen/code.ts'
import type { Emitter } from '../codegen/emitter.ts'
import type { NodeVariables } from '../codegen/slot-variables.ts'
import { children } from '../codegen/used-slots.ts'
import { DeletedNodes } from '../runtime/write-delete.ts'
import { emitWrite, useTransaction } from './write.ts'

/** Emits CREATE: per row the nodes, then the rels. */
export function emitCreate(
  op: Extract<Operator, { readonly op: 'create' }>,
  emitter: Emitter,
  consume: () => void,
): void {
  emitWrite(op, emitter, consume, (next) => {
    emitCreation(op.nodes, op.rels, emitter)
    next()
  })
}

/** Emits the creation of nodes and rels for the current row and binds their slots. */
export function emitCreation(nodes: readonly CreateNodeItem[], rels: readonly CreateRelItem[], emitter: Emitter): void {
  for (const node of nodes) emitNode(node, emitter)
  for (const rel of rels) emitRel(rel, emitter)
}

function emitValues(values: readonly BoundExpression[], emitter: Emitter): string {
  return `[${values.map((v) => boxedValue(emitter.holdCode(emitter.expression(v)))).join(', ')}]`
}

function emitNode(item: CreateNodeItem, emitter: Emitter): void {
  const values = emitValues(item.values, emitter)
  const table = emitter.tableId(item.table)
  const offset = emitter.hold(`${useTransaction(emitter)}.insertNode(${table}, ${values})`, 'n')
  const isMixed = emitter.slotOf(item.slot).tables.length > 1
  emitter.bindNode(item.slot, offset, isMixed ? table : null)
}

/** A rel to a node that is NULL is not created and is NULL itself. */
function emitRel(item: CreateRelItem, emitter: Emitter): void {
  const source = emitter.nodeVariables(item.source)
  const target = emitter.nodeVariables(item.target)
  const tests = [source, target].flatMap((node) => (node.nullable ? [`${node.offset} >= 0`] : []))
  const id = emitter.fresh('r')
  emitter.line(`let ${id} = -1`)
  const isMixed = emitter.slotOf(item.slot).tables.length > 1
  const pair = isMixed ? emitter.fresh('t') : null
  if (pair !== null) emitter.line(`let ${pair} = -1`)
  emitter.within(tests.length === 0 ? '' : `if (${tests.join(' && ')})`, () => {
    if (hasDelete(emitter.plan.root)) for (const node of [source, target]) emitLiveTest(node, emitter)
    const chosen = emitPair(item, source, target, emitter)
    const values = emitValues(item.values, emitter)
    if (pair !== null) emitter.line(`${pair} = ${chosen}`)
    emitter.line(
      `${id} = ${useTransaction(emitter)}.insertRel(${chosen}, ${source.offset}, ${target.offset}, ${values})`,
    )
  })
  const ends = { source: source.offset, target: target.offset }
  emitter.bindRel(item.slot, { id, pair, ...ends }, tests.length > 0)
}

/** Nodes that the statement itself has deleted are still bound. */
function emitLiveTest(node: NodeVariables, emitter: Emitter): void {
  const test = emitter.bind('refuseDeleted', (run) => new DeletedNodes(run))
  emitter.line(`${test}.refuse(${emitter.tableOf(node)}, ${node.offset})`)
}

function hasDelete(op: Operator): boolean {
  return op.op === 'delete' || children(op).some(hasDelete)
}

/** @returns code of the FROM-TO pair: the only one, or the one of the two nodes' tables. */
function emitPair(item: CreateRelItem, source: NodeVariables, target: NodeVariables, emitter: Emitter): string {
  const [only] = item.candidates
  if (item.candidates.length === 1 && source.table === null && target.table === null) {
    return emitter.tableId(only!.relTable)
  }
  const pairs = emitter.use(emitter.object(() => new PairChoice(item)))
  return emitter.hold(`${pairs}.of(${emitter.tableOf(source)}, ${emitter.tableOf(target)})`, 't')
}

/** Finds the FROM-TO pair of a rel table for the tables of two nodes. */
class PairChoice {
  readonly #item: CreateRelItem

  constructor(item: CreateRelItem) {
    this.#item = item
  }

  /** @throws {DatabaseError} RUNTIME when the table does not connect such nodes. */
  of(fromTable: number, toTable: number): number {
    for (const c of this.#item.candidates) if (c.fromTable === fromTable && c.toTable === toTable) return c.relTable
    const { tableName } = this.#item
    const facts = { table: tableName, fromTable, toTable }
    throw new DatabaseError('RUNTIME', `Rel table ${tableName} does not connect nodes of these tables.`, { facts })
  }
}

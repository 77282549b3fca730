import type { Emitter } from '../codegen/emitter.ts'
import { hasSubqueries, needsAllWrites, readsGraph, type WriteOperator } from '../codegen/write-order.ts'
import { transactionOf } from '../runtime/write-delete.ts'
import { BufferedRows } from './buffered-rows.ts'

/** @returns the local name of the run's write transaction. */
export function useTransaction(emitter: Emitter): string {
  return emitter.bind('transaction', transactionOf)
}

/**
 * Emits a write operator. Its input is read to the end before the first change if changes could alter it, and its output waits for the last change if
 * somebody could see the difference; otherwise rows run through.
 * @param write emits the changes of the current row and calls `next` wherever a row goes on (at one place).
 */
export function emitWrite(
  op: WriteOperator,
  emitter: Emitter,
  consume: () => void,
  write: (next: () => void) => void,
): void {
  const emitRow = (next: () => void): void => {
    emitter.countWork('1')
    emitter.visit(op, '1')
    write(next)
  }
  if (needsAllWrites(emitter.plan, op)) {
    const output = new BufferedRows(emitter, op.op)
    emitInput(op, emitter, () => emitRow(() => output.emitStore(op)))
    output.emitRows(consume)
  } else emitInput(op, emitter, () => emitRow(consume))
}

function emitInput(op: WriteOperator, emitter: Emitter, body: () => void): void {
  if (readsGraph(op.child) || hasSubqueries(op)) BufferedRows.of(op.child, emitter).emitRows(body)
  else emitter.operator(op.child, body)
}

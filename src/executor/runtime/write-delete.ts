import type { Catalog } from '../../catalog/catalog.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import { assert } from '../../util/assert.ts'
import type { Run } from '../run.ts'

/** @returns the transaction that a run writes to. */
export function transactionOf(run: Run): WriteTransaction {
  const { transaction } = run.context
  assert(transaction !== null, 'a plan that writes needs a write transaction')
  return transaction
}

/** Deletes nodes: with their rels, or only such as have none left. */
export class NodeDeleter {
  readonly #transaction: WriteTransaction
  readonly #catalog: Catalog
  readonly #detach: boolean

  constructor(run: Run, detach: boolean) {
    this.#transaction = transactionOf(run)
    this.#catalog = run.context.catalog
    this.#detach = detach
  }

  /** Deletes a node; one that is deleted already stays so. @throws {DatabaseError} CONNECTED_NODE */
  delete(table: number, offset: number): void {
    if (this.#detach) this.#transaction.detach(table, offset)
    else this.#refuseConnected(table, offset)
    this.#transaction.deleteNode(table, offset)
  }

  #refuseConnected(table: number, offset: number): void {
    const connected = this.#transaction.connectedTable(table, offset)
    if (connected === null) return
    const name = this.#catalog.relTableOfPair(connected.relTableId)?.name ?? ''
    const { direction } = connected
    throw new DatabaseError(
      'CONNECTED_NODE',
      `Node(nodeOffset: ${offset}) has connected edges in table ${name} in the ${direction} direction, which cannot be deleted. Please delete the edges first or try DETACH DELETE.`,
      { facts: { table: name, nodeOffset: offset, direction } },
    )
  }
}

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

/** Refuses new rels at deleted nodes. */
export class DeletedNodes {
  readonly #run: Run

  constructor(run: Run) {
    this.#run = run
  }

  /** @throws {DatabaseError} RUNTIME if the node is deleted. */
  refuse(table: number, offset: number): void {
    const { view, catalog } = this.#run.context
    const { deleted } = view.nodeTable(table)
    if (deleted === null || ((deleted[offset >>> 5] ?? 0) & (1 << (offset & 31))) === 0) return
    const name = catalog.nodeTableById(table)?.name ?? ''
    throw new DatabaseError(
      'RUNTIME',
      `Node(nodeOffset: ${offset}) of table ${name} has been deleted, no relationship can be created at it.`,
      { facts: { table: name, nodeOffset: offset } },
    )
  }
}

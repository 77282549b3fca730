import type { Catalog } from '../../catalog/catalog.ts'
import { encodeCatalog } from '../../catalog/catalog-codec.ts'
import type { WriteTransaction } from '../../storage/write-transaction.ts'
import type { RemoteBackend } from './remote-backend.ts'

/**
 * Runs a change in a write transaction of its own, commits it and moves the backend's snapshot to the newest commit. Blocks this thread.
 * @param change gets the transaction and its catalog; gives the catalog that it leaves, the same object if it did not change.
 * @throws {DatabaseError} what the change throws (nothing has happened then); WRITE_CONFLICT, LOCKED, READ_ONLY, CLOSED.
 */
export function commitChange(
  backend: RemoteBackend,
  change: (tx: WriteTransaction, catalog: Catalog) => Catalog,
): void {
  const database = backend.opened
  const tx = database.storage.beginWrite()
  try {
    const before = database.catalogOf(tx.view)
    const after = change(tx, before)
    if (after !== before) {
      tx.setCatalog(encodeCatalog(after))
      database.rememberCatalog(tx.view, after)
    }
    tx.commitSync()
  } catch (error) {
    tx.rollback()
    throw error
  }
  backend.refresh()
}

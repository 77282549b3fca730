import { BLOCKS_PER_PAGE, PAGE_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { checksumCount, firstBadBlock } from './checksum.ts'
import { type LmdbDatabase, LmdbReadTransaction, openLmdb } from './lmdb-environment.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import type { PageReader } from './page-store.ts'
import { makeChecksumKey, PAGE_KEY_BYTES, writePageKey } from './store-format.ts'

/** Reads pages of an LMDB file in one thread. Between two calls it holds no version of the file. */
export class LmdbPageReader implements PageReader {
  readonly file: string
  readonly #db: LmdbDatabase
  readonly #transaction: LmdbReadTransaction
  readonly #key = new Uint8Array(PAGE_KEY_BYTES)
  readonly #sums = new Uint32Array(BLOCKS_PER_PAGE)
  readonly #sumBytes = new Uint8Array(this.#sums.buffer)
  #open = true

  /** @param db this thread's handle; closed with the reader. @throws {DatabaseError} TOO_MANY_READERS, IO. */
  constructor(file: string, db: LmdbDatabase) {
    this.file = file
    this.#db = db
    try {
      this.#transaction = new LmdbReadTransaction(db)
    } catch (error) {
      throw lmdbFailure(error, file)
    }
    this.#transaction.end()
  }

  /** {@link PageReader.readPageInto} */
  readPageInto(pageId: PageId, target: Uint8Array): void {
    if (!this.#open) throw new DatabaseError('CLOSED', 'The database is closed.')
    try {
      this.#read(pageId, target)
    } catch (error) {
      throw lmdbFailure(error, this.file)
    } finally {
      this.#transaction.end()
    }
  }

  #read(pageId: PageId, target: Uint8Array): void {
    const key = this.#key
    writePageKey(key, pageId)
    makeChecksumKey(key)
    const sums = this.#transaction.get(key)
    if (sums === undefined) throw corruptPage(pageId, 'it does not exist')
    const sumBytes = sums.length
    if (sumBytes > this.#sumBytes.length) throw corruptPage(pageId, 'its checksums have a wrong length')
    this.#sumBytes.set(sums.subarray(0, sumBytes)) // before the next get overwrites it
    writePageKey(key, pageId)
    const value = this.#transaction.get(key)
    if (value === undefined) throw corruptPage(pageId, 'its content does not exist')
    const length = value.length
    if (length > PAGE_BYTES || sumBytes !== checksumCount(length) * 4)
      throw corruptPage(pageId, 'it has a wrong length')
    const bytes = value.subarray(0, length)
    const bad = firstBadBlock(bytes, this.#sums)
    if (bad >= 0) throw corruptPage(pageId, `the checksum of its block ${bad} does not match`)
    target.set(bytes)
    if (length < PAGE_BYTES) target.fill(0, length, PAGE_BYTES)
  }

  /** {@link PageReader.close} */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#transaction.close()
    void this.#db.close() // nothing asynchronous is under way in a handle that only reads: it closes at once
  }
}

/** Opens a reader of the store in another thread of the process that has it open. @throws {DatabaseError} IO, TOO_MANY_READERS. */
export function attachLmdbReader(file: string): LmdbPageReader {
  return new LmdbPageReader(file, openLmdb(file, 'read'))
}

function corruptPage(pageId: PageId, reason: string): DatabaseError {
  return new DatabaseError('CORRUPT_PAGE', `Page ${pageId} is damaged: ${reason}.`, { facts: { page: pageId } })
}

import { closeSync, openSync, readSync } from 'node:fs'
import { BLOCK_BYTES, BLOCKS_PER_PAGE, PAGE_BYTES, PAGE_HEADER_BYTES, type PageId } from '../bufferpool/page-source.ts'
import { DatabaseError } from '../errors/database-error.ts'
import { checksumCount, firstBadBlock } from './checksum.ts'
import { type LmdbDatabase, LmdbReadTransaction, openLmdb } from './lmdb-environment.ts'
import { lmdbFailure } from './lmdb-errors.ts'
import { PageDirectory } from './page-directory.ts'
import type { PageReader } from './page-store.ts'
import { makeChecksumKey, PAGE_KEY_BYTES, writePageKey } from './store-format.ts'

/** What a reader has done so far. */
export interface PageReadCounts {
  /** Pages read from their place in the file. */
  readonly byPlace: number
  /** Pages whose content lmdb was asked for. */
  readonly byLmdb: number
  /** Walks down the tree to find places. */
  readonly walks: number
}

/**
 * Reads pages of an LMDB file in one thread. Between two calls it holds no version of the file.
 *
 * lmdb tells whether a page exists, and its checksums. The content is read from its place in the file with one read, straight into the target: lmdb would
 * copy it once more, and fetch what is not in the system's cache 4 KiB at a time. Whatever is not as it should be there is left to lmdb to find out.
 */
export class LmdbPageReader implements PageReader {
  readonly file: string
  readonly #db: LmdbDatabase
  readonly #transaction: LmdbReadTransaction
  readonly #key = new Uint8Array(PAGE_KEY_BYTES)
  readonly #sums = new Uint32Array(BLOCKS_PER_PAGE)
  readonly #sumBytes = new Uint8Array(this.#sums.buffer)
  readonly #descriptor: number
  readonly #directory: PageDirectory
  #open = true
  #byPlace = 0
  #byLmdb = 0

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
    this.#descriptor = tryOpen(file)
    this.#directory = new PageDirectory(this.#descriptor)
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

  /** {@link PageReadCounts} */
  counts(): PageReadCounts {
    return { byPlace: this.#byPlace, byLmdb: this.#byLmdb, walks: this.#directory.walks }
  }

  /** {@link PageReader.close} */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#transaction.close()
    if (this.#descriptor >= 0) closeSync(this.#descriptor) // LMDB's locks are on the lock file: this drops none of them
    void this.#db.close() // nothing asynchronous is under way in a handle that only reads: it closes at once
  }

  #read(pageId: PageId, target: Uint8Array): void {
    const key = this.#key
    writePageKey(key, pageId)
    makeChecksumKey(key)
    const sums = this.#transaction.get(key) // from here on a version is held
    if (sums === undefined) throw corruptPage(pageId, 'it does not exist')
    const sumBytes = sums.length
    if (sumBytes > this.#sumBytes.length) throw corruptPage(pageId, 'its checksums have a wrong length')
    this.#sumBytes.set(sums.subarray(0, sumBytes)) // before the next get overwrites it
    if (this.#readByPlace(pageId, target, sumBytes)) return
    this.#byLmdb++
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

  /** @returns whether the page is in `target`, whole; otherwise lmdb is to be asked, and `target` holds anything. */
  #readByPlace(pageId: PageId, target: Uint8Array, sumBytes: number): boolean {
    if (this.#descriptor < 0) return false
    try {
      if (!this.#directory.find(pageId)) return false
      const { block, length } = this.#directory
      if (sumBytes !== checksumCount(length) * 4) return false
      const at = block * BLOCK_BYTES + PAGE_HEADER_BYTES
      if (readSync(this.#descriptor, target, 0, length, at) !== length) return false
      if (firstBadBlock(target.subarray(0, length), this.#sums) >= 0) return false
      if (length < PAGE_BYTES) target.fill(0, length, PAGE_BYTES)
      this.#byPlace++
      return true
    } catch (error) {
      // a disk that fails is reported: touching the same place of lmdb's map would end the process
      if ((error as NodeJS.ErrnoException).code === 'EIO') throw error
      return false
    }
  }
}

/** Opens a reader of the store in another thread of the process that has it open. @throws {DatabaseError} IO, TOO_MANY_READERS. */
export function attachLmdbReader(file: string): LmdbPageReader {
  return new LmdbPageReader(file, openLmdb(file, 'read'))
}

/** @returns a descriptor, or -1 if there is none to be had: then pages are read through the handle that there is. */
function tryOpen(file: string): number {
  try {
    return openSync(file, 'r')
  } catch {
    return -1
  }
}

function corruptPage(pageId: PageId, reason: string): DatabaseError {
  return new DatabaseError('CORRUPT_PAGE', `Page ${pageId} is damaged: ${reason}.`, { facts: { page: pageId } })
}

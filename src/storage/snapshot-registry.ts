import { type LmdbDatabase, LmdbReadTransaction } from './lmdb-environment.ts'

/** How long a snapshot that nobody uses is kept for the next query. */
const IDLE_MS = 20

/** A version of the file that this process holds: one reader slot, however many use it. */
export interface HeldVersion {
  readonly commit: number
  readonly transaction: LmdbReadTransaction
  users: number
}

/**
 * The versions that one thread holds. A slot in LMDB's reader table is what tells the writers of all processes that a
 * version is in use: pages freed by a commit of transaction T are deleted only when no slot is older than T.
 *
 *     absent ──acquire (newest commit)──► held ──last release──► idle ──20 ms, or a newer commit──► absent
 *                                          ▲──────acquire──────────┘
 */
export class SnapshotRegistry {
  readonly #db: LmdbDatabase
  readonly #readCommit: (transaction: LmdbReadTransaction) => number
  readonly #onDrop: () => void
  readonly #held = new Set<HeldVersion>()
  #latest: HeldVersion | null = null
  #timer: NodeJS.Timeout | null = null

  /**
   * @param readCommit reads the commit number in a transaction.
   * @param onDrop called when the thread holds one version less.
   */
  constructor(db: LmdbDatabase, readCommit: (transaction: LmdbReadTransaction) => number, onDrop: () => void) {
    this.#db = db
    this.#readCommit = readCommit
    this.#onDrop = onDrop
  }

  /** @returns the newest version, whose commit is `commit` or newer. @throws whatever lmdb throws: TOO_MANY_READERS. */
  acquire(commit: number): HeldVersion {
    const latest = this.#latest
    if (latest !== null && latest.commit === commit) {
      latest.users++
      return latest
    }
    const transaction = new LmdbReadTransaction(this.#db)
    const version = { commit: this.#readCommit(transaction), transaction, users: 1 }
    this.#latest = version
    this.#held.add(version)
    if (latest !== null) this.#dropIfIdle(latest)
    return version
  }

  /** Gives one use of a version up. */
  release(version: HeldVersion): void {
    version.users--
    if (version !== this.#latest) this.#dropIfIdle(version)
    else if (version.users === 0) this.#timer ??= setTimeout(() => this.#dropIdle(), IDLE_MS).unref()
  }

  /** Says that there is a newer commit: what is held is not kept for later users any more. */
  retire(): void {
    this.#dropIdle()
    this.#latest = null
  }

  /** Drops every version, used or not. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const version of this.#held) version.transaction.close()
    this.#held.clear()
    this.#latest = null
  }

  #dropIdle(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#latest !== null) this.#dropIfIdle(this.#latest)
  }

  #dropIfIdle(version: HeldVersion): void {
    if (version.users > 0 || !this.#held.delete(version)) return
    version.transaction.close()
    if (version === this.#latest) this.#latest = null
    this.#onDrop()
  }
}

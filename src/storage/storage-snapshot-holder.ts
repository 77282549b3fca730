import type { PageStore, Snapshot } from './page-store.ts'

/** A held version of the page store that several views share. */
export interface HeldSnapshot {
  readonly snapshot: Snapshot
  uses: number
}

/**
 * Holds versions of the page store on behalf of views: one snapshot per commit, released with the last view of it, so that an idle process
 * keeps no replaced page alive.
 */
export class SnapshotHolder {
  readonly #store: PageStore
  #newest: HeldSnapshot | null = null

  constructor(store: PageStore) {
    this.#store = store
  }

  /** @returns the newest version, held once more. Cost: about 1 µs when nothing was committed. */
  holdNewest(): HeldSnapshot {
    const held = this.#newest
    if (held !== null && held.snapshot.commit === this.#store.latestCommit()) {
      held.uses++
      return held
    }
    this.#newest = { snapshot: this.#store.acquireSnapshot(), uses: 1 }
    return this.#newest
  }

  release(held: HeldSnapshot): void {
    if (--held.uses > 0) return
    held.snapshot.release()
    if (this.#newest === held) this.#newest = null
  }
}

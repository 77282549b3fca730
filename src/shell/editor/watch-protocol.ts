/** Places in the control words that the shell shares with its watcher thread. */
export const CONTROL = {
  /** Number of the newest order: odd ones mean watch, even ones rest, -1 ends the thread. Each is new, so that none is missed. */
  order: 0,
  /** Number of the order to rest that the watcher has carried out; {@link FIRST_ORDER} when it has the terminal open. */
  done: 1,
  /** Bytes of keys in the buffer. */
  typed: 2,
  words: 3,
} as const

/** Order that the watcher starts with: rest. */
export const FIRST_ORDER = 2

/** Most bytes of keys that are kept while a statement runs. */
export const TYPED_BYTES = 64 * 1024

/** What the watcher is started with. */
export interface WatcherSetup {
  readonly control: Int32Array
  readonly typed: Uint8Array
  /** Element 0 becomes 1 at Ctrl-C. */
  readonly interruptFlag: Int32Array
  readonly terminal: string
}

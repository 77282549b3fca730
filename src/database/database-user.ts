/** What lives on an open database and ends when it closes: a connection, the backend of a loader. */
export interface DatabaseUser {
  /** Whether something runs that must be waited for: the database cannot be closed synchronously. */
  readonly busy: boolean
  /** Stops what runs and ends. */
  abort(): Promise<void>
  /** Ends; called only when nothing runs. */
  closeSync(): void
}

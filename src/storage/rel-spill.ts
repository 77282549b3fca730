/** Temporary file of a load: bytes are appended and read back by position. bufferpool/spill-file.ts provides it. */
export interface RelSpill {
  /** Copies the bytes to the end of the file. @returns their position. */
  append(bytes: Uint8Array): number
  /** Fills `target` from `position` on. */
  read(position: number, target: Uint8Array): void
  /** Deletes the file. */
  close(): void
}

/** Opens a new temporary file when memory is exhausted; small loads never ask. */
export type OpenRelSpill = () => RelSpill

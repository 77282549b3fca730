/**
 * Where the prompt gets its statements from: the interactive editor (editor/), which owns the terminal while {@link read} is pending.
 * The prompt calls {@link read}, runs what came, and calls it again; between two reads the terminal is in its ordinary mode.
 */
export interface StatementReader {
  /**
   * @returns the next command line (starts with `:`) or text with one or more whole statements, trimmed; null when the user leaves (Ctrl-D on
   * an empty line, Ctrl-C twice on an empty line).
   */
  read(): Promise<string | null>
  /** Gives the terminal back and keeps the history. Twice does nothing. */
  close(): void
}

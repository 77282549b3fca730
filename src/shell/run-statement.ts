import type { Writable } from 'node:stream'
import { type Connection, DatabaseError, type QueryResult } from '../index.ts'
import { renderTable, type TableLimits } from './render-table.ts'

/** Where a shell writes: results to `output`, everything else to `messages`. */
export interface ShellStreams {
  readonly output: Writable
  readonly messages: Writable
}

/** How results are shown. */
export interface ShellDisplay extends TableLimits {
  readonly statistics: boolean
}

/** Draws one result with its counts and times. */
export function showResult(result: QueryResult, streams: ShellStreams, display: ShellDisplay): void {
  if (result.getNumColumns() > 0) streams.output.write(`${renderTable(result, display)}\n`)
  if (!display.statistics) return
  const { compilingMs, executingMs } = result.getTiming()
  const tuples = result.getNumTuples()
  const counts = result.getNumColumns() > 0 ? `(${tuples} ${tuples === 1 ? 'tuple' : 'tuples'}) ` : ''
  streams.messages.write(
    `${counts}Time: ${compilingMs.toFixed(2)} ms (compiling), ${executingMs.toFixed(2)} ms (executing)\n`,
  )
}

/** @returns an error as a shell shows it. */
export function errorText(error: unknown): string {
  if (error instanceof DatabaseError) return `Error: ${error.message}\n`
  return `Error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
}

/** Runs the statements of a text and shows what they give. @returns whether all of them succeeded. */
export async function runText(
  connection: Connection,
  text: string,
  streams: ShellStreams,
  display: ShellDisplay,
): Promise<boolean> {
  try {
    const results = await connection.query(text)
    for (const result of Array.isArray(results) ? results : [results]) showResult(result, streams, display)
    return true
  } catch (error) {
    streams.messages.write(errorText(error))
    return false
  }
}

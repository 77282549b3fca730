import { statSync } from 'node:fs'
import { Connection, Database } from '../../index.ts'
import { wantsColour } from '../paint.ts'
import { ShellSession, type ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { newShellState } from '../shell-state.ts'

/** How a sub-command opens its database. */
export interface OpenOptions {
  readonly readOnly: boolean
  readonly bufferPoolSize?: number | undefined
}

/**
 * Opens a database for a sub-command and closes it after the work.
 * @throws {ShellError} if there is no such database and it is only to be read; {DatabaseError} as opening does.
 */
export async function withSession<T>(
  file: string,
  { readOnly, bufferPoolSize }: OpenOptions,
  streams: ShellStreams,
  work: (session: ShellSession) => Promise<T>,
): Promise<T> {
  if (readOnly && statSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new ShellError(`There is no database ${file}.`)
  }
  const database = new Database(file, { readOnly, bufferPoolSize: bufferPoolSize ?? 0 })
  const connection = new Connection(database)
  const isTerminal = streams.output.isTTY === true
  const state = newShellState({
    mode: isTerminal ? 'box' : 'column',
    maxRows: 0,
    stats: false,
    colour: wantsColour(isTerminal, process.env),
  })
  try {
    return await work(new ShellSession(database, connection, state, streams))
  } finally {
    await connection.close()
    await database.close()
  }
}

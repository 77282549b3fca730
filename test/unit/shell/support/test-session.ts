import { Writable } from 'node:stream'
import { Connection, Database } from '../../../../src/index.ts'
import { ShellSession } from '../../../../src/shell/session.ts'
import { newShellState, type ShellState } from '../../../../src/shell/shell-state.ts'

/** A stream that keeps what is written to it, and says that it is a terminal if it is told to. */
export class Kept extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns: number

  constructor(isTTY = false, columns = 80) {
    super()
    this.isTTY = isTTY
    this.columns = columns
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.text += piece.toString()
    done()
  }

  /** @returns what came since the last call. */
  take(): string {
    const { text } = this
    this.text = ''
    return text
  }
}

/** A session in memory whose streams are kept. */
export interface TestSession {
  readonly session: ShellSession
  readonly output: Kept
  readonly messages: Kept
  close(): Promise<void>
}

/** @returns a session over an empty database in memory. */
export function testSession(state: Partial<ShellState> = {}, isTTY = false): TestSession {
  const database = new Database(':memory:', { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 })
  const connection = new Connection(database)
  const output = new Kept(isTTY)
  const messages = new Kept(isTTY)
  const session = new ShellSession(database, connection, newShellState({ stats: false, mode: 'csv', ...state }), {
    output,
    messages,
  })
  const close = async () => {
    session.close()
    await database.close()
  }
  return { session, output, messages, close }
}

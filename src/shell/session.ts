import type { Connection, Database, JsValue, QueryResult } from '../index.ts'
import { runCommand } from './commands/run-command.ts'
import { decodeEscapes } from './decode-escapes.ts'
import { type ErrorPlace, errorText } from './error-text.ts'
import { footerText } from './footer.ts'
import { fileTarget, type OutputTarget, streamTarget } from './output-target.ts'
import { type Paint, painter } from './paint.ts'
import { ProgressBar, type TerminalStream } from './progress-bar.ts'
import type { ResultView } from './render/result-view.ts'
import type { ShellState } from './shell-state.ts'
import { messageOf, showResult, showView } from './show-result.ts'
import { splitStatements } from './split-statements.ts'
import { terminalWidth } from './terminal-width.ts'
import { usedParameters } from './used-parameters.ts'

/** Where a shell writes: results to `output`, everything else to `messages`. */
export interface ShellStreams {
  readonly output: TerminalStream
  readonly messages: TerminalStream
}

/** How a text ended: all of it ran; something failed and was reported; the user wants to leave. */
export type Outcome = 'ok' | 'failed' | 'quit'

/** Place of a text in a script. */
export type ScriptPlace = NonNullable<ErrorPlace['script']>

/** A session of the shell: a connection, what commands have set, and where results go. Runs one text at a time. */
export class ShellSession {
  readonly database: Database
  readonly connection: Connection
  readonly state: ShellState
  readonly streams: ShellStreams
  /** Painter of messages. */
  readonly paint: Paint
  readonly #standardOutput: OutputTarget
  #output: OutputTarget
  #stopped = false
  #running = false

  constructor(database: Database, connection: Connection, state: ShellState, streams: ShellStreams) {
    this.database = database
    this.connection = connection
    this.state = state
    this.streams = streams
    this.paint = painter(state.colour && streams.messages.isTTY === true)
    this.#standardOutput = streamTarget(streams.output)
    this.#output = this.#standardOutput
  }

  /** Whether a text runs. */
  get running(): boolean {
    return this.#running
  }

  /** Stops what runs: the statement, or the output of its result. Without anything, nothing happens. */
  interrupt(): void {
    if (!this.#running) return
    this.#stopped = true
    this.connection.interrupt()
  }

  /** Runs a command line, or statements one after the other up to the first that fails. Errors are shown, not thrown. */
  async run(text: string, script?: ScriptPlace): Promise<Outcome> {
    this.#stopped = false
    this.#running = true
    try {
      return await this.#run(text, script)
    } finally {
      this.#running = false
    }
  }

  /** For commands that run statements themselves: {@link run} within a text that runs already. */
  async runNested(text: string, script?: ScriptPlace): Promise<Outcome> {
    return this.#isStopped() ? 'failed' : this.#run(text, script)
  }

  /** @returns the result of one statement that the shell itself needs. @throws {DatabaseError} what the database says. */
  async query(text: string, parameters: Readonly<Record<string, JsValue>> = {}): Promise<QueryResult> {
    const result = await this.connection.query(text, parameters)
    return Array.isArray(result) ? result.at(-1)! : result
  }

  /** Writes rows of the shell itself as if they were a result. */
  async show(view: ResultView): Promise<void> {
    await this.#withTarget((target) => showView(view, this.#showOptions(target, '')))
  }

  /** Writes a text of the shell itself where results go. */
  async print(text: string): Promise<void> {
    await this.#withTarget(async (target) => target.write(text))
  }

  /** Writes a sentence for the user. */
  tell(text: string): void {
    this.streams.messages.write(`${text}\n`)
  }

  /** Results go to a file from now on; null: to standard output. @throws {ShellError} if it cannot be written. */
  redirect(file: string | null): void {
    const target = file === null ? this.#standardOutput : fileTarget(file)
    this.#output.close()
    this.#output = target
    this.state.output = file
  }

  /** Closes a file of `:output`. The connection belongs to whoever made it. */
  close(): void {
    this.#output.close()
  }

  async #run(text: string, script: ScriptPlace | undefined): Promise<Outcome> {
    if (text.trimStart().startsWith(':')) return this.#report(text, script, () => runCommand(text.trim(), this))
    const { statements, rest } = splitStatements(text)
    const all = rest === null ? statements : [...statements, { text: text.slice(rest), start: rest }]
    for (const statement of all) {
      const line = (script?.line ?? 1) + text.slice(0, statement.start).split('\n').length - 1
      const place = script === undefined ? undefined : { name: script.name, line }
      const decoded = decodeEscapes(statement.text)
      const outcome = await this.#report(decoded, place, () => this.#runStatement(decoded))
      if (outcome !== 'ok') return outcome
    }
    return 'ok'
  }

  async #report(statement: string, script: ScriptPlace | undefined, work: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await work()
    } catch (error) {
      const width = terminalWidth(this.streams.messages)
      this.streams.messages.write(errorText(error, this.paint, { statement, script }, width))
      return 'failed'
    }
  }

  async #runStatement(text: string): Promise<Outcome> {
    if (this.state.explain) await this.#explain(text)
    const { messages } = this.streams
    const bar = this.state.progressBar ? new ProgressBar(messages, this.paint) : null
    const parameters = usedParameters(text, this.state.parameters)
    let results: QueryResult | QueryResult[]
    try {
      results = await this.connection.query(
        text,
        parameters,
        bar === null ? null : (...progress) => bar.update(...progress),
      )
    } finally {
      bar?.finish()
    }
    for (const result of Array.isArray(results) ? results : [results]) {
      await this.#show(result, text)
      result.close()
    }
    return 'ok'
  }

  async #show(result: QueryResult, statement: string): Promise<void> {
    const sentences = messageOf(result, statement)
    const columns = sentences === null ? result.getNumColumns() : 0
    for (const sentence of sentences ?? []) this.tell(sentence)
    const shown =
      columns === 0
        ? { rows: 0, columns: 0 }
        : await this.#withTarget((target) => showResult(result, this.#showOptions(target, statement)))
    const { stats, timer } = this.state
    if (!stats) return
    const rows = result.getNumTuples()
    const footer = footerText({ rows, columns, shown, timing: timer ? result.getTiming() : null })
    if (footer !== '') this.tell(this.paint('grey', footer))
  }

  #showOptions(target: OutputTarget, statement: string) {
    return {
      state: this.state,
      target,
      terminalWidth: terminalWidth(this.streams.output),
      stopped: () => this.#isStopped(),
      statement,
    }
  }

  /** Ctrl-C may have set the flag from another thread, while a result was being written. */
  #isStopped(): boolean {
    this.#stopped ||= Atomics.load(this.connection.interruptFlag, 0) !== 0
    return this.#stopped
  }

  /** `:once` holds for one result, whatever comes of it. */
  async #withTarget<T>(work: (target: OutputTarget) => Promise<T>): Promise<T> {
    const { once } = this.state
    if (once === null) return work(this.#output)
    this.state.once = null
    const target = fileTarget(once)
    try {
      return await work(target)
    } finally {
      target.close()
    }
  }

  /** The plan is no result: it goes where messages go. Statements without a plan are run without one. */
  async #explain(text: string): Promise<void> {
    if (/^\s*(explain|profile)\b/i.test(text)) return
    try {
      const plan = await this.query(`EXPLAIN ${text}`, usedParameters(text, this.state.parameters))
      for (let i = 0; i < plan.getNumTuples(); i++) this.tell(this.paint('grey', plan.getRowText(i)[0] ?? ''))
    } catch {
      // the statement itself says what is wrong with it
    }
  }
}

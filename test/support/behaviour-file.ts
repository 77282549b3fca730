import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { JsValue } from '../../src/database/js-value.ts'
import { npyBytes, npyOptions } from './npy-file.ts'

/** One step of a case: a file to make in the case's folder, or a statement and what it must give. */
export type BehaviourStep = FileStep | StatementStep

/** A file of the case, which statements reach as `./name`. */
export interface FileStep {
  readonly kind: 'file'
  readonly name: string
  readonly content: Uint8Array
}

/** Limits of the work that a statement may do. */
export interface WorkLimits {
  /** Most rows, rels and keys that all operators together may visit. */
  readonly visited: number | null
  /** Names of operators or strategies that the plan must use. */
  readonly uses: readonly string[]
}

/** A statement and what it must give. */
export interface StatementStep {
  readonly kind: 'statement'
  readonly line: number
  readonly text: string
  readonly parameters: Record<string, JsValue>
  readonly expect:
    | { readonly kind: 'ok' }
    | {
        readonly kind: 'rows'
        readonly rows: readonly string[]
        readonly ordered: boolean
        readonly columns: readonly string[] | null
        readonly types: readonly string[] | null
        readonly work: WorkLimits
      }
    | {
        readonly kind: 'error'
        readonly code: string
        readonly span: string | null
        readonly message: readonly string[]
      }
}

/** A case: steps on a fresh database that holds the file's data set. */
export interface BehaviourCase {
  readonly name: string
  readonly line: number
  readonly steps: readonly BehaviourStep[]
}

/** A file of cases. */
export interface BehaviourFile {
  readonly path: string
  /** Folder under datasets/ that every case starts with, or null for an empty database. */
  readonly dataset: string | null
  /** Names of the configurations to run under, or null for all of them. */
  readonly configs: readonly string[] | null
  readonly cases: readonly BehaviourCase[]
}

/**
 * Reads a behaviour file:
 *
 *     # comment
 *     dataset tiny-social                every case begins with this graph
 *     configs default, sync              leaves the other configurations out
 *
 *     case counts outgoing friendships of one person
 *     query params={"name":"Ada"}        query | query ordered | run | error code=X [span=a..b]
 *     MATCH (:Person {name: $name})-[:FRIEND]->(f) RETURN count(f)
 *     ----                               then rows in printed form, values separated by '|' (`∅`: a row
 *                                        that prints as nothing), up to an empty line;
 *     3                                  after `error`: lines that the message must contain
 *     columns COUNT(f._ID)               names and types of the columns, separated by '|'; both may be left out
 *     types INT64
 *     work visited<=5 uses=lookupNode    what the statement may cost, and operators or strategies that it must use
 *
 *     file people.csv                    makes ./people.csv, up to an empty line (`file x.csv empty`: no bytes; `gzip`: compressed)
 *     npy x.npy descr=<f4 shape=2,3      makes a .npy file of the numbers on the next lines; `fortran`, `version=2`, `truncate=8` (bytes
 *     1 2 3 4 5 6                        missing at the end) make it unusual
 *
 * @throws {Error} naming file and line for anything that it does not understand; an `error` without a code is such a thing.
 */
export function readBehaviourFile(path: string): BehaviourFile {
  return new Reader(path).read()
}

const STEP = /^(query|run|error|file|npy)\b(.*)$/
const NOTE = /^(columns|types|work) (.*)$/

class Reader {
  readonly #path: string
  readonly #lines: readonly string[]
  #at = 0

  constructor(path: string) {
    this.#path = path
    this.#lines = readFileSync(path, 'utf8').split('\n')
  }

  read(): BehaviourFile {
    let dataset: string | null = null
    let configs: string[] | null = null
    const cases: { name: string; line: number; steps: BehaviourStep[] }[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!
      const number = ++this.#at
      if (line.trim() === '' || line.startsWith('#')) continue
      if (line.startsWith('dataset ')) dataset = line.slice(8).trim()
      else if (line.startsWith('configs '))
        configs = line
          .slice(8)
          .split(',')
          .map((c) => c.trim())
      else if (line.startsWith('case ')) cases.push({ name: line.slice(5).trim(), line: number, steps: [] })
      else if (STEP.test(line) && cases.length > 0) cases.at(-1)!.steps.push(this.#step(line, number))
      else this.#fail(number, `unexpected line: ${line}`)
    }
    return { path: this.#path, dataset, configs, cases }
  }

  #step(head: string, line: number): BehaviourStep {
    const [, kind, rest] = STEP.exec(head)!
    if (kind === 'file') return this.#file(rest!)
    if (kind === 'npy') return this.#npy(rest!)
    const text = this.#until((l) => l === '----' || l.trim() === '').join('\n')
    if (text === '') this.#fail(line, 'a step without a statement')
    const has = this.#lines[this.#at] === '----'
    if (has) this.#at++
    const answer = has ? this.#until((l) => l.trim() === '') : []
    const params = /\bparams=(\{.*\})/.exec(rest!)
    const parameters = params === null ? {} : (JSON.parse(params[1]!) as Record<string, JsValue>)
    return { kind: 'statement', line, text, parameters, expect: this.#expectation(kind!, rest!, answer, has, line) }
  }

  #expectation(kind: string, rest: string, answer: string[], has: boolean, line: number): StatementStep['expect'] {
    if (kind === 'run') return { kind: 'ok' }
    if (kind === 'query') {
      if (!has) this.#fail(line, 'a query without expected rows (---- is missing)')
      return { kind: 'rows', ordered: /\bordered\b/.test(rest), ...notesOf(answer) }
    }
    const code = /\bcode=(\w+)/.exec(rest)
    if (code === null) this.#fail(line, 'an error without a code')
    const span = /\bspan=(\d+\.\.\d+)/.exec(rest)?.[1] ?? null
    return { kind: 'error', code: code![1]!, span, message: answer }
  }

  #file(rest: string): FileStep {
    const [name, ...flags] = rest.trim().split(/\s+/)
    const lines = this.#until((l) => l.trim() === '')
    const text = flags.includes('empty') ? '' : `${lines.join('\n')}\n`
    const content = flags.includes('gzip') ? gzipSync(text) : Buffer.from(text)
    return { kind: 'file', name: name!, content }
  }

  #npy(rest: string): FileStep {
    const [name, ...options] = rest.trim().split(/\s+/)
    const values = this.#until((l) => l.trim() === '').flatMap((l) => l.trim().split(/\s+/).map(Number))
    return { kind: 'file', name: name!, content: npyBytes(npyOptions(options), values) }
  }

  #until(end: (line: string) => boolean): string[] {
    const taken: string[] = []
    while (this.#at < this.#lines.length && !end(this.#lines[this.#at]!)) taken.push(this.#lines[this.#at++]!)
    return taken
  }

  #fail(line: number, text: string): never {
    throw new Error(`${this.#path}:${line}: ${text}`)
  }
}

/** Takes the lines about columns, types and work from the end of an answer. */
function notesOf(answer: readonly string[]): {
  rows: string[]
  columns: string[] | null
  types: string[] | null
  work: WorkLimits
} {
  const rows = [...answer]
  const notes = new Map<string, string>()
  for (let note = NOTE.exec(rows.at(-1) ?? ''); note !== null; note = NOTE.exec(rows.at(-1) ?? '')) {
    notes.set(note[1]!, note[2]!)
    rows.pop()
  }
  const work = notes.get('work') ?? ''
  const visited = /visited<=(\d+)/.exec(work)
  return {
    rows,
    columns: notes.get('columns')?.split('|') ?? null,
    types: notes.get('types')?.split('|') ?? null,
    work: {
      visited: visited === null ? null : Number(visited[1]),
      uses: [...work.matchAll(/uses=(\S+)/g)].map((m) => m[1]!),
    },
  }
}

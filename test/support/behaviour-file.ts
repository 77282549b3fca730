import { readFileSync } from 'node:fs'
import type { JsValue } from '../../src/database/js-value.ts'

/** One step of a case: a statement and what it must give. */
export interface BehaviourStep {
  readonly line: number
  readonly text: string
  readonly parameters: Record<string, JsValue>
  readonly expect:
    | { readonly kind: 'ok' }
    | { readonly kind: 'rows'; readonly rows: readonly string[]; readonly ordered: boolean }
    | { readonly kind: 'error'; readonly code: string; readonly span: string | null; readonly message: string | null }
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
  readonly cases: readonly BehaviourCase[]
}

/**
 * Reads a behaviour file:
 *
 *     # comment
 *     dataset tiny-social
 *
 *     case counts outgoing friendships of one person
 *     query params={"name":"Ada"}        query | query ordered | run | error code=X [span=a..b]
 *     MATCH (:Person {name: $name})-[:FRIEND]->(f) RETURN count(f)
 *     ----                               then rows in printed form, values separated by '|', up to an empty line;
 *     3                                  after `error`: text that the message must contain
 *
 * @throws {Error} naming file and line for anything that it does not understand; an `error` without a code is such a thing.
 */
export function readBehaviourFile(path: string): BehaviourFile {
  return new Reader(path).read()
}

const STEP = /^(query|run|error)\b(.*)$/

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
    const cases: { name: string; line: number; steps: BehaviourStep[] }[] = []
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!
      const number = ++this.#at
      if (line.trim() === '' || line.startsWith('#')) continue
      if (line.startsWith('dataset ')) dataset = line.slice(8).trim()
      else if (line.startsWith('case ')) cases.push({ name: line.slice(5).trim(), line: number, steps: [] })
      else if (STEP.test(line) && cases.length > 0) cases.at(-1)!.steps.push(this.#step(line, number))
      else this.#fail(number, `unexpected line: ${line}`)
    }
    return { path: this.#path, dataset, cases }
  }

  #step(head: string, line: number): BehaviourStep {
    const [, kind, rest] = STEP.exec(head)!
    const text = this.#until((l) => l === '----' || l.trim() === '').join('\n')
    if (text === '') this.#fail(line, 'a step without a statement')
    const has = this.#lines[this.#at] === '----'
    if (has) this.#at++
    const answer = has ? this.#until((l) => l.trim() === '') : []
    const params = /\bparams=(\{.*\})/.exec(rest!)
    const parameters = params === null ? {} : (JSON.parse(params[1]!) as Record<string, JsValue>)
    return { line, text, parameters, expect: this.#expectation(kind!, rest!, answer, has, line) }
  }

  #expectation(kind: string, rest: string, answer: string[], has: boolean, line: number): BehaviourStep['expect'] {
    if (kind === 'run') return { kind: 'ok' }
    if (kind === 'query') {
      if (!has) this.#fail(line, 'a query without expected rows (---- is missing)')
      return { kind: 'rows', rows: answer, ordered: /\bordered\b/.test(rest) }
    }
    const code = /\bcode=(\w+)/.exec(rest)
    if (code === null) this.#fail(line, 'an error without a code')
    const span = /\bspan=(\d+\.\.\d+)/.exec(rest)?.[1] ?? null
    return { kind: 'error', code: code![1]!, span, message: answer.length > 0 ? answer.join('\n') : null }
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

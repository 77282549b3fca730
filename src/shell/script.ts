import { splitStatements } from './split-statements.ts'

/** A statement or command of a script. */
export interface ScriptPart {
  readonly kind: 'statement' | 'command'
  readonly text: string
  /** 1-based line that it begins on. */
  readonly line: number
}

/**
 * Cuts a script that arrives in pieces (a pipe, a file) into statements, which end with `;`, and commands, which are lines that begin with `:` where a statement
 * could begin. What follows the last `;` is a statement too.
 */
export class ScriptReader {
  #text = ''
  /** Line that #text begins on. */
  #line = 1

  /** Takes a piece. @returns the parts that are whole now. */
  push(piece: string): ScriptPart[] {
    this.#text += piece
    return this.#take(false)
  }

  /** @returns what is left at the end of the script. */
  end(): ScriptPart[] {
    return this.#take(true)
  }

  /** Cost: one pass over the text, and one more for each command in it. */
  #take(atEnd: boolean): ScriptPart[] {
    const parts: ScriptPart[] = []
    while (this.#takeUpToCommand(parts, atEnd)) {
      const newline = this.#text.indexOf('\n')
      parts.push(this.#cut('command', 0, newline < 0 ? this.#text.length : newline + 1))
    }
    return parts
  }

  /** Takes statements. @returns whether a whole command comes next, at the start of the text that is left. */
  #takeUpToCommand(parts: ScriptPart[], atEnd: boolean): boolean {
    const { statements, restStart, rest } = splitStatements(this.#text)
    let taken = 0
    const take = (start: number, end: number) => {
      parts.push(this.#cut('statement', start - taken, end - taken))
      taken = end
    }
    for (const { text, start } of statements) {
      if (text.startsWith(':')) return this.#skip(start - taken)
      take(start, start + text.length)
    }
    if (rest === null) return false
    const isCommand = this.#text[rest - taken] === ':'
    if (isCommand && (atEnd || this.#text.includes('\n', rest - taken))) return this.#skip(rest - taken)
    if (!isCommand && atEnd) take(Math.max(rest, restStart), taken + this.#text.length)
    return false
  }

  #skip(length: number): true {
    this.#line += newlines(this.#text.slice(0, length))
    this.#text = this.#text.slice(length)
    return true
  }

  #cut(kind: ScriptPart['kind'], start: number, end: number): ScriptPart {
    const line = this.#line + newlines(this.#text.slice(0, start))
    const text = this.#text.slice(start, end).trim()
    this.#line += newlines(this.#text.slice(0, end))
    this.#text = this.#text.slice(end)
    return { kind, text, line }
  }
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

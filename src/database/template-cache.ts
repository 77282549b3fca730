import type { Statement } from '../parser/ast.ts'
import { shapeOf, type TemplateLiteral, templateOf, templateParameter } from '../parser/statement-template.ts'
import { DOUBLE, INT64, type LogicalType, STRING } from '../types/logical-type.ts'
import type { TypedValue } from './from-js-value.ts'

/** A statement that stands for many texts, with the values of one of them. */
export interface FilledTemplate {
  readonly statement: Statement
  readonly parameters: ReadonlyMap<string, TypedValue>
}

const KEPT_SHAPES = 256
const LONGEST_TEXT = 4096

const TYPES: Record<TemplateLiteral['kind'], LogicalType> = { integer: INT64, float: DOUBLE, string: STRING }

/**
 * Statements of texts that differ only in the literals of their property maps, as programs make them that paste values into texts. From the third
 * text of a shape on, neither parsing nor planning is done again: the literals become parameters of one statement.
 */
export class TemplateCache {
  /** By shape: the statement; null once it is known that there is none; undefined after the first text of the shape. */
  readonly #templates = new Map<string, Statement | null | undefined>()
  readonly #parse: (text: string) => readonly Statement[]

  /** @param parse parses a text, as in the database. */
  constructor(parse: (text: string) => readonly Statement[]) {
    this.#parse = parse
  }

  /** @returns null for a text that is to be parsed. @throws {DatabaseError} SYNTAX. */
  find(text: string): FilledTemplate | null {
    if (text.length > LONGEST_TEXT) return null
    const shape = shapeOf(text)
    if (shape === null) return null
    const { key, literals } = shape
    if (!this.#templates.has(key)) {
      if (this.#templates.size >= KEPT_SHAPES) this.#templates.delete(this.#templates.keys().next().value!)
      this.#templates.set(key, undefined)
      return null
    }
    let statement = this.#templates.get(key)
    if (statement === undefined) {
      const statements = this.#parse(text)
      statement = statements.length === 1 ? templateOf(statements[0]!, shape) : null
      this.#templates.set(key, statement)
    }
    return statement === null ? null : { statement, parameters: parametersOf(literals) }
  }
}

function parametersOf(literals: readonly TemplateLiteral[]): Map<string, TypedValue> {
  return new Map(literals.map(({ kind, value }, i) => [templateParameter(i), { type: TYPES[kind], value }]))
}

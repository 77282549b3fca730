import type { Statement } from '../parser/ast.ts'
import { shapeOf, type TemplateLiteral, templateOf, templateParameter } from '../parser/statement-template.ts'
import { DOUBLE, INT64, type LogicalType, STRING } from '../types/logical-type.ts'
import type { TypedValue } from './from-js-value.ts'

/** A statement that stands for many texts. */
interface Template {
  readonly statement: Statement
  /** The text that it was made from, which its spans refer to. */
  readonly text: string
}

/** A template with the values of one of its texts. */
export interface FilledTemplate extends Template {
  readonly parameters: ReadonlyMap<string, TypedValue>
}

const KEPT_SHAPES = 256
const LONGEST_TEXT = 4096

const TYPES: Record<TemplateLiteral['kind'], LogicalType> = { integer: INT64, float: DOUBLE, string: STRING }

/**
 * Statements of texts that differ only in the literals of their property maps and conditions, as programs make them that paste values into texts.
 * From the third text of a shape on, nothing is parsed again: the literals become parameters of one statement, and its plans are used again where
 * they do not depend on the values.
 */
export class TemplateCache {
  /** By shape: the template; null once it is known that there is none; undefined after the first text of the shape. */
  readonly #templates = new Map<string, Template | null | undefined>()
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
    let template = this.#templates.get(key)
    if (template === undefined) {
      const statements = this.#parse(text)
      const statement = statements.length === 1 ? templateOf(statements[0]!, shape) : null
      template = statement === null ? null : { statement, text }
      this.#templates.set(key, template)
    }
    return template === null ? null : { ...template, parameters: parametersOf(literals) }
  }
}

function parametersOf(literals: readonly TemplateLiteral[]): Map<string, TypedValue> {
  return new Map(
    literals.map(({ kind, value }, i) => [templateParameter(i), { type: TYPES[kind], value, literal: () => value }]),
  )
}

import type { IToken } from 'chevrotain'
import type { Clause, Expression, NamedExpression, PathPattern, Statement } from './ast.ts'
import { tokenize } from './lexer.ts'
import { LITERAL, SYMBOL } from './tokens.ts'

/** A text without the literals of its inline property maps, as in `MATCH (p:paper {id: 5}) …`. */
export interface TextShape {
  /** Equal for texts that differ only in the values of those literals (and in white space and comments). */
  readonly key: string
  /** The literals, in order: integers (safe ones) and floats as numbers, strings without quotes. */
  readonly literals: readonly TemplateLiteral[]
}

/** One literal that a template leaves open. */
export interface TemplateLiteral {
  readonly kind: 'integer' | 'float' | 'string'
  readonly value: number | string
}

const BEGINNING = /^\s*(?:MATCH|CREATE|MERGE)\s*\(/i

/**
 * @returns the shape of a text that begins with MATCH, CREATE or MERGE and a node; null for all others, and without such literals.
 * Cost: one pass of the lexer, some 10 µs.
 */
export function shapeOf(text: string): TextShape | null {
  if (!BEGINNING.test(text)) return null
  const tokens = tokenize(text)
  const literals: TemplateLiteral[] = []
  const parts = tokens.map((token, i) => {
    const literal = isPropertyValue(tokens, i) ? literalOf(token) : null
    if (literal === null) return token.image
    literals.push(literal)
    return `\0${literal.kind}`
  })
  return literals.length === 0 ? null : { key: parts.join('\x01'), literals }
}

/** Name of the parameter that stands for literal `i` of a shape; no name that a text can spell. */
export function templateParameter(i: number): string {
  return `\0${i}`
}

/**
 * @returns the statement with parameters in place of the literals of its shape; null when those were not all in property maps of MATCH, CREATE and
 *   MERGE patterns, where a parameter means the same as its value.
 */
export function templateOf(statement: Statement, shape: TextShape): Statement | null {
  if (statement.kind !== 'query') return null
  const { query } = statement
  let replaced = 0
  const replace = (value: Expression): Expression => {
    const expected = shape.literals[replaced]
    if (value.kind !== 'literal' || expected === undefined || !isSame(value, expected)) return value
    return { kind: 'parameter', name: templateParameter(replaced++), span: value.span }
  }
  const parts = query.parts.map((part) => ({ ...part, clauses: part.clauses.map((c) => inClause(c, replace)) }))
  return replaced === shape.literals.length ? { ...statement, query: { ...query, parts } } : null
}

type Replace = (value: Expression) => Expression

function inClause(clause: Clause, replace: Replace): Clause {
  if (clause.kind !== 'match' && clause.kind !== 'create' && clause.kind !== 'merge') return clause
  return { ...clause, patterns: clause.patterns.map((pattern) => inPattern(pattern, replace)) }
}

/** Nodes and rels alternate, so that literals come in the order of the text. */
function inPattern(pattern: PathPattern, replace: Replace): PathPattern {
  const nodes: PathPattern['nodes'][number][] = []
  const rels: PathPattern['rels'][number][] = []
  pattern.nodes.forEach((node, i) => {
    nodes.push({ ...node, properties: inProperties(node.properties, replace) })
    const rel = pattern.rels[i]
    if (rel !== undefined) rels.push({ ...rel, properties: inProperties(rel.properties, replace) })
  })
  return { ...pattern, nodes, rels }
}

function inProperties(properties: readonly NamedExpression[], replace: Replace): NamedExpression[] {
  return properties.map(({ name, value }) => ({ name, value: replace(value) }))
}

function isSame(value: Expression, { kind, value: expected }: TemplateLiteral): boolean {
  return value.kind === 'literal' && value.type === kind && value.value === expected
}

/** Whether a token stands alone between `:` and `,` or `}`. */
function isPropertyValue(tokens: readonly IToken[], i: number): boolean {
  const after = tokens[i + 1]?.tokenType
  return tokens[i - 1]?.tokenType === SYMBOL.colon && (after === SYMBOL.comma || after === SYMBOL.rightBrace)
}

function literalOf({ tokenType, image, payload }: IToken): TemplateLiteral | null {
  if (tokenType === LITERAL.string) return { kind: 'string', value: payload as string }
  if (tokenType === LITERAL.float) return { kind: 'float', value: Number(image) }
  if (tokenType !== LITERAL.integer) return null
  const value = Number(image)
  return Number.isSafeInteger(value) ? { kind: 'integer', value } : null
}

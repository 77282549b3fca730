import type { IToken } from 'chevrotain'
import type { Clause, Expression, NamedExpression, PathPattern, Statement } from './ast.ts'
import { tokenize } from './lexer.ts'
import { LITERAL, SYMBOL } from './tokens.ts'
import { comparedLiterals, inCondition } from './where-literals.ts'

/** A text without the literals of its inline property maps and of its comparisons in WHERE: `MATCH (p:paper {id: 5}) WHERE p.year > 2010 …`. */
export interface TextShape {
  /** Equal for texts that differ only in the values of those literals. White space counts: names of columns may show it. */
  readonly key: string
  /** The literals, in order: integers (safe ones) and floats as numbers, strings without quotes. */
  readonly literals: readonly TemplateLiteral[]
}

/** One literal that a template leaves open. */
export interface TemplateLiteral {
  readonly kind: 'integer' | 'float' | 'string'
  readonly value: number | string
  /** Where it begins in the text. */
  readonly start: number
}

const BEGINNING = /^\s*(?:MATCH|CREATE|MERGE)\s*\(/i

/**
 * @returns the shape of a text that begins with MATCH, CREATE or MERGE and a node; null for all others, and without such literals.
 * Cost: one pass of the lexer, some 10 µs.
 */
export function shapeOf(text: string): TextShape | null {
  if (!BEGINNING.test(text)) return null
  const tokens = tokenize(text)
  const compared = comparedLiterals(tokens)
  const literals: TemplateLiteral[] = []
  let key = ''
  let end = 0
  for (const [i, token] of tokens.entries()) {
    const literal = compared.has(i) || isPropertyValue(tokens, i) ? literalOf(token) : null
    if (literal === null) continue
    literals.push(literal)
    key += `${text.slice(end, literal.start)}\0${literal.kind}\0`
    end = literal.start + token.image.length
  }
  return literals.length === 0 ? null : { key: key + text.slice(end), literals }
}

/** Name of the parameter that stands for literal `i` of a shape; no name that a text can spell. */
export function templateParameter(i: number): string {
  return `\0${i}`
}

/**
 * @returns the statement with parameters in place of the literals of its shape; null when those were not all in property maps of MATCH, CREATE and
 *   MERGE patterns, or in comparisons of WHERE of a MATCH, where a parameter means the same as its value once the types are known to agree.
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
  const patterns = clause.patterns.map((pattern) => inPattern(pattern, replace))
  if (clause.kind !== 'match' || clause.where === undefined) return { ...clause, patterns }
  return { ...clause, patterns, where: inCondition(clause.where, replace) }
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

function isSame(value: Expression, { kind, value: expected, start }: TemplateLiteral): boolean {
  return value.kind === 'literal' && value.type === kind && value.value === expected && value.span.start === start
}

/** Whether a token stands alone between `:` and `,` or `}`. */
function isPropertyValue(tokens: readonly IToken[], i: number): boolean {
  const after = tokens[i + 1]?.tokenType
  return tokens[i - 1]?.tokenType === SYMBOL.colon && (after === SYMBOL.comma || after === SYMBOL.rightBrace)
}

function literalOf({ tokenType, image, payload, startOffset: start }: IToken): TemplateLiteral | null {
  if (tokenType === LITERAL.string) return { kind: 'string', value: payload as string, start }
  if (tokenType === LITERAL.float) return { kind: 'float', value: Number(image), start }
  if (tokenType !== LITERAL.integer) return null
  const value = Number(image)
  return Number.isSafeInteger(value) ? { kind: 'integer', value, start } : null
}

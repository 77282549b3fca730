import type { Clause, Expression, Statement } from '../../../src/parser/ast.ts'
import { parse } from '../../../src/parser/parse.ts'

/** @returns the only statement of a text. */
export function statementOf(text: string): Statement {
  const [statement, ...rest] = parse(text)
  if (statement === undefined || rest.length > 0) throw new Error(`not a single statement: ${text}`)
  return statement
}

/** @returns the clauses of a query that is no UNION. */
export function clausesOf(text: string): readonly Clause[] {
  const statement = statementOf(text)
  if (statement.kind !== 'query') throw new Error(`not a query: ${text}`)
  return statement.query.parts[0]?.clauses ?? []
}

/** @returns the first clause, which must be of this kind. */
export function clauseOf<K extends Clause['kind']>(kind: K, text: string): Extract<Clause, { kind: K }> {
  const clause = clausesOf(text).find((candidate): candidate is Extract<Clause, { kind: K }> => candidate.kind === kind)
  if (clause === undefined) throw new Error(`no ${kind} in: ${text}`)
  return clause
}

/** @returns the tree of one expression. */
export function expressionOf(text: string): Expression {
  const item = clauseOf('return', `RETURN ${text}`).projection.items[0]
  if (item === undefined) throw new Error(`no expression: ${text}`)
  return item.expression
}

/** @returns a copy without spans, in which a name is its text: what most assertions are about. */
export function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([key, value]) => key !== 'span' && value !== undefined)
  if (entries.length === 1 && entries[0]?.[0] === 'text') return entries[0][1]
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)]))
}

/** @returns an expression in functional form, `+(1,*(2,x))`, which shows how operators were grouped. */
export function functional(node: Expression): string {
  const all = (nodes: readonly Expression[]): string => nodes.map(functional).join(',')
  const optional = (part: Expression | undefined): string => (part === undefined ? '' : functional(part))
  switch (node.kind) {
    case 'literal':
      return node.type === 'null' ? 'null' : node.type === 'string' ? `'${node.value}'` : String(node.value)
    case 'variable':
      return node.name
    case 'parameter':
      return `$${node.name}`
    case 'property':
      return `${functional(node.object)}.${node.property.text}`
    case 'star':
      return node.object === undefined ? '*' : `${functional(node.object)}.*`
    case 'operator':
      return `${node.operator}(${all(node.operands)})`
    case 'call':
      return `${node.name.text}(${node.star ? '*' : all(node.args.map(({ value }) => value))})`
    case 'list':
      return `[${all(node.elements)}]`
    case 'index':
      return `index(${functional(node.object)},${functional(node.index)})`
    case 'slice':
      return `slice(${functional(node.object)},${optional(node.from)},${optional(node.to)})`
    case 'lambda':
      return `(${node.parameters.map(({ text }) => text).join(',')} -> ${functional(node.body)})`
    default:
      return node.kind
  }
}

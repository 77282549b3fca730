import type { IToken, TokenType } from 'chevrotain'
import type { BinaryOperator, Expression, OperatorExpression } from './ast.ts'
import { KEYWORD, LITERAL, SYMBOL } from './tokens.ts'

/*
 * Literals that stand in WHERE of a MATCH as one side of a comparison whose other side is a property: `p.year > 2010 AND 5 <= p.id`. They are found
 * twice: among the tokens, before there is a tree, and in the tree, which alone knows what binds to what.
 */

/** Where a token stands: in the pattern of a MATCH, in the condition behind it, or elsewhere. */
type Region = 'pattern' | 'where' | 'elsewhere'

type Binary = Extract<OperatorExpression, { readonly operator: BinaryOperator }>

/** `p . year > 2010`, or the other way round. */
const COMPARISON_LENGTH = 5

const COMPARISONS: ReadonlySet<TokenType | undefined> = new Set([
  SYMBOL.equal,
  SYMBOL.notEqual,
  SYMBOL.less,
  SYMBOL.lessEqual,
  SYMBOL.greater,
  SYMBOL.greaterEqual,
])
const CLAUSES = [
  KEYWORD.OPTIONAL,
  KEYWORD.RETURN,
  KEYWORD.WITH,
  KEYWORD.UNWIND,
  KEYWORD.CREATE,
  KEYWORD.MERGE,
  KEYWORD.SET,
  KEYWORD.DELETE,
  KEYWORD.DETACH,
  KEYWORD.CALL,
  KEYWORD.LOAD,
  KEYWORD.UNION,
  SYMBOL.semicolon,
]
const ELSEWHERE: ReadonlySet<TokenType> = new Set(CLAUSES)
const BEFORE: ReadonlySet<TokenType | undefined> = new Set([
  KEYWORD.WHERE,
  KEYWORD.AND,
  KEYWORD.OR,
  KEYWORD.NOT,
  SYMBOL.leftParen,
])
const AFTER: ReadonlySet<TokenType | undefined> = new Set([
  undefined,
  KEYWORD.AND,
  KEYWORD.OR,
  KEYWORD.MATCH,
  KEYWORD.HINT,
  SYMBOL.rightParen,
  ...CLAUSES,
])
const OPENING: ReadonlySet<TokenType> = new Set([SYMBOL.leftParen, SYMBOL.leftBracket, SYMBOL.leftBrace])
const CLOSING: ReadonlySet<TokenType> = new Set([SYMBOL.rightParen, SYMBOL.rightBracket, SYMBOL.rightBrace])
const LITERALS: ReadonlySet<TokenType | undefined> = new Set([LITERAL.integer, LITERAL.float, LITERAL.string])

/** @returns the places among the tokens of the literals of such comparisons; perhaps of some more, which the tree then does not have. */
export function comparedLiterals(tokens: readonly IToken[]): ReadonlySet<number> {
  const found = new Set<number>()
  let region: Region = 'elsewhere'
  let depth = 0
  for (const [i, { tokenType }] of tokens.entries()) {
    if (region === 'where') addLiteral(tokens, i, found)
    if (OPENING.has(tokenType)) depth++
    else if (CLOSING.has(tokenType)) depth--
    else if (depth === 0) region = regionAfter(region, tokenType)
  }
  return found
}

function regionAfter(region: Region, tokenType: TokenType): Region {
  if (tokenType === KEYWORD.MATCH) return 'pattern'
  if (tokenType === KEYWORD.WHERE) return region === 'pattern' ? 'where' : 'elsewhere'
  return ELSEWHERE.has(tokenType) ? 'elsewhere' : region
}

/** Adds the literal of the comparison that begins at `first`, if one does. */
function addLiteral(tokens: readonly IToken[], first: number, found: Set<number>): void {
  const type = (i: number): TokenType | undefined => tokens[first + i]?.tokenType
  if (!BEFORE.has(type(-1)) || !AFTER.has(type(COMPARISON_LENGTH))) return
  if (type(1) === SYMBOL.dot && COMPARISONS.has(type(3)) && LITERALS.has(type(4))) found.add(first + 4)
  if (LITERALS.has(type(0)) && COMPARISONS.has(type(1)) && type(3) === SYMBOL.dot) found.add(first)
}

/**
 * @returns a condition with what `replace` gives for the literals of such comparisons, in the order of the text, where AND, OR and NOT join them.
 *   Equalities under OR stay as they are: the planner makes one membership of several, for which it needs their values.
 */
export function inCondition(condition: Expression, replace: (literal: Expression) => Expression): Expression {
  return inPart(condition, replace, true)
}

function inPart(part: Expression, replace: (literal: Expression) => Expression, equalities: boolean): Expression {
  if (part.kind !== 'operator') return part
  const inner = (operand: Expression): Expression => inPart(operand, replace, equalities && part.operator !== 'OR')
  switch (part.operator) {
    case 'AND':
    case 'OR':
      return { ...part, operands: [inner(part.operands[0]), inner(part.operands[1])] }
    case 'NOT':
      return { ...part, operands: [inner(part.operands[0])] }
    case '=':
      return equalities ? inComparison(part, replace) : part
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return inComparison(part, replace)
    default:
      return part
  }
}

function inComparison(comparison: Binary, replace: (literal: Expression) => Expression): Expression {
  const [left, right] = comparison.operands
  if (isProperty(left)) return { ...comparison, operands: [left, replace(right)] }
  return isProperty(right) ? { ...comparison, operands: [replace(left), right] } : comparison
}

function isProperty(side: Expression): boolean {
  return side.kind === 'property' && side.object.kind === 'variable'
}

import type { IToken } from 'chevrotain'
import type { BinaryOperator, Expression, LiteralExpression, UnaryOperator } from './ast.ts'
import { joinSpans, spanOf, textOf } from './grammar/base-grammar.ts'

/** Binding strength of the operators that the grammar collects in flat chains; larger binds tighter. */
const STRENGTH: Readonly<Record<string, number>> = {
  OR: 1,
  XOR: 2,
  AND: 3,
  '|': 4,
  '&': 5,
  '<<': 6,
  '>>': 6,
  '+': 7,
  '-': 7,
  '*': 8,
  '/': 8,
  '%': 8,
  '^': 9,
}

/** @returns the operator node; its span is that of its operands. */
export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'operator', operator, operands: [left, right], span: joinSpans(left.span, right.span) }
}

/** @returns the node of a prefix operator written at `token`. */
export function prefix(operator: UnaryOperator, token: IToken, operand: Expression): Expression {
  return { kind: 'operator', operator, operands: [operand], span: joinSpans(spanOf(token), operand.span) }
}

/** @returns the node of a postfix operator whose last token is `token`. */
export function postfix(operator: UnaryOperator, operand: Expression, token: IToken): Expression {
  return { kind: 'operator', operator, operands: [operand], span: joinSpans(operand.span, spanOf(token)) }
}

/**
 * Groups a chain `operands[0] operators[0] operands[1] …` by binding strength; equal strengths lean to the left.
 * Every operator of the chain must be in the table above. Cost: linear in the length of the chain.
 */
export function chain(operands: readonly Expression[], operators: readonly BinaryOperator[]): Expression {
  const done: Expression[] = []
  const waiting: BinaryOperator[] = []
  const reduce = (strength: number): void => {
    for (let top = waiting.at(-1); top !== undefined && (STRENGTH[top] ?? 0) >= strength; top = waiting.at(-1)) {
      waiting.pop()
      const right = done.pop() as Expression
      done.push(binary(top, done.pop() as Expression, right))
    }
  }
  operands.forEach((operand, i) => {
    const operator = i === 0 ? undefined : operators[i - 1]
    if (operator !== undefined) {
      reduce(STRENGTH[operator] ?? 0)
      waiting.push(operator)
    }
    done.push(operand)
  })
  reduce(0)
  return done[0] as Expression
}

/** @returns the integer of a run of digits: a number when safe, else a bigint. */
export function integerOf(token: IToken): number | bigint {
  const value = Number(token.image)
  return Number.isSafeInteger(value) ? value : BigInt(token.image)
}

/** @returns the literal of an integer token. */
export function integerLiteral(token: IToken): LiteralExpression {
  return { kind: 'literal', type: 'integer', value: integerOf(token), span: spanOf(token) }
}

/** @returns the literal of a token of a number with point or exponent. */
export function floatLiteral(token: IToken): LiteralExpression {
  return { kind: 'literal', type: 'float', value: Number(token.image), span: spanOf(token) }
}

/** @returns the literal of a string token. */
export function stringLiteral(token: IToken): LiteralExpression {
  return { kind: 'literal', type: 'string', value: textOf(token), span: spanOf(token) }
}

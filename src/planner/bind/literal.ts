import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { LiteralExpression } from '../../parser/ast.ts'
import { formatFloat } from '../../types/format-number.ts'
import { fitsInt, normaliseInt } from '../../types/int.ts'
import { BOOL, DOUBLE, INT64, INT128, STRING } from '../../types/logical-type.ts'
import { type Bound, literal, NULL_LITERAL } from './bound.ts'

/** An integer constant: INT64, or INT128 when it does not fit. @throws {DatabaseError} OVERFLOW */
export function integerLiteral(value: number | bigint, span: Span): Bound {
  if (fitsInt(value, 'INT64')) return literal(INT64, value, value.toString())
  if (fitsInt(value, 'INT128')) return literal(INT128, value, value.toString())
  throw new DatabaseError('OVERFLOW', `Value ${value} is not within INT128 range.`, { span })
}

/** Binds a constant of the text. @throws {DatabaseError} OVERFLOW for an integer beyond 128 bits. */
export function bindLiteral(expression: LiteralExpression): Bound {
  switch (expression.type) {
    case 'integer':
      return integerLiteral(expression.value, expression.span)
    case 'float':
      return literal(DOUBLE, expression.value, formatFloat(expression.value))
    case 'string':
      return literal(STRING, expression.value, expression.value)
    case 'boolean':
      return literal(BOOL, expression.value, expression.value ? 'True' : 'False')
    case 'null':
      return NULL_LITERAL
  }
}

/** @returns the constant of the opposite sign, so that `-5` is a constant and the smallest INT64 can be written. */
export function negated(expression: LiteralExpression): Bound | null {
  if (expression.type === 'float') {
    const value = -expression.value
    return literal(DOUBLE, value, formatFloat(value))
  }
  if (expression.type !== 'integer') return null
  return integerLiteral(normaliseInt(-BigInt(expression.value)), expression.span)
}

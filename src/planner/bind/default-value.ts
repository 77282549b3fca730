import { serialSequenceName } from '../../catalog/catalog.ts'
import type { PropertyEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Expression } from '../../parser/ast.ts'
import { parse } from '../../parser/parse.ts'
import type { BoundExpression } from '../../plan/bound-expression.ts'
import { INT64, STRING } from '../../types/logical-type.ts'
import { type BindState, withAggregates, withScope } from './bind-state.ts'
import { castTo, implicitCast, literal } from './bound.ts'
import { bindExpression } from './expression.ts'
import { bindCall } from './function-call.ts'
import { Scope } from './scope.ts'

/** @returns the expression of a stored DEFAULT text. */
function parseExpression(text: string): Expression {
  const [statement] = parse(`RETURN ${text}`)
  const clause = statement?.kind === 'query' ? statement.query.parts[0]?.clauses[0] : undefined
  const item = clause?.kind === 'return' ? clause.projection.items[0] : undefined
  if (item !== undefined) return item.expression
  throw new DatabaseError('INTERNAL', `default ${text} is no expression`)
}

/** What a column holds when nothing is given for it: the next number of its counter, its DEFAULT, or NULL. */
export function bindDefault(state: BindState, table: TableEntry, property: PropertyEntry): BoundExpression {
  const nothing = { start: 0, end: 0, line: 1, column: 1 }
  if (property.serial) {
    const sequence = serialSequenceName(table.name, property.name)
    const next = bindCall('nextval', [literal(STRING, sequence, sequence)], nothing)
    return castTo(next, property.type.id === 'SERIAL' ? property.type : INT64).expression
  }
  if (property.defaultText === null) return { kind: 'literal', type: property.type, value: null }
  const expression = parseExpression(property.defaultText)
  const bound = withAggregates(state, null, () =>
    withScope(state, new Scope(), () => bindExpression(state, expression)),
  )
  return implicitCast(bound, property.type, nothing).expression
}

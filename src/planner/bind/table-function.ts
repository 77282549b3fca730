import { DatabaseError } from '../../errors/database-error.ts'
import { findFunction } from '../../functions/registry.ts'
import {
  currentSettingColumns,
  TABLE_FUNCTIONS,
  type TableFunctionColumn,
  type TableFunctionSignature,
  tableFunction,
  tableInfoColumns,
} from '../../functions/table-functions.ts'
import type { CallExpression, YieldItem } from '../../parser/ast.ts'
import { printTypes } from '../../types/print-type.ts'
import type { Value } from '../../types/value.ts'
import type { LogicalStep } from '../logical/logical-query.ts'
import { addNewValue, type BindState, withAggregates } from './bind-state.ts'
import { type Bound, implicitCast, typeOf } from './bound.ts'
import { didYouMean } from './did-you-mean.ts'
import { bindExpression } from './expression.ts'
import { literalValue } from './function-call.ts'

/**
 * Binds `CALL f(args) [YIELD …]`; the columns (or what YIELD calls them) come into scope.
 * @throws {DatabaseError} CATALOG for an unknown function, BINDER for wrong arguments or a YIELD that leaves columns out
 */
export function bindTableFunction(state: BindState, call: CallExpression, yields: readonly YieldItem[]): LogicalStep {
  const signature = requireFunction(call)
  const positional = call.args.filter((a) => a.name === undefined)
  if (positional.length !== signature.parameters.length) {
    const actual = printTypes(positional.map((a) => typeOf(bindExpression(state, a.value))))
    const text = `Function ${signature.name} did not receive correct arguments:\nActual:   ${actual}\nExpected: ${printTypes(signature.parameters)}\n\n`
    throw new DatabaseError('BINDER', text, { span: call.span })
  }
  const args = positional.map((a, i) => {
    const bound = withAggregates(state, null, () => bindExpression(state, a.value))
    return implicitCast(bound, signature.parameters[i]!, a.span)
  })
  const columns = columnsOf(state, signature, args, call)
  const names = yieldedNames(columns, yields, call)
  const outputs = columns.map((column, i) => {
    const slot = addNewValue(state, names[i]!, column.type, call.span)
    return { slot, column: column.name }
  })
  const options: Record<string, Value> = {}
  for (const { name, value } of call.args) {
    if (name === undefined) continue
    options[name.text.toUpperCase()] = literalValue(bindExpression(state, value)) ?? null
  }
  const expressions = args.map((a) => a.expression)
  return { step: 'tableFunction', name: signature.name, args: expressions, options, outputs }
}

function requireFunction(call: CallExpression): TableFunctionSignature {
  const signature = tableFunction(call.name.text)
  if (signature !== undefined) return signature
  const { text, span } = call.name
  if (findFunction(text) !== undefined) {
    throw new DatabaseError('BINDER', `${text} is not a table or algorithm function.`, { span, facts: { name: text } })
  }
  const hint = didYouMean(
    text,
    TABLE_FUNCTIONS.map((f) => f.name),
  )
  throw new DatabaseError('UNKNOWN_FUNCTION', `function ${text} does not exist.${hint}`, {
    span,
    facts: { name: text },
  })
}

function columnsOf(
  state: BindState,
  signature: TableFunctionSignature,
  args: readonly Bound[],
  call: CallExpression,
): readonly TableFunctionColumn[] {
  if (signature.columns.length > 0 || args.length === 0) return signature.columns
  const text = args[0] === undefined ? undefined : literalValue(args[0])
  if (typeof text !== 'string') {
    throw new DatabaseError('BINDER', `Function ${signature.name} expects a constant.`, { span: call.span })
  }
  if (signature.name === 'current_setting') return currentSettingColumns(text)
  const table = state.context.catalog.table(text)
  if (table !== undefined) return tableInfoColumns(table.kind)
  const hint = didYouMean(
    text,
    state.context.catalog.data.tables.map((t) => t.name),
  )
  throw new DatabaseError('CATALOG', `${text} does not exist in catalog.${hint}`, {
    span: call.args[0]!.span,
    facts: { table: text },
  })
}

function yieldedNames(
  columns: readonly TableFunctionColumn[],
  yields: readonly YieldItem[],
  call: CallExpression,
): readonly string[] {
  if (yields.length === 0) return columns.map((c) => c.name)
  if (yields.length < columns.length) {
    throw new DatabaseError('BINDER', 'Output variables must all appear in the yield clause.', { span: call.span })
  }
  if (yields.length > columns.length) {
    const text =
      'The number of variables in the yield clause exceeds the number of output variables of the table function.'
    throw new DatabaseError('BINDER', text, { span: call.span })
  }
  return columns.map((column, i) => {
    const item = yields[i]!
    if (item.name.text.toLowerCase() !== column.name.toLowerCase()) {
      const text = `Unknown table function output variable name: ${item.name.text}.`
      throw new DatabaseError('BINDER', text, { span: item.name.span })
    }
    return item.alias?.text ?? column.name
  })
}

import { DatabaseError } from '../../errors/database-error.ts'
import type { Span } from '../../errors/span.ts'
import type { LoadClause, Option, ScanSource } from '../../parser/ast.ts'
import type { FileSource } from '../../plan/operator.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import type { LogicalStep } from '../logical/logical-query.ts'
import { foldConstants } from '../optimise/fold-constants.ts'
import { addNewValue, type BindState, withAggregates, withScope } from './bind-state.ts'
import { constantValue } from './constant.ts'
import { bindExpression, resolveType } from './expression.ts'
import { atSpan } from './function-call.ts'
import { Scope } from './scope.ts'
import { bindTableFunction } from './table-function.ts'

/** Options as data, names in upper case; a bare name means true. @throws {DatabaseError} BINDER for a value that is no constant. */
export function bindOptions(state: BindState, options: readonly Option[]): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const { name, value, span } of options) {
    values[name.text.toUpperCase()] = value === undefined ? true : optionValue(state, value, span)
  }
  return values
}

function optionValue(state: BindState, value: NonNullable<Option['value']>, span: Span): Value {
  const bound = withAggregates(state, null, () => withScope(state, new Scope(), () => bindExpression(state, value)))
  const constant = constantValue(foldConstants(bound.expression))
  if (constant !== undefined) return constant
  throw new DatabaseError('BINDER', `The value of an option must be a constant: ${bound.name}.`, { span })
}

/** A column that files must have. */
export interface ExpectedColumn {
  readonly name: string
  readonly type: LogicalType
}

/** Asks about the files of a COPY or LOAD. @throws {DatabaseError} BINDER for sources that are no files; what `describe` throws */
export function describeFiles(
  state: BindState,
  source: ScanSource,
  options: Record<string, Value>,
  expected: readonly ExpectedColumn[] | null,
): FileSource {
  if (source.kind !== 'files') {
    throw new DatabaseError('NOT_SUPPORTED', `Cannot scan from this kind of source.`, { span: source.span })
  }
  const { FILE_FORMAT: format, ...others } = options
  const wanted = typeof format === 'string' ? format.toLowerCase() : null
  return atSpan(source.span, () =>
    state.context.files.describe(source.paths, wanted, others, source.byColumn, expected),
  )
}

/** LOAD FROM files or a table function: its columns come into scope. @throws {DatabaseError} BINDER, UNKNOWN_TYPE */
export function bindLoad(state: BindState, clause: LoadClause): readonly LogicalStep[] {
  if (clause.source.kind === 'function') return [bindTableFunction(state, clause.source.call, [])]
  const headers = headersOf(state, clause)
  const described = describeFiles(state, clause.source, bindOptions(state, clause.options), headers)
  const source = headers === null ? described : withHeaders(described, headers, clause)
  const outputs = source.columns.map(({ name, type }, column) => {
    const slot = addNewValue(state, name, type, clause.span)
    return { slot, column }
  })
  return [{ step: 'scanFile', source, outputs }]
}

function headersOf(state: BindState, { headers }: LoadClause): ExpectedColumn[] | null {
  if (headers === undefined) return null
  return headers.map(({ name, type }) => ({ name: name.text, type: resolveType(state, type.text, type.span) }))
}

function withHeaders(source: FileSource, columns: readonly ExpectedColumn[], clause: LoadClause): FileSource {
  if (columns.length !== source.columns.length) {
    const text = `Number of columns mismatch. Expected ${columns.length} but got ${source.columns.length}.`
    throw new DatabaseError('BINDER', text, { span: clause.span })
  }
  return { ...source, columns }
}

import { DatabaseError } from '../errors/database-error.ts'
import type {
  CallExpression,
  CopyFromStatement,
  ExtensionStatement,
  Query,
  SetOptionStatement,
  Statement,
} from '../parser/ast.ts'
import type { QueryPlan, StatementPlan } from '../plan/statement.ts'
import { STRING } from '../types/logical-type.ts'
import type { BindState } from './bind/bind-state.ts'
import { constantValue } from './bind/constant.ts'
import { bindCopyFrom, bindCopyTo } from './bind/copy.ts'
import {
  bindAlterTable,
  bindCreateMacro,
  bindCreateNodeTable,
  bindCreateRelTable,
  bindCreateSequence,
} from './bind/ddl.ts'
import { bindExpression, resolveType } from './bind/expression.ts'
import { bindTableFunction } from './bind/table-function.ts'
import { requireTable } from './bind/tables.ts'
import type { LogicalQuery } from './logical/logical-query.ts'
import { foldConstants } from './optimise/fold-constants.ts'

/** Plans the queries inside other statements. */
export interface QueryPlanner {
  readonly plan: (query: Query) => QueryPlan
  readonly planBound: (state: BindState, query: LogicalQuery) => QueryPlan
}

/** Extensions whose functions are part of this package. */
const BUILT_IN_EXTENSIONS = ['json']

const TRANSACTION_ACTIONS = {
  begin: 'begin',
  'begin read only': 'beginReadOnly',
  commit: 'commit',
  rollback: 'rollback',
} as const

/** Plans what is neither a query nor EXPLAIN. @throws {DatabaseError} every code of binding; NOT_SUPPORTED */
export function planOtherStatement(
  statement: Exclude<Statement, { kind: 'query' | 'explain' }>,
  state: BindState,
  queries: QueryPlanner,
): StatementPlan {
  switch (statement.kind) {
    case 'create-node-table':
      return bindCreateNodeTable(state, statement, optionalQuery(statement.query, queries))
    case 'create-rel-table':
      return bindCreateRelTable(state, statement, optionalQuery(statement.query, queries))
    case 'create-sequence':
      return bindCreateSequence(statement)
    case 'create-type':
      return {
        kind: 'createType',
        name: statement.name.text,
        type: resolveType(state, statement.type.text, statement.type.span),
      }
    case 'create-macro':
      return bindCreateMacro(state, statement)
    case 'alter-table':
      return bindAlterTable(state, statement)
    case 'drop':
      return planDrop(statement)
    case 'comment':
      return { kind: 'comment', table: requireTable(state.context, statement.table).name, text: statement.text }
    case 'copy-from':
      return bindCopyFrom(state, statement, sourceQuery(state, statement, queries))
    case 'copy-to':
      return bindCopyTo(state, statement, queries.plan(statement.query))
    case 'set-option':
      return planSetting(state, statement)
    case 'call-function':
      return planCall(state, statement.call, queries)
    case 'transaction':
      return { kind: 'transaction', action: TRANSACTION_ACTIONS[statement.action] }
    case 'checkpoint':
      return { kind: 'transaction', action: 'checkpoint' }
    case 'extension':
      return planExtension(statement)
    default:
      throw new DatabaseError('NOT_SUPPORTED', `${NAMES[statement.kind]} is not supported.`, { span: statement.span })
  }
}

const NAMES = {
  'export-database': 'EXPORT DATABASE',
  'import-database': 'IMPORT DATABASE',
  attach: 'ATTACH',
  detach: 'DETACH',
  use: 'USE',
} as const

function optionalQuery(query: Query | undefined, queries: QueryPlanner): QueryPlan | null {
  return query === undefined ? null : queries.plan(query)
}

function sourceQuery(
  state: BindState,
  { source, options }: CopyFromStatement,
  queries: QueryPlanner,
): QueryPlan | null {
  if (source.kind === 'function') {
    if (options.length === 0) return planCall(state, source.call, queries)
    const text = 'No option is supported when copying from table functions.'
    throw new DatabaseError('BINDER', text, { span: options[0]!.span })
  }
  return source.kind === 'query' ? queries.plan(source.query) : null
}

function planDrop({ what, name, ifExists, span }: Extract<Statement, { kind: 'drop' }>): StatementPlan {
  if (what === 'macro') throw new DatabaseError('NOT_SUPPORTED', 'DROP MACRO is not supported.', { span })
  return { kind: 'drop', what, name: name.text, ifExists }
}

function planSetting(state: BindState, statement: SetOptionStatement): StatementPlan {
  const bound = bindExpression(state, statement.value)
  const value = constantValue(foldConstants(bound.expression))
  if (value !== undefined) return { kind: 'setting', name: statement.name.text, value }
  throw new DatabaseError('BINDER', `The value of ${statement.name.text} must be a constant.`, {
    span: statement.value.span,
  })
}

/** `CALL f(…)` alone gives all columns of the function. */
function planCall(state: BindState, call: CallExpression, queries: QueryPlanner): QueryPlan {
  const step = bindTableFunction(state, call, [])
  const columns = state.scope.entries.flatMap(({ name, variable }) =>
    variable.kind === 'value'
      ? [{ name, type: variable.type, expression: { kind: 'slot', type: variable.type, slot: variable.slot } as const }]
      : [],
  )
  return queries.planBound(state, { branches: [{ steps: [step], columns, writes: false }], all: false })
}

/** INSTALL and LOAD of what is built in say so; scripts for the original run unchanged. */
function planExtension(statement: ExtensionStatement): StatementPlan {
  const { extension, span } = statement
  if (!BUILT_IN_EXTENSIONS.includes(extension.toLowerCase())) {
    throw new DatabaseError('NOT_SUPPORTED', `Extension ${extension} is not available.`, { span })
  }
  const value = `Extension: ${extension} is part of this package.`
  const expression = { kind: 'literal', type: STRING, value } as const
  return {
    kind: 'query',
    root: { op: 'singleRow', estimate: 1 },
    slots: [],
    columns: [{ name: 'result', type: STRING, expression }],
    writes: false,
    cost: 1,
  }
}

import type { NodeTableEntry, RelTableEntry, TableEntry } from '../../catalog/entries.ts'
import { DatabaseError } from '../../errors/database-error.ts'
import type { Name } from '../../parser/ast.ts'
import type { PlannerContext } from '../planner-context.ts'
import { didYouMean } from './did-you-mean.ts'

/** @throws {DatabaseError} UNKNOWN_TABLE */
export function requireTable(context: PlannerContext, name: Name): TableEntry {
  const table = context.catalog.table(name.text)
  if (table !== undefined) return table
  const hint = didYouMean(
    name.text,
    context.catalog.data.tables.map((t) => t.name),
  )
  throw new DatabaseError('UNKNOWN_TABLE', `Table ${name.text} does not exist.${hint}`, {
    span: name.span,
    facts: { table: name.text },
  })
}

function distinctById<T extends TableEntry>(tables: readonly T[]): T[] {
  return [...new Map(tables.map((t) => [t.id, t])).values()].sort((a, b) => a.id - b.id)
}

/** Node tables of the labels of a pattern, by id; all of them without labels. @throws {DatabaseError} UNKNOWN_TABLE, BINDER */
export function nodeTablesOf(context: PlannerContext, labels: readonly Name[]): NodeTableEntry[] {
  if (labels.length === 0) return distinctById(context.catalog.nodeTables)
  return distinctById(
    labels.map((label) => {
      const table = requireTable(context, label)
      if (table.kind === 'node') return table
      throw new DatabaseError('BINDER', `Cannot bind ${table.name} as a node pattern label.`, { span: label.span })
    }),
  )
}

/** Rel tables of the labels of a pattern, by id; all of them without labels. @throws {DatabaseError} UNKNOWN_TABLE, BINDER */
export function relTablesOf(context: PlannerContext, labels: readonly Name[]): RelTableEntry[] {
  if (labels.length === 0) return distinctById(context.catalog.relTables)
  return distinctById(
    labels.map((label) => {
      const table = requireTable(context, label)
      if (table.kind === 'rel') return table
      throw new DatabaseError('BINDER', `Cannot bind ${table.name} as a relationship pattern label.`, {
        span: label.span,
      })
    }),
  )
}

import type { Catalog } from '../catalog/catalog.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { StatementPlan } from '../plan/statement.ts'
import type { WriteTransaction } from '../storage/write-transaction.ts'
import { printType } from '../types/print-type.ts'
import { alterTable, type DefaultEvaluator } from './ddl-alter.ts'
import { commentOnTable, createNodeTable, createRelTable, type DdlOutcome, dropTable } from './ddl-tables.ts'

type DdlKind =
  | 'createNodeTable'
  | 'createRelTable'
  | 'drop'
  | 'alterTable'
  | 'comment'
  | 'createSequence'
  | 'createType'
  | 'createMacro'

/** Statements that change the catalog. */
export type DdlPlan = Extract<StatementPlan, { kind: DdlKind }>

type Plan<K extends DdlKind> = Extract<DdlPlan, { kind: K }>

/**
 * Runs a schema statement inside a write transaction. The caller gives the returned catalog to the transaction.
 * @throws {DatabaseError} as the statement's own function says.
 */
export function executeDdl(
  plan: DdlPlan,
  catalog: Catalog,
  tx: WriteTransaction,
  defaults: DefaultEvaluator,
): DdlOutcome {
  switch (plan.kind) {
    case 'createNodeTable':
      return createNodeTable(plan, catalog, tx)
    case 'createRelTable':
      return createRelTable(plan, catalog, tx)
    case 'drop':
      return plan.what === 'table' ? dropTable(plan, catalog, tx) : dropSequence(plan, catalog)
    case 'alterTable':
      return alterTable(plan.name, plan.action, { catalog, tx, defaults })
    case 'comment':
      return commentOnTable(plan, catalog)
    case 'createSequence':
      return createSequence(plan, catalog)
    case 'createType':
      return createType(plan, catalog)
    case 'createMacro':
      return createMacro(plan, catalog)
  }
}

function createSequence(plan: Plan<'createSequence'>, catalog: Catalog): DdlOutcome {
  if (catalog.sequence(plan.name) !== undefined) {
    if (plan.ifNotExists) return { catalog, message: `Sequence ${plan.name} already exists.` }
    throw new DatabaseError('DUPLICATE_NAME', `${plan.name} already exists in catalog.`)
  }
  const { name, start, increment, min, max, cycle } = plan
  const changed = catalog.withSequence({ name, start, increment, min, max, cycle, last: null })
  return { catalog: changed, message: `Sequence ${name} has been created.` }
}

function dropSequence(plan: Plan<'drop'>, catalog: Catalog): DdlOutcome {
  if (catalog.sequence(plan.name) === undefined) {
    if (plan.ifExists) return { catalog, message: `Sequence ${plan.name} does not exist.` }
    throw new DatabaseError('BINDER', `Sequence ${plan.name} does not exist.`)
  }
  return { catalog: catalog.withoutSequence(plan.name), message: `Sequence ${plan.name} has been dropped.` }
}

function createType(plan: Plan<'createType'>, catalog: Catalog): DdlOutcome {
  if (catalog.type(plan.name) !== undefined)
    throw new DatabaseError('DUPLICATE_NAME', `Duplicated type name: ${plan.name}.`)
  const message = `Type ${plan.name}(${printType(plan.type)}) has been created.`
  return { catalog: catalog.withType({ name: plan.name, type: plan.type }), message }
}

function createMacro(plan: Plan<'createMacro'>, catalog: Catalog): DdlOutcome {
  if (catalog.macro(plan.name) !== undefined) {
    throw new DatabaseError('DUPLICATE_NAME', `Macro ${plan.name.toUpperCase()} already exists.`)
  }
  const changed = catalog.withMacro({ name: plan.name, text: plan.text })
  return { catalog: changed, message: `Macro: ${plan.name.toUpperCase()} has been created.` }
}

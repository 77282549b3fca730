import type { Catalog } from '../catalog/catalog.ts'
import type { TableStatistics } from '../catalog/table-statistics.ts'
import type { Statement } from '../parser/ast.ts'
import type { StatementPlan } from '../plan/statement.ts'
import { planStatement } from '../planner/plan-statement.ts'
import type { OpenLiteral, PlannerContext, PlannerSettings } from '../planner/planner-context.ts'
import { type LogicalType, sameType } from '../types/logical-type.ts'

/** What a plan was made from. It is right again for whatever agrees in all of it. */
interface CachedPlan {
  readonly plan: StatementPlan
  readonly catalog: Catalog
  readonly settings: PlannerSettings
  readonly parameters: readonly (readonly [string, LogicalType])[]
  /** Sizes of the tables that planning asked about, see {@link sizeClass}. */
  readonly sizes: readonly TableSize[]
  readonly judgements: readonly Judgement[]
}

/** What planning found out about the value of a literal that a template left open. */
interface Judgement {
  readonly name: string
  readonly judge: Parameters<OpenLiteral>[0]
  readonly verdict: unknown
}

interface TableSize {
  readonly id: number
  readonly isRel: boolean
  readonly size: number
}

/** Variants of one statement: other parameter types, other table sizes, other judgements of its literals. */
const VARIANTS_KEPT = 4

/**
 * Plans of statements that were run before, by the statement's tree (which lives as long as its text is remembered or its prepared
 * statement is held). Only queries are kept, and none that looked at a file.
 *
 * The same plan object also brings back its compiled code, so that a prepared look-up costs tens of microseconds.
 */
export class PlanCache {
  readonly #plans = new WeakMap<Statement, readonly CachedPlan[]>()

  /** @returns the plan of a statement, kept or new. @throws {DatabaseError} as `planStatement`. */
  plan(statement: Statement, context: PlannerContext): StatementPlan {
    if (statement.kind !== 'query') return planStatement(statement, context)
    const kept = this.#plans.get(statement) ?? []
    const known = kept.find((k) => isRightFor(k, context))
    if (known !== undefined) return known.plan
    const asked = new AskedStatistics(context.statistics)
    let sawFile = false
    const files: PlannerContext['files'] = {
      describe: (...args) => {
        sawFile = true
        return context.files.describe(...args)
      },
    }
    const judgements: Judgement[] = []
    const parameters = recording(context.parameters, judgements)
    const plan = planStatement(statement, { ...context, statistics: asked, files, parameters })
    if (sawFile) return plan
    const made: CachedPlan = {
      plan,
      catalog: context.catalog,
      settings: context.settings,
      parameters: [...context.parameters].map(([name, p]) => [name, p.type] as const),
      sizes: asked.sizes(),
      judgements,
    }
    this.#plans.set(statement, [made, ...kept].slice(0, VARIANTS_KEPT))
    return plan
  }
}

function isRightFor(kept: CachedPlan, context: PlannerContext): boolean {
  return (
    sameNames(kept.catalog, context.catalog) &&
    sameSettings(kept.settings, context.settings) &&
    kept.parameters.length === context.parameters.size &&
    kept.parameters.every(([name, type]) => {
      const given = context.parameters.get(name)
      return given !== undefined && sameType(given.type, type)
    }) &&
    kept.sizes.every((s) => sizeOf(context.statistics, s.id, s.isRel) === s.size) &&
    kept.judgements.every((j) => isSameVerdict(j, context.parameters))
  )
}

function isSameVerdict({ name, judge, verdict }: Judgement, parameters: PlannerContext['parameters']): boolean {
  const literal = parameters.get(name)?.literal
  return literal !== undefined && judge(literal(judge)) === verdict
}

/** Parameters that write down what is asked about them. */
function recording(parameters: PlannerContext['parameters'], judgements: Judgement[]): PlannerContext['parameters'] {
  const recorded = new Map(parameters)
  for (const [name, { type, literal }] of parameters) {
    if (literal === undefined) continue
    const ask: OpenLiteral = (judge) => {
      const value = literal(judge)
      judgements.push({ name, judge, verdict: judge(value) })
      return value
    }
    recorded.set(name, { type, literal: ask })
  }
  return recorded
}

function sameSettings(a: PlannerSettings, b: PlannerSettings): boolean {
  return a === b || Object.entries(a).every(([name, value]) => b[name as keyof PlannerSettings] === value)
}

/** Catalogs that differ only in how far their sequences are mean the same to a plan. */
function sameNames(a: Catalog, b: Catalog): boolean {
  return (
    a === b || (a.data.tables === b.data.tables && a.data.types === b.data.types && a.data.macros === b.data.macros)
  )
}

/** Row counts that differ by less than a factor of four give the same plan; none and some do not. */
function sizeClass(rows: number): number {
  return rows === 0 ? 0 : 1 + Math.floor(Math.log2(rows) / 2)
}

function sizeOf(statistics: TableStatistics, id: number, isRel: boolean): number {
  return sizeClass(isRel ? statistics.relCount(id) : statistics.nodeCount(id))
}

/** Statistics that remember which tables they were asked about. */
class AskedStatistics implements TableStatistics {
  readonly #statistics: TableStatistics
  readonly #nodes = new Set<number>()
  readonly #rels = new Set<number>()

  constructor(statistics: TableStatistics) {
    this.#statistics = statistics
  }

  nodeCount(tableId: number): number {
    this.#nodes.add(tableId)
    return this.#statistics.nodeCount(tableId)
  }

  relCount(pairId: number): number {
    this.#rels.add(pairId)
    return this.#statistics.relCount(pairId)
  }

  column(tableId: number, columnId: number, isRel: boolean): ReturnType<TableStatistics['column']> {
    if (isRel) this.#rels.add(tableId)
    else this.#nodes.add(tableId)
    return this.#statistics.column(tableId, columnId, isRel)
  }

  sizes(): TableSize[] {
    const of = (ids: ReadonlySet<number>, isRel: boolean) =>
      [...ids].map((id) => ({ id, isRel, size: sizeOf(this.#statistics, id, isRel) }))
    return [...of(this.#nodes, false), ...of(this.#rels, true)]
  }
}

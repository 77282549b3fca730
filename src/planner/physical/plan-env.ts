import type { Operator } from '../../plan/operator.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { MutableSlot } from '../bind/bind-state.ts'
import { Estimates } from '../optimise/estimates.ts'
import type { PlannerContext } from '../planner-context.ts'

/** What choosing operators needs besides the query. */
export interface PlanEnv {
  readonly estimates: Estimates
  /** Slots of the statement; some operators need a few more. */
  readonly slots: MutableSlot[]
}

/** @returns the surroundings for planning with the statistics and parameters of a context. */
export function newPlanEnv({ statistics, parameters }: PlannerContext, slots: MutableSlot[]): PlanEnv {
  return { estimates: new Estimates(statistics, slots, parameters), slots }
}

/** Declares a value slot that only the plan knows. */
export function planSlot(env: PlanEnv, name: string, type: LogicalType): number {
  const slot = env.slots.length
  env.slots.push({ slot, kind: 'value', name, type, tables: [], nullable: true })
  return slot
}

/** Operators under construction together with the slots that they have defined. */
export interface Pipeline {
  /** null: nothing yet, one empty row. */
  readonly root: Operator | null
  readonly bound: ReadonlySet<number>
}

/** @returns the rows that a pipeline is expected to give. */
export function rowsOf(pipeline: Pipeline): number {
  return pipeline.root?.estimate ?? 1
}

/** @returns the operator of a pipeline, a single row when there is none. */
export function rootOf(pipeline: Pipeline): Operator {
  return pipeline.root ?? { op: 'singleRow', estimate: 1 }
}

/** @returns whether a pipeline has but one row to give, so that scans need not repeat anything for it. */
export function isTrivial(pipeline: Pipeline): boolean {
  return pipeline.root === null || pipeline.root.op === 'singleRow' || pipeline.root.op === 'argument'
}

/** @returns the pipeline with an operator on top, which may define further slots. */
export function extended(pipeline: Pipeline, root: Operator, defines: readonly number[] = []): Pipeline {
  return { root, bound: defines.length === 0 ? pipeline.bound : new Set([...pipeline.bound, ...defines]) }
}

import { inlineHelpers } from '../functions/inline-helpers.ts'
import type { Operator } from '../plan/operator.ts'
import type { QueryPlan } from '../plan/statement.ts'
import { Emitter, type OperatorNote, type Pipeline } from './codegen/emitter.ts'
import { emitExpression } from './codegen/expressions.ts'
import { inlineKeys } from './codegen/inline-keys.ts'
import { analyseDemands, type Demands } from './codegen/liveness.ts'
import { numberOperators } from './codegen/number-operators.ts'
import { ExpectedRows, emitResultRow, ResultSink } from './codegen/result-sink.ts'
import { reverseHops } from './codegen/reverse-hops.ts'
import { type DecisionInput, Traits } from './codegen/traits.ts'
import { emitOperator } from './operators/operators.ts'
import type { BindingFactory } from './run.ts'

/** A generated function: bindings table, then the range of the morsel and the part (table) it belongs to, or a helper's own parameters. */
export type GeneratedFunction = (bindings: readonly unknown[], start: number, end: number, part: number) => number

/** A plan compiled for data with certain traits. */
export interface CompiledVariant {
  /** The plan that runs, of the same operators as the one that was compiled. */
  readonly plan: QueryPlan
  readonly traits: Traits
  readonly profile: boolean
  readonly source: string
  readonly functions: ReadonlyMap<string, GeneratedFunction>
  readonly pipelines: readonly Pipeline[]
  readonly factories: readonly BindingFactory[]
  readonly registerCount: number
  /** The operators in pre-order with what they say about themselves; null: nothing. */
  readonly operators: readonly { readonly op: Operator['op']; readonly note: OperatorNote | null }[]
  /** Binding of the ResultSink. */
  readonly result: number
}

const VARIANTS_KEPT = 4
const SOURCES_KEPT = 256

/** Functions by source text: plans of one shape have one text, so V8's feedback and machine code serve all of them. */
const functionsBySource = new Map<string, ReadonlyMap<string, GeneratedFunction>>()
const compiledByPlan = new WeakMap<QueryPlan, CompiledQuery>()

/** A plan ready to run in this thread. Variants are generated at the first run on data with new traits. */
export class CompiledQuery {
  readonly plan: QueryPlan
  readonly #demands: Demands
  #variants: CompiledVariant[] = []

  constructor(plan: QueryPlan) {
    this.plan = inlineKeys(plan)
    this.#demands = analyseDemands(this.plan)
  }

  /** @returns generated code that is right for a snapshot. Cost: a few tests if it was run on like data before, else about a millisecond. */
  variantFor(input: DecisionInput, profile = false): CompiledVariant {
    const known = this.#variants.find((v) => v.profile === profile && v.traits.stillHold(input))
    if (known !== undefined) return known
    const made = generate(this.plan, this.#demands, new Traits(input, this.plan.writes), profile)
    this.#variants = [made, ...this.#variants].slice(0, VARIANTS_KEPT)
    return made
  }
}

/** @returns the compiled form of a plan; the same object for the same plan. */
export function compileQuery(plan: QueryPlan): CompiledQuery {
  let compiled = compiledByPlan.get(plan)
  if (compiled === undefined) {
    compiled = new CompiledQuery(plan)
    compiledByPlan.set(plan, compiled)
  }
  return compiled
}

function generate(original: QueryPlan, known: Demands, traits: Traits, profile: boolean): CompiledVariant {
  const plan = reverseHops(original, known, traits)
  const demands = plan === original ? known : analyseDemands(plan)
  const emitter = new Emitter(plan, traits, demands, profile, emitOperator, emitExpression)
  const expected = new ExpectedRows()
  const result = emitter.object((run) => new ResultSink(run, plan.columns, expected))
  emitter.operator(plan.root, () => {
    if (plan.columns.length > 0) emitResultRow(plan.columns, result, emitter)
  })
  const source = emitter.functions.map((fn) => fn.print()).join('\n')
  return {
    plan,
    traits,
    profile,
    source,
    functions: functionsOf(source, emitter),
    pipelines: emitter.pipelines,
    factories: emitter.factories,
    registerCount: emitter.registerCount,
    operators: numberOperators(plan).map((op) => ({ op: op.op, note: emitter.notes.get(op) ?? null })),
    result,
  }
}

function functionsOf(source: string, emitter: Emitter): ReadonlyMap<string, GeneratedFunction> {
  const known = functionsBySource.get(source)
  if (known !== undefined) return known
  const helpers = Object.keys(inlineHelpers).join(', ')
  const names = emitter.pipelines.map((p) => p.functionName).join(', ')
  const text = `'use strict'\nconst { ${helpers} } = H\n${source}\nreturn { ${names} }`
  const made = new Function('H', text)(inlineHelpers) as Record<string, GeneratedFunction>
  const functions = new Map(Object.entries(made))
  if (functionsBySource.size >= SOURCES_KEPT) functionsBySource.delete(functionsBySource.keys().next().value!)
  functionsBySource.set(source, functions)
  return functions
}

/** @returns the generated JavaScript of a plan, for EXPLAIN. */
export function explainCode(plan: QueryPlan, input: DecisionInput): string {
  return compileQuery(plan).variantFor(input).source
}

import type { BoundExpression, Slot } from '../../plan/bound-expression.ts'
import type { Operator } from '../../plan/operator.ts'
import type { QueryPlan } from '../../plan/statement.ts'
import { assert } from '../../util/assert.ts'
import type { BindingFactory, Run } from '../run.ts'
import type { Block } from './block.ts'
import { boxedValue, type Code, fillerOf, isSimple, type Rep } from './code.ts'
import { FunctionText, type Region } from './function-text.ts'
import type { Demand, Demands } from './liveness.ts'
import { Scope } from './scope.ts'
import type {
  BindingPlace,
  NodeVariables,
  RelVariables,
  ScanRange,
  SlotVariables,
  ValueVariables,
} from './slot-variables.ts'
import type { Traits } from './traits.ts'

/** How a pipeline's function is driven. */
export type PipelineSource =
  | { readonly kind: 'once' }
  /** Calls with ranges of offsets of each table in turn; a range lies inside one chunk. */
  | { readonly kind: 'nodes'; readonly tables: readonly number[] }
  /** Calls with ranges of the rows of the object behind `binding`, which has a `length`. */
  | { readonly kind: 'rows'; readonly binding: number }

/** A generated function with its driver, in the order of execution. */
export interface Pipeline {
  readonly functionName: string
  readonly source: PipelineSource
  readonly bindings: readonly number[]
  readonly after: ((run: Run) => void)[]
  readonly about: string
}

/** Emits an operator: calls `consume` at the place in the code where a row of it exists. */
export type EmitOperator = (op: Operator, emitter: Emitter, consume: () => void) => void

/** Emits the statements that an expression needs and gives the code of its value. */
export type EmitExpression = (e: BoundExpression, emitter: Emitter) => Code

/**
 * Limits of generated code. Above `functionCharacters`, code goes on in a function of its own: V8 optimises no function of 60 KB
 * of bytecode. Tests set it low, so that every place where code can be cut is cut.
 */
export const CODE_LIMITS = { functionCharacters: 7000 }

/** What an operator reports about itself, see {@link Emitter.note}. */
export interface OperatorNote {
  readonly visitedRegister: number
  /** Rows that came out, counted for PROFILE only; otherwise -1. */
  readonly rowsRegister: number
  strategy: string
}

interface FunctionState {
  readonly fn: FunctionText
  readonly scope: Scope
}

/**
 * Writes the functions of one query. Operators and expressions call it while they walk the plan; it keeps the place where text goes,
 * what is visible there, the bindings table and the list of pipelines.
 */
export class Emitter {
  readonly plan: QueryPlan
  readonly traits: Traits
  readonly demands: Demands
  readonly functions: FunctionText[] = []
  readonly pipelines: Pipeline[] = []
  readonly factories: BindingFactory[] = []
  readonly notes = new Map<Operator, OperatorNote>()
  readonly profile: boolean
  registerCount = 0
  /** The code being written is made once per run, see `emitOnce`. */
  insideConstant = false
  /** Variable that holds how many rows the current one stands for; null: one. */
  weight: string | null = null

  readonly #emitOperator: EmitOperator
  readonly #emitExpression: EmitExpression
  readonly #slots: ReadonlyMap<number, Slot>
  readonly #bindingOf = new Map<string, number>()
  /** Helpers of the pipeline that is being written. */
  #helpers: FunctionText[] = []
  #names = 0
  #state: FunctionState | null = null
  /** The region that ends the pipeline being written. */
  #pipelineRegion: Region | null = null
  #regions = 1
  /** Inside of a sub-plan that runs per outer row: leaves loop by themselves. */
  #nesting = 0

  constructor(
    plan: QueryPlan,
    traits: Traits,
    demands: Demands,
    profile: boolean,
    emitOperator: EmitOperator,
    emitExpression: EmitExpression,
  ) {
    this.plan = plan
    this.traits = traits
    this.demands = demands
    this.profile = profile
    this.#emitOperator = emitOperator
    this.#emitExpression = emitExpression
    this.#slots = new Map(plan.slots.map((s) => [s.slot, s]))
    for (const fixed of ['registers', 'work', 'run']) this.#binding(fixed, () => undefined)
  }

  // ---- text

  /** The function that text goes to. */
  get fn(): FunctionText {
    return this.#current.fn
  }

  get scope(): Scope {
    return this.#current.scope
  }

  get #current(): FunctionState {
    assert(this.#state !== null, 'code outside of a function')
    return this.#state
  }

  line(text: string): void {
    this.scope.block.line(text)
  }

  /** Emits `header { body }`. */
  within(header: string, body: () => void, isLoop = false): void {
    this.line(`${header} {`)
    this.inBlock(this.scope.block.block(), body, isLoop)
    this.line('}')
  }

  /** Emits a loop; names bound inside belong to the loop. */
  loop(header: string, body: () => void): void {
    this.within(header, body, true)
  }

  /** Emits into a block somewhere inside of the current one. */
  inBlock(block: Block, body: () => void, isLoop = false): void {
    const outer = this.#current
    this.#state = { ...outer, scope: new Scope(outer.scope, block, isLoop) }
    const weight = this.weight
    body()
    this.weight = weight
    this.#state = outer
  }

  /** @returns a name that no other variable of the query has. */
  fresh(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  /** Stores an expression in a constant unless it is one already. @returns its name. */
  hold(js: string, prefix = 'x'): string {
    if (isSimple(js)) return js
    const name = this.fresh(prefix)
    this.line(`const ${name} = ${js}`)
    return name
  }

  /** Stores code in constants so that it may be used again and again. */
  holdCode(code: Code): Code {
    if (code.nul === null) return isSimple(code.value) ? code : { ...code, value: this.hold(code.value) }
    if (code.boxed) {
      if (isSimple(code.value)) return code
      const value = this.hold(code.value)
      return { ...code, value, nul: `${value} === null` }
    }
    const nul = this.hold(code.nul, 'z')
    if (isSimple(code.value)) return { ...code, nul }
    const value = this.hold(`${nul} ? ${fillerOf(code.rep)} : ${code.value}`)
    return { ...code, value, nul }
  }

  // ---- bindings and registers

  /** @returns the local name of a run-time object; objects with the same key are one. */
  bind(key: string, factory: BindingFactory): string {
    return this.fn.binding(this.#binding(key, factory))
  }

  /** @returns a run-time object of its own, by number. */
  object(factory: BindingFactory): number {
    this.factories.push(factory)
    return this.factories.length - 1
  }

  /** @returns the local name of an object made by {@link object}. */
  use(object: number): string {
    return this.fn.binding(object)
  }

  #binding(key: string, factory: BindingFactory): number {
    const known = this.#bindingOf.get(key)
    if (known !== undefined) return known
    const index = this.object(factory)
    this.#bindingOf.set(key, index)
    return index
  }

  /** @returns a number that outlives calls of the function; it starts at 0. */
  newRegister(): number {
    return this.registerCount++
  }

  /** A register that code of several functions reads and writes, as an element of the register array. */
  cell(register: number): string {
    return `${this.fn.binding(0)}[${register}]`
  }

  /** Emits the countdown to the next interruption check. */
  countWork(amount: string): void {
    this.line(`if ((${this.fn.binding(1)}[0] -= ${amount}) < 0) ${this.fn.binding(2)}.check()`)
  }

  /** Says what an operator does, for PROFILE and tests. @returns its note. */
  note(op: Operator, strategy = ''): OperatorNote {
    let note = this.notes.get(op)
    if (note === undefined) {
      const rowsRegister = this.profile ? this.newRegister() : -1
      note = { visitedRegister: this.newRegister(), rowsRegister, strategy }
      this.notes.set(op, note)
    }
    if (strategy !== '') note.strategy = strategy
    return note
  }

  /** Emits the count of visits of an operator. */
  visit(op: Operator, amount: string): void {
    this.line(`${this.fn.register(this.note(op).visitedRegister)} += ${amount}`)
  }

  // ---- slots

  slotOf(slot: number): Slot {
    const known = this.#slots.get(slot)
    assert(known !== undefined, 'slot is not declared', { slot })
    return known
  }

  bindSlot(variables: SlotVariables): void {
    this.scope.bind(variables)
  }

  /** Binds a node slot. @param table variable with the table id, or null when the slot has one table only. */
  bindNode(
    slot: number,
    offset: string,
    table: string | null,
    nullable = false,
    range: ScanRange | null = null,
  ): NodeVariables {
    const place = this.#place()
    const variables: NodeVariables = { kind: 'node', slot: this.slotOf(slot), offset, table, nullable, place, range }
    this.bindSlot(variables)
    return variables
  }

  bindRel(slot: number, parts: Pick<RelVariables, 'id' | 'pair' | 'source' | 'target'>, nullable = false): void {
    this.bindSlot({ kind: 'rel', slot: this.slotOf(slot), ...parts, nullable, place: this.#place() })
  }

  /** Binds a value slot, storing the code in variables first. */
  bindValue(slot: number, code: Code): void {
    const held = this.holdCode(code)
    this.bindSlot({ kind: 'value', slot: this.slotOf(slot), code: held, place: this.#place() })
  }

  #place(): BindingPlace {
    const { block, loopDepth } = this.scope
    return { declarations: block.block(), loopDepth, block }
  }

  variables(slot: number): SlotVariables {
    const known = this.scope.find(slot)
    assert(known !== undefined, 'slot is not bound here', { slot, name: this.#slots.get(slot)?.name })
    return known
  }

  nodeVariables(slot: number): NodeVariables {
    const known = this.variables(slot)
    assert(known.kind === 'node', 'slot is no node', { slot })
    return known
  }

  relVariables(slot: number): RelVariables {
    const known = this.variables(slot)
    assert(known.kind === 'rel', 'slot is no rel', { slot })
    return known
  }

  valueVariables(slot: number): ValueVariables {
    const known = this.variables(slot)
    assert(known.kind === 'value', 'slot is no value', { slot })
    return known
  }

  /** @returns the table id of a node slot as code: its variable, or the only table. */
  tableOf(node: NodeVariables): string {
    return node.table ?? this.tableId(node.slot.tables[0]!)
  }

  /** @returns the name of a constant with a table id; ids are no part of the text, so that plans of one shape share code. */
  tableId(table: number): string {
    return this.bind(`table:${table}`, () => table)
  }

  demand(op: Operator): Demand {
    const known = this.demands.get(op)
    assert(known !== undefined, 'operator without demand', { op: op.op })
    return known
  }

  // ---- expressions and operators

  expression(e: BoundExpression): Code {
    return this.#emitExpression(e, this)
  }

  /** Emits an operator; each of its rows goes to `consume`, in a function of its own when this one has grown large. */
  operator(op: Operator, consume: () => void): void {
    this.#emitOperator(op, this, () => {
      if (this.profile) this.line(`${this.cell(this.note(op).rowsRegister)} += ${this.weight ?? '1'}`)
      this.#boundary(op, consume)
    })
  }

  #boundary(op: Operator, consume: () => void): void {
    if (op.op === 'argument' || op.op === 'singleRow' || this.fn.body.size < CODE_LIMITS.functionCharacters) {
      consume()
      return
    }
    const helper = this.helper(this.carried(this.demand(op).live.keys()), consume)
    this.call(
      helper,
      helper.slots.map((s) => this.scope.find(s.slot.slot)!),
    )
  }

  /** @returns the variables of those slots that are bound here. */
  carried(slots: Iterable<number>): SlotVariables[] {
    return [...slots].flatMap((s) => this.scope.find(s) ?? []).sort((a, b) => a.slot.slot - b.slot.slot)
  }

  // ---- functions, pipelines, regions

  /** Whether leaves have to loop by themselves. */
  get isNested(): boolean {
    return this.#nesting > 0
  }

  /** Emits a pipeline: a function with its driver. */
  pipeline(source: PipelineSource, about: string, body: () => void): void {
    const fn = new FunctionText(this.fresh('p'), ['start', 'end', 'part'])
    const outer = { state: this.#state, region: this.#pipelineRegion, nesting: this.#nesting, weight: this.weight }
    const state = { fn, scope: new Scope(null, fn.body, false) }
    const region: Region = { id: this.#regions++, fn: null, label: '' }
    const outerHelpers = this.#helpers
    this.#helpers = []
    this.#state = state
    this.#pipelineRegion = region
    this.#nesting = 0
    this.weight = null
    body()
    this.#state = outer.state
    this.#pipelineRegion = outer.region
    this.#nesting = outer.nesting
    this.weight = outer.weight
    this.functions.push(fn)
    this.pipelines.push({ functionName: fn.name, source, bindings: this.#reached(fn), after: [], about })
    this.#helpers = outerHelpers
  }

  /** Runs code emission outside of any function, for pipelines that have to be complete before the current one starts. */
  detached(body: () => void): void {
    const outer = { state: this.#state, region: this.#pipelineRegion, nesting: this.#nesting, weight: this.weight }
    this.#state = null
    this.#nesting = 0
    this.weight = null
    body()
    this.#state = outer.state
    this.#pipelineRegion = outer.region
    this.#nesting = outer.nesting
    this.weight = outer.weight
  }

  /** Bindings of a pipeline's function and of its helpers. */
  #reached(fn: FunctionText): number[] {
    const all = new Set(fn.bindings)
    for (const helper of this.#helpers) for (const b of helper.bindings) all.add(b)
    return [...all]
  }

  /** Something to do when the pipeline that was written last is complete. */
  afterLast(action: (run: Run) => void): void {
    this.pipelines.at(-1)!.after.push(action)
  }

  /** Emits a loop nest that can be left early by {@link leave}; leaves of plans in it loop by themselves. */
  region(body: (region: Region) => void): void {
    const region: Region = { id: this.#regions++, fn: this.fn, label: this.fresh('R') }
    this.#nesting++
    this.within(`${region.label}:`, () => body(region))
    this.#nesting--
  }

  /** Leaf loops by themselves in here, without a region of its own. */
  nested(body: () => void): void {
    this.#nesting++
    body()
    this.#nesting--
  }

  /** Emits code that goes on behind a region, or ends the pipeline. */
  leave(region: Region | null = this.#pipelineRegion): void {
    assert(region !== null, 'no pipeline to end')
    if (region.fn === this.fn) {
      this.line(`break ${region.label}`)
      return
    }
    this.fn.exits.add(region)
    this.line(`exit = ${region.id}`)
    this.line('break F')
  }

  /** Emits a function that gets the values of slots as parameters. Accumulators it needs have to be registers or objects. */
  helper(
    slots: readonly SlotVariables[],
    body: () => void,
    shapes: readonly SlotShape[] = slots.map((s) => shapeOf(s)),
  ): Helper {
    const parameters: string[] = []
    const fn = new FunctionText(this.fresh('h'), parameters)
    const outer = this.#current
    const weight = this.weight
    this.#state = { ...outer, scope: new Scope(null, fn.body, false, outer.scope.loopDepth), fn }
    shapes.forEach((shape, i) => {
      this.#bindShape(shape, slots[i]?.place.loopDepth ?? outer.scope.loopDepth, parameters)
    })
    if (weight !== null) {
      this.weight = this.fresh('w')
      parameters.push(this.weight)
    }
    body()
    this.weight = weight
    this.#state = outer
    this.functions.push(fn)
    this.#helpers.push(fn)
    return { fn, slots: shapes, weighted: weight !== null }
  }

  /** Binds a slot to new parameters; it belongs to the loop that it was bound in outside. */
  #bindShape(shape: SlotShape, loopDepth: number, parameters: string[]): void {
    const parameter = (prefix: string): string => {
      const name = this.fresh(prefix)
      parameters.push(name)
      return name
    }
    const { slot } = shape
    const place = { ...this.#place(), loopDepth }
    if (shape.kind === 'node') {
      const offset = parameter('n')
      const table = shape.hasTable ? parameter('t') : null
      this.bindSlot({ kind: 'node', slot, offset, table, nullable: shape.nullable, place, range: null })
    } else if (shape.kind === 'rel') {
      const id = shape.id ? parameter('r') : null
      const pair = shape.pair ? parameter('t') : null
      const source = shape.source ? parameter('n') : null
      const target = shape.target ? parameter('n') : null
      this.bindSlot({ kind: 'rel', slot, id, pair, source, target, nullable: shape.nullable, place })
    } else {
      const value = parameter('v')
      const nul = shape.nullable ? (shape.boxed ? `${value} === null` : parameter('z')) : null
      this.bindSlot({ kind: 'value', slot, code: { value, nul, boxed: shape.boxed, rep: shape.rep }, place })
    }
  }

  /** Emits a call of a helper. @param slots its slots; null for one that is NULL. */
  call(helper: Helper, slots: readonly (SlotVariables | null)[]): void {
    const args = helper.slots.flatMap((shape, i) => argumentsOf(shape, slots[i] ?? null))
    if (helper.weighted) args.push(this.weight ?? '1')
    const text = `${helper.fn.name}(${['B', ...args].join(', ')})`
    const exits = [...helper.fn.exits]
    if (exits.length === 0) {
      this.line(text)
      return
    }
    const result = this.hold(text, 'e')
    for (const region of exits) this.within(`if (${result} === ${region.id})`, () => this.leave(region))
  }
}

/** How the values of a slot are passed on or stored. */
export type SlotShape =
  | { readonly kind: 'node'; readonly slot: Slot; readonly hasTable: boolean; readonly nullable: boolean }
  | {
      readonly kind: 'rel'
      readonly slot: Slot
      readonly id: boolean
      readonly pair: boolean
      readonly source: boolean
      readonly target: boolean
      readonly nullable: boolean
    }
  | {
      readonly kind: 'value'
      readonly slot: Slot
      readonly rep: Rep
      readonly nullable: boolean
      readonly boxed: boolean
    }

/** A generated function that continues a row. */
export interface Helper {
  readonly fn: FunctionText
  readonly slots: readonly SlotShape[]
  readonly weighted: boolean
}

/** @returns the shape of a slot as it is bound now. @param nullable that it may become NULL on the way. */
export function shapeOf(v: SlotVariables, mayBeNull = false): SlotShape {
  const { slot } = v
  switch (v.kind) {
    case 'node':
      return { kind: 'node', slot, hasTable: v.table !== null, nullable: v.nullable || mayBeNull }
    case 'rel':
      return {
        kind: 'rel',
        slot,
        id: v.id !== null,
        pair: v.pair !== null,
        source: v.source !== null,
        target: v.target !== null,
        nullable: v.nullable || mayBeNull,
      }
    case 'value': {
      const { rep, nul } = v.code
      const isNullable = nul !== null || mayBeNull
      // numbers keep their NULL apart, so that the variable stays a number
      return {
        kind: 'value',
        slot,
        rep,
        nullable: isNullable,
        boxed: !isNullable || (rep !== 'number' && rep !== 'boolean'),
      }
    }
  }
}

/** @returns the values to pass for a slot, in the order of its shape. */
export function argumentsOf(shape: SlotShape, v: SlotVariables | null): string[] {
  switch (shape.kind) {
    case 'node': {
      if (v === null) return shape.hasTable ? ['-1', '-1'] : ['-1']
      const node = v as NodeVariables
      return shape.hasTable ? [node.offset, node.table!] : [node.offset]
    }
    case 'rel': {
      const rel = v as RelVariables | null
      const part = (wanted: boolean, js: string | null | undefined): string[] => (wanted ? [js ?? '-1'] : [])
      return [
        ...part(shape.id, rel?.id),
        ...part(shape.pair, rel?.pair),
        ...part(shape.source, rel?.source),
        ...part(shape.target, rel?.target),
      ]
    }
    case 'value': {
      if (v === null) return shape.boxed ? ['null'] : [fillerOf(shape.rep), 'true']
      const { code } = v as ValueVariables
      if (shape.boxed) return [boxedValue(code)]
      if (code.boxed && code.nul !== null) return [`(${code.nul} ? ${fillerOf(shape.rep)} : ${code.value})`, code.nul]
      return [code.value, code.nul ?? 'false']
    }
  }
}

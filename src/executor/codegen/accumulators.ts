import type { Accumulator } from '../../functions/aggregate/accumulator.ts'
import { accumulator } from '../../functions/aggregate/accumulator.ts'
import type { AggregateItem, BoundExpression, Slot } from '../../plan/bound-expression.ts'
import { NumberTable } from '../runtime/number-table.ts'
import { emitNewBit } from './bits.ts'
import { boxedCode, type Code, isSimple, known } from './code.ts'
import type { Emitter } from './emitter.ts'
import { nullTestOf } from './expressions.ts'
import { type Aggregate, identifiesNode } from './grouping.ts'
import { emitKeyCodes } from './key-codes.ts'
import { repOf } from './rep.ts'
import { type SlotVariables, unnamedValue } from './slot-variables.ts'

/** Where accumulators of a group are, as code: a number that may be assigned to, and the object with the rest. */
export interface AccumulatorPlaces {
  /** Assignable code of a number column of the current group. */
  readonly column: (index: number) => string
  /** Local name of the GroupState. */
  readonly state: () => string
  /** Code of the current group's number. */
  readonly group: string
}

/** Code of an aggregate: how a row updates it and what comes out. */
export interface AccumulatorCode {
  /** Emits the update by the current row. */
  readonly update: (places: AccumulatorPlaces) => void
  /** @returns the code of the result for a group. */
  readonly result: (places: AccumulatorPlaces) => Code
}

const MAX_SAFE = '9007199254740991'

/**
 * Plans and emits the accumulators of an aggregate operator. Numbers of the frequent kinds are columns updated in place; the rest goes through the
 * general accumulators of functions/aggregate.
 */
export class Accumulators {
  readonly items: readonly AccumulatorCode[]
  readonly general: Accumulator[] = []
  columnCount = 0
  /** Column that is above 0 exactly for groups that have seen a row; -1 if there is none. */
  presenceColumn = -1
  /** Whether the general state is used at all. */
  usesState = false
  readonly #emitter: Emitter
  readonly #hasKeys: boolean
  readonly #tables: number[] = []

  constructor(items: readonly AggregateItem[], emitter: Emitter, op: Aggregate) {
    this.#emitter = emitter
    this.#hasKeys = op.keys.length > 0
    this.items = items.map((item) => this.#plan(item))
  }

  #plan(item: AggregateItem): AccumulatorCode {
    if (item.distinct) return this.#distinct(item)
    switch (item.aggregate.kind) {
      case 'count_star':
        return this.#countStar()
      case 'count':
        return this.#count(item.argument!)
      case 'sum_int':
      case 'sum_float':
        return this.#sum(item, item.aggregate.kind === 'sum_int', false)
      case 'avg':
        return this.#sum(item, repOf(item.argument!.type) === 'int' || isIntLike(item.argument!), true)
      case 'min':
      case 'max':
        return repOf(item.argument!.type) === 'number' ? this.#extreme(item) : this.#general(item)
      case 'collect':
        return this.#general(item)
    }
  }

  /** Emits the reset of the tables of DISTINCT counts. */
  emitClear(): void {
    for (const table of this.#tables) this.#emitter.line(`${this.#emitter.use(table)}.clear()`)
  }

  #distinct(item: AggregateItem): AccumulatorCode {
    const { argument, aggregate } = item
    if (aggregate.kind === 'min' || aggregate.kind === 'max') return this.#plan({ ...item, distinct: false })
    if (aggregate.kind !== 'count' || argument === null) return this.#general(item)
    const node = distinctNode(argument, this.#emitter)
    if (node !== null && !this.#hasKeys && !this.#emitter.isNested) return this.#distinctBits(node)
    return node !== null || repOf(argument.type) !== 'any' ? this.#distinctCodes(argument, node) : this.#general(item)
  }

  /** Different nodes of one table: a bit each. */
  #distinctBits(node: Slot): AccumulatorCode {
    const column = this.columnCount++
    const bits = this.#emitter.object((run) => {
      const words = (run.context.view.nodeTable(node.tables[0]!).rowCount >>> 5) + 1
      run.reserve(words * 4)
      return new Int32Array(words)
    })
    return {
      update: (places) => {
        const { offset, nullable } = this.#emitter.nodeVariables(node.slot)
        const add = (): void => {
          emitNewBit(this.#emitter.use(bits), offset, this.#emitter, () => {
            this.#emitter.line(`${places.column(column)} += 1`)
          })
        }
        if (nullable) this.#emitter.within(`if (${offset} >= 0)`, add)
        else add()
      },
      result: (places) => known(places.column(column), 'number'),
    }
  }

  /** Different values: a hash table of (group, code of the value). */
  #distinctCodes(argument: BoundExpression, node: Slot | null): AccumulatorCode {
    const e = this.#emitter
    const column = this.columnCount++
    let width = 0
    const table = e.object((run) => new NumberTable(run, width))
    this.#tables.push(table)
    const insert = (places: AccumulatorPlaces, v: SlotVariables): void => {
      const codes = [...(this.#hasKeys ? [places.group] : []), ...emitKeyCodes(v, e)]
      width = codes.length
      const name = e.use(table)
      const before = e.hold(`${name}.length`, 'g')
      let find = `${name}.find(${codes[0]})`
      if (width > 1) {
        codes.forEach((code, i) => {
          e.line(`${name}.probe[${i}] = ${code}`)
        })
        find = `${name}.findAll()`
      }
      e.line(`if (${find} === ${before}) ${places.column(column)} += 1`)
    }
    return {
      update: (places) => {
        if (node !== null) {
          const v = e.nodeVariables(node.slot)
          if (v.nullable) e.within(`if (${v.offset} >= 0)`, () => insert(places, v))
          else insert(places, v)
          return
        }
        this.#withValue(argument, (code) => {
          insert(places, unnamedValue({ ...code, nul: null }, argument.type))
        })
      },
      result: (places) => known(places.column(column), 'number'),
    }
  }

  #countStar(): AccumulatorCode {
    const column = this.columnCount++
    if (this.presenceColumn < 0) this.presenceColumn = column
    return {
      update: (places) => this.#emitter.line(`${places.column(column)} += ${this.#weight}`),
      result: (places) => known(places.column(column), 'number'),
    }
  }

  get #weight(): string {
    return this.#emitter.weight ?? '1'
  }

  #count(argument: BoundExpression): AccumulatorCode {
    const column = this.columnCount++
    return {
      update: (places) => {
        const nul = nullTestOf(argument, this.#emitter)
        if (nul === 'true') return
        const add = `${places.column(column)} += ${this.#weight}`
        this.#emitter.line(nul === null ? add : `if (!(${nul})) ${add}`)
      },
      result: (places) => known(places.column(column), 'number'),
    }
  }

  #sum(item: AggregateItem, isExact: boolean, isMean: boolean): AccumulatorCode {
    const column = this.columnCount++
    const count = this.columnCount++
    if (isExact) this.usesState = true
    return {
      update: (places) => {
        this.#withValue(item.argument!, (x) => {
          const w = this.#weight
          if (isExact) this.#addExact(x, places, column)
          else this.#emitter.line(`${places.column(column)} += ${w === '1' ? x.value : `${x.value} * ${w}`}`)
          this.#emitter.line(`${places.column(count)} += ${w}`)
        })
      },
      result: (places) => {
        const total = isExact
          ? `${places.state()}.sum(${column}, ${places.group}, ${places.column(column)})`
          : places.column(column)
        const nul = `${places.column(count)} === 0`
        if (isMean) return { value: `Number(${total}) / ${places.column(count)}`, nul, boxed: false, rep: 'number' }
        return { value: total, nul, boxed: false, rep: isExact ? 'int' : 'number' }
      },
    }
  }

  /** Integers add up in float64 as long as that is exact, beyond it in a bigint beside it. */
  #addExact(x: Code, places: AccumulatorPlaces, column: number): void {
    const e = this.#emitter
    const w = this.#weight
    const wide = `${places.state()}.addWide(${column}, ${places.group}, ${x.value}, ${w})`
    const add = (): void => {
      const product = w === '1' ? x.value : e.hold(`${x.value} * ${w}`)
      const sum = e.hold(`${places.column(column)} + ${product}`, 's')
      const within = (v: string): string => `${v} <= ${MAX_SAFE} && ${v} >= -${MAX_SAFE}`
      const test = product === x.value ? within(sum) : `${within(sum)} && ${within(product)}`
      e.line(`if (${test}) ${places.column(column)} = ${sum}`)
      e.line(`else ${wide}`)
    }
    if (x.rep === 'number') {
      add()
      return
    }
    e.within(`if (typeof ${x.value} === 'number')`, add)
    e.line(`else ${wide}`)
  }

  #extreme(item: AggregateItem): AccumulatorCode {
    const column = this.columnCount++
    const seen = this.columnCount++
    const isMin = item.aggregate.kind === 'min'
    const isFloat = item.argument!.type.id === 'DOUBLE' || item.argument!.type.id === 'FLOAT'
    return {
      update: (places) => {
        this.#withValue(item.argument!, (x) => {
          const best = places.column(column)
          // NaN counts as the largest number
          const nan = !isFloat ? '' : isMin ? ` || ${best} !== ${best}` : ` || ${x.value} !== ${x.value}`
          const test = `${places.column(seen)} === 0 || ${x.value} ${isMin ? '<' : '>'} ${best}${nan}`
          this.#emitter.within(`if (${test})`, () => {
            this.#emitter.line(`${best} = ${x.value}`)
            this.#emitter.line(`${places.column(seen)} = 1`)
          })
        })
      },
      result: (places) => ({
        value: places.column(column),
        nul: `${places.column(seen)} === 0`,
        boxed: false,
        rep: 'number',
      }),
    }
  }

  #general(item: AggregateItem): AccumulatorCode {
    const index = this.general.length
    this.usesState = true
    this.general.push(accumulator({ ...item.aggregate, distinct: item.distinct }))
    return {
      update: (places) => {
        this.#withValue(item.argument!, (x) => {
          this.#emitter.line(`${places.state()}.update(${index}, ${places.group}, ${x.value})`)
        })
      },
      result: (places) => {
        const value = this.#emitter.hold(`${places.state()}.finish(${index}, ${places.group})`)
        return boxedCode(value, repOf(item.aggregate.returnType))
      },
    }
  }

  /** Emits code for values of the argument that are not NULL. */
  #withValue(argument: BoundExpression, body: (x: Code) => void): void {
    const code = this.#emitter.expression(argument)
    if (code.nul === 'true') return
    if (code.nul === null) {
      const value = isSimple(code.value) ? code.value : this.#emitter.hold(code.value)
      body({ ...code, value })
      return
    }
    const held = this.#emitter.holdCode(code)
    this.#emitter.within(`if (!(${held.nul}))`, () => body(held))
  }
}

/** @returns the node slot that an argument tells apart, or null. */
function distinctNode(e: BoundExpression, emitter: Emitter): Slot | null {
  if (e.kind !== 'slot' && e.kind !== 'property' && e.kind !== 'internalId') return null
  const slot = emitter.slotOf(e.slot)
  return slot.kind === 'node' && slot.tables.length === 1 && identifiesNode(e, e.slot) ? slot : null
}

function isIntLike(e: BoundExpression): boolean {
  return e.type.id !== 'DOUBLE' && e.type.id !== 'FLOAT'
}

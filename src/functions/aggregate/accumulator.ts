import { comparatorFor } from '../../types/compare.ts'
import { keyString } from '../../types/hash.ts'
import { addInt } from '../../types/int.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import type { BoundAggregate } from './aggregate-record.ts'

/**
 * The general form of an aggregate: states of one group, opaque to the caller.
 * `update` must not be called with null, except for COUNT_STAR, whose value is ignored.
 */
export interface Accumulator<State = unknown> {
  create(): State
  update(state: State, v: Value): void
  /** Adds what `from` has seen to `into`; `from` must not be used afterwards. */
  merge(into: State, from: State): void
  finish(state: State): Value
}

/**
 * @returns the code of an aggregate, DISTINCT included. SUM and AVG of integers are exact; groups without any value give NULL, counts 0.
 * `update` of SUM throws {DatabaseError} OVERFLOW past 128 bits.
 */
export function accumulator(aggregate: BoundAggregate): Accumulator {
  const plain = plainAccumulator(aggregate) as Accumulator
  if (!aggregate.distinct || aggregate.argumentType === null) return plain
  return distinctAccumulator(plain, aggregate.argumentType) as Accumulator
}

function plainAccumulator(aggregate: BoundAggregate): unknown {
  switch (aggregate.kind) {
    case 'count_star':
    case 'count':
      return COUNT
    case 'sum_int':
      return SUM_INT
    case 'sum_float':
      return SUM_FLOAT
    case 'min':
      return extreme(aggregate.argumentType!, -1)
    case 'max':
      return extreme(aggregate.argumentType!, 1)
    case 'avg':
      return aggregate.argumentType!.id === 'DOUBLE' || aggregate.argumentType!.id === 'FLOAT' ? AVG_FLOAT : AVG_INT
    case 'collect':
      return COLLECT
  }
}

const COUNT: Accumulator<{ count: number }> = {
  create: () => ({ count: 0 }),
  update: (state) => {
    state.count++
  },
  merge: (into, from) => {
    into.count += from.count
  },
  finish: (state) => state.count,
}

interface Sum<T> {
  sum: T
  count: number
}

const SUM_INT: Accumulator<Sum<Int>> = {
  create: () => ({ sum: 0, count: 0 }),
  update: (state, v) => {
    state.sum = addInt(state.sum, v as Int, 'INT128')
    state.count++
  },
  merge: (into, from) => {
    into.sum = addInt(into.sum, from.sum, 'INT128')
    into.count += from.count
  },
  finish: (state) => (state.count === 0 ? null : state.sum),
}

const SUM_FLOAT: Accumulator<Sum<number>> = {
  create: () => ({ sum: 0, count: 0 }),
  update: (state, v) => {
    state.sum += v as number
    state.count++
  },
  merge: (into, from) => {
    into.sum += from.sum
    into.count += from.count
  },
  finish: (state) => (state.count === 0 ? null : state.sum),
}

const AVG_INT: Accumulator<Sum<Int>> = {
  ...SUM_INT,
  finish: (state) => (state.count === 0 ? null : Number(state.sum) / state.count),
}

const AVG_FLOAT: Accumulator<Sum<number>> = {
  ...SUM_FLOAT,
  finish: (state) => (state.count === 0 ? null : state.sum / state.count),
}

interface Best {
  value: Value
}

/** The value that comes first (`sign` -1) or last (1) in the order of its type; NaN counts as the largest. */
function extreme(type: LogicalType, sign: number): Accumulator<Best> {
  const compare = comparatorFor(type)
  const offer = (state: Best, v: Value): void => {
    if (state.value === null || compare(v, state.value) * sign > 0) state.value = v
  }
  return {
    create: () => ({ value: null }),
    update: offer,
    merge: (into, from) => {
      if (from.value !== null) offer(into, from.value)
    },
    finish: (state) => state.value,
  }
}

const COLLECT: Accumulator<{ values: Value[] }> = {
  create: () => ({ values: [] }),
  update: (state, v) => {
    state.values.push(v)
  },
  merge: (into, from) => {
    for (const v of from.values) into.values.push(v)
  },
  finish: (state) => (state.values.length === 0 ? null : state.values),
}

/** Remembers each value once, in order of arrival, and aggregates them at the end. */
function distinctAccumulator(plain: Accumulator, type: LogicalType): Accumulator<Map<string, Value>> {
  const add = (state: Map<string, Value>, v: Value): void => {
    const key = keyString(type, v)
    if (!state.has(key)) state.set(key, v)
  }
  return {
    create: () => new Map(),
    update: add,
    merge: (into, from) => {
      for (const v of from.values()) add(into, v)
    },
    finish: (state) => {
      const all = plain.create()
      for (const v of state.values()) plain.update(all, v)
      return plain.finish(all)
    },
  }
}

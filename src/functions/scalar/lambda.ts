import { DatabaseError } from '../../errors/database-error.ts'
import { BOOL, type LogicalType, listOf } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import type { Lambda } from '../bound-function.ts'
import { type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { filterList, makeList } from './long-list.ts'

type List = ArrayLike<Value>

function childOf(type: LogicalType): LogicalType {
  if (type.id !== 'LIST' && type.id !== 'ARRAY') {
    throw new DatabaseError('BINDER', ` has data type ${type.id} but LIST was expected.`)
  }
  return type.child
}

function oneElement(type: LogicalType): readonly LogicalType[] {
  return [childOf(type)]
}

function lambdaOverload(overload: Pick<Overload, 'returns' | 'bind' | 'make'> & Partial<Overload>): Overload {
  return { parameters: ['LIST', 'ANY'], lambda: oneElement, ...overload }
}

/** The list and a lambda whose result must be BOOL. */
function bindPredicate(call: Call, returnType: LogicalType): ReturnType<NonNullable<Overload['bind']>> {
  const [list, body] = call.argTypes
  childOf(list!)
  if (body!.id !== 'BOOL') {
    throw new DatabaseError('BINDER', `${call.name} requires the result type of lambda expression be BOOL.`)
  }
  return { parameterTypes: [list!, BOOL], returnType }
}

/** Tests how many elements make the lambda TRUE; those that give NULL count as not. */
function quantifier(name: string, docs: string, test: (hits: number, length: number) => boolean): FunctionRecord {
  return record(name, docs, [
    lambdaOverload({
      returns: 'BOOL',
      bind: (call) => bindPredicate(call, BOOL),
      make: () =>
        code((list: List, holds: Lambda) => {
          let hits = 0
          for (let i = 0; i < list.length; i++) {
            countWork(1)
            if (holds(list[i]!) === true) hits++
          }
          return test(hits, list.length)
        }),
    }),
  ])
}

/** Functions that take a lambda. Its parameter types come from `lambdaParameterTypes`; its NULL handling is its own. */
export const LAMBDA_FUNCTIONS: readonly FunctionRecord[] = [
  record('LIST_TRANSFORM', 'The results of a lambda for each element.', [
    lambdaOverload({
      returns: 'LIST',
      bind: (call) => {
        childOf(call.argTypes[0]!)
        return { parameterTypes: call.argTypes, returnType: listOf(call.argTypes[1]!) }
      },
      make: () => code((list: List, f: Lambda) => makeList(list.length, (i) => f(list[i]!))),
    }),
  ]),
  record('LIST_FILTER', 'The elements for which a lambda is true.', [
    lambdaOverload({
      returns: 'LIST',
      bind: (call) => bindPredicate(call, listOf(childOf(call.argTypes[0]!))),
      make: () => code((list: List, f: Lambda) => filterList(list, (v) => f(v) === true)),
    }),
  ]),
  record('LIST_REDUCE', 'What a lambda of two parameters leaves of the list: f(f(first, second), third) and so on.', [
    lambdaOverload({
      returns: 'LIST',
      mayBeNull: true,
      lambda: (type) => [childOf(type), childOf(type)],
      bind: (call) => {
        const child = childOf(call.argTypes[0]!)
        return { parameterTypes: [call.argTypes[0]!, child], returnType: child }
      },
      make: () =>
        code((list: List, f: Lambda) => {
          if (list.length === 0) throw new DatabaseError('RUNTIME', 'Cannot execute list_reduce on an empty list.')
          let result: Value = list[0]!
          for (let i = 1; i < list.length; i++) {
            countWork(1)
            result = f(result, list[i]!)
          }
          return result
        }),
    }),
  ]),
  quantifier('ALL', 'Whether a condition holds for every element.', (hits, length) => hits === length),
  quantifier('ANY', 'Whether a condition holds for some element.', (hits) => hits > 0),
  quantifier('NONE', 'Whether a condition holds for no element.', (hits) => hits === 0),
  quantifier('SINGLE', 'Whether a condition holds for exactly one element.', (hits) => hits === 1),
]

import assert from 'node:assert/strict'
import { DatabaseError } from '../../../src/errors/database-error.ts'
import { bindFunction, implementation, inlineCode, lambdaParameterTypes } from '../../../src/functions/bind-function.ts'
import type { Implementation } from '../../../src/functions/bound-function.ts'
import { inlineHelpers } from '../../../src/functions/inline-helpers.ts'
import { SCALAR_FUNCTIONS } from '../../../src/functions/registry.ts'
import { castCall } from '../../../src/functions/scalar/conversion.ts'
import type { LogicalType } from '../../../src/types/logical-type.ts'
import { parseType } from '../../../src/types/parse-type.ts'
import { printType } from '../../../src/types/print-type.ts'
import type { Value } from '../../../src/types/value.ts'
import { randomNumbers, randomValue, SEED } from '../types/support/random-values.ts'

function types(...texts: readonly string[]): LogicalType[] {
  return texts.map((text) => (text === 'ANY' ? { id: 'ANY' } : parseType(text)))
}

function messageOf(f: () => unknown): string {
  try {
    f()
  } catch (error) {
    assert.ok(error instanceof DatabaseError)
    return `${error.code} ${error.message.split('\n')[0]}`
  }
  return 'no error'
}

function call(name: string, argTypes: readonly string[], args: readonly Value[], literals?: readonly Value[]): Value {
  return implementation(bindFunction(name, types(...argTypes), literals ?? []))(...args)
}

describe('binding', () => {
  const chosen: readonly (readonly [string, readonly string[], string])[] = [
    ['+', ['INT32', 'INT64'], 'INT64'],
    ['+', ['INT8', 'INT8'], 'INT8'],
    ['+', ['UINT64', 'INT64'], 'INT128'],
    ['+', ['INT64', 'FLOAT'], 'FLOAT'],
    ['+', ['INT64', 'ANY'], 'INT64'],
    ['+', ['DATE', 'INT64'], 'DATE'],
    ['+', ['DECIMAL(10,2)', 'DECIMAL(10,2)'], 'DECIMAL(11, 3)'],
    ['*', ['DECIMAL(10,2)', 'DECIMAL(10,2)'], 'DECIMAL(21, 4)'],
    ['/', ['DECIMAL(10,2)', 'DECIMAL(10,2)'], 'DOUBLE'],
    ['abs', ['SERIAL'], 'INT64'],
    ['lower', ['INT64'], 'STRING'],
    ['list_extract', ['MAP(STRING, INT64)', 'STRING'], 'INT64'],
  ]
  for (const [name, argTypes, result] of chosen) {
    it(`${name}(${argTypes.join()}) gives ${result}`, () => {
      assert.equal(printType(bindFunction(name, types(...argTypes)).returnType), result)
    })
  }

  it('reports unknown functions and arguments in the familiar words', () => {
    assert.equal(
      messageOf(() => bindFunction('foo', [])),
      'UNKNOWN_FUNCTION Catalog exception: function FOO does not exist.',
    )
    assert.equal(
      messageOf(() => bindFunction('+', types('INT64', 'STRING'))),
      'BINDER Binder exception: Cannot match a built-in function for given function +(INT64,STRING). Supported inputs are',
    )
    const error = messageOf(() => bindFunction('list_element', types('INT64')))
    assert.equal(error, 'BINDER Binder exception: Function LIST_ELEMENT did not receive correct arguments:')
    assert.equal(
      messageOf(() => bindFunction('=', types('BOOL', 'INT64'))),
      'TYPE_MISMATCH Binder exception: Type Mismatch: Cannot compare types BOOL and INT64',
    )
  })

  it('lists all signatures in the message', () => {
    assert.throws(() => bindFunction('sqrt', types('STRING')), {
      message:
        'Binder exception: Function SQRT did not receive correct arguments:\nActual:   (STRING)\nExpected: (DOUBLE) -> DOUBLE\n\n',
    })
  })

  it('settles the type of empty lists by the other argument', () => {
    const empty = parseType('INT64[]')
    const append = bindFunction('list_append', [empty, parseType('STRING')], [[], undefined])
    assert.equal(printType(append.returnType), 'STRING[]')
    const joined = bindFunction('+', [empty, parseType('STRING[]')], [[], undefined])
    assert.equal(printType(joined.returnType), 'STRING[]')
    assert.equal(
      printType(bindFunction('coalesce', [empty, parseType('DATE[]')], [[null], undefined]).returnType),
      'DATE[]',
    )
  })

  it('needs constants for field names and casts', () => {
    assert.match(
      messageOf(() => bindFunction('struct_extract', types('STRUCT(a INT64)', 'STRING'))),
      /constant field name/,
    )
    assert.match(
      messageOf(() => bindFunction('cast', types('INT64', 'STRING'))),
      /must be an literal/,
    )
    assert.match(
      messageOf(() => castCall(parseType('DATE'), parseType('INT64'))),
      /Unsupported casting function from DATE to INT64/,
    )
    const made = castCall(parseType('DOUBLE'), parseType('INT64'))
    assert.equal(implementation(structuredClone(made))(2.5), 2)
  })

  it('tells the types of lambda parameters', () => {
    const list = parseType('STRING[]')
    assert.deepEqual(lambdaParameterTypes('list_transform', list)!.map(printType), ['STRING'])
    assert.deepEqual(lambdaParameterTypes('list_reduce', list)!.map(printType), ['STRING', 'STRING'])
    assert.equal(lambdaParameterTypes('abs', list), null)
    assert.match(
      messageOf(() => lambdaParameterTypes('any', parseType('INT64'))),
      /has data type INT64 but LIST was expected/,
    )
  })

  it('makes plain data of every bound call', () => {
    const fn = bindFunction('struct_extract', types('STRUCT(a INT64, b STRING)', 'STRING'), [undefined, 'B'])
    const copy = structuredClone(fn)
    assert.deepEqual(copy, fn)
    assert.equal(implementation(copy)([1, 'x'], 'B'), 'x')
  })
})

describe('lambda functions', () => {
  const positive = (v: Value): Value => (v === null ? null : (v as number) > 0)
  const run = (name: string, list: Value, f: (...args: Value[]) => Value, result = 'BOOL'): Value =>
    implementation(bindFunction(name, types('INT64[]', result)))(list, f)

  it('transform, filter and reduce', () => {
    assert.deepEqual(
      run('list_transform', [1, null], (v) => (v === null ? null : String(v)), 'STRING'),
      ['1', null],
    )
    assert.deepEqual(run('list_filter', [1, -1, null], positive), [1])
    assert.equal(
      run('list_reduce', [1, 2, 3], (a, b) => (a as number) * 10 + (b as number), 'INT64'),
      123,
    )
    assert.throws(() => run('list_reduce', [], () => 1, 'INT64'), {
      message: 'Runtime exception: Cannot execute list_reduce on an empty list.',
    })
    assert.match(
      messageOf(() => bindFunction('list_filter', types('INT64[]', 'INT64'))),
      /LIST_FILTER requires the result type of lambda expression be BOOL/,
    )
  })

  it('quantify; what gives NULL counts as not holding', () => {
    const results = (list: Value): Value[] => ['all', 'any', 'none', 'single'].map((name) => run(name, list, positive))
    assert.deepEqual(results([1, 2]), [true, true, false, false])
    assert.deepEqual(results([]), [true, false, true, false])
    assert.deepEqual(results([1, null]), [false, true, false, true])
    assert.deepEqual(results([null]), [false, false, true, false])
  })

  it('accept typed arrays', () => {
    const f = implementation(bindFunction('list_transform', types('FLOAT[]', 'STRING')))
    assert.deepEqual(
      f(Float32Array.of(1, 2), (v) => String(v)),
      ['1', '2'],
    )
  })
})

describe('functions of their surroundings', () => {
  const context = { nowMicros: 86400e6 + 5, nextval: (name: string) => name.length, currval: () => 7 }
  const run = (name: string, argTypes: readonly string[], args: readonly Value[]): Value => {
    const fn = bindFunction(name, types(...argTypes))
    assert.ok(fn.volatile, name)
    return implementation(fn, context)(...args)
  }

  it('ask the context', () => {
    assert.equal(run('nextval', ['STRING'], ['abc']), 3)
    assert.equal(run('currval', ['STRING'], ['abc']), 7)
    assert.equal(run('current_date', [], []), 1)
    assert.equal(run('current_timestamp', [], []), 86400e6 + 5)
    assert.notEqual(run('gen_random_uuid', [], []), run('gen_random_uuid', [], []))
  })

  it('refuse sequences without one', () => {
    assert.throws(() => call('nextval', ['STRING'], ['s']), {
      message: 'Catalog exception: s does not exist in catalog.',
    })
  })
})

describe('functions of nodes and paths', () => {
  const id = parseType('INTERNAL_ID')
  const text = parseType('STRING')
  const node: LogicalType = {
    id: 'NODE',
    fields: [
      { name: '_ID', type: id },
      { name: '_LABEL', type: text },
      { name: 'age', type: parseType('INT64') },
    ],
  }
  const rel: LogicalType = {
    id: 'REL',
    fields: ['_SRC', '_DST', '_LABEL', '_ID', 'since'].map((name) => ({ name, type: name === '_LABEL' ? text : id })),
  }
  const path: LogicalType = { id: 'RECURSIVE_REL', node, rel }
  const n = (offset: number): Value => [{ table: 0, offset }, 'Person', offset * 10]
  const r = (from: number, to: number, offset: number): Value => [
    { table: 0, offset: from },
    { table: 0, offset: to },
    'Knows',
    { table: 1, offset },
    null,
  ]
  const walk: Value = [
    [n(1), n(2), n(1)],
    [r(1, 2, 5), r(2, 1, 6)],
  ]
  const run = (name: string, type: LogicalType, v: Value, ...more: Value[]): Value =>
    implementation(bindFunction(name, [type, ...more.map(() => text)], [undefined, ...more]))(v, ...more)

  it('read internal fields', () => {
    assert.deepEqual(run('id', node, n(3)), { table: 0, offset: 3 })
    assert.equal(run('label', node, n(3)), 'Person')
    assert.equal(run('labels', rel, r(1, 2, 5)), 'Knows')
    assert.deepEqual(run('start_node', rel, r(1, 2, 5)), { table: 0, offset: 1 })
    assert.deepEqual(run('end_node', rel, r(1, 2, 5)), { table: 0, offset: 2 })
    assert.deepEqual(run('keys', node, n(3)), ['age'])
    assert.equal(run('struct_extract', node, n(3), 'AGE'), 30)
    assert.equal(run('offset', id, { table: 4, offset: 9 }), 9)
  })

  it('take paths apart', () => {
    assert.equal(run('length', path, walk), 2)
    assert.equal((run('nodes', path, walk) as Value[]).length, 3)
    assert.equal(run('is_trail', path, walk), true)
    assert.equal(run('is_acyclic', path, walk), false)
    const list: LogicalType = { id: 'LIST', child: node }
    assert.deepEqual(run('properties', list, [n(1), n(2)], 'age'), [10, 20])
    assert.throws(() => run('properties', list, [], 'nope'), {
      message: 'Binder exception: Invalid property name: nope.',
    })
  })
})

describe('what Kùzu gets wrong', () => {
  it('contains the empty text', () => assert.equal(call('contains', ['STRING', 'STRING'], ['abc', '']), true))
  it('refuses factorials past 64 bits', () => {
    assert.equal(call('factorial', ['INT64'], [20]), 2432902008176640000n)
    assert.throws(() => call('factorial', ['INT64'], [21]), { code: 'OVERFLOW' })
  })
  it('repeats negative times as nothing', () => assert.equal(call('repeat', ['STRING', 'INT64'], ['a', -1]), ''))
  it('looks map keys up', () => {
    assert.equal(call('list_extract', ['MAP(INT64, STRING)', 'INT64'], [[[7, 'x']], 7]), 'x')
    assert.equal(call('list_extract', ['MAP(INT64, STRING)', 'INT64'], [[[7, 'x']], 8]), null)
  })
  it('reverses lists as lists', () => assert.deepEqual(call('reverse', ['INT64[]'], [[1, 2]]), [2, 1]))
  it('knows weeks', () => {
    const day = 18628 // 2021-01-01, a Friday
    assert.equal(call('date_part', ['STRING', 'DATE'], ['week', day]), 53)
    assert.equal(call('date_trunc', ['STRING', 'DATE'], ['week', day]), day - 4)
  })
  it('gives no element for lists of NULL', () => assert.equal(call('list_any_value', ['INT64[]'], [[null]]), null))
  it('compares NaN as IEEE 754 does', () => {
    assert.equal(call('<', ['DOUBLE', 'DOUBLE'], [Number.NaN, 1]), false)
    assert.equal(call('>=', ['DOUBLE', 'DOUBLE'], [Number.NaN, 1]), false)
  })
})

describe('inline code', () => {
  const numeric = ['BOOL', 'INT8', 'INT32', 'INT64', 'UINT64', 'FLOAT', 'DOUBLE', 'STRING', 'DATE', 'DECIMAL(5, 2)']
  const names = Object.keys(inlineHelpers)
  /** Numbers whose sums and products of two leave the safe range. */
  const EDGES = [2 ** 53 - 1, 1 - 2 ** 53, 2 ** 52, 94906267, -94906267]

  function compile(source: string): Implementation {
    const make = new Function(...names, `return (a, b) => ${source}`) as (...helpers: unknown[]) => Implementation
    return make(...Object.values(inlineHelpers))
  }

  function outcome(f: Implementation, args: readonly Value[]): unknown {
    try {
      return f(...args)
    } catch (error) {
      return (error as Error).message
    }
  }

  it(`gives what the implementation gives (seed ${SEED})`, () => {
    const random = randomNumbers(SEED)
    let compared = 0
    for (const record of SCALAR_FUNCTIONS) {
      for (const argType of numeric.map((t) => parseType(t))) {
        for (const arity of [1, 2]) {
          const argTypes = new Array<LogicalType>(arity).fill(argType)
          let fn: ReturnType<typeof bindFunction>
          try {
            fn = bindFunction(record.name, argTypes)
          } catch {
            continue
          }
          const source = inlineCode(fn, ['a', 'b'])
          if (source === null || fn.parameterTypes.some((t) => t.id !== argType.id)) continue
          const inlined = compile(source)
          const called = implementation(fn)
          for (let i = 0; i < 40; i++) {
            const args = argTypes.map((t) =>
              t.id === 'INT64' && random() < 0.5 ? EDGES[i % EDGES.length]! : randomValue(t, random),
            )
            assert.ok(Object.is(outcome(inlined, args), outcome(called, args)), `${record.name} ${source} ${args}`)
            compared++
          }
        }
      }
    }
    assert.ok(compared > 3000, `${compared} calls compared`)
  })
})

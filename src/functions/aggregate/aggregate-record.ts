import { DatabaseError } from '../../errors/database-error.ts'
import { isIntType } from '../../types/int.ts'
import { DOUBLE, INT64, INT128, type LogicalType, listOf, type TypeId } from '../../types/logical-type.ts'
import { printTypes } from '../../types/print-type.ts'
import { NUMBER_TYPES } from '../scalar/number-types.ts'

/** What an aggregate does with its values, so that generated code can do it in place. */
export type AggregateKind = 'count_star' | 'count' | 'sum_int' | 'sum_float' | 'min' | 'max' | 'avg' | 'collect'

/** An aggregate call whose types are settled. Plain data. */
export interface BoundAggregate {
  /** `COUNT_STAR`, `COUNT`, `SUM`, `AVG`, `MIN`, `MAX` or `COLLECT`. */
  readonly name: string
  readonly kind: AggregateKind
  readonly distinct: boolean
  /** Type of the argument, null for COUNT_STAR. It is taken as it is: aggregates cast nothing. */
  readonly argumentType: LogicalType | null
  readonly returnType: LogicalType
}

/** An aggregate: the source for binder, show_functions and documentation. */
export interface AggregateRecord {
  readonly name: string
  readonly docs: string
  /** Accepted argument types, `ANY` for every one; empty for an aggregate without argument. */
  readonly accepts: readonly TypeId[]
  /** Type name of the result as signatures show it. */
  readonly returns: (argument: TypeId | undefined) => TypeId
  readonly kind: (argument: LogicalType | undefined) => AggregateKind
  readonly returnType: (argument: LogicalType | undefined) => LogicalType
}

const ORDERED: readonly TypeId[] = [
  'BOOL',
  'INT64',
  'INT32',
  'INT16',
  'INT8',
  'UINT64',
  'UINT32',
  'UINT16',
  'UINT8',
  'INT128',
  'DOUBLE',
  'FLOAT',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'TIMESTAMP_SEC',
  'TIMESTAMP_TZ',
  'INTERVAL',
  'BLOB',
  'UUID',
  'STRING',
  'SERIAL',
]

const COUNTED: readonly TypeId[] = [
  'INTERNAL_ID',
  ...ORDERED,
  'LIST',
  'ARRAY',
  'MAP',
  'NODE',
  'REL',
  'RECURSIVE_REL',
  'STRUCT',
  'UNION',
]

function sumsExactly(type: TypeId | undefined): boolean {
  return type !== undefined && isIntType(type)
}

/** Every aggregate. */
export const AGGREGATES: readonly AggregateRecord[] = [
  {
    name: 'COUNT_STAR',
    docs: 'Number of rows.',
    accepts: [],
    returns: () => 'INT64',
    kind: () => 'count_star',
    returnType: () => INT64,
  },
  {
    name: 'COUNT',
    docs: 'Number of values that are not NULL.',
    accepts: COUNTED,
    returns: () => 'INT64',
    kind: () => 'count',
    returnType: () => INT64,
  },
  {
    name: 'SUM',
    docs: 'Sum of the values: INT128 of integers, DOUBLE of floating-point numbers; NULL of none.',
    accepts: NUMBER_TYPES,
    returns: (id) => (sumsExactly(id) ? 'INT128' : 'DOUBLE'),
    kind: (type) => (sumsExactly(type?.id) ? 'sum_int' : 'sum_float'),
    returnType: (type) => (sumsExactly(type?.id) ? INT128 : DOUBLE),
  },
  {
    name: 'AVG',
    docs: 'Mean of the values as DOUBLE; NULL of none.',
    accepts: NUMBER_TYPES,
    returns: () => 'DOUBLE',
    kind: () => 'avg',
    returnType: () => DOUBLE,
  },
  {
    name: 'MIN',
    docs: 'Smallest value; NULL of none.',
    accepts: ORDERED,
    returns: (id) => id!,
    kind: () => 'min',
    returnType: (type) => type!,
  },
  {
    name: 'MAX',
    docs: 'Largest value; NULL of none.',
    accepts: ORDERED,
    returns: (id) => id!,
    kind: () => 'max',
    returnType: (type) => type!,
  },
  {
    name: 'COLLECT',
    docs: 'List of the values that are not NULL; NULL of none.',
    accepts: ['ANY'],
    returns: () => 'LIST',
    kind: () => 'collect',
    returnType: (type) => listOf(type!.id === 'ANY' ? INT64 : type!),
  },
]

const byName = new Map(AGGREGATES.map((record) => [record.name, record]))

/** @returns whether a name, in any case, is that of an aggregate. */
export function isAggregate(name: string): boolean {
  return byName.has(name.toUpperCase())
}

/**
 * Settles an aggregate call. `count(*)` is `COUNT_STAR` without arguments.
 * @throws {DatabaseError} UNKNOWN_FUNCTION; BINDER if it does not take the arguments.
 */
export function bindAggregate(name: string, argTypes: readonly LogicalType[], distinct: boolean): BoundAggregate {
  const record = byName.get(name.toUpperCase())
  if (record === undefined) {
    throw new DatabaseError('UNKNOWN_FUNCTION', `function ${name.toUpperCase()} does not exist.`, { facts: { name } })
  }
  const [argument] = argTypes
  const wanted = record.accepts.length === 0 ? 0 : 1
  if (argTypes.length !== wanted || (argument !== undefined && !accepts(record, argument))) {
    throw mismatch(record, argTypes, distinct)
  }
  return {
    name: record.name,
    kind: record.kind(argument),
    distinct,
    argumentType: argument ?? null,
    returnType: record.returnType(argument),
  }
}

function accepts(record: AggregateRecord, type: LogicalType): boolean {
  if (record.accepts[0] === 'ANY' || record.accepts.includes(type.id)) return true
  // JSON is text with a promise about its form; a bare NULL is counted as none
  if (type.id === 'JSON') return record.accepts.includes('STRING')
  return type.id === 'ANY' && record.name === 'COUNT'
}

/** @returns the signatures of an aggregate as error messages and show_functions give them, each also for DISTINCT. */
export function aggregateSignatures(record: AggregateRecord): string[] {
  if (record.accepts.length === 0) return [`() -> ${record.returns(undefined)}`]
  return record.accepts.flatMap((id) => {
    const signature = `(${id}) -> ${record.returns(id)}`
    return [`DISTINCT ${signature}`, signature]
  })
}

function mismatch(record: AggregateRecord, argTypes: readonly LogicalType[], distinct: boolean): DatabaseError {
  const actual = `${distinct ? 'DISTINCT ' : ''}${printTypes(argTypes)}`
  const expected = aggregateSignatures(record).join('\n          ')
  return new DatabaseError(
    'BINDER',
    `Function ${record.name} did not receive correct arguments:\nActual:   ${actual}\nExpected: ${expected}\n\n`,
  )
}

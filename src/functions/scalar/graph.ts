import { DatabaseError } from '../../errors/database-error.ts'
import { BOOL, INT64, INTERNAL_ID, type LogicalType, listOf, STRING } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Int, InternalId, Value } from '../../types/value.ts'
import { type Binding, type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { makeList } from './long-list.ts'
import { INT_TYPES } from './number-types.ts'
import { fixed } from './simple-overload.ts'

type Row = readonly Value[]
type Path = readonly [readonly Row[], readonly Row[]]
type GraphTypeId = 'NODE' | 'REL' | 'STRUCT'

/** Fields of nodes and rels that are no properties. */
const INTERNAL_FIELDS = ['_ID', '_LABEL', '_SRC', '_DST']

function fieldIndex(type: LogicalType, name: string): number {
  const fields = 'fields' in type ? type.fields : []
  return fields.findIndex((f) => f.name.toUpperCase() === name.toUpperCase())
}

/** Reads an internal field of a node or rel. */
function internalField(id: GraphTypeId, name: string, returnType: LogicalType): Overload {
  return {
    parameters: [id],
    returns: returnType.id,
    bind: (call) => {
      const index = fieldIndex(call.argTypes[0]!, name)
      if (index < 0) throw new DatabaseError('BINDER', `Invalid struct field name: ${name}.`)
      return { parameterTypes: [call.argTypes[0]!], returnType, data: { index } }
    },
    make: (fn) => {
      const index = fn.data!.index as number
      return code((v: Row) => v[index]!)
    },
    inline: ([v], fn) => `${v}[${Number(fn.data!.index)}]`,
  }
}

function keys(id: 'NODE' | 'REL'): Overload {
  return {
    parameters: [id],
    returns: 'LIST',
    bind: (call) => ({ parameterTypes: [call.argTypes[0]!], returnType: listOf(STRING) }),
    make: (fn) => {
      const type = fn.parameterTypes[0]!
      const names = 'fields' in type ? type.fields.map((f) => f.name) : []
      const properties = names.filter((name) => !INTERNAL_FIELDS.includes(name))
      return code(() => properties)
    },
  }
}

/** One property of each node or rel of a list, named by a constant. */
function bindProperties(call: Call): Binding {
  const list = call.argTypes[0]!
  const name = call.literals[1]
  const element = list.id === 'LIST' ? list.child : list
  if (element.id !== 'NODE' && element.id !== 'REL') {
    const shown = element.id === 'ANY' ? listOf(INT64) : list
    throw new DatabaseError('BINDER', `Cannot extract properties from ${printType(shown)}.`)
  }
  if (typeof name !== 'string') {
    throw new DatabaseError('BINDER', `Expected literal input as the second argument for ${call.name}().`)
  }
  const index = fieldIndex(element, name)
  if (index < 0) throw new DatabaseError('BINDER', `Invalid property name: ${name}.`)
  return {
    parameterTypes: [list, STRING],
    returnType: listOf(element.fields[index]!.type),
    data: { index },
  }
}

type PathType = Extract<LogicalType, { id: 'RECURSIVE_REL' }>

function ofPath(
  returns: 'ANY' | 'INT64' | 'BOOL',
  result: (type: PathType) => LogicalType,
  f: (path: Path) => Value,
): Overload {
  const implementation = code(f)
  return {
    parameters: ['RECURSIVE_REL'],
    returns,
    bind: (call) => ({ parameterTypes: call.argTypes, returnType: result(call.argTypes[0] as PathType) }),
    make: () => implementation,
  }
}

function allDifferent(rows: readonly Row[], idIndex: number): boolean {
  const seen = new Set(
    rows.map((row) => {
      const id = row[idIndex] as InternalId
      return `${id.table}:${id.offset}`
    }),
  )
  return seen.size === rows.length
}

/** Functions of nodes, relationships and paths, over their positional values. */
export const GRAPH_FUNCTIONS: readonly FunctionRecord[] = [
  record('ID', 'Internal id of a node or relationship.', [
    internalField('NODE', '_ID', INTERNAL_ID),
    internalField('REL', '_ID', INTERNAL_ID),
    internalField('STRUCT', '_ID', INTERNAL_ID),
  ]),
  record('OFFSET', 'Row number of an internal id in its table.', [
    fixed('INTERNAL_ID', 'INT64', (id: InternalId) => id.offset, '$0.offset'),
  ]),
  record('LABEL LABELS', 'Name of the table of a node or relationship.', [
    internalField('NODE', '_LABEL', STRING),
    internalField('REL', '_LABEL', STRING),
    internalField('STRUCT', '_LABEL', STRING),
  ]),
  record('START_NODE', 'Internal id of the node where a relationship starts.', [
    internalField('REL', '_SRC', INTERNAL_ID),
  ]),
  record('END_NODE', 'Internal id of the node where a relationship ends.', [internalField('REL', '_DST', INTERNAL_ID)]),
  record('KEYS', 'Names of the properties of a node or relationship.', [keys('NODE'), keys('REL')]),
  record('PROPERTIES', 'A property of each node or relationship of a list.', [
    {
      parameters: ['LIST', 'STRING'],
      returns: 'ANY',
      bind: bindProperties,
      make: (fn) => {
        const index = fn.data!.index as number
        return code((rows: readonly Row[]) => makeList(rows.length, (i) => rows[i]![index]!))
      },
    },
  ]),
  record('NODES', 'Nodes of a path.', [
    ofPath(
      'ANY',
      (type) => listOf(type.node),
      (path) => path[0],
    ),
  ]),
  record('RELS RELATIONSHIPS', 'Relationships of a path.', [
    ofPath(
      'ANY',
      (type) => listOf(type.rel),
      (path) => path[1],
    ),
  ]),
  record('LENGTH', 'Number of relationships of a path.', [
    ofPath(
      'INT64',
      () => INT64,
      (path) => path[1].length,
    ),
  ]),
  record('IS_TRAIL', 'Whether no relationship of a path repeats.', [
    ofPath(
      'BOOL',
      () => BOOL,
      (path) => allDifferent(path[1], 3),
    ),
  ]),
  record('IS_ACYCLIC', 'Whether no node of a path repeats.', [
    ofPath(
      'BOOL',
      () => BOOL,
      (path) => allDifferent(path[0], 0),
    ),
  ]),
  record('COST', 'Sum of the weights along a weighted shortest path.', [
    {
      parameters: ['RECURSIVE_REL'],
      returns: 'DOUBLE',
      bind: () => {
        throw new DatabaseError('BINDER', 'Cost function is not defined for this path: it has no weights')
      },
      make: () => code(() => null),
    },
  ]),
  record(
    'INTERNAL_ID',
    'Internal id of a table number and a row number.',
    INT_TYPES.map((id) =>
      fixed(`${id},${id}`, 'INTERNAL_ID', (table: Int, offset: Int) => ({
        table: Number(table),
        offset: Number(offset),
      })),
    ),
  ),
]

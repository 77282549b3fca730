import { Catalog } from '../../../src/catalog/catalog.ts'
import type { PropertyEntry } from '../../../src/catalog/entries.ts'
import type { TableStatistics } from '../../../src/catalog/table-statistics.ts'
import type { ColumnDefinition, Statement } from '../../../src/parser/ast.ts'
import { parse } from '../../../src/parser/parse.ts'
import type { StatementPlan } from '../../../src/plan/statement.ts'
import { planStatement } from '../../../src/planner/plan-statement.ts'
import type { PlannerContext } from '../../../src/planner/planner-context.ts'
import { type LogicalType, STRING } from '../../../src/types/logical-type.ts'
import { parseType } from '../../../src/types/parse-type.ts'

/** Row counts and column facts by table name; what is missing has 100 rows and 10 distinct values. */
export interface FakeStatistics {
  readonly rows?: Readonly<Record<string, number>>
  readonly distinct?: Readonly<Record<string, number>>
  readonly range?: Readonly<Record<string, readonly [number, number]>>
}

function properties(columns: readonly ColumnDefinition[], catalog: Catalog, text: string): PropertyEntry[] {
  return columns.map((column, columnId) => {
    const type = parseType(column.type.text, (name) => catalog.type(name)?.type)
    const defaultText =
      column.default === undefined ? null : text.slice(column.default.span.start, column.default.span.end)
    return { columnId, name: column.name.text, type, serial: type.id === 'SERIAL', defaultText }
  })
}

function applyStatement(catalog: Catalog, statement: Statement, text: string): Catalog {
  const base = { id: catalog.data.nextId, comment: '' }
  switch (statement.kind) {
    case 'create-node-table': {
      const columns = properties(statement.columns, catalog, text)
      const key = columns.find((c) => c.name === statement.primaryKey?.text)!
      return catalog.withTable(
        {
          ...base,
          kind: 'node',
          name: statement.name.text,
          properties: columns,
          nextColumnId: columns.length,
          primaryKey: key.columnId,
        },
        1,
      )
    }
    case 'create-rel-table': {
      const columns = properties(statement.columns, catalog, text)
      const pairs = statement.endpoints.map((e, i) => ({
        id: base.id + 1 + i,
        from: catalog.requireTable(e.from.text).id,
        to: catalog.requireTable(e.to.text).id,
      }))
      return catalog.withTable(
        {
          ...base,
          kind: 'rel',
          name: statement.name.text,
          properties: columns,
          nextColumnId: columns.length,
          pairs,
          multiplicity: 'MANY_MANY',
          storageDirection: 'both',
        },
        1 + pairs.length,
      )
    }
    case 'create-macro':
      return catalog.withMacro({ name: statement.name.text, text })
    case 'create-type':
      return catalog.withType({ name: statement.name.text, type: parseType(statement.type.text) })
    default:
      throw new Error(`no ${statement.kind} in a fake schema`)
  }
}

/** @returns a catalog with the tables, macros and types of a schema, one statement per entry. */
export function fakeCatalog(schema: readonly string[]): Catalog {
  return schema.reduce((catalog, text) => {
    const [statement] = parse(text)
    return applyStatement(catalog, statement!, text)
  }, new Catalog())
}

function fakeStatistics(catalog: Catalog, facts: FakeStatistics): TableStatistics {
  const tableOf = (id: number) => catalog.nodeTableById(id) ?? catalog.relTableOfPair(id)
  const rows = (id: number): number => facts.rows?.[tableOf(id)?.name ?? ''] ?? 100
  return {
    nodeCount: rows,
    relCount: rows,
    column(id, columnId) {
      const table = tableOf(id)
      const name = `${table?.name}.${table?.properties.find((p) => p.columnId === columnId)?.name}`
      const isKey = table?.kind === 'node' && table.primaryKey === columnId
      const range = facts.range?.[name]
      const distinct = facts.distinct?.[name] ?? (isKey ? rows(id) : 10)
      return { min: range?.[0] ?? null, max: range?.[1] ?? null, nullCount: 0, distinct }
    },
  }
}

/** A planner context over a fake schema. Every file has the columns `column0` to `column3` of STRING. */
export function fakeContext(
  catalog: Catalog,
  facts: FakeStatistics = {},
  parameters: Readonly<Record<string, LogicalType>> = {},
): PlannerContext {
  return {
    catalog,
    statistics: fakeStatistics(catalog, facts),
    parameters: new Map(Object.entries(parameters).map(([name, type]) => [name, { type }])),
    settings: { varLengthExtendMaxDepth: 30, recursivePatternSemantic: 'WALK', checkMapKeys: false },
    files: {
      describe: (paths, _format, options, byColumn) => ({
        paths,
        format: 'csv',
        options,
        columns: [0, 1, 2, 3].map((i) => ({ name: `column${i}`, type: STRING })),
        byColumn,
      }),
    },
    text: '',
  }
}

/** Plans the only statement of a text. */
export function planText(text: string, context: PlannerContext): StatementPlan {
  const [statement] = parse(text)
  return planStatement(statement!, { ...context, text })
}

/** The schema that most tests of the planner use. */
export const SOCIAL_SCHEMA: readonly string[] = [
  'CREATE NODE TABLE Person(id INT64, name STRING, age INT32, h DOUBLE, l INT64[], s STRUCT(a INT64, b STRING), bd DATE, u UINT8, PRIMARY KEY(id))',
  'CREATE NODE TABLE City(name STRING, pop INT64, age STRING, PRIMARY KEY(name))',
  'CREATE REL TABLE Knows(FROM Person TO Person, since INT64, w DOUBLE)',
  'CREATE REL TABLE Lives(FROM Person TO City, yr INT32)',
  'CREATE MACRO addp(a, b := 3) AS a + b',
]

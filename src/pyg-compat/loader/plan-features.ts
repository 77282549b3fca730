import { DatabaseError } from '../../errors/database-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { type DecodedColumn, decodingOf, imputedElement } from '../features/decoded-column.ts'
import type { RowFormat } from '../features/row-format.ts'
import type { EdgeFeatures, FeaturePlan, NodeFeatures, PlannedColumn } from './feature-plan.ts'
import type { ColumnChoice, LoaderOptions } from './loader-options.ts'
import type { SourceSchema } from './loader-source.ts'

type FeatureOptions = Pick<LoaderOptions, 'columns' | 'edgeColumns' | 'labels' | 'impute' | 'cacheBytes'>

/** @throws {DatabaseError} INVALID_ARGUMENT, UNKNOWN_PROPERTY with the nearest name, UNKNOWN_TABLE. */
export function planFeatures(schema: SourceSchema, options: FeatureOptions): FeaturePlan {
  const { labels = 'seeds', impute, cacheBytes } = options
  if (labels !== 'seeds' && labels !== 'all') throw invalid(`labels is 'seeds' or 'all', not ${String(labels)}.`)
  if (cacheBytes !== undefined && !(Number.isInteger(cacheBytes) && cacheBytes >= 0)) {
    throw invalid(`cacheBytes is a whole number of bytes, not ${String(cacheBytes)}.`)
  }
  if (impute !== undefined && !Number.isFinite(impute)) throw invalid(`impute is a number, not ${String(impute)}.`)
  const choices = choicesByType(options.columns, schema.nodeTypes)
  return {
    nodes: schema.nodeTypes.map((nodeType) => planNodes(schema, nodeType, choices.get(nodeType) ?? {}, impute)),
    edges: planEdges(schema, options.edgeColumns),
    labels,
    impute: impute ?? null,
    cacheBytes: cacheBytes ?? null,
  }
}

function choicesByType(
  columns: FeatureOptions['columns'],
  nodeTypes: readonly string[],
): ReadonlyMap<string, ColumnChoice> {
  if (columns === undefined) return new Map()
  const keys = Object.keys(columns)
  if (keys.every((key) => nodeTypes.includes(key)))
    return new Map(Object.entries(columns as Record<string, ColumnChoice>))
  const unknown = keys.find((key) => !['x', 'y', 'other'].includes(key))
  if (unknown !== undefined) {
    const text = `The option columns names ${unknown}, which is no node type.${didYouMean(unknown, nodeTypes)}`
    throw new DatabaseError('UNKNOWN_TABLE', text, { facts: { table: unknown } })
  }
  if (nodeTypes.length === 1) return new Map([[nodeTypes[0]!, columns as ColumnChoice]])
  throw invalid(`The graph has ${nodeTypes.length} node types: give columns by type, { paper: { x: … } }.`)
}

function planNodes(
  schema: SourceSchema,
  nodeType: string,
  choice: ColumnChoice,
  impute: number | undefined,
): NodeFeatures {
  const known = schema.nodeColumns(nodeType)
  const find = (name: string) => plannedColumn(known, name, nodeType)
  const x = xChoices(choice, known).map((column) => {
    if (typeof column === 'string') return find(column)
    return decodedColumn(schema, nodeType, find(column.column), column, impute)
  })
  const yName = choice.y === undefined ? (known.has('y') ? 'y' : null) : choice.y
  const y = yName === null ? null : find(yName)
  const taken = new Set([...x.map(({ column }) => column), yName])
  const others = choice.other === 'all' ? [...known.keys()].filter((name) => !taken.has(name)) : (choice.other ?? [])
  return { nodeType, x, xShape: joinedShape(x), y, others: others.map(find) }
}

function xChoices({ x }: ColumnChoice, known: ReadonlyMap<string, RowFormat>): readonly (string | DecodedColumn)[] {
  if (x === undefined) return known.has('x') ? ['x'] : []
  if (x === null) return []
  return Array.isArray(x) ? x : [x as string | DecodedColumn]
}

function decodedColumn(
  schema: SourceSchema,
  nodeType: string,
  planned: PlannedColumn,
  choice: DecodedColumn,
  impute: number | undefined,
): PlannedColumn {
  for (const key of Object.keys(choice)) {
    if (!['column', 'decode', 'scale', 'zeroPoint'].includes(key)) {
      throw invalid(`Column ${planned.column} in x has column, decode, scale and zeroPoint, but no ${key}.`)
    }
  }
  const decoding = decodingOf(choice, nodeType, planned, (column) => schema.firstRow(nodeType, column))
  if (impute !== undefined) imputedElement(impute, planned.column, decoding)
  return { ...planned, decoding }
}

/** One fixed list keeps its shape; scalars and joined columns become one row of numbers. */
function joinedShape(x: readonly PlannedColumn[]): readonly number[] {
  if (x.length === 1 && x[0]!.rowShape.length > 0) return x[0]!.rowShape
  return [x.reduce((sum, { width }) => sum + width, 0)]
}

function planEdges(schema: SourceSchema, columns: FeatureOptions['edgeColumns']): EdgeFeatures[] {
  if (columns === undefined) return []
  const keys = schema.edgeTypes.map(edgeTypeKey)
  if (Array.isArray(columns)) {
    if (schema.edgeTypes.length !== 1) {
      throw invalid(`The graph has ${keys.length} edge types: give edgeColumns by type, { src__rel__dst: [ … ] }.`)
    }
    return [edgeFeatures(schema, schema.edgeTypes[0]!, columns)]
  }
  return Object.entries(columns as Readonly<Record<string, readonly string[]>>).map(([key, names]) => {
    const edgeType = schema.edgeTypes[keys.indexOf(key)]
    if (edgeType !== undefined) return edgeFeatures(schema, edgeType, names)
    throw new DatabaseError('UNKNOWN_TABLE', `Unknown edge type ${key} in edgeColumns.${didYouMean(key, keys)}`, {
      facts: { edgeType: key },
    })
  })
}

function edgeFeatures(schema: SourceSchema, edgeType: EdgeType, names: readonly string[]): EdgeFeatures {
  const known = schema.edgeColumns(edgeType)
  return { edgeType, columns: names.map((name) => plannedColumn(known, name, edgeTypeKey(edgeType))) }
}

function plannedColumn(known: ReadonlyMap<string, RowFormat>, name: string, table: string): PlannedColumn {
  const format = known.get(name)
  if (format !== undefined) return { column: name, ...format }
  const text = `Table ${table} has no column ${name} that is a tensor.${didYouMean(name, known.keys())}`
  throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table, column: name } })
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}

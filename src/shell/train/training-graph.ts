import type { Connection, QueryResult } from '../../index.ts'
import type { EdgeType, RemoteStores } from '../../pyg-compat/index.ts'
import { SeededRandom } from '../../training/index.ts'
import { ShellError } from '../shell-error.ts'
import type { TrainSettings } from './train-settings.ts'

/** Seeds of each part: offsets in the node table. */
export interface NodeSplits {
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly test: Uint32Array
}

/** The part of a database that is trained on. */
export interface TrainingGraph {
  readonly table: string
  readonly edgeType: EdgeType
  readonly allEdgeTypes: readonly EdgeType[]
  readonly classes: number
  readonly splits: NodeSplits
}

const NAMES: Readonly<Record<keyof NodeSplits, readonly string[]>> = {
  train: ['train', 'training', '0'],
  validation: ['validation', 'valid', 'val', '1'],
  test: ['test', 'testing', '2'],
}

/** Names in statements, whatever they are made of. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** @throws {ShellError} for tables and columns that are not there or not the only ones, an empty training part, labels that are no classes. */
export async function findTrainingGraph(
  connection: Connection,
  [features, graph]: RemoteStores,
  settings: TrainSettings,
): Promise<TrainingGraph> {
  const table = chooseTable(features.getAllTensorAttrs(), settings)
  const allEdgeTypes = graph.getAllEdgeAttrs().map((attr) => attr.edgeType as EdgeType)
  const edgeType = chooseEdges([...new Map(allEdgeTypes.map((type) => [type.join(), type])).values()], table, settings)
  const label = quoted(settings.label)
  const [{ top, low } = { top: null, low: null }] = await rows(
    connection,
    `MATCH (p:${quoted(table)}) WHERE p.${label} IS NOT NULL RETURN max(p.${label}) AS top, min(p.${label}) AS low`,
  )
  const classes = Number(top) + 1
  if (top === null || low === null || !Number.isInteger(classes) || Number(low) < 0) {
    throw new ShellError(`Column ${settings.label} of ${table} holds no classes, which are whole numbers from 0.`)
  }
  const splits = await splitNodes(connection, table, settings)
  if (splits.train.length === 0) throw new ShellError('There is no node to train on: the training part is empty.')
  return { table, edgeType, allEdgeTypes, classes, splits }
}

function chooseTable(
  attrs: readonly { readonly groupName?: unknown; readonly attrName?: string | null | undefined }[],
  { table, features, label }: TrainSettings,
): string {
  const nodes = attrs.filter((attr) => typeof attr.groupName === 'string')
  const names = [...new Set(nodes.map((attr) => attr.groupName as string))]
  const has = (name: string, column: string) =>
    nodes.some(({ groupName, attrName }) => groupName === name && attrName?.toLowerCase() === column.toLowerCase())
  const wanted = [...features, label]
  const fitting = names.filter((name) => wanted.every((column) => has(name, column)))
  const given = table === undefined ? undefined : names.find((name) => name.toLowerCase() === table.toLowerCase())
  if (table !== undefined && given === undefined)
    throw new ShellError(`There is no node table ${table} with numbers in it.`)
  if (given !== undefined) {
    const missing = wanted.find((column) => !has(given, column))
    if (missing === undefined) return given
    throw new ShellError(`Table ${given} has no column ${missing} of numbers.`)
  }
  if (fitting.length === 1) return fitting[0]!
  const why =
    fitting.length === 0 ? `No node table has the columns ${wanted.join(', ')}` : `${fitting.join(', ')} have them`
  throw new ShellError(`${why}: name the table, its features and its label with --table, --features and --label.`)
}

function chooseEdges(types: readonly EdgeType[], table: string, { edges }: TrainSettings): EdgeType {
  const inside = types.filter(([from, , to]) => from === table && to === table)
  const fitting = edges === undefined ? inside : inside.filter(([, rel]) => rel.toLowerCase() === edges.toLowerCase())
  if (fitting.length === 1) return fitting[0]!
  const names = inside.map(([, rel]) => rel).join(', ')
  throw new ShellError(
    edges === undefined && names !== ''
      ? `Rel tables from ${table} to itself: ${names}. Name one with --edges.`
      : `There is no rel table ${edges ?? ''} from ${table} to itself.`.replace('  ', ' '),
  )
}

async function rows(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  const result = await connection.query(text)
  return (await (result as QueryResult).getAll()) as Record<string, unknown>[]
}

async function splitNodes(connection: Connection, table: string, settings: TrainSettings): Promise<NodeSplits> {
  const { split, label } = settings
  const labelled = `MATCH (p:${quoted(table)}) WHERE p.${quoted(label)} IS NOT NULL`
  if (split.kind === 'column') {
    const found = await rows(
      connection,
      `${labelled} RETURN offset(id(p)) AS node, CAST(p.${quoted(split.column)} AS STRING) AS part ORDER BY node`,
    )
    const part = (name: keyof NodeSplits) =>
      ids(found.filter((row) => NAMES[name].includes(String(row['part']).toLowerCase())))
    return { train: part('train'), validation: part('validation'), test: part('test') }
  }
  if (split.kind === 'queries') {
    const part = async (text: string | undefined) =>
      text === undefined ? new Uint32Array(0) : ofQuery(connection, text)
    return { train: await part(split.train), validation: await part(split.validation), test: await part(split.test) }
  }
  const nodes = ids(await rows(connection, `${labelled} RETURN offset(id(p)) AS node ORDER BY node`))
  const random = new SeededRandom(settings.seed)
  for (let i = nodes.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    ;[nodes[i], nodes[j]] = [nodes[j]!, nodes[i]!]
  }
  const train = Math.round(nodes.length * split.train)
  const validation = train + Math.round(nodes.length * split.validation)
  const test = Math.min(nodes.length, validation + Math.round(nodes.length * split.test))
  return {
    train: nodes.slice(0, train),
    validation: nodes.slice(train, validation),
    test: nodes.slice(validation, test),
  }
}

function ids(found: readonly Record<string, unknown>[]): Uint32Array {
  return Uint32Array.from(found, (row) => Number(row['node']))
}

/** Nodes of a query that returns nodes, or their ids, in its only column. */
async function ofQuery(connection: Connection, text: string): Promise<Uint32Array> {
  const found = await rows(connection, text)
  return Uint32Array.from(found, (row) => {
    const value = Object.values(row)[0] as { offset?: number; _id?: { offset: number } } | number | null
    const offset = typeof value === 'number' ? value : (value?._id?.offset ?? value?.offset)
    if (offset === undefined) throw new ShellError(`The query must return nodes, RETURN p or RETURN id(p): ${text}`)
    return offset
  })
}

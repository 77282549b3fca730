import { Connection } from '../../../../../src/database/connection.ts'
import { Database } from '../../../../../src/database/database.ts'
import { DatabaseGraph } from '../../../../../src/pyg-compat/sampler/database-graph.ts'
import type { MemoryEdges, MemoryNodes } from '../../../../../src/pyg-compat/sampler/memory-graph.ts'

/** A graph as lists of numbers. */
export interface GraphData {
  readonly nodes: readonly MemoryNodes[]
  readonly edges: readonly MemoryEdges[]
}

/** A graph in a database in memory, and ways to change it and look at it again. */
export interface GraphDatabase {
  readonly connection: Connection
  /** @returns the newest commit as a graph; closed with the database. */
  open(): DatabaseGraph
  /** Writes the delta into base pages. */
  merge(): void
  close(): Promise<void>
}

/**
 * Loads a graph statement by statement through a Connection: node n gets the offset n, edge k the id k. Columns are INT64, or DOUBLE where a value is no
 * whole number; NaN becomes NULL.
 * @param merged write everything into base pages; otherwise it is left to the delta.
 */
export async function databaseOf({ nodes, edges }: GraphData, merged: boolean): Promise<GraphDatabase> {
  const database = new Database(':memory:')
  const connection = new Connection(database)
  for (const { nodeType, count, columns = {} } of nodes) {
    const more = Object.entries(columns).map(([name, values]) => `, ${name} ${typeOf(values)}`)
    await connection.query(`CREATE NODE TABLE ${nodeType}(key INT64 PRIMARY KEY${more.join('')})`)
    for (let key = 0; key < count; key++) {
      await connection.query(`CREATE (:${nodeType} {key: ${key}${valuesOf(columns, key)}})`)
    }
  }
  for (const { edgeType, sources, targets, columns = {} } of edges) {
    const [source, relation, target] = edgeType
    const more = Object.entries(columns).map(([name, values]) => `, ${name} ${typeOf(values)}`)
    await connection.query(`CREATE REL TABLE ${relation}(FROM ${source} TO ${target}${more.join('')})`)
    const text = `MATCH (a:${source} {key: $from}), (b:${target} {key: $to}) CREATE (a)-[:${relation}`
    for (let edge = 0; edge < sources.length; edge++) {
      const values = valuesOf(columns, edge)
      const create = await connection.prepare(`${text}${values === '' ? '' : ` {${values.slice(2)}}`}]->(b)`)
      await connection.execute(create, { from: sources[edge]!, to: targets[edge]! })
    }
  }
  const { storage } = database.openSync()
  if (merged) storage.checkpointSync()
  return {
    connection,
    open() {
      const opened = database.openSync()
      const view = opened.storage.openView()
      return new DatabaseGraph(view, opened.catalogOf(view), {
        nodeTypes: nodes.map(({ nodeType }) => nodeType),
        edgeTypes: edges.map(({ edgeType }) => edgeType),
      })
    },
    merge: () => storage.checkpointSync(),
    close: () => database.close(),
  }
}

function typeOf(values: ArrayLike<number>): string {
  return Array.from(values).every((v) => Number.isNaN(v) || Number.isInteger(v)) ? 'INT64' : 'DOUBLE'
}

function valuesOf(columns: Readonly<Record<string, ArrayLike<number>>>, row: number): string {
  return Object.entries(columns)
    .filter(([, values]) => !Number.isNaN(values[row]!))
    .map(([name, values]) => `, ${name}: ${values[row]!}`)
    .join('')
}

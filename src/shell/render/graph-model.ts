import type { JsValue } from '../../index.ts'
import type { ResultView } from './result-view.ts'

/** A node of a drawing. */
export interface GraphNode {
  /** `table:offset`. */
  readonly id: string
  /** Empty for a node that only a rel of the result names. */
  readonly label: string
  readonly caption: string
  /** Name and value of each property that is not NULL; lists and structs come last. */
  readonly properties: readonly (readonly [string, string])[]
}

/** A rel of a drawing; its ends are among the nodes. */
export interface GraphRel {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly label: string
  readonly properties: readonly (readonly [string, string])[]
}

/** The nodes and rels of a result, each once, in the order in which they appear. */
export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly rels: ReadonlyMap<string, GraphRel>
  /** Rows of the result that were looked at: all, unless there were more nodes and rels than a person can look at. */
  readonly rows: number
}

type Fields = Readonly<Record<string, JsValue>>

/** @returns the graph of a result. @param limit most nodes and rels together; the rows after that many are not read. */
export function collectGraph(view: ResultView, limit: number): GraphModel {
  const nodes = new Map<string, GraphNode>()
  const rels = new Map<string, GraphRel>()
  let row = 0
  for (; row < view.rowCount && nodes.size + rels.size < limit; row++) {
    for (const value of view.values(row)) collect(value, nodes, rels)
  }
  for (const rel of rels.values()) {
    for (const id of [rel.from, rel.to]) {
      if (!nodes.has(id)) nodes.set(id, { id, label: '', caption: id, properties: [] })
    }
  }
  return { nodes, rels, rows: row }
}

function collect(value: JsValue, nodes: Map<string, GraphNode>, rels: Map<string, GraphRel>): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, nodes, rels)
    return
  }
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || value instanceof Date) return
  if (value instanceof Map) {
    for (const held of value.values()) collect(held, nodes, rels)
    return
  }
  const fields = value as Fields
  if (Array.isArray(fields['_nodes'])) {
    collect(fields['_nodes'], nodes, rels)
    collect(fields['_rels'], nodes, rels)
  } else if ('_src' in fields && '_dst' in fields) {
    const rel = relOf(fields)
    if (!rels.has(rel.id)) rels.set(rel.id, rel)
  } else if ('_id' in fields && '_label' in fields) {
    const node = nodeOf(fields)
    // a path may have named it by its place only
    if ((nodes.get(node.id)?.properties.length ?? -1) < node.properties.length) nodes.set(node.id, node)
  } else for (const held of Object.values(fields)) collect(held, nodes, rels)
}

function idText(value: JsValue): string {
  const { table, offset } = value as { table: number; offset: number }
  return `${table}:${offset}`
}

function nodeOf(fields: Fields): GraphNode {
  const properties = propertiesOf(fields)
  const id = idText(fields['_id'])
  return { id, label: String(fields['_label']), caption: captionOf(properties, fields) ?? id, properties }
}

function relOf(fields: Fields): GraphRel {
  const [from, to] = [idText(fields['_src']), idText(fields['_dst'])]
  const label = String(fields['_label'])
  return { id: `${from}-${idText(fields['_id'])}-${to}`, from, to, label, properties: propertiesOf(fields) }
}

function propertiesOf(fields: Fields): (readonly [string, string])[] {
  const isNested = (value: JsValue) => typeof value === 'object' && !(value instanceof Date)
  return Object.entries(fields)
    .sort(([, a], [, b]) => Number(isNested(a)) - Number(isNested(b)))
    .filter(([name, value]) => !/^_(id|label|src|dst)$/.test(name) && value !== null && value !== undefined)
    .map(([name, value]) => [name, valueText(value)] as const)
}

const NAMES = ['name', 'title', 'label', 'caption']
const KEYS = ['id', 'key', 'uid', 'uuid']

/** The property that people know a node by: a text that is called so, else a key, else the first text, else the first property. */
function captionOf(properties: readonly (readonly [string, string])[], fields: Fields): string | undefined {
  const texts = properties.filter(([name]) => typeof fields[name] === 'string')
  const called = (names: readonly string[], among: typeof properties) =>
    names.map((name) => among.find(([p]) => p.toLowerCase() === name)).find((p) => p !== undefined)
  const found = called(NAMES, texts) ?? called(KEYS, properties) ?? texts[0] ?? properties[0]
  return found?.[1]
}

const LONGEST_VALUE = 80

function valueText(value: JsValue): string {
  const text = plainText(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

function plainText(value: JsValue): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(4)))
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, '')
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const all = value as ArrayLike<JsValue>
    const shown = Array.from({ length: Math.min(all.length, 3) }, (_e, i) => plainText(all[i]))
    return all.length > 3 ? `[${shown.join(', ')}, ... ${all.length}]` : `[${shown.join(', ')}]`
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return `{${entries.map(([k, v]) => `${plainText(k)}: ${plainText(v)}`).join(', ')}}`
}

import { quoteName } from '../editor/keywords.ts'
import { quoteText } from '../quote-text.ts'
import { ShellError } from '../shell-error.ts'

/** A file that may be imported, as LOAD FROM sees it. */
export interface DescribedFile {
  readonly path: string
  /** Name without folder and ending. */
  readonly stem: string
  readonly format: 'csv' | 'npy'
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** CSV: the first line holds names. */
  readonly hasHeader: boolean
}

/** A table that is there, or will be. */
export interface KnownTable {
  readonly name: string
  readonly kind: 'node' | 'rel'
  readonly properties: readonly { readonly name: string; readonly type: string }[]
}

/** Names for what has none in the files. */
export interface ImportNames {
  readonly nodeTable?: string | undefined
  readonly relTable?: string | undefined
}

/** A statement of an import, with the reason for it. */
export interface ImportStep {
  readonly statement: string
  readonly why: string
}

const FROM_NAMES = /^(:?start_id|from|source|src|head|_from|start)(_?id)?$/i
const TO_NAMES = /^(:?end_id|to|target|dst|dest|tail|_to|end|destination)(_?id)?$/i
const EDGE_FILES = /^(edges?|edge_?index|links?|rels?|relationships?|connections?)$/i
const ID_FILES = /^(node_?)?ids?$/i

/**
 * Plans an import: which file fills which table, and how tables that are not there yet are made.
 *
 * - A file called like a table goes into that table.
 * - Other .npy files together are the columns of one node table: `ids.npy` is the key, `node_year.npy` or `year.npy` the property `year`.
 * - A .csv file is a rel table if its first two columns are called from and to (source, target …), if it is called `<rel>_<node>_<node>`, or edges, edge_index,
 *   links …; otherwise a node table, whose key is the column id, `<table>_id` or the first.
 *
 * @throws {ShellError} where files leave open what is meant.
 */
export function planImport(
  files: readonly DescribedFile[],
  known: readonly KnownTable[],
  names: ImportNames,
): ImportStep[] {
  const tables = [...known]
  const npy = files.filter((f) => f.format === 'npy')
  const csv = files.filter((f) => f.format === 'csv')
  const steps: ImportStep[] = []
  if (npy.length > 0) steps.push(...npySteps(npy, tables, names))
  const rels: DescribedFile[] = []
  for (const file of csv) {
    if (isRelFile(file, tables, csv)) rels.push(file)
    else steps.push(...nodeSteps(file, tables, names))
  }
  for (const file of rels) steps.push(...relSteps(file, tables, names))
  return steps
}

function find(tables: readonly KnownTable[], name: string, kind?: 'node' | 'rel'): KnownTable | undefined {
  const wanted = name.toLowerCase()
  return tables.find((t) => t.name.toLowerCase() === wanted && (kind === undefined || t.kind === kind))
}

function propertyOf(stem: string): string {
  return ID_FILES.test(stem) ? 'id' : stem.replace(/^node[_.-]/i, '')
}

function npySteps(files: readonly DescribedFile[], tables: KnownTable[], names: ImportNames): ImportStep[] {
  const nodes = tables.filter((t) => t.kind === 'node')
  const name = names.nodeTable ?? (nodes.length === 1 ? nodes[0]!.name : 'node')
  const table = find(tables, name, 'node')
  const copy = (ordered: readonly DescribedFile[]): ImportStep => ({
    statement: `COPY ${quoteName(name)} FROM (${ordered.map((f) => quoteText(f.path)).join(', ')}) BY COLUMN;`,
    why: `${ordered.length} .npy files are its columns`,
  })
  if (table !== undefined) return [copy(orderByTable(files, table))]
  const key = files.find((f) => ID_FILES.test(f.stem))
  if (key === undefined) throw new ShellError(`Which .npy file holds the keys of ${name}? Call it ids.npy.`)
  const ordered = [key, ...files.filter((f) => f !== key)]
  const columns = ordered.map((f) => ({ name: propertyOf(f.stem), type: f.columns[0]!.type }))
  tables.push({ name, kind: 'node', properties: columns })
  return [{ statement: nodeTableText(name, columns, 'id'), why: `${key.stem}.npy holds the keys` }, copy(ordered)]
}

/** Files in the order of a table's properties: by name, those left over by type, if that leaves no choice. */
function orderByTable(files: readonly DescribedFile[], table: KnownTable): DescribedFile[] {
  const left = new Set(files)
  const take = (file: DescribedFile | undefined) => {
    if (file !== undefined) left.delete(file)
    return file
  }
  const named = table.properties.map((p) =>
    take([...left].find((f) => propertyOf(f.stem).toLowerCase() === p.name.toLowerCase())),
  )
  return table.properties.map((p, i) => {
    if (named[i] !== undefined) return named[i]
    const fitting = [...left].filter((f) => kindOfType(f.columns[0]!.type) === kindOfType(p.type))
    if (fitting.length !== 1) {
      throw new ShellError(`Which file fills ${table.name}.${p.name}? Call it ${p.name}.npy.`)
    }
    return take(fitting[0])!
  })
}

/** Types that COPY casts into each other are of one kind. */
function kindOfType(type: string): string {
  const array = /(\[\d*\])$/.exec(type)?.[1] ?? ''
  const base = type.slice(0, type.length - array.length)
  return (/^U?INT/.test(base) ? 'whole' : /^(FLOAT|DOUBLE)$/.test(base) ? 'real' : base) + array
}

function isRelFile(file: DescribedFile, tables: readonly KnownTable[], all: readonly DescribedFile[]): boolean {
  const table = find(tables, file.stem)
  if (table !== undefined) return table.kind === 'rel'
  if (file.columns.length < 2) return false
  const [first, second] = file.columns
  if (FROM_NAMES.test(first!.name) && TO_NAMES.test(second!.name)) return true
  if (EDGE_FILES.test(file.stem)) return true
  const nodeNames = [...tables.filter((t) => t.kind === 'node').map((t) => t.name), ...all.map((f) => f.stem)]
  return endsInName(file.stem, nodeNames) !== null
}

/** `cites_paper_paper` and `author_wrote_paper` name what they connect. */
function endsInName(stem: string, nodes: readonly string[]): { rel: string; from: string; to: string } | null {
  const find = (word: string) => nodes.find((n) => n.toLowerCase() === word.toLowerCase() && n !== stem)
  const parts = stem.split('_')
  for (let i = 1; i < parts.length; i++) {
    for (let j = i + 1; j < parts.length; j++) {
      const [a, b, c] = [parts.slice(0, i).join('_'), parts.slice(i, j).join('_'), parts.slice(j).join('_')]
      const [second, third, first] = [find(b), find(c), find(a)]
      if (second !== undefined && third !== undefined) return { rel: a, from: second, to: third }
      if (first !== undefined && third !== undefined) return { rel: b, from: first, to: third }
    }
  }
  return null
}

function nodeSteps(file: DescribedFile, tables: KnownTable[], names: ImportNames): ImportStep[] {
  const existing = find(tables, file.stem, 'node')
  if (existing !== undefined) return [copyStep(existing.name, file)]
  const name = tables.length === 0 && names.nodeTable !== undefined ? names.nodeTable : file.stem
  const candidates = ['id', `${name}_id`, `${name}id`, '_id', 'key', 'uid', 'uuid']
  const found = candidates.map((c) => file.columns.find((col) => col.name.toLowerCase() === c.toLowerCase()))
  const key = found.find((c) => c !== undefined) ?? file.columns[0]!
  tables.push({ name, kind: 'node', properties: file.columns })
  return [
    { statement: nodeTableText(name, file.columns, key.name), why: `${key.name} is taken for the key` },
    copyStep(name, file),
  ]
}

function relSteps(file: DescribedFile, tables: KnownTable[], names: ImportNames): ImportStep[] {
  const existing = find(tables, file.stem, 'rel')
  if (existing !== undefined) return [copyStep(existing.name, file)]
  const rels = tables.filter((t) => t.kind === 'rel')
  if (EDGE_FILES.test(file.stem) && names.relTable === undefined && rels.length === 1)
    return [copyStep(rels[0]!.name, file)]
  const ends = endsOf(file, tables)
  const name = names.relTable ?? ends.rel
  const properties = file.columns.slice(2)
  tables.push({ name, kind: 'rel', properties })
  const parts = [
    `FROM ${quoteName(ends.from)} TO ${quoteName(ends.to)}`,
    ...properties.map((p) => `${quoteName(p.name)} ${p.type}`),
  ]
  return [
    {
      statement: `CREATE REL TABLE ${quoteName(name)}(${parts.join(', ')});`,
      why: `its first two columns are keys of ${ends.from} and ${ends.to}`,
    },
    copyStep(name, file),
  ]
}

function endsOf(file: DescribedFile, tables: readonly KnownTable[]): { rel: string; from: string; to: string } {
  const nodes = tables.filter((t) => t.kind === 'node').map((t) => t.name)
  const named = endsInName(file.stem, nodes)
  if (named !== null) return named
  const rel = EDGE_FILES.test(file.stem) ? 'edge' : file.stem
  if (nodes.length === 1) return { rel, from: nodes[0]!, to: nodes[0]! }
  const byColumn = file.columns
    .slice(0, 2)
    .map((c) => nodes.find((n) => c.name.toLowerCase().includes(n.toLowerCase())))
  if (byColumn[0] !== undefined && byColumn[1] !== undefined) return { rel, from: byColumn[0], to: byColumn[1] }
  const hint =
    nodes.length === 0 ? 'There are no node tables.' : `Call it <rel>_<from>_<to>.csv, with two of ${nodes.join(', ')}.`
  throw new ShellError(`Which tables does ${file.path} connect? ${hint}`)
}

function nodeTableText(
  name: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  key: string,
): string {
  const properties = columns.map((c) => `${quoteName(c.name)} ${c.type}`)
  return `CREATE NODE TABLE ${quoteName(name)}(${[...properties, `PRIMARY KEY (${quoteName(key)})`].join(', ')});`
}

function copyStep(table: string, file: DescribedFile): ImportStep {
  const options = file.hasHeader ? ' (header=true)' : ''
  return { statement: `COPY ${quoteName(table)} FROM ${quoteText(file.path)}${options};`, why: '' }
}

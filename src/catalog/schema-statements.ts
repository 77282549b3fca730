import { printType } from '../types/print-type.ts'
import { type Catalog, serialSequenceName } from './catalog.ts'
import type { NodeTableEntry, PropertyEntry, RelTableEntry, SequenceEntry } from './entries.ts'
import { quoteName } from './quote-name.ts'

/** A statement that makes one thing of a catalog. */
export interface SchemaStatement {
  readonly name: string
  readonly kind: 'TYPE' | 'SEQUENCE' | 'NODE' | 'REL' | 'COMMENT' | 'MACRO'
  /** With its `;`. */
  readonly statement: string
}

/** @returns the statements that make an empty database into one with this catalog, in an order that works. Values of sequences begin anew. */
export function schemaStatements(catalog: Catalog): SchemaStatement[] {
  const { tables, sequences, types, macros } = catalog.data
  const nodes = tables.filter((t) => t.kind === 'node')
  const rels = tables.filter((t) => t.kind === 'rel')
  const serial = new Set(
    tables.flatMap((t) => t.properties.filter((p) => p.serial).map((p) => serialSequenceName(t.name, p.name))),
  )
  return [
    ...types.map(({ name, type }) => make(name, 'TYPE', `CREATE TYPE ${quoteName(name)} AS ${printType(type)};`)),
    ...sequences.filter((s) => !serial.has(s.name)).map((s) => make(s.name, 'SEQUENCE', sequenceText(s))),
    ...nodes.map((t) => make(t.name, 'NODE', nodeText(t))),
    ...rels.map((t) => make(t.name, 'REL', relText(t, catalog))),
    ...tables.filter((t) => t.comment !== '').map((t) => make(t.name, 'COMMENT', commentText(t.name, t.comment))),
    ...macros.map(({ name, text }) => make(name, 'MACRO', `${text.trim().replace(/;$/, '')};`)),
  ]
}

function make(name: string, kind: SchemaStatement['kind'], statement: string): SchemaStatement {
  return { name, kind, statement }
}

function sequenceText({ name, start, increment, min, max, cycle }: SequenceEntry): string {
  const parts = [`START ${start}`, `INCREMENT ${increment}`, `MINVALUE ${min}`, `MAXVALUE ${max}`]
  return `CREATE SEQUENCE ${quoteName(name)} ${parts.join(' ')}${cycle ? ' CYCLE' : ''};`
}

function propertyText({ name, type, serial, defaultText }: PropertyEntry): string {
  const given = defaultText === null ? '' : ` DEFAULT ${defaultText}`
  return `${quoteName(name)} ${serial ? 'SERIAL' : printType(type)}${given}`
}

function nodeText(table: NodeTableEntry): string {
  const key = table.properties.find((p) => p.columnId === table.primaryKey)!
  const parts = [...table.properties.map(propertyText), `PRIMARY KEY (${quoteName(key.name)})`]
  return `CREATE NODE TABLE ${quoteName(table.name)}(${parts.join(', ')});`
}

function relText(table: RelTableEntry, catalog: Catalog): string {
  const nameOf = (id: number) => quoteName(catalog.nodeTableById(id)!.name)
  const parts = [
    ...table.pairs.map((p) => `FROM ${nameOf(p.from)} TO ${nameOf(p.to)}`),
    ...table.properties.map(propertyText),
    table.multiplicity,
  ]
  const direction = table.storageDirection === 'both' ? '' : ` WITH (storage_direction='${table.storageDirection}')`
  return `CREATE REL TABLE ${quoteName(table.name)}(${parts.join(', ')})${direction};`
}

function commentText(table: string, comment: string): string {
  return `COMMENT ON TABLE ${quoteName(table)} IS '${comment.replace(/[\\']/g, '\\$&')}';`
}

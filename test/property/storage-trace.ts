import type { StorageEngine } from '../../src/storage/storage-engine.ts'
import type { WriteTransaction } from '../../src/storage/write-transaction.ts'
import type { LogicalType } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'
import type { Vector } from '../../src/types/vector.ts'
import { vectorBuilder } from '../../src/types/vector-builder.ts'
import {
  assertFails,
  CITY,
  KNOWS,
  LIVES_IN,
  MAYOR,
  type ModelRels,
  NODE_TABLES,
  PERSON,
  REL_TABLES,
  type StorageModel,
} from './storage-model.ts'

/** @returns a generator of numbers in [0, 1) that repeats for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Makes random changes in a write transaction and in the model at the same time. */
export class TraceWriter {
  readonly #model: StorageModel
  readonly #random: () => number
  /** Keys come from a small range, so that duplicates, and keys of deleted rows, happen. */
  readonly #keys: number

  constructor(model: StorageModel, random: () => number, keys = 60) {
    this.#model = model
    this.#random = random
    this.#keys = keys
  }

  /** Creates the tables of the model. */
  static create(transaction: WriteTransaction): void {
    for (const schema of NODE_TABLES) transaction.createNodeTable(schema)
    for (const schema of REL_TABLES) transaction.createRelTable(schema)
  }

  /** Loads persons with negative keys, so that what follows happens around the end of a node group. */
  preload(transaction: WriteTransaction, count: number): void {
    const { rows } = this.#model.nodes.get(PERSON.tableId)!
    for (let i = 0; i < count; i++) rows.push([-1000 - i, null, null, (i % 1300) / 10])
    const loader = transaction.bulkLoadNodes(PERSON.tableId)
    loader.append(
      vectorsOf(
        PERSON.columns.map((c) => c.type),
        rows as Value[][],
      ),
    )
    loader.finish()
  }

  /** One random change. */
  step(transaction: WriteTransaction): void {
    const die = this.#random()
    if (die < 0.3) this.#insertNode(transaction)
    else if (die < 0.4) this.#updateNode(transaction)
    else if (die < 0.5) this.#deleteNode(transaction)
    else if (die < 0.75) this.#insertRel(transaction)
    else if (die < 0.83) this.#updateRel(transaction)
    else if (die < 0.93) this.#deleteRel(transaction)
    else if (die < 0.96) this.#bulkNodes(transaction)
    else this.#bulkRels(transaction)
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n)
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[this.#below(from.length)]
  }

  #key(tableId: number): Value {
    const n = this.#below(this.#keys)
    return tableId === PERSON.tableId ? n * 7 : `city ${n}`
  }

  #row(tableId: number, key: Value): Value[] {
    const maybe = (value: Value): Value => (this.#random() < 0.2 ? null : value)
    if (tableId === CITY.tableId) return [key, maybe([this.#below(9), null, 2n ** 60n])]
    const vector = [this.#below(100), this.#below(100) / 4, -1]
    return [key, maybe(`name ${this.#below(20)} é`), maybe(vector), maybe(Math.round(this.#random() * 1300) / 10)]
  }

  #insertNode(transaction: WriteTransaction): void {
    const { tableId } = this.#pick(NODE_TABLES)!
    const key = this.#random() < 0.03 ? null : this.#key(tableId)
    const row = this.#row(tableId, key)
    if (key === null) {
      assertFails('NULL_KEY', () => transaction.insertNode(tableId, row))
      return
    }
    if (this.#model.rowOf(tableId, key) >= 0) {
      assertFails('DUPLICATE_KEY', () => transaction.insertNode(tableId, row))
      return
    }
    const { rows } = this.#model.nodes.get(tableId)!
    const offset = transaction.insertNode(tableId, row)
    if (offset !== rows.length) throw new Error(`offset ${offset} instead of ${rows.length}`)
    rows.push(row)
  }

  #updateNode(transaction: WriteTransaction): void {
    const { tableId, columns } = this.#pick(NODE_TABLES)!
    const offset = this.#pick(this.#model.liveRows(tableId))
    if (offset === undefined) return
    const key = this.#key(tableId)
    const column = this.#below(columns.length)
    const value = this.#row(tableId, key)[column]!
    const holder = this.#model.rowOf(tableId, key)
    if (column === 0 && holder >= 0 && holder !== offset) {
      assertFails('DUPLICATE_KEY', () => transaction.updateNode(tableId, offset, 0, key))
      return
    }
    transaction.updateNode(tableId, offset, column, value)
    this.#model.nodes.get(tableId)!.rows[offset]![column] = value
  }

  #deleteNode(transaction: WriteTransaction): void {
    const { tableId } = this.#pick(NODE_TABLES)!
    const offset = this.#pick(this.#model.liveRows(tableId))
    if (offset === undefined) return
    const rels = this.#relsAt(tableId, offset)
    const connected = transaction.connectedTable(tableId, offset)
    if ((connected !== null) !== rels.length > 0) throw new Error('connectedTable is wrong')
    const detached = transaction.detach(tableId, offset)
    if (detached !== rels.length) throw new Error(`detached ${detached} of ${rels.length}`)
    for (const [table, relId] of rels) table.rels[relId] = null
    transaction.deleteNode(tableId, offset)
    this.#model.nodes.get(tableId)!.rows[offset] = null
  }

  #relsAt(tableId: number, offset: number): [ModelRels, number][] {
    return [...this.#model.rels.values()].flatMap((table) =>
      table.rels.flatMap((rel, relId): [ModelRels, number][] => {
        if (rel === null) return []
        const { fromTableId, toTableId } = table.schema
        const touches =
          (fromTableId === tableId && rel.source === offset) || (toTableId === tableId && rel.target === offset)
        return touches ? [[table, relId]] : []
      }),
    )
  }

  #relValues(relTableId: number): Value[] {
    if (relTableId === KNOWS.relTableId)
      return [this.#below(50) / 2, this.#random() < 0.3 ? null : `r${this.#below(9)}`]
    return relTableId === MAYOR.relTableId ? [this.#below(3000) - 1000] : []
  }

  #insertRel(transaction: WriteTransaction): void {
    const { relTableId, fromTableId, toTableId, perSource, perTarget } = this.#pick(REL_TABLES)!
    const source = this.#pick(this.#model.liveRows(fromTableId).slice(-80))
    const target = this.#pick(this.#model.liveRows(toTableId).slice(-80))
    if (source === undefined || target === undefined) return
    const values = this.#relValues(relTableId)
    const tooMany =
      (perSource === 'one' && this.#model.degree(relTableId, 'fwd', source) > 0) ||
      (perTarget === 'one' && this.#model.degree(relTableId, 'bwd', target) > 0)
    if (tooMany) {
      assertFails('MULTIPLICITY', () => transaction.insertRel(relTableId, source, target, values))
      return
    }
    const { rels } = this.#model.rels.get(relTableId)!
    const relId = transaction.insertRel(relTableId, source, target, values)
    if (relId !== rels.length) throw new Error(`rel id ${relId} instead of ${rels.length}`)
    rels.push({ source, target, values })
  }

  #updateRel(transaction: WriteTransaction): void {
    const { relTableId, columns } = this.#pick(REL_TABLES)!
    const relId = this.#pick(this.#model.liveRels(relTableId))
    if (relId === undefined || columns.length === 0) return
    const column = this.#below(columns.length)
    const value = this.#relValues(relTableId)[column]!
    transaction.updateRel(relTableId, relId, column, value)
    this.#model.rels.get(relTableId)!.rels[relId]!.values[column] = value
  }

  #deleteRel(transaction: WriteTransaction): void {
    const { relTableId } = this.#pick(REL_TABLES)!
    const relId = this.#pick(this.#model.liveRels(relTableId))
    if (relId === undefined) return
    const { rels } = this.#model.rels.get(relTableId)!
    const { source, target } = rels[relId]!
    transaction.deleteRel(relTableId, source, target, relId)
    if (this.#random() < 0.2) transaction.deleteRel(relTableId, source, target, relId)
    rels[relId] = null
  }

  #bulkNodes(transaction: WriteTransaction): void {
    const { tableId, columns } = this.#pick(NODE_TABLES)!
    const { rows } = this.#model.nodes.get(tableId)!
    const fresh = [...new Set(Array.from({ length: this.#below(12) }, () => this.#key(tableId)))]
    const usable = fresh.filter((key) => this.#model.rowOf(tableId, key) < 0)
    const added = usable.map((key) => this.#row(tableId, key))
    const loader = transaction.bulkLoadNodes(tableId)
    const taken = this.#pick(this.#model.liveRows(tableId))
    if (taken !== undefined && this.#random() < 0.3) {
      const twice = [...added, this.#row(tableId, rows[taken]![0]!)]
      assertFails('DUPLICATE_KEY', () => {
        loader.append(
          vectorsOf(
            columns.map((c) => c.type),
            twice,
          ),
        )
        loader.finish()
      })
      loader.abort()
      return
    }
    const cut = this.#below(added.length + 1)
    loader.append(
      vectorsOf(
        columns.map((c) => c.type),
        added.slice(0, cut),
      ),
    )
    loader.append(
      vectorsOf(
        columns.map((c) => c.type),
        added.slice(cut),
      ),
    )
    loader.finish()
    rows.push(...added)
  }

  #bulkRels(transaction: WriteTransaction): void {
    const schema = this.#random() < 0.8 ? KNOWS : LIVES_IN
    const { relTableId, fromTableId, toTableId, columns, perSource } = schema
    const sources = this.#model.liveRows(fromTableId).slice(-80)
    const targets = this.#model.liveRows(toTableId).slice(-80)
    if (sources.length === 0 || targets.length === 0) return
    const added = Array.from({ length: this.#below(20) }, () => ({
      source: this.#pick(sources)!,
      target: this.#pick(targets)!,
      values: this.#relValues(relTableId),
    }))
    const seen = new Set<number>()
    const tooMany = added.some(({ source }) => {
      if (perSource === 'many') return false
      const again = seen.has(source) || this.#model.degree(relTableId, 'fwd', source) > 0
      seen.add(source)
      return again
    })
    const loader = transaction.bulkLoadRels(relTableId)
    const load = (): void => {
      loader.append(
        Uint32Array.from(added, (rel) => rel.source),
        Uint32Array.from(added, (rel) => rel.target),
        added.length,
        vectorsOf(
          columns.map((c) => c.type),
          added.map((rel) => rel.values),
        ),
      )
      loader.finish()
    }
    if (tooMany) {
      assertFails('MULTIPLICITY', load)
      return
    }
    load()
    // new rels are numbered in the order of their sources
    this.#model.rels.get(relTableId)!.rels.push(...added.sort((a, b) => a.source - b.source))
  }
}

/** @returns the rows as vectors, one per column. */
export function vectorsOf(types: readonly LogicalType[], rows: readonly (readonly Value[])[]): Vector[] {
  return types.map((type, c) => {
    const builder = vectorBuilder(type, Math.max(1, rows.length))
    for (const row of rows) builder.append(row[c]!)
    return builder.finish()
  })
}

/** Options that make everything happen soon: few frames, a merge after every few commits. */
export const SMALL_STORAGE = { bufferPoolBytes: 8 << 20, queryMemoryBytes: 16 << 20, checkpointThreshold: 6_000 }

/** Runs `work` with a view that is closed afterwards. */
export function withView<T>(storage: StorageEngine, work: (view: ReturnType<StorageEngine['openView']>) => T): T {
  const view = storage.openView()
  try {
    return work(view)
  } finally {
    view.close()
  }
}

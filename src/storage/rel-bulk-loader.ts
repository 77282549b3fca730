import type { Value } from '../types/value.ts'
import type { Vector } from '../types/vector.ts'
import { vectorReader } from '../types/vector-reader.ts'
import { assert } from '../util/assert.ts'
import { type CsrGroup, EMPTY_GROUP, groupPages } from './csr-format.ts'
import { buildCsrGroup, type SortedRels } from './csr-group-builder.ts'
import { CsrScratch } from './csr-scratch.ts'
import type { LoadContext } from './load-context.ts'
import { ColumnMerger, droppedChunks } from './merge-column.ts'
import { runToEnd, type Steps } from './merge-steps.ts'
import type { PageRange } from './page-store.ts'
import { CHUNK_SHIFT } from './read-view.ts'
import { MAX_TABLE_ROWS, multiplicityError, rowLimitError } from './rel-errors.ts'
import { RelPartitions } from './rel-partitions.ts'
import { RelPropertyPartitions } from './rel-property-partitions.ts'
import { RelSeenNodes } from './rel-seen-nodes.ts'
import type { RelTableBase } from './rel-table-base.ts'
import type { RelTableSchema } from './table-schema.ts'
import type { RelBulkLoader } from './write-transaction.ts'

/** A finished load: the new base, and the pages of the old one that it does not use. */
export interface RelLoadResult {
  readonly base: RelTableBase
  readonly freed: readonly PageRange[]
}

/** What a load begins with. */
export interface RelLoadStart {
  readonly schema: RelTableSchema
  readonly base: RelTableBase
  /** Rows of the node tables at both ends. */
  readonly sourceCount: number
  readonly targetCount: number
}

/** Values held in memory before properties are spilled; as JavaScript values they cost up to 100 bytes each, garbage included. */
const HELD_VALUES = 1 << 18

/**
 * Loads rels in three steps: `append` spreads them over the node groups of the primary direction (forward if it is stored); `finish` sorts and writes
 * group by group, numbering new rels in that order and permuting their properties into it, and spreads (node, neighbour, rel id) over the groups of
 * the other direction; then it writes those. Groups without new rels keep their pages.
 *
 * Memory: two arenas and the largest stretch of a group, about `memoryBytes`; more is spilled. Cost: about 60 ns a rel for both directions.
 */
export class RelLoader implements RelBulkLoader {
  readonly #start: RelLoadStart
  readonly #context: LoadContext
  readonly #onFinish: (result: RelLoadResult) => void
  readonly #forwardFirst: boolean
  readonly #capacity: number
  readonly #primary: RelPartitions
  readonly #properties: RelPropertyPartitions | null
  readonly #seenSources: RelSeenNodes | null
  readonly #seenTargets: RelSeenNodes | null
  readonly #freed: PageRange[] = []
  #split: RelPropertyPartitions | null = null
  /** Property rows of the node being streamed. */
  #run: { readonly stretch: number; readonly rows: Iterator<readonly Value[], undefined> } | null = null
  readonly #scratch = new CsrScratch()
  #count = 0
  #open = true

  constructor(start: RelLoadStart, context: LoadContext, onFinish: (result: RelLoadResult) => void) {
    this.#start = start
    this.#context = context
    this.#onFinish = onFinish
    const { schema, sourceCount, targetCount } = start
    this.#forwardFirst = schema.storesForward
    const groups = groupsOf(this.#forwardFirst ? sourceCount : targetCount)
    this.#primary = new RelPartitions(groups, 2, context.memoryBytes >> 2, context.openSpill)
    const types = schema.columns.map((c) => c.type)
    this.#properties =
      types.length === 0 ? null : new RelPropertyPartitions(types, groups, HELD_VALUES, context.openSpill)
    const rels = context.memoryBytes >> 5
    this.#capacity = types.length === 0 ? rels : Math.min(rels, Math.max(1 << 17, (2 * HELD_VALUES) / types.length))
    this.#seenSources = schema.perSource === 'one' && !schema.storesForward ? this.#seen(sourceCount) : null
    this.#seenTargets = schema.perTarget === 'one' && !schema.storesBackward ? this.#seen(targetCount) : null
  }

  append(sources: Uint32Array, targets: Uint32Array, count: number, properties: readonly Vector[]): void {
    assert(this.#open, 'load is finished')
    const { schema, base } = this.#start
    if (base.rowCount + this.#count + count > MAX_TABLE_ROWS) throw rowLimitError(schema.name)
    this.#checkSeen(sources, targets, count)
    const nodes = this.#forwardFirst ? sources : targets
    const others = this.#forwardFirst ? targets : sources
    this.#primary.appendPairs(CHUNK_SHIFT, nodes, others, count)
    if (this.#properties !== null) this.#appendProperties(nodes, count, properties)
    this.#count += count
  }

  finish(): number {
    return runToEnd(this.finishSteps())
  }

  *finishSteps(): Steps<number> {
    assert(this.#open, 'load is finished')
    this.#open = false
    try {
      if (this.#count > 0) this.#onFinish(yield* this.#build())
    } finally {
      this.#closeSpills()
    }
    return this.#count
  }

  abort(): void {
    if (!this.#open) return
    this.#open = false
    this.#closeSpills()
    this.#context.abort()
  }

  #seen(nodeCount: number): RelSeenNodes {
    const seen = new RelSeenNodes(nodeCount)
    const { base } = this.#start
    seen.addNeighbours(this.#context.pool, base.fwd ?? base.bwd ?? [])
    return seen
  }

  #checkSeen(sources: Uint32Array, targets: Uint32Array, count: number): void {
    const { name } = this.#start.schema
    for (let i = 0; i < count && this.#seenSources !== null; i++) {
      if (!this.#seenSources.add(sources[i]!)) throw multiplicityError(name, sources[i]!, 'fwd')
    }
    for (let i = 0; i < count && this.#seenTargets !== null; i++) {
      if (!this.#seenTargets.add(targets[i]!)) throw multiplicityError(name, targets[i]!, 'bwd')
    }
  }

  #appendProperties(nodes: Uint32Array, count: number, properties: readonly Vector[]): void {
    const readers = properties.map(vectorReader)
    const row: Value[] = new Array(readers.length)
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < readers.length; c++) row[c] = ownValue(readers[c]!(i))
      this.#properties!.append(nodes[i]! >>> CHUNK_SHIFT, row)
    }
  }

  *#build(): Steps<RelLoadResult> {
    const { schema, base, sourceCount, targetCount } = this.#start
    const both = schema.storesForward && schema.storesBackward
    const secondaryGroups = groupsOf(this.#forwardFirst ? targetCount : sourceCount)
    const secondary = both
      ? new RelPartitions(secondaryGroups, 3, this.#context.memoryBytes >> 2, this.#context.openSpill)
      : null
    try {
      const columns = this.#openColumns()
      const primary = yield* this.#buildPrimary(secondary, columns)
      const other = secondary === null ? null : yield* this.#buildSecondary(secondary)
      const merged = columns.map((column, i) => {
        const result = column.finish()
        this.#freed.push(...droppedChunks(base.columns[i]!, result))
        return result
      })
      this.#context.flush()
      return {
        base: {
          relTableId: base.relTableId,
          rowCount: base.rowCount + this.#count,
          liveCount: base.liveCount + this.#count,
          columns: merged,
          fwd: this.#forwardFirst ? primary : other,
          bwd: this.#forwardFirst ? other : primary,
        },
        freed: this.#freed,
      }
    } finally {
      secondary?.close()
    }
  }

  #openColumns(): ColumnMerger[] {
    return this.#start.base.columns.map((column) => {
      const merger = new ColumnMerger(column, this.#context.sink)
      runToEnd(merger.takeOld(this.#context.oldRows(column), null, true))
      return merger
    })
  }

  #buildPrimary(secondary: RelPartitions | null, columns: readonly ColumnMerger[]): Steps<CsrGroup[]> {
    const { base, schema } = this.#start
    let emitted = base.rowCount
    const direction = this.#forwardFirst ? 'fwd' : 'bwd'
    const single = this.#forwardFirst ? schema.perSource === 'one' : schema.perTarget === 'one'
    const old = (this.#forwardFirst ? base.fwd : base.bwd) ?? []
    return this.#buildGroups(this.#primary, old, single ? direction : null, (group) => ({
      recordWords: 2,
      firstNewRelId: emitted,
      onSplit: (stretches, stretchOf) => this.#splitProperties(group, stretches, stretchOf),
      onSorted: (rels) => {
        secondary?.appendTriples(CHUNK_SHIFT, rels.neighbours, rels.nodes, emitted)
        emitted += rels.nodes.length
        if (this.#properties !== null) this.#placeProperties(group, rels, columns)
      },
      onDone: () => {
        this.#properties?.release(group)
        this.#split?.close()
        this.#split = null
        this.#run = null
      },
    }))
  }

  #buildSecondary(secondary: RelPartitions): Steps<CsrGroup[]> {
    const { base, schema } = this.#start
    const direction = this.#forwardFirst ? 'bwd' : 'fwd'
    const single = this.#forwardFirst ? schema.perTarget === 'one' : schema.perSource === 'one'
    const old = (this.#forwardFirst ? base.bwd : base.fwd) ?? []
    return this.#buildGroups(secondary, old, single ? direction : null, () => ({ recordWords: 3, firstNewRelId: 0 }))
  }

  *#buildGroups(
    parts: RelPartitions,
    old: readonly CsrGroup[],
    single: 'fwd' | 'bwd' | null,
    stepOf: (group: number) => GroupStep,
  ): Steps<CsrGroup[]> {
    const { pool, sink, openSpill } = this.#context
    const groups: CsrGroup[] = []
    for (let group = 0; group < Math.max(parts.partitionCount, old.length); group++) {
      const before = old[group] ?? EMPTY_GROUP
      const added = group < parts.partitionCount ? parts.records(group) : null
      if (added === null || added.count === 0) {
        groups.push(before)
        continue
      }
      const { recordWords, firstNewRelId, onSplit, onSorted, onDone } = stepOf(group)
      const onSecond = (local: number): never => {
        throw multiplicityError(this.#start.schema.name, group * 2 ** CHUNK_SHIFT + local, single ?? 'fwd')
      }
      const built = buildCsrGroup({
        pool,
        sink,
        scratch: this.#scratch,
        old: before,
        added,
        recordWords,
        firstNode: group * 2 ** CHUNK_SHIFT,
        wantsOrder: recordWords === 2 && this.#properties !== null,
        firstNewRelId,
        removed: null,
        capacity: this.#capacity,
        openSpill,
        ...(single === null ? {} : { onSecond }),
        ...(onSorted === undefined ? {} : { onSorted }),
        ...(onSplit === undefined ? {} : { onSplit }),
      })
      onDone?.()
      parts.release(group)
      groups.push(built)
      if (before.relCount > 0) this.#freed.push({ first: before.firstPage, count: groupPages(before) })
      yield
    }
    return groups
  }

  /** The group is built in stretches: spreads its property rows, which stand in the order of its records, over them. */
  #splitProperties(group: number, stretches: number, stretchOf: (node: number) => number): void {
    if (this.#properties === null) return
    const types = this.#start.schema.columns.map((c) => c.type)
    const split = new RelPropertyPartitions(types, stretches, HELD_VALUES, this.#context.openSpill)
    const rows = rowsOf(this.#properties.runs(group))
    this.#primary.records(group).forEach((words, from, to) => {
      for (let at = from; at < to; at += 2) split.append(stretchOf(words[at]!), rows.next().value!)
    })
    this.#split = split
  }

  /** Appends the property rows of sorted rels to the columns. */
  #placeProperties(group: number, rels: SortedRels, columns: readonly ColumnMerger[]): void {
    const source = this.#split ?? this.#properties!
    const partition = this.#split === null ? group : rels.stretch
    if (rels.streamed) {
      if (this.#run?.stretch !== rels.stretch)
        this.#run = { stretch: rels.stretch, rows: rowsOf(source.runs(partition)) }
      for (let i = 0; i < rels.order.length; i++) {
        const row = this.#run.rows.next().value!
        for (let c = 0; c < columns.length; c++) columns[c]!.append(row[c]!)
      }
      return
    }
    const values = source.read(partition)
    for (let c = 0; c < columns.length; c++) {
      const column = values[c]!
      for (let i = 0; i < rels.order.length; i++) columns[c]!.append(column[rels.order[i]!]!)
    }
    if (this.#split !== null) this.#split.release(partition)
  }

  #closeSpills(): void {
    this.#primary.close()
    this.#properties?.close()
    this.#split?.close()
  }
}

/** How one group of a direction is built. */
interface GroupStep {
  readonly recordWords: 2 | 3
  readonly firstNewRelId: number
  readonly onSorted?: (rels: SortedRels) => void
  readonly onSplit?: (stretchCount: number, stretchOf: (node: number) => number) => void
  readonly onDone?: () => void
}

function* rowsOf(runs: Generator<readonly (readonly Value[])[]>): Generator<readonly Value[], undefined> {
  for (const columns of runs) {
    for (let row = 0; row < columns[0]!.length; row++) yield columns.map((column) => column[row]!)
  }
  return undefined
}

function groupsOf(nodeCount: number): number {
  return Math.max(1, Math.ceil(nodeCount / 2 ** CHUNK_SHIFT))
}

/** Values read from a vector may lie in its memory, which the caller reuses. */
function ownValue(value: Value): Value {
  if (value === null || typeof value !== 'object') return value
  if (ArrayBuffer.isView(value)) return value.slice()
  return Array.isArray(value) ? value.map(ownValue) : value
}

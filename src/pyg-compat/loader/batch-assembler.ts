import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { imputedElement } from '../features/decoded-column.ts'
import { DecodingFeatureSource } from '../features/decoding-feature-source.ts'
import type { FeatureSource } from '../features/feature-source.ts'
import type { BatchBuffers } from './batch-buffers.ts'
import { type BatchBuffer, type BatchData, COLUMN_PREFIX, type FieldLayout } from './batch-data.ts'
import { type BatchLayout, layoutOf, seedCount } from './batch-layout.ts'
import { ColumnGatherer, type GatherCounts } from './column-gatherer.ts'
import type { FeaturePlan, PlannedColumn } from './feature-plan.ts'
import { fieldArray } from './field-views.ts'
import type { SampledBatch } from './sampled-batch.ts'
import type { ThreadSource } from './thread-source.ts'
import { copyElements } from './typed-arrays.ts'

/** An edge type as batches report it, and the stored type that its edge ids belong to. */
export interface ReportedEdges {
  readonly reported: EdgeType
  readonly stored: EdgeType
}

/** What batches of one source are made of besides the source. */
export interface AssemblerSetup {
  readonly plan: FeaturePlan
  readonly edges: readonly ReportedEdges[]
  readonly commitNumber: number
}

/** One tensor of each batch that is gathered from columns. */
interface Part {
  /** Node type, or key of a reported edge type. */
  readonly store: string
  readonly isEdge: boolean
  readonly field: string
  readonly isLabel: boolean
  readonly gatherer: ColumnGatherer
}

/** A sampled batch whose rows the sources know. Keeps the very arrays that were announced. */
export interface AnnouncedBatch {
  readonly sampled: SampledBatch
  /** By part; null where the batch has no rows of it. */
  readonly rows: readonly (Uint32Array | null)[]
}

/**
 * Joins features to sampled batches, in one thread: all batches of a loader from one source, in their order. Each is announced as soon as it is sampled,
 * and assembled when its turn comes.
 */
export class BatchAssembler {
  readonly #setup: AssemblerSetup
  readonly #storedKeys: ReadonlyMap<string, string>
  readonly #parts: readonly Part[]
  /** What batches have been told so far. */
  #told: GatherCounts = { rows: 0, rowsRead: 0, bytesRead: 0 }

  /** @throws {DatabaseError} UNKNOWN_TABLE, UNKNOWN_PROPERTY, NOT_SUPPORTED. */
  constructor(source: ThreadSource, setup: AssemblerSetup) {
    this.#setup = setup
    this.#storedKeys = new Map(setup.edges.map(({ reported, stored }) => [edgeTypeKey(reported), edgeTypeKey(stored)]))
    this.#parts = [...nodeParts(source, setup.plan), ...edgeParts(source, setup)]
  }

  /** Says that the batch will be assembled after those announced before. */
  announce(sampled: SampledBatch): AnnouncedBatch {
    const rows = this.#parts.map((part) => this.#rowsOf(part, sampled))
    this.#parts.forEach(({ gatherer }, i) => {
      const wanted = rows[i]
      if (wanted != null) gatherer.announce(wanted)
    })
    return { sampled, rows }
  }

  /**
   * Fills a buffer with the batch that was announced first.
   * @throws {DatabaseError} RUNTIME naming table, column and row for NULL or NaN; OUT_OF_MEMORY.
   */
  assemble({ sampled, rows }: AnnouncedBatch, buffers: BatchBuffers): BatchData {
    const started = performance.now()
    const layout = layoutOf(sampled, this.#setup.plan, this.#storedKeys)
    const buffer = buffers.take(layout.bytes)
    try {
      copyTopology(sampled, layout, buffer)
      this.#parts.forEach((part, i) => {
        const wanted = rows[i]
        if (wanted != null) gather(part, wanted, { sampled, layout, buffer })
      })
    } catch (error) {
      buffers.give(buffer)
      throw error
    }
    const { commitNumber } = this.#setup
    const counts = this.#newCounts()
    return batchData({ sampled, layout, buffer, commitNumber, counts, gatherMs: performance.now() - started })
  }

  /** Forgets what was announced and not assembled. */
  forget(): void {
    for (const { gatherer } of this.#parts) gatherer.forget()
  }

  close(): void {
    for (const { gatherer } of this.#parts) gatherer.close()
  }

  #rowsOf({ store, isEdge, isLabel }: Part, sampled: SampledBatch): Uint32Array | null {
    const { nodes, edges } = sampled.subgraph
    if (isEdge) return edges.find(({ edgeType }) => edgeTypeKey(edgeType) === store)?.ids ?? null
    const ids = nodes.find(({ nodeType }) => nodeType === store)?.ids ?? null
    if (ids === null || !isLabel || this.#setup.plan.labels === 'all') return ids
    const seeds = seedCount(sampled, store)
    return seeds === 0 ? null : ids.subarray(0, seeds)
  }

  /** What was gathered and read since the last batch; rows of the next one may be on their way already. */
  #newCounts(): GatherCounts {
    const before = this.#told
    this.#told = this.#counts()
    return difference(this.#told, before)
  }

  #counts(): GatherCounts {
    const counts = { rows: 0, rowsRead: 0, bytesRead: 0 }
    for (const { gatherer } of this.#parts) {
      const { rows, rowsRead, bytesRead } = gatherer.counts()
      counts.rows += rows
      counts.rowsRead += rowsRead
      counts.bytesRead += bytesRead
    }
    return counts
  }
}

function nodeParts(source: ThreadSource, { nodes, impute, cacheBytes }: FeaturePlan): Part[] {
  const openNodeColumn = (nodeType: string, { column, decoding }: PlannedColumn): FeatureSource => {
    if (decoding === undefined) return source.openColumn(nodeType, column, { impute, cacheBytes })
    const element = impute === null ? null : imputedElement(impute, column, decoding)
    return new DecodingFeatureSource(source.openColumn(nodeType, column, { impute: element, cacheBytes }), decoding)
  }
  return nodes.flatMap(({ nodeType, x, y, others }) => {
    const gatherer = (columns: readonly PlannedColumn[], refuseNaN: boolean) => {
      const opened = columns.map((column) => {
        return { table: nodeType, column: column.column, source: openNodeColumn(nodeType, column) }
      })
      return new ColumnGatherer(opened, refuseNaN, impute)
    }
    const part = (field: string, columns: readonly PlannedColumn[], refuseNaN: boolean) => {
      return { store: nodeType, isEdge: false, field, isLabel: field === 'y', gatherer: gatherer(columns, refuseNaN) }
    }
    const parts: Part[] = []
    if (x.length > 0) parts.push(part('x', x, true))
    if (y !== null) parts.push(part('y', [y], true))
    for (const column of others) parts.push(part(column.column, [column], false))
    return parts
  })
}

function edgeParts(source: ThreadSource, { plan, edges }: AssemblerSetup): Part[] {
  return edges.flatMap(({ reported, stored }) => {
    const features = plan.edges.find(({ edgeType }) => edgeTypeKey(edgeType) === edgeTypeKey(stored))
    return (features?.columns ?? []).map(({ column }) => {
      const opened = { table: edgeTypeKey(stored), column, source: source.openColumn(stored, column, plan) }
      const gatherer = new ColumnGatherer([opened], false, null)
      return { store: edgeTypeKey(reported), isEdge: true, field: column, isLabel: false, gatherer }
    })
  })
}

interface Filling {
  readonly sampled: SampledBatch
  readonly layout: BatchLayout
  readonly buffer: BatchBuffer
}

function gather(part: Part, rows: Uint32Array, { sampled, layout, buffer }: Filling): void {
  const fields = part.isEdge
    ? layout.edges.find(({ edgeType }) => edgeTypeKey(edgeType) === part.store)?.fields
    : layout.nodes.find(({ nodeType }) => nodeType === part.store)?.fields
  const field = fields?.find(({ name }) => name === COLUMN_PREFIX + part.field)
  if (field === undefined) return
  // nodes without a label are normal; seeds without one are not
  const checked = part.isLabel ? seedCount(sampled, part.store) : rows.length
  part.gatherer.gather(rows, fieldArray(field, buffer), checked)
}

/** Copies what sampling gave: ids, edges, and what belongs to the seeds. */
function copyTopology({ subgraph, fields }: SampledBatch, layout: BatchLayout, buffer: BatchBuffer): void {
  const put = (target: readonly FieldLayout[], name: string, data: Parameters<typeof copyElements>[0] | null) => {
    const field = target.find((candidate) => candidate.name === name)
    if (field !== undefined && data !== null) copyElements(data, fieldArray(field, buffer))
  }
  subgraph.nodes.forEach(({ ids, batch, nodeType }, i) => {
    const target = layout.nodes[i]!.fields
    put(target, 'nId', ids)
    put(target, 'batch', batch)
    for (const { on, name, data } of fields) if ('nodeType' in on && on.nodeType === nodeType) put(target, name, data)
  })
  subgraph.edges.forEach(({ edgeIndex, ids, edgeType }, i) => {
    const target = layout.edges[i]!.fields
    put(target, 'edgeIndex', edgeIndex)
    put(target, 'eId', ids)
    for (const { on, name, data } of fields) {
      if ('edgeType' in on && edgeTypeKey(on.edgeType) === edgeTypeKey(edgeType)) put(target, name, data)
    }
  })
}

interface Assembled extends Filling {
  readonly commitNumber: number
  readonly counts: GatherCounts
  readonly gatherMs: number
}

function batchData({ sampled, layout, buffer, commitNumber, counts, gatherMs }: Assembled): BatchData {
  const { epoch, index, sampleMs } = sampled
  const { nodes, edges, bytes } = layout
  const nodeCount = nodes.reduce((sum, { numNodes }) => sum + numNodes, 0)
  const edgeCount = edges.reduce((sum, { numEdges }) => sum + numEdges, 0)
  const statistics = { sampleMs, gatherMs, waitMs: 0, nodes: nodeCount, edges: edgeCount, ...counts, bytes }
  return { epoch, index, commitNumber, buffer, nodes, edges, statistics }
}

function difference(after: GatherCounts, before: GatherCounts): GatherCounts {
  return {
    rows: after.rows - before.rows,
    rowsRead: after.rowsRead - before.rowsRead,
    bytesRead: after.bytesRead - before.bytesRead,
  }
}

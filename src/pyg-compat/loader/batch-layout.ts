import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { SampledEdges, SampledNodes } from '../sampler/sampled-subgraph.ts'
import type { DType } from '../tensor.ts'
import { COLUMN_PREFIX, type EdgeLayout, type FieldLayout, type NodeLayout } from './batch-data.ts'
import type { EdgeFeatures, FeaturePlan, NodeFeatures, PlannedColumn } from './feature-plan.ts'
import type { EdgeIndex, SampledBatch, SeedField } from './sampled-batch.ts'
import { bytesPerElement, elementsOf } from './typed-arrays.ts'

/** Where everything of a batch lies in one buffer. */
export interface BatchLayout {
  readonly nodes: readonly NodeLayout[]
  readonly edges: readonly EdgeLayout[]
  readonly bytes: number
}

const ALIGNMENT = 64

/**
 * @param stored by the key of a reported edge type, the key of the stored type that its ids belong to.
 * @returns the layout of a sampled batch with the features that the plan names.
 */
export function layoutOf(sampled: SampledBatch, plan: FeaturePlan, stored: ReadonlyMap<string, string>): BatchLayout {
  const space = new Space()
  const nodes = sampled.subgraph.nodes.map((nodes) => {
    const features = plan.nodes.find(({ nodeType }) => nodeType === nodes.nodeType)
    const seeds = seedCount(sampled, nodes.nodeType)
    return nodeLayout(space, nodes, {
      features,
      labelRows: plan.labels === 'all' ? nodes.ids.length : seeds,
      batchSize: sampled.hasBatchSize && isSeeded(sampled, nodes.nodeType) ? seeds : null,
      fields: sampled.fields.filter(({ on }) => 'nodeType' in on && on.nodeType === nodes.nodeType),
    })
  })
  const edges = sampled.subgraph.edges.map((edges) => {
    const key = edgeTypeKey(edges.edgeType)
    const features = plan.edges.find(({ edgeType }) => edgeTypeKey(edgeType) === stored.get(key))
    return edgeLayout(space, edges, features, fieldsOn(sampled, edges.edgeType))
  })
  return { nodes, edges, bytes: space.bytes }
}

/** @returns how many nodes of a type are seeds. */
export function seedCount({ seeds }: SampledBatch, nodeType: string): number {
  return seeds.find((seed) => seed.nodeType === nodeType)?.count ?? 0
}

/** @returns the type of the tensor y: training wants 32 bits. */
export function labelType({ dtype }: PlannedColumn): DType {
  return dtype === 'float32' || dtype === 'float64' ? 'float32' : 'int32'
}

interface NodeContents {
  readonly features: NodeFeatures | undefined
  readonly labelRows: number
  readonly batchSize: number | null
  readonly fields: readonly SeedField[]
}

function nodeLayout(space: Space, { nodeType, ids, batch, perHop }: SampledNodes, contents: NodeContents): NodeLayout {
  const { features, labelRows, batchSize } = contents
  const n = ids.length
  const fields = [space.field('nId', 'uint32', [n])]
  if (batch !== null) fields.push(space.field('batch', 'uint32', [n]))
  for (const { name, dtype, shape } of contents.fields) fields.push(space.field(name, dtype, shape))
  if (features !== undefined) {
    const { x, xShape, y, others } = features
    if (x.length > 0) fields.push(space.column('x', 'float32', [n, ...xShape]))
    if (y !== null && labelRows > 0) fields.push(space.column('y', labelType(y), [labelRows, ...y.rowShape]))
    for (const { column, dtype, rowShape } of others) fields.push(space.column(column, dtype, [n, ...rowShape]))
  }
  return { nodeType, numNodes: n, batchSize, numSampledNodes: perHop, fields }
}

function edgeLayout(
  space: Space,
  { edgeType, edgeIndex, ids, perHop }: SampledEdges<EdgeIndex>,
  features: EdgeFeatures | undefined,
  seedFields: readonly SeedField[],
): EdgeLayout {
  const e = edgeIndex.length / 2
  const fields = [space.field('edgeIndex', 'int32', [2, e])]
  if (ids !== null) fields.push(space.field('eId', 'uint32', [e]))
  for (const { name, dtype, shape } of seedFields) fields.push(space.field(name, dtype, shape))
  if (ids !== null && features !== undefined) {
    for (const { column, dtype, rowShape } of features.columns) {
      fields.push(space.column(column, dtype, [e, ...rowShape]))
    }
  }
  return { edgeType, numEdges: e, numSampledEdges: perHop, fields }
}

function fieldsOn({ fields }: SampledBatch, edgeType: EdgeType): SeedField[] {
  const key = edgeTypeKey(edgeType)
  return fields.filter(({ on }) => 'edgeType' in on && edgeTypeKey(on.edgeType) === key)
}

function isSeeded({ seeds }: SampledBatch, nodeType: string): boolean {
  return seeds.some((seed) => seed.nodeType === nodeType)
}

/** Hands out places one after the other. */
class Space {
  bytes = 0

  field(name: string, dtype: DType, shape: readonly number[]): FieldLayout {
    const offset = this.bytes
    const bytes = elementsOf(shape) * bytesPerElement(dtype)
    this.bytes = Math.ceil((offset + bytes) / ALIGNMENT) * ALIGNMENT
    return { name, dtype, shape, offset }
  }

  column(name: string, dtype: DType, shape: readonly number[]): FieldLayout {
    return this.field(COLUMN_PREFIX + name, dtype, shape)
  }
}

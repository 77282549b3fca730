import type { Operator } from '../../plan/operator.ts'
import type { Emitter } from '../codegen/emitter.ts'
import { emitAggregate } from './aggregate.ts'
import { emitApply } from './apply.ts'
import { emitCreate } from './create.ts'
import { emitCrossProduct } from './cross-product.ts'
import { emitDelete } from './delete.ts'
import { emitExtend } from './extend.ts'
import { emitExtendInto } from './extend-into.ts'
import { emitExtendRecursive } from './extend-recursive.ts'
import { emitHashJoin } from './hash-join.ts'
import { emitLookupNode, emitNodeById } from './lookup-node.ts'
import { emitMerge } from './merge.ts'
import { emitArgument, emitFilter, emitLimit, emitProject, emitSingleRow, emitUnwind } from './row-operators.ts'
import { emitRowSource } from './row-source.ts'
import { emitScanNodes } from './scan-nodes.ts'
import { emitSet } from './set.ts'
import { emitSort } from './sort.ts'
import { emitUnion } from './union.ts'

type Emit<K extends Operator['op']> = (
  op: Extract<Operator, { readonly op: K }>,
  emitter: Emitter,
  consume: () => void,
) => void

/** How each operator is emitted; one entry per kind, checked by the compiler. */
const EMIT: { readonly [K in Operator['op']]: Emit<K> } = {
  singleRow: emitSingleRow,
  argument: emitArgument,
  scanNodes: emitScanNodes,
  lookupNode: emitLookupNode,
  nodeById: emitNodeById,
  extend: emitExtend,
  extendInto: emitExtendInto,
  extendRecursive: emitExtendRecursive,
  filter: emitFilter,
  project: emitProject,
  unwind: emitUnwind,
  hashJoin: emitHashJoin,
  crossProduct: emitCrossProduct,
  apply: emitApply,
  aggregate: emitAggregate,
  sort: emitSort,
  limit: emitLimit,
  union: emitUnion,
  tableFunction: emitRowSource,
  scanFile: emitRowSource,
  create: emitCreate,
  set: emitSet,
  delete: emitDelete,
  merge: emitMerge,
}

/** Emits an operator: `consume` is called at the place where a row of it exists. */
export function emitOperator(op: Operator, emitter: Emitter, consume: () => void): void {
  const emit = EMIT[op.op] as Emit<Operator['op']>
  emit(op as never, emitter, consume)
}

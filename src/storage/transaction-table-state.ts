import type { NodeTableBase } from './column-base.ts'
import { CsrDirection } from './csr-direction.ts'
import { NodeDelta, RelDelta } from './delta-table.ts'
import type { RelTableBase } from './rel-table-base.ts'
import type { NodeTableSchema, RelTableSchema } from './table-schema.ts'

/** A node table as one thread holds it: merged base and the changes since. */
export class NodeTableState {
  readonly kind = 'node'
  readonly tableId: number
  readonly schema: NodeTableSchema
  /** Random; names this base for ever, so that changes are never replayed on another one. */
  readonly version: number
  readonly base: NodeTableBase
  readonly delta: NodeDelta

  constructor(schema: NodeTableSchema, version: number, base: NodeTableBase) {
    this.tableId = schema.tableId
    this.schema = schema
    this.version = version
    this.base = base
    this.delta = new NodeDelta(schema, base.rowCount)
  }
}

/** A FROM-TO pair as one thread holds it. */
export class RelTableState {
  readonly kind = 'rel'
  readonly tableId: number
  readonly schema: RelTableSchema
  readonly version: number
  readonly base: RelTableBase
  readonly delta: RelDelta
  readonly fwd: CsrDirection | null
  readonly bwd: CsrDirection | null

  constructor(schema: RelTableSchema, version: number, base: RelTableBase) {
    this.tableId = schema.relTableId
    this.schema = schema
    this.version = version
    this.base = base
    this.delta = new RelDelta(schema, base.rowCount)
    this.fwd = base.fwd === null ? null : new CsrDirection(base.fwd)
    this.bwd = base.bwd === null ? null : new CsrDirection(base.bwd)
  }
}

/** A table of either kind. */
export type TableState = NodeTableState | RelTableState

/** Tables by id. Node tables and FROM-TO pairs share the numbers. */
export type TableStates = ReadonlyMap<number, TableState>

/** @returns a new version number: 52 random bits, so that no two processes ever give the same one. */
export function newVersion(): number {
  const words = crypto.getRandomValues(new Uint32Array(2))
  return (words[0]! & 0xfffff) * 2 ** 32 + words[1]!
}

import type { Slot } from '../../plan/bound-expression.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { Block } from './block.ts'
import type { Code } from './code.ts'

/** Where a slot was bound: declarations that depend on it can still be put there. */
export interface BindingPlace {
  readonly declarations: Block
  readonly loopDepth: number
  /** The block in which the slot is bound. */
  readonly block: Block
}

/** The range of offsets that a scan loop runs over; code in front of the loop can decode columns of it at once. */
export interface ScanRange {
  readonly start: string
  readonly end: string
  readonly declarations: Block
}

/** A node under way: offset and, when it may come from several tables, a variable that holds the table id. */
export interface NodeVariables {
  readonly kind: 'node'
  readonly slot: Slot
  readonly offset: string
  readonly table: string | null
  /** The offset may be -1. */
  readonly nullable: boolean
  readonly place: BindingPlace
  /** Set where every row of a range goes through the loop. */
  readonly range: ScanRange | null
}

/** A rel under way; parts that nobody asks for are null. */
export interface RelVariables {
  readonly kind: 'rel'
  readonly slot: Slot
  /** Rel id, -1 for NULL. */
  readonly id: string | null
  readonly pair: string | null
  readonly source: string | null
  readonly target: string | null
  readonly nullable: boolean
  readonly place: BindingPlace
}

/** A value under way. `code.value` and `code.nul` are identifiers or tests of identifiers. */
export interface ValueVariables {
  readonly kind: 'value'
  readonly slot: Slot
  readonly code: Code
  readonly place: BindingPlace
}

/** What a slot is held in, by its kind. */
export type SlotVariables = NodeVariables | RelVariables | ValueVariables

const NOWHERE: BindingPlace = { declarations: new Block(), loopDepth: 0, block: new Block() }

/** @returns variables for a value that belongs to no slot of the plan, such as a sort key. */
export function unnamedValue(code: Code, type: LogicalType): ValueVariables {
  const slot: Slot = { slot: -1, kind: 'value', name: '', type, tables: [], nullable: code.nul !== null }
  return { kind: 'value', slot, code, place: NOWHERE }
}

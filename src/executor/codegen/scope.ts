import type { Block } from './block.ts'
import type { Code } from './code.ts'
import type { SlotVariables } from './slot-variables.ts'

/**
 * What generated code can see at a place: slots bound and values computed in this JavaScript block or one around it, up to the
 * function's outermost block.
 */
export class Scope {
  readonly parent: Scope | null
  readonly block: Block
  /** Loops around this place, those around a helper's call included. */
  readonly loopDepth: number
  readonly #slots = new Map<number, SlotVariables>()
  readonly #memo = new Map<string, Code>()
  #hasForgotten = false

  /** @param outerLoops loops around the function's call, for the outermost block of a helper. */
  constructor(parent: Scope | null, block: Block, isLoop: boolean, outerLoops = 0) {
    this.parent = parent
    this.block = block
    this.loopDepth = (parent?.loopDepth ?? outerLoops) + (isLoop ? 1 : 0)
  }

  bind(variables: SlotVariables): void {
    this.#slots.set(variables.slot.slot, variables)
  }

  find(slot: number): SlotVariables | undefined {
    return this.#slots.get(slot) ?? this.parent?.find(slot)
  }

  /** Slots visible here. */
  visible(into: Map<number, SlotVariables> = new Map()): Map<number, SlotVariables> {
    for (const [slot, variables] of this.#slots) if (!into.has(slot)) into.set(slot, variables)
    return this.parent === null ? into : this.parent.visible(into)
  }

  remember(key: string, code: Code): void {
    this.#memo.set(key, code)
  }

  recall(key: string): Code | undefined {
    return this.#memo.get(key) ?? (this.#hasForgotten ? undefined : this.parent?.recall(key))
  }

  /** From here on nothing that was computed before is recalled: what it was read from may have changed. */
  forget(): void {
    this.#memo.clear()
    this.#hasForgotten = true
  }
}

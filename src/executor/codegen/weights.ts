import type { Emitter } from './emitter.ts'

/**
 * Emits rows that stand for `count` times the current row: nothing for 0; otherwise one row with a larger weight. The operators above must have
 * asked for 'weight' or 'exists' (see liveness.ts).
 */
export function emitWeighted(count: string, emitter: Emitter, consume: () => void): void {
  const held = emitter.hold(count, 'd')
  emitter.within(`if (${held} !== 0)`, () => {
    emitter.weight = emitter.weight === null ? held : emitter.hold(`${emitter.weight} * ${held}`, 'w')
    consume()
  })
}

/** Emits `count` rows that are all alike. */
export function emitRepeated(count: string, emitter: Emitter, consume: () => void): void {
  const i = emitter.fresh('i')
  const held = emitter.hold(count, 'd')
  emitter.loop(`for (let ${i} = 0; ${i} < ${held}; ${i}++)`, consume)
}

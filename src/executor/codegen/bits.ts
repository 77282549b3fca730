import type { Emitter } from './emitter.ts'

/** Emits `body` for a bit that was not set yet, and sets it. */
export function emitNewBit(bits: string, position: string, emitter: Emitter, body: () => void): void {
  const word = emitter.hold(`${bits}[${position} >>> 5]`, 'b')
  emitter.within(`if ((${word} & (1 << ${position})) === 0)`, () => {
    emitter.line(`${bits}[${position} >>> 5] = ${word} | (1 << ${position})`)
    body()
  })
}

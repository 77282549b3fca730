import type { Emitter } from './emitter.ts'

/**
 * Emits a loop over the rows of an object with a `length`: as the source of a new pipeline, or in place inside of a sub-plan.
 * `body` gets the name of the row number.
 */
export function emitRows(object: number, about: string, emitter: Emitter, body: (row: string) => void): void {
  const loop = (start: string, end: string): void => {
    const row = emitter.fresh('i')
    emitter.loop(`for (let ${row} = ${start}; ${row} < ${end}; ${row}++)`, () => body(row))
  }
  if (emitter.isNested) {
    loop('0', `${emitter.use(object)}.length`)
    return
  }
  emitter.pipeline({ kind: 'rows', binding: object }, about, () => loop('start', 'end'))
}

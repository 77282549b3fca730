/** Work arrays of a group builder, kept from one group to the next, so that a load's memory does not wait for the garbage collector. */
export class CsrScratch {
  readonly #arrays = new Map<string, Uint32Array>()

  /** @returns `length` elements of unknown content, valid until the same name is asked for again. */
  take(name: 'neighbours' | 'second' | 'pairs' | 'nodes', length: number): Uint32Array {
    let array = this.#arrays.get(name)
    if (array === undefined || array.length < length) {
      array = new Uint32Array(Math.ceil(length * 1.1))
      this.#arrays.set(name, array)
    }
    return array.subarray(0, length)
  }
}

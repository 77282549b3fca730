import type { Renderer } from './renderer.ts'

/** Nothing: for measuring. */
// biome-ignore lint/correctness/useYield: it has nothing to say
export const trash: Renderer = function* () {
  return { rows: 0, columns: 0 }
}

import { editDistance } from '../util/edit-distance.ts'

const MAX_DISTANCE = 2

/**
 * @returns the end of an error message: ' Did you mean x?' for the known name nearest to an unknown one, or '' when none is near.
 * Cost: one edit distance per name.
 */
export function didYouMean(unknown: string, known: Iterable<string>): string {
  const lower = unknown.toLowerCase()
  let best = ''
  let least = Math.min(MAX_DISTANCE, Math.ceil(lower.length / 2)) + 1
  for (const name of known) {
    const distance = editDistance(lower, name.toLowerCase())
    if (distance >= least) continue
    best = name
    least = distance
  }
  return best === '' ? '' : ` Did you mean ${best}?`
}

/** Number of insertions, deletions, replacements and swaps of neighbours between two words. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_e, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + same)
      current.push(swapped ? Math.min(best, before[j - 2]! + 1) : best)
    }
    before = previous
    previous = current
  }
  return previous[b.length]!
}

/** @returns the candidate closest to a misspelt word, or one that the word begins; undefined when none is close. Case does not count. */
export function closestName(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  const limit = wanted.length < 4 ? 1 : 2
  const near = candidates
    .map((name) => ({ name, slips: distance(wanted, name.toLowerCase()) }))
    .filter(({ slips }) => slips <= limit)
    .sort((a, b) => a.slips - b.slips)
  const begun = wanted.length > 1 ? candidates.find((name) => name.toLowerCase().startsWith(wanted)) : undefined
  return near[0]?.name ?? begun
}

/** @returns ` Did you mean X?` for the closest candidate, or the empty text. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const closest = closestName(word, candidates)
  return closest === undefined ? '' : ` Did you mean ${closest}?`
}

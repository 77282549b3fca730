import type { TokenType } from './token.ts'

const LISTED = 6

/** @returns what a message says of possible tokens; long lists are cut, since nobody reads a hundred of them. */
export function listOfTypes(types: readonly TokenType[]): string {
  const names = [...new Set(types.map((type) => type.name))]
  if (names.length > LISTED) return `${names.slice(0, LISTED).join(', ')} or others`
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? 'something else')
}

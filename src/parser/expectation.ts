import type { IParserErrorMessageProvider, TokenType } from 'chevrotain'

const LISTED = 6

/**
 * Messages of the grammar's own errors: only what was expected, in a few words. parse.ts adds place and excerpt.
 * Long lists of possible tokens are cut, since nobody reads a hundred of them.
 */
export const expectationMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => 'the end of the text',
  buildNoViableAltMessage: ({ expectedPathsPerAlt, customUserDescription }) =>
    customUserDescription ?? listOf(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths, customUserDescription }) =>
    customUserDescription ?? listOf(expectedIterationPaths),
}

function listOf(paths: readonly (readonly TokenType[])[]): string {
  const names = [...new Set(paths.flatMap((path) => path.slice(0, 1)).map((type) => type.name))]
  if (names.length > LISTED) return `${names.slice(0, LISTED).join(', ')} or others`
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? 'something else')
}

/*
 * The words of the dialect. A copy of the parser's list, which a shell may not import; a test compares the two.
 */

/** Words that are names only in back-quotes. */
const RESERVED = `
  ALL AND ANY ASC ASCENDING CASE CAST CREATE DEFAULT DESC DESCENDING DISTINCT ELSE END ENDS EXISTS FALSE IN NONE
  NOT NULL ON OPTIONAL OR ORDER PRIMARY SINGLE STARTS TABLE THEN TRUE UNION UNWIND WHEN WHERE WITH XOR
`

/** Words with a meaning in some places. */
const OTHERS = `
  ACYCLIC ADD ALTER AS ATTACH BEGIN BY CALL CHECKPOINT COLUMN COMMENT COMMIT CONTAINS COPY COUNT CYCLE DATABASE
  DELETE DETACH DROP EXPLAIN EXPORT EXTENSION FORCE FROM GLOB GROUP HEADERS HINT IF IMPORT INCREMENT INSTALL IS
  JOIN KEY LIMIT LOAD LOGICAL MACRO MATCH MAXVALUE MERGE MINVALUE MULTI_JOIN NO NODE ONLY PROFILE READ REL
  RENAME RETURN ROLLBACK SEQUENCE SET SHORTEST SKIP START TO TRAIL TRANSACTION TYPE UNINSTALL UPDATE USE WALK
  WSHORTEST YIELD
`

const words = (text: string) => text.trim().split(/\s+/)

/** Every keyword, in upper case. */
export const KEYWORDS: readonly string[] = [...words(RESERVED), ...words(OTHERS)].sort()

const ALL: ReadonlySet<string> = new Set(KEYWORDS)
const RESERVED_WORDS: ReadonlySet<string> = new Set(words(RESERVED))

/** @returns whether a word is a keyword somewhere. */
export function isKeyword(word: string): boolean {
  return ALL.has(word.toUpperCase())
}

/** @returns a name as it is written in a statement: in back-quotes where it needs them. */
export function quoteName(name: string): string {
  const plain = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) && !RESERVED_WORDS.has(name.toUpperCase())
  return plain ? name : `\`${name.replaceAll('`', '``')}\``
}

/** Words that a name can only be in back-quotes; a test compares them with the parser's. */
const RESERVED = new Set(
  (
    'ALL AND ANY ASC ASCENDING CASE CAST CREATE DEFAULT DESC DESCENDING DISTINCT ELSE END ENDS EXISTS FALSE IN NONE NOT NULL ON OPTIONAL OR ORDER ' +
    'PRIMARY SINGLE STARTS TABLE THEN TRUE UNION UNWIND WHEN WHERE WITH XOR'
  ).split(' '),
)

/** @returns a name as a statement has to write it: in back-quotes where it is no plain word. */
export function quoteName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toUpperCase())
  return isPlain ? name : `\`${name.replaceAll('`', '``')}\``
}

import { createToken, Lexer, type TokenType } from 'chevrotain'

/*
 * Token types of the grammar. They carry no patterns: lexer.ts makes the tokens by hand, which costs nothing at start-up
 * and lets it say what is wrong with a string or a number. Keywords are found by their upper-case spelling.
 */

/** Words that never are names unless they stand in back-quotes. */
const RESERVED = [
  'ALL',
  'AND',
  'ANY',
  'ASC',
  'ASCENDING',
  'CASE',
  'CAST',
  'CREATE',
  'DEFAULT',
  'DESC',
  'DESCENDING',
  'DISTINCT',
  'ELSE',
  'END',
  'ENDS',
  'EXISTS',
  'FALSE',
  'IN',
  'NONE',
  'NOT',
  'NULL',
  'ON',
  'OPTIONAL',
  'OR',
  'ORDER',
  'PRIMARY',
  'SINGLE',
  'STARTS',
  'TABLE',
  'THEN',
  'TRUE',
  'UNION',
  'UNWIND',
  'WHEN',
  'WHERE',
  'WITH',
  'XOR',
] as const

/** Words with a meaning in some places that are ordinary names everywhere else. */
const UNRESERVED = [
  'ACYCLIC',
  'ADD',
  'ALTER',
  'AS',
  'ATTACH',
  'BEGIN',
  'BY',
  'CALL',
  'CHECKPOINT',
  'COLUMN',
  'COMMENT',
  'COMMIT',
  'CONTAINS',
  'COPY',
  'COUNT',
  'CYCLE',
  'DATABASE',
  'DELETE',
  'DETACH',
  'DROP',
  'EXPLAIN',
  'EXPORT',
  'EXTENSION',
  'FORCE',
  'FROM',
  'GLOB',
  'GROUP',
  'HEADERS',
  'HINT',
  'IF',
  'IMPORT',
  'INCREMENT',
  'INSTALL',
  'IS',
  'JOIN',
  'KEY',
  'LIMIT',
  'LOAD',
  'LOGICAL',
  'MACRO',
  'MATCH',
  'MAXVALUE',
  'MERGE',
  'MINVALUE',
  'MULTI_JOIN',
  'NO',
  'NODE',
  'ONLY',
  'PROFILE',
  'READ',
  'REL',
  'RENAME',
  'RETURN',
  'ROLLBACK',
  'SEQUENCE',
  'SET',
  'SHORTEST',
  'SKIP',
  'START',
  'TO',
  'TRAIL',
  'TRANSACTION',
  'TYPE',
  'UNINSTALL',
  'UPDATE',
  'USE',
  'WALK',
  'WSHORTEST',
  'YIELD',
] as const

/** Every keyword, in upper case. */
export type Keyword = (typeof RESERVED)[number] | (typeof UNRESERVED)[number]

const category = (name: string): TokenType => createToken({ name, pattern: Lexer.NA })

/** Category of everything that can be a name: plain and back-quoted identifiers and the unreserved keywords. */
export const NameToken = category('a name')
/** Category of `= <> < <= > >=` (and `!=`, which the grammar refuses with a hint). */
export const ComparisonToken = category('a comparison')
/** Category of the binary operators on numbers, bits and texts. */
export const ArithmeticToken = category('an operator')

/** Category of `-` and of the dashes of other scripts, which count only in patterns; likewise the arrow heads. */
export const DashToken = category('a dash')
/** Category of the heads of arrows to the left. */
export const LeftHeadToken = category("'<'")
/** Category of the heads of arrows to the right. */
export const RightHeadToken = category("'>'")

const token = (name: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories })

/** Tokens whose text varies; `payload` of the token holds the value (see lexer.ts). */
export const LITERAL = {
  identifier: token('an identifier', NameToken),
  integer: token('an integer'),
  float: token('a number'),
  string: token('a string'),
  parameter: token('a parameter'),
  /** Text that is no token; `payload` says why. Lexing ends with it. */
  invalid: token('invalid text'),
} as const

/** Punctuation and operators. */
export const SYMBOL = {
  leftParen: token("'('"),
  rightParen: token("')'"),
  leftBracket: token("'['"),
  rightBracket: token("']'"),
  leftBrace: token("'{'"),
  rightBrace: token("'}'"),
  comma: token("','"),
  semicolon: token("';'"),
  dot: token("'.'"),
  range: token("'..'"),
  colon: token("':'"),
  assign: token("':='"),
  bang: token("'!'"),
  match: token("'=~'"),
  equal: token("'='", ComparisonToken),
  notEqual: token("'<>'", ComparisonToken),
  bangEqual: token("'!='", ComparisonToken),
  less: token("'<'", ComparisonToken, LeftHeadToken),
  lessEqual: token("'<='", ComparisonToken),
  greater: token("'>'", ComparisonToken, RightHeadToken),
  greaterEqual: token("'>='", ComparisonToken),
  shiftLeft: token("'<<'", ArithmeticToken),
  shiftRight: token("'>>'", ArithmeticToken),
  pipe: token("'|'", ArithmeticToken),
  ampersand: token("'&'", ArithmeticToken),
  plus: token("'+'", ArithmeticToken),
  minus: token("'-'", ArithmeticToken, DashToken),
  star: token("'*'", ArithmeticToken),
  slash: token("'/'", ArithmeticToken),
  percent: token("'%'", ArithmeticToken),
  caret: token("'^'", ArithmeticToken),
  dash: token('a typographic dash', DashToken),
  leftHead: token('a typographic arrow head', LeftHeadToken),
  rightHead: token('a typographic arrow tip', RightHeadToken),
} as const

/** Token type of each keyword; its name is the keyword itself. */
export const KEYWORD = Object.fromEntries([
  ...RESERVED.map((word) => [word, token(word)]),
  ...UNRESERVED.map((word) => [word, token(word, NameToken)]),
]) as Readonly<Record<Keyword, TokenType>>

/** Token type by upper-case word. */
export const KEYWORDS: ReadonlyMap<string, TokenType> = new Map(Object.entries(KEYWORD))

/** Every token type, as the parser wants them. */
export const VOCABULARY: readonly TokenType[] = [
  NameToken,
  ComparisonToken,
  ArithmeticToken,
  DashToken,
  LeftHeadToken,
  RightHeadToken,
  ...Object.values(LITERAL),
  ...Object.values(SYMBOL),
  ...Object.values(KEYWORD),
]

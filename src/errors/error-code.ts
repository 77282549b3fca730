/**
 * Every code that a {@link DatabaseError} can carry, with the text that its message starts with and what it does to a
 * transaction. Codes are stable: programs may branch on them; messages may be reworded.
 */
export const ERROR_CODES = {
  // text -> AST
  SYNTAX: 'Parser exception',
  // names and types
  UNKNOWN_TABLE: 'Binder exception',
  UNKNOWN_VARIABLE: 'Binder exception',
  UNKNOWN_PROPERTY: 'Binder exception',
  UNKNOWN_FUNCTION: 'Catalog exception',
  UNKNOWN_TYPE: 'Catalog exception',
  UNKNOWN_OPTION: 'Binder exception',
  DUPLICATE_NAME: 'Binder exception',
  TYPE_MISMATCH: 'Binder exception',
  BINDER: 'Binder exception',
  CATALOG: 'Catalog exception',
  NOT_SUPPORTED: 'Binder exception',
  MISSING_PARAMETER: 'Runtime exception',
  UNKNOWN_PARAMETER: 'Runtime exception',
  // evaluation
  CONVERSION: 'Conversion exception',
  OVERFLOW: 'Overflow exception',
  RUNTIME: 'Runtime exception',
  DIVIDE_BY_ZERO: 'Runtime exception',
  INTERRUPTED: '',
  TIMEOUT: '',
  // data changes
  DUPLICATE_KEY: 'Runtime exception',
  NULL_KEY: 'Runtime exception',
  UNKNOWN_KEY: 'Copy exception',
  MULTIPLICITY: 'Runtime exception',
  CONNECTED_NODE: 'Runtime exception',
  COPY: 'Copy exception',
  // files
  IO: 'IO exception',
  BAD_FILE: 'Copy exception',
  // transactions
  TRANSACTION: '',
  WRITE_CONFLICT: '',
  READ_ONLY: 'Connection exception',
  // storage
  CORRUPT_PAGE: 'Storage exception',
  NEWER_FORMAT: 'Storage exception',
  NOT_A_DATABASE: 'Storage exception',
  DISK_FULL: 'IO exception',
  MAP_FULL: 'Storage exception',
  TOO_MANY_READERS: 'Storage exception',
  LOCKED: 'IO exception',
  OUT_OF_MEMORY: 'Buffer manager exception',
  LIMIT: 'Storage exception',
  // handles
  CLOSED: 'Runtime exception',
  BUSY: 'Connection exception',
  INVALID_ARGUMENT: 'Runtime exception',
  INTERNAL: 'Internal exception',
} as const

/** One of the stable codes above. */
export type ErrorCode = keyof typeof ERROR_CODES

/** Facts of an error as data: table, column, key, file, line, page … whatever the message mentions. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null | undefined>>

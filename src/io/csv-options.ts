import { DatabaseError } from '../errors/database-error.ts'

/** Value of an option as the statement has it: a literal, or `true` for a bare name. */
export type OptionValue = null | boolean | number | bigint | string | readonly OptionValue[]

/** Options of a CSV file. Delimiter, quote and escape are one character each; `undefined` means "find out". */
export interface CsvOptions {
  readonly header: boolean | undefined
  readonly delimiter: string | undefined
  readonly quote: string | undefined
  readonly escape: string | undefined
  /** Lines left out at the start of each file, before the header. */
  readonly skip: number
  /** Accepted for compatibility; quoted newlines are read either way. */
  readonly parallel: boolean
  /** List cells stand without their brackets. */
  readonly listUnbraced: boolean
  /** Skip rows that cannot be read, and remember why. */
  readonly ignoreErrors: boolean
  /** Find out dialect, header and types from the first rows. */
  readonly autoDetect: boolean
  /** Rows looked at for that. */
  readonly sampleSize: number
  /** Cell texts that are NULL. */
  readonly nullStrings: readonly string[]
}

/** Options of a statement that gives none. */
export const DEFAULT_CSV_OPTIONS: CsvOptions = {
  header: undefined,
  delimiter: undefined,
  quote: undefined,
  escape: undefined,
  skip: 0,
  parallel: true,
  listUnbraced: false,
  ignoreErrors: false,
  autoDetect: true,
  sampleSize: 256,
  nullStrings: [''],
}

type Mutable = { -readonly [K in keyof CsvOptions]: CsvOptions[K] }
type Setter = (options: Mutable, name: string, value: OptionValue) => void

const setters: Readonly<Record<string, Setter>> = {
  HEADER: (o, n, v) => {
    o.header = booleanOption(n, v)
  },
  DELIM: (o, n, v) => {
    o.delimiter = characterOption(n, v)
  },
  DELIMITER: (o, n, v) => {
    o.delimiter = characterOption(n, v)
  },
  QUOTE: (o, n, v) => {
    o.quote = characterOption(n, v)
  },
  ESCAPE: (o, n, v) => {
    o.escape = characterOption(n, v)
  },
  SKIP: (o, n, v) => {
    o.skip = countOption(n, v)
  },
  PARALLEL: (o, n, v) => {
    o.parallel = booleanOption(n, v)
  },
  LIST_UNBRACED: (o, n, v) => {
    o.listUnbraced = booleanOption(n, v)
  },
  IGNORE_ERRORS: (o, n, v) => {
    o.ignoreErrors = booleanOption(n, v)
  },
  AUTO_DETECT: (o, n, v) => {
    o.autoDetect = booleanOption(n, v)
  },
  AUTODETECT: (o, n, v) => {
    o.autoDetect = booleanOption(n, v)
  },
  SAMPLE_SIZE: (o, n, v) => {
    o.sampleSize = countOption(n, v)
  },
  NULL_STRINGS: (o, n, v) => {
    o.nullStrings = textListOption(n, v)
  },
}

/**
 * Options of a statement over the defaults; names are taken without regard to case.
 * @throws {DatabaseError} UNKNOWN_OPTION for a name that is none, BINDER for a value of the wrong kind or characters that clash.
 */
export function parseCsvOptions(given: Readonly<Record<string, OptionValue>>): CsvOptions {
  const options: Mutable = { ...DEFAULT_CSV_OPTIONS }
  for (const [key, value] of Object.entries(given)) {
    const name = key.toUpperCase()
    const set = setters[name]
    if (set === undefined) {
      throw new DatabaseError('UNKNOWN_OPTION', `Unrecognized csv parsing option: ${name}.`, {
        facts: { option: name },
      })
    }
    set(options, name, value)
  }
  if (
    options.delimiter !== undefined &&
    (options.delimiter === options.quote || options.delimiter === options.escape)
  ) {
    throw new DatabaseError('BINDER', 'The csv parsing option DELIM must differ from QUOTE and ESCAPE.')
  }
  return options
}

function wrongType(name: string, wanted: string): DatabaseError {
  return new DatabaseError('BINDER', `The type of csv parsing option ${name} must be a ${wanted}.`, {
    facts: { option: name },
  })
}

function booleanOption(name: string, value: OptionValue): boolean {
  if (typeof value === 'boolean') return value
  if (value === 0 || value === 1) return value === 1
  throw wrongType(name, 'boolean')
}

function countOption(name: string, value: OptionValue): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'INT64')
  if (value < 0) throw new DatabaseError('BINDER', `The value of csv parsing option ${name} must not be negative.`)
  return value
}

function textListOption(name: string, value: OptionValue): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw wrongType(name, 'STRING[]')
  return [...value]
}

const ESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', 0: '\0' }

/** One character, or a backslash and one: `\t` is a tabulator, any other character stands for itself. */
function characterOption(name: string, value: OptionValue): string {
  if (typeof value !== 'string') throw wrongType(name, 'string')
  const escaped = value.length === 2 && value[0] === '\\'
  const character = escaped ? (ESCAPED[value[1]!] ?? value[1]!) : value
  if (character.length !== 1) {
    throw new DatabaseError(
      'BINDER',
      'Copy csv option value must be a single character with an optional escape character.',
      {
        facts: { option: name },
      },
    )
  }
  if (character.charCodeAt(0) > 0x7f || character === '\n' || character === '\r') {
    throw new DatabaseError(
      'BINDER',
      `The csv parsing option ${name} must be an ASCII character other than a line end.`,
      {
        facts: { option: name },
      },
    )
  }
  return character
}

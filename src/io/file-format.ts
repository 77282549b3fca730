import { DatabaseError } from '../errors/database-error.ts'
import type { OptionValue } from './csv-options.ts'

/** Formats of data files that can be read. */
export type FileFormat = 'csv' | 'npy'

/** Name of the option that overrides the file's extension. */
const FORMAT_OPTION = 'file_format'

/** The format of a set of files, and the options that are left for its reader. */
export interface ChosenFormat {
  readonly format: FileFormat
  readonly options: Readonly<Record<string, OptionValue>>
}

/**
 * Chooses the format of files by the option `file_format`, otherwise by their extension (`.gz` behind it counts for nothing).
 * @throws {DatabaseError} BINDER: no or an unknown extension. COPY: extensions that differ.
 */
export function chooseFormat(paths: readonly string[], options: Readonly<Record<string, OptionValue>>): ChosenFormat {
  const given = Object.entries(options).find(([name]) => name.toLowerCase() === FORMAT_OPTION)
  if (given !== undefined) {
    const { [given[0]]: _, ...rest } = options
    return { format: knownFormat(String(given[1]).toLowerCase()), options: rest }
  }
  const names = new Set(paths.map(fileExtension))
  if (names.size > 1) {
    throw new DatabaseError('COPY', 'Loading files with different types is not currently supported.')
  }
  const [name = ''] = names
  if (name === '') {
    const text =
      'Cannot infer the format of the given file. Please set the file format explicitly by (file_format=<type>).'
    throw new DatabaseError('BINDER', text, { facts: { file: paths[0] } })
  }
  return { format: knownFormat(name), options }
}

/** @returns the extension without its dot, `''` if there is none: `csv` of `a.csv` and of `a.csv.gz`. */
export function fileExtension(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.gz$/i, '')
  const at = name.lastIndexOf('.')
  return at < 0 ? '' : name.slice(at + 1)
}

/** @returns whether the file is gzip-compressed by its name. */
export function isCompressed(path: string): boolean {
  return /\.gz$/i.test(path)
}

function knownFormat(name: string): FileFormat {
  const lower = name.toLowerCase()
  if (lower === 'csv' || lower === 'npy') return lower
  throw new DatabaseError('BINDER', `Cannot load from file type ${name}. The types that can be read are csv and npy.`, {
    facts: { fileType: name },
  })
}

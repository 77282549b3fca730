import { existsSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'
import type { OptionValue } from '../io/csv-options.ts'
import { chooseFormat } from '../io/file-format.ts'
import { expandPaths } from '../io/glob.ts'
import { openScan } from '../io/open-scan.ts'
import type { FileSource } from '../plan/operator.ts'
import { textParser } from '../types/cast/text-parser.ts'
import type { LogicalType } from '../types/logical-type.ts'
import type { Value } from '../types/value.ts'

/** Where relative file names are looked up. */
export interface FilePlaces {
  /** What a leading `~` stands for. */
  readonly home: string
  /** Folders to try after the working directory, separated by commas. */
  readonly searchPath: string
}

/** A column of a file. */
export interface FileColumn {
  readonly name: string
  readonly type: LogicalType
}

/** Looks at files for the planner: which ones a pattern means, and what their columns are. */
export interface FileDescription {
  describe(
    paths: readonly string[],
    format: string | null,
    options: Readonly<Record<string, Value>>,
    byColumn: boolean,
    expected: readonly FileColumn[] | null,
  ): FileSource
}

/** @returns a describer that reads the first rows of files. */
export function fileDescriber(places: FilePlaces): FileDescription {
  return {
    describe(paths, format, options, byColumn, expected) {
      const found = expandPaths(paths.map((p) => locate(p, places)))
      const all = format === null ? options : { ...options, FILE_FORMAT: format }
      const given = all as Readonly<Record<string, OptionValue>>
      const known = expected !== null && chooseFormat(found, given).format === 'csv' ? { columns: expected } : {}
      const scan = openScan({ paths: found, options: given, textParser, ...known })
      try {
        if (byColumn && scan.format !== 'npy') {
          throw new DatabaseError('BINDER', 'Copying by column is only supported for npy files.')
        }
        return { paths: found, format: scan.format, options: all, columns: scan.columns, byColumn }
      } finally {
        scan.close()
      }
    },
  }
}

function locate(given: string, places: FilePlaces): string {
  if (given === '~' || given.startsWith('~/')) return path.join(places.home, given.slice(1))
  if (path.isAbsolute(given) || places.searchPath === '' || existsSync(given)) return given
  const folders = places.searchPath.split(',').map((f) => f.trim())
  return folders.map((f) => path.join(f, given)).find((p) => existsSync(p)) ?? given
}

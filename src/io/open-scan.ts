import { CsvScan } from './csv-scan.ts'
import { chooseFormat } from './file-format.ts'
import type { FileScan, ScanRequest } from './file-scan.ts'
import { NpyScan } from './npy-scan.ts'

/**
 * Opens files for reading as a table, for COPY FROM and LOAD FROM.
 * @returns an open scan; the caller closes it.
 * @throws {DatabaseError} BINDER, UNKNOWN_OPTION: format or options that do not fit. BAD_FILE, IO.
 */
export function openScan(request: ScanRequest): FileScan {
  const { format, options } = chooseFormat(request.paths, request.options)
  return format === 'npy' ? new NpyScan({ ...request, options }) : new CsvScan({ ...request, options })
}

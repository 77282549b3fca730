import type { SubcommandName } from '../program.ts'
import type { ShellStreams } from '../session.ts'
import { checkFile } from './check.ts'
import { makeDataset } from './dataset.ts'
import { exportDatabase } from './export.ts'
import { importFiles } from './import.ts'
import { printInfo } from './info.ts'
import { printSchema } from './schema.ts'

/** Options of sub-commands by their long names, as the parser of the command line has checked them. */
export type SubcommandOptions = Readonly<Record<string, unknown>>

/**
 * Runs a sub-command with arguments whose number is right.
 * @returns the exit code. @throws {ShellError} for what its user has got wrong; {DatabaseError} what the database says.
 */
export async function runSubcommand(
  name: SubcommandName,
  args: readonly string[],
  options: SubcommandOptions,
  streams: ShellStreams,
): Promise<number> {
  const [first, second] = args
  switch (name) {
    case 'import':
      return importFiles(first!, args.slice(1), options, streams)
    case 'export':
      return exportDatabase(first!, second!, options['schemaOnly'] === true, streams)
    case 'schema':
      return printSchema(first!, second, streams)
    case 'info':
      return printInfo(first!, options['json'] === true, streams)
    case 'check':
      return checkFile(first!, streams)
    case 'dataset':
      return makeDataset(first, options, streams)
    case 'train':
      // TensorFlow.js is loaded by those who train.
      return (await import('../train/train-command.ts')).trainCommand(first!, options, streams)
  }
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { quoteText } from '../quote-text.ts'
import { runScript } from '../run-script.ts'
import type { ShellSession, ShellStreams } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { listTables } from '../table-list.ts'
import { type DescribedFile, type ImportNames, type KnownTable, planImport } from './import-plan.ts'
import { withSession } from './open-session.ts'

/** Options of `nisaba import`. */
export interface ImportOptions extends ImportNames {
  readonly dryRun?: boolean
  readonly bufferPoolSize?: number
}

/**
 * `nisaba import <db> <files or folders>`: a folder that `nisaba export` wrote is read back by its scripts; otherwise tables are made as planImport says.
 * @returns the exit code: 1 after a statement that failed; what ran before it stays. @throws {ShellError} for files that nothing can be made of.
 */
export async function importFiles(
  file: string,
  given: readonly string[],
  options: ImportOptions,
  streams: ShellStreams,
): Promise<number> {
  // what a dry run makes is gone at its end
  const place = options.dryRun && !existsSync(file) ? ':memory:' : file
  const opening = { readOnly: options.dryRun === true && place !== ':memory:', bufferPoolSize: options.bufferPoolSize }
  return withSession(place, opening, streams, async (session) => {
    for (const name of given) if (!existsSync(name)) throw new ShellError(`There is no ${name}.`)
    const [only] = given
    if (given.length === 1 && existsSync(path.join(only!, 'schema.cypher'))) return readBack(only!, options, session)
    const found = given.flatMap(filesOf)
    if (found.length === 0) throw new ShellError(`There are no .npy and .csv files in ${given.join(', ')}.`)
    const files: DescribedFile[] = []
    for (const one of found) files.push(await describe(one, session))
    return runPlan(planImport(files, await knownTables(session), options), options, session)
  })
}

async function runPlan(
  steps: ReturnType<typeof planImport>,
  options: ImportOptions,
  session: ShellSession,
): Promise<number> {
  for (const { statement, why } of steps) {
    if (options.dryRun) {
      await session.print(`${why === '' ? '' : `// ${why}\n`}${statement}\n`)
      continue
    }
    if (statement.startsWith('CREATE'))
      session.tell(session.paint('grey', `${statement}${why === '' ? '' : `  // ${why}`}`))
    if ((await session.run(statement)) !== 'ok') return 1
  }
  return 0
}

/** Reads what export wrote: schema.cypher, then copy.cypher, whose files lie beside it. */
async function readBack(folder: string, options: ImportOptions, session: ShellSession): Promise<number> {
  for (const name of ['schema.cypher', 'copy.cypher']) {
    const script = path.join(folder, name)
    if (!existsSync(script)) continue
    const text = readFileSync(script, 'utf8')
    if (options.dryRun) {
      await session.print(text)
      continue
    }
    await session.query(`CALL file_search_path=${quoteText(path.resolve(folder))}`)
    const outcome = await runScript([text], session, { name: script, keepsGoing: false })
    if (outcome !== 'ok') return 1
  }
  return 0
}

const ENDINGS = /\.(npy|csv)(\.gz)?$/i

function filesOf(name: string): string[] {
  if (!statSync(name).isDirectory()) {
    if (!ENDINGS.test(name)) throw new ShellError(`${name} is neither .npy nor .csv.`)
    return [name]
  }
  const inside = readdirSync(name).filter((f) => ENDINGS.test(f))
  return inside.sort().map((f) => path.join(name, f))
}

async function describe(file: string, session: ShellSession): Promise<DescribedFile> {
  const seen = await session.query(`LOAD FROM ${quoteText(file)} RETURN * LIMIT 0`)
  const types = seen.getColumnDataTypesSync()
  const columns = seen.getColumnNamesSync().map((name, i) => ({ name, type: types[i]! }))
  return {
    path: file,
    stem: path.basename(file).replace(ENDINGS, ''),
    format: /\.npy$/i.test(file) ? 'npy' : 'csv',
    columns,
    hasHeader: !columns.every((c, i) => c.name === `column${i}`),
  }
}

async function knownTables(session: ShellSession): Promise<KnownTable[]> {
  const known: KnownTable[] = []
  for (const { name, kind } of await listTables(session)) {
    const result = await session.query(`CALL table_info(${quoteText(name)}) RETURN name, type`)
    const properties = Array.from({ length: result.getNumTuples() }, (_row, i) => {
      const [property, type] = result.getRowValues(i) as [string, string]
      return { name: property, type }
    })
    known.push({ name, kind, properties })
  }
  return known
}
